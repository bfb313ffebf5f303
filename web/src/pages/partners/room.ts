import { room } from '../../room'
import { PartnersIcon } from '../../ui/icons'

export const partners = room({
  name: { nl: 'Partners', en: 'Partners' },
  to: '/partners',
  icon: PartnersIcon,
  roles: ['coordinator', 'administrator', 'account_manager'],
  pages: [
    { name: { nl: 'Alle partners', en: 'All partners' }, to: '/partners' },
    {
      name: { nl: 'Importeren', en: 'Import' },
      to: '/partners/import',
      roles: ['coordinator', 'administrator'],
    },
    {
      name: { nl: 'Contactpersonen', en: 'Contact persons' },
      to: '/partners/contacts',
      roles: ['coordinator', 'administrator'],
    },
    { name: { nl: 'Kwaliteit', en: 'Quality' }, to: '/partners/quality' },
    { name: { nl: 'Dubbelen', en: 'Duplicates' }, to: '/partners/duplicates' },
    { name: { nl: 'Te informeren', en: 'To be informed' }, to: '/partners/informing' },
  ],
})
