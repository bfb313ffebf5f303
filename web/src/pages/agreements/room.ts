import { room } from '../../room'
import { PaperIcon } from '../../ui/icons'

export const agreements = room({
  name: { nl: 'Overeenkomsten', en: 'Agreements' },
  to: '/agreements',
  icon: PaperIcon,
  roles: [
    'contract_author',
    'contract_reviewer',
    'contract_authority',
    'contract_signatory',
    'administrator',
    'coordinator',
    'auditor',
  ],
  pages: [
    { name: { nl: 'Overeenkomsten', en: 'Agreements' }, to: '/agreements' },
    { name: { nl: 'Contractbibliotheek', en: 'Contract library' }, to: '/agreements/library' },
  ],
})
