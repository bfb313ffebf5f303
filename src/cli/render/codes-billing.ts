/** Codes of billing and of learning, as people read them: English, Dutch. */
export const codesBilling: Readonly<Record<string, readonly [en: string, nl: string]>> = {
  invoice: ['invoice', 'factuur'],
  credit_note: ['credit note', 'creditnota'],
  training_open: ['not answered yet', 'nog niet beantwoord'],
  training_passed: ['passed', 'geslaagd'],
  training_failed: ['not passed', 'niet geslaagd'],
  training_lapsed: ['out of time', 'tijd voorbij'],
  training_not_passed: ['not passed', 'niet geslaagd'],
  training_expiring: ['passed, ends soon', 'geslaagd, loopt bijna af'],
  training_expired: ['ended', 'verlopen'],
}
