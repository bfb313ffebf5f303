import { words } from './words'

/** What several pages say of trade secrets. */
export const secretWords = words({
  nl: {
    registered: 'geregistreerd',
    withdrawn: 'uit het register',
    live: 'open',
    ended: 'dicht, nog terug te geven of te vernietigen',
    settled: 'afgehandeld',
    returned: 'teruggegeven',
    destroyed: 'vernietigd',
    overdue: 'te laat',
    return_by: 'terug of vernietigd vóór {day}',
    shared_at: 'gedeeld op {day}',
    settled_at: '{how} op {day}',
    purpose: 'Waarvoor',
    roles: 'Wie het nodig heeft: {who}',
    agreement: 'De overeenkomst',
    document: 'Document opslaan: {name}',
    unnamed: 'Document {n}',
    secret_unshared: 'teruggenomen',
    agreement_over: 'de overeenkomst is voorbij',
    trade_secret_withdrawn: 'het geheim is uit het register',
  },
  en: {
    registered: 'registered',
    withdrawn: 'out of the register',
    live: 'open',
    ended: 'closed, still to be returned or destroyed',
    settled: 'settled',
    returned: 'returned',
    destroyed: 'destroyed',
    overdue: 'too late',
    return_by: 'returned or destroyed before {day}',
    shared_at: 'shared on {day}',
    settled_at: '{how} on {day}',
    purpose: 'What for',
    roles: 'Who needs it: {who}',
    agreement: 'The agreement',
    document: 'Save document: {name}',
    unnamed: 'Document {n}',
    secret_unshared: 'taken back',
    agreement_over: 'the agreement is over',
    trade_secret_withdrawn: 'the secret is out of the register',
  },
})

export const isSecretWord = (code: string): code is keyof (typeof secretWords)['nl'] =>
  Object.hasOwn(secretWords.nl, code)
