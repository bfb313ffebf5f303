import type { ProcessingSettings } from './settings.ts'

/** What accounts of our own people are kept for: a code of the vocabulary. */
export const PEOPLE_PURPOSE = 'identity-verification'

/** Who gets what we do by ourselves, since the program gives it: beside whom the organisation names. */
export const ownRecipients = {
  relations: [
    {
      nl: 'MYOBI, de vertrouwde derde: het KVK-nummer of de DID van een relatie, om na te gaan of die in het netwerk is',
      en: 'MYOBI, the trusted third party: the KVK number or the DID of a relation, to find out whether it is in the network',
    },
  ],
  people: [
    {
      nl: 'Partners aan wie iets gevraagd wordt of bij wie gekeken wordt: naam en rol van wie vraagt of kijkt',
      en: 'Partners who are asked for something or whose data are read: name and role of who asks or looks',
    },
    {
      nl: 'MYOBI, de vertrouwde derde: de DID van wie het TTP-beleid aanvaardt, en de naam van wie het bedrijf aanmeldt',
      en: 'MYOBI, the trusted third party: the DID of who accepts the TTP-policy, and the name of who applies for the company',
    },
  ],
  logs: [
    {
      nl: 'De eigenaar van de gegevens: wie naar de zijne keek, met naam en rol',
      en: 'The owner of the data: who looked at theirs, with name and role',
    },
  ],
} as const

export const relationRecipients = ({ relation_recipients: named }: ProcessingSettings) => [
  ...ownRecipients.relations,
  ...(named ? [named] : []),
]
