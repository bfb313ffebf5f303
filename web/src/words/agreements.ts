import { words } from './words'

export const agreementWords = words({
  nl: {
    draft: 'concept',
    external_review: 'in beoordeling',
    external_approval: 'wacht op goedkeuring',
    approved: 'goedgekeurd',
    signed: 'ondertekend',
    in_force: 'van kracht',
    ended: 'afgelopen',
    terminated: 'beëindigd',
    propose: 'legde een tekst voor',
    comment: 'merkte op',
    review: 'heeft niets te wijzigen',
    approve: 'keurde goed',
    sign: 'ondertekende',
    sign_in_part: 'ondertekende, en wacht op wie meetekent',
    terminate: 'beëindigde',
    renewed: 'verlengd',
  },
  en: {
    draft: 'draft',
    external_review: 'under review',
    external_approval: 'waits for approval',
    approved: 'approved',
    signed: 'signed',
    in_force: 'in force',
    ended: 'over',
    terminated: 'terminated',
    propose: 'put a text forward',
    comment: 'remarked',
    review: 'has nothing to change',
    approve: 'approved',
    sign: 'signed',
    sign_in_part: 'signed, and waits for who signs along',
    terminate: 'ended it',
    renewed: 'renewed',
  },
})

export const isAgreementWord = (code: string): code is keyof (typeof agreementWords)['nl'] =>
  Object.hasOwn(agreementWords.nl, code)
