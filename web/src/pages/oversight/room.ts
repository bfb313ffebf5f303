import { room } from '../../room'
import { LogIcon } from '../../ui/icons'

export const oversight = room({
  name: { nl: 'Verantwoording', en: 'Accountability' },
  to: '/oversight',
  icon: LogIcon,
  roles: ['administrator', 'auditor'],
  pages: [
    { name: { nl: 'Datalekken', en: 'Breaches' }, to: '/oversight' },
    {
      name: { nl: 'Register van verwerkingen', en: 'Record of processing' },
      to: '/oversight/processing',
    },
    {
      name: { nl: 'Wat u erover zegt', en: 'What you say of it' },
      to: '/oversight/settings',
      roles: ['administrator'],
    },
    { name: { nl: 'Controlelogboek', en: 'Audit log' }, to: '/oversight/log' },
  ],
})
