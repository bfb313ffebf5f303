import { room } from '../../room'
import { CheckIcon } from '../../ui/icons'

export const verify = room({
  name: { nl: 'Controleren en uitgeven', en: 'Checking and issuing' },
  to: '/verify',
  icon: CheckIcon,
  pages: [
    { name: { nl: 'Controleren', en: 'Check' }, to: '/verify' },
    {
      name: { nl: 'Uitgeven', en: 'Issue' },
      to: '/verify/issuing',
      roles: ['administrator', 'servicedesk'],
    },
  ],
})
