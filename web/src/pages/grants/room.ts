import { room } from '../../room'
import { GrantIcon } from '../../ui/icons'

export const grants = room({ name: { nl: 'Toestemmingen', en: 'Grants' }, to: '/grants', icon: GrantIcon })
