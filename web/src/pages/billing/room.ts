import { room } from '../../room'
import { BillIcon } from '../../ui/icons'

export const billing = room({
  name: { nl: 'Rekening', en: 'Billing' },
  to: '/billing',
  icon: BillIcon,
  roles: ['administrator', 'coordinator', 'auditor', 'servicedesk'],
  pages: [
    {
      name: { nl: 'Onze rekening', en: 'Our statement' },
      to: '/billing',
      roles: ['administrator', 'coordinator', 'auditor'],
    },
    { name: { nl: 'Facturen', en: 'Invoices' }, to: '/billing/invoices', roles: ['servicedesk'] },
    { name: { nl: 'Posten', en: 'Items' }, to: '/billing/items', roles: ['servicedesk'] },
    { name: { nl: 'Tarief', en: 'Tariff' }, to: '/billing/tariff', roles: ['servicedesk'] },
  ],
})
