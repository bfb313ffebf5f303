import { room } from '../../room'
import { SettingsIcon } from '../../ui/icons'

export const settings = room({
  name: { nl: 'Instellingen', en: 'Settings' },
  to: '/settings',
  icon: SettingsIcon,
  pages: [
    { name: { nl: 'Aanmelden', en: 'Signing in' }, to: '/settings' },
    {
      name: { nl: 'Mensen en rollen', en: 'People and roles' },
      to: '/settings/people',
      roles: ['administrator', 'coordinator'],
    },
    {
      name: { nl: 'Systemen', en: 'Systems' },
      to: '/settings/systems',
      roles: ['administrator', 'coordinator'],
    },
    { name: { nl: 'Webhooks', en: 'Webhooks' }, to: '/settings/webhooks', roles: ['administrator'] },
    { name: { nl: 'E-mail', en: 'E-mail' }, to: '/settings/mail' },
    {
      name: { nl: 'Verstuurde e-mails', en: 'E-mails sent' },
      to: '/settings/mails',
      roles: ['coordinator', 'administrator', 'servicedesk'],
    },
    { name: { nl: 'Niet aangekomen', en: 'Undelivered' }, to: '/settings/undelivered' },
    { name: { nl: 'Sleutels', en: 'Keys' }, to: '/settings/keys', roles: ['administrator', 'auditor'] },
    { name: { nl: 'Registratie', en: 'Registration' }, to: '/settings/registration' },
    { name: { nl: 'Reservekopie', en: 'Backup' }, to: '/settings/backup', roles: ['administrator'] },
    { name: { nl: 'Weergave', en: 'Appearance' }, to: '/settings/appearance' },
  ],
})
