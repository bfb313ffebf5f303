import { room } from '../../room'
import { DeskIcon } from '../../ui/icons'

export const desk = room({
  name: { nl: 'Servicedesk', en: 'Servicedesk' },
  to: '/desk',
  icon: DeskIcon,
  roles: ['servicedesk', 'reputation_manager'],
})
