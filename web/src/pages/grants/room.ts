import { room } from '../../room'
import { GrantIcon } from '../../ui/icons'

export const grants = room({
  name: { nl: 'Toestemmingen', en: 'Grants' },
  to: '/grants',
  icon: GrantIcon,
  pages: [
    { name: { nl: 'Gegeven', en: 'Given' }, to: '/grants' },
    {
      name: { nl: 'Gekregen', en: 'Received' },
      to: '/grants/received',
      roles: ['account_manager', 'coordinator', 'administrator'],
    },
    { name: { nl: 'Tussenpersonen', en: 'Intermediaries' }, to: '/grants/passed-on' },
  ],
})
