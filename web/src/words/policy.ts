import { words } from './words'

/** What several pages say of the TTP-policy. */
export const policyWords = words({
  nl: {
    version: 'Versie {version}',
    effective: 'geldt vanaf {day}',
    changes: 'Wat er verandert ten opzichte van versie {from}',
    read: 'Lezen',
    for_you: 'door uzelf',
    for_company: 'namens {company}',
  },
  en: {
    version: 'Version {version}',
    effective: 'in force from {day}',
    changes: 'What changes compared with version {from}',
    read: 'Read',
    for_you: 'for yourself',
    for_company: 'on behalf of {company}',
  },
})
