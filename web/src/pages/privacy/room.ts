import { room } from '../../room'
import { ShieldIcon } from '../../ui/icons'

export const privacy = room({
  name: { nl: 'Privacyverzoeken', en: 'Privacy requests' },
  to: '/privacy',
  icon: ShieldIcon,
  roles: ['administrator', 'coordinator'],
})
