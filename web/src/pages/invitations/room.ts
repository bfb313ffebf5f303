import { room } from '../../room'
import { BoardIcon } from '../../ui/icons'

export const invitations = room({
  name: { nl: 'Uitnodigingen', en: 'Invitations' },
  to: '/invitations',
  icon: BoardIcon,
  roles: ['coordinator', 'administrator'],
  pages: [
    { name: { nl: 'Bord', en: 'Board' }, to: '/invitations' },
    { name: { nl: 'Lijst', en: 'List' }, to: '/invitations/list' },
  ],
})
