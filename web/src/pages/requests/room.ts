import { room } from '../../room'
import { AskIcon } from '../../ui/icons'

export const requests = room({ name: { nl: 'Verzoeken', en: 'Requests' }, to: '/requests', icon: AskIcon })
