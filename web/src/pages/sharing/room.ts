import { room } from '../../room'
import { TagIcon } from '../../ui/icons'

export const sharing = room({
  name: { nl: 'Wat wij verklaren', en: 'What we state' },
  to: '/sharing',
  icon: TagIcon,
  roles: ['account_manager', 'coordinator', 'administrator'],
  pages: [
    { name: { nl: 'Verklaringen', en: 'Statements' }, to: '/sharing' },
    { name: { nl: 'Producten en prijzen', en: 'Products and prices' }, to: '/sharing/lists' },
    { name: { nl: 'Cijfers', en: 'Figures' }, to: '/sharing/figures' },
  ],
})
