import { room } from '../../room'
import { PersonIcon } from '../../ui/icons'

export const myData = room({
  name: { nl: 'Mijn gegevens', en: 'My data' },
  to: '/data',
  icon: PersonIcon,
  pages: [
    { name: { nl: 'Gegevens', en: 'Data' }, to: '/data' },
    { name: { nl: 'Bewijzen', en: 'Credentials' }, to: '/data/credentials' },
    { name: { nl: 'Aantonen', en: 'Prove' }, to: '/data/presentations' },
    { name: { nl: 'Verbeteringen', en: 'Corrections' }, to: '/data/corrections' },
    { name: { nl: 'Uw rechten', en: 'Your rights' }, to: '/data/rights' },
    { name: { nl: 'Meenemen', en: 'Take along' }, to: '/data/take-along' },
  ],
})
