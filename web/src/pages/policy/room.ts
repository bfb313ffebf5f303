import { room } from '../../room'
import { RulesIcon } from '../../ui/icons'

export const policy = room({
  name: { nl: 'TTP-policy', en: 'TTP policy' },
  to: '/policy',
  icon: RulesIcon,
  pages: [
    { name: { nl: 'Aanvaarden', en: 'Accepting' }, to: '/policy' },
    { name: { nl: 'Versies', en: 'Versions' }, to: '/policy/versions' },
    {
      name: { nl: 'Wie aanvaardde', en: 'Who accepted' },
      to: '/policy/acceptances',
      roles: ['administrator', 'auditor'],
    },
  ],
})
