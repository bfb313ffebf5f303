import { room } from '../../room'
import { DeskIcon } from '../../ui/icons'

export const desk = room({
  name: { nl: 'Servicedesk', en: 'Servicedesk' },
  to: '/desk',
  icon: DeskIcon,
  roles: ['servicedesk', 'reputation_manager'],
  pages: [
    { name: { nl: 'Aanmeldingen', en: 'Registrations' }, to: '/desk', roles: ['servicedesk'] },
    { name: { nl: 'Uitgenodigd', en: 'Invited' }, to: '/desk/invited', roles: ['servicedesk'] },
    { name: { nl: 'Register', en: 'Registry' }, to: '/desk/registry', roles: ['servicedesk'] },
    { name: { nl: 'Rondes', en: 'Rounds' }, to: '/desk/campaigns', roles: ['servicedesk'] },
    { name: { nl: 'Hercontroles', en: 'Re-checks' }, to: '/desk/rechecks' },
    { name: { nl: 'Omgevingen', en: 'Hosted nodes' }, to: '/desk/hosting', roles: ['servicedesk'] },
    { name: { nl: 'Bewijsstukken', en: 'Evidence' }, to: '/desk/evidence', roles: ['servicedesk'] },
  ],
})
