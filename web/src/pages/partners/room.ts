import { room } from '../../room'
import { PartnersIcon } from '../../ui/icons'

export const partners = room({
  name: { nl: 'Partners', en: 'Partners' },
  to: '/partners',
  icon: PartnersIcon,
  roles: ['coordinator', 'administrator', 'account_manager'],
})
