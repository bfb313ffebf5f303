import { room } from '../../room'
import { PersonIcon } from '../../ui/icons'

export const myData = room({ name: { nl: 'Mijn gegevens', en: 'My data' }, to: '/data', icon: PersonIcon })
