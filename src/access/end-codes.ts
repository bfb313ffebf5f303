/**
 * Why a grant ended before its time, as its holder is told.
 * - `grant_revoked`: its giver took it back
 * - `key_lost`: its giver lost the key that signed it, and has another DID now: it can be asked for again
 * - `return_ended`: it was given in return for one that ended
 * - `case_closed`: the case it was given for was closed
 * - `agreement_ended`: the agreement it depends on is over
 * - `delegation_…`: somebody else read on its holder's behalf, and may not any more
 * - `counter_…`, `request_withdrawn`: nothing came of the exchange it was half of
 */
export const endCodes = [
  'grant_revoked',
  'key_lost',
  'return_ended',
  'counter_withdrawn',
  'counter_refused',
  'counter_expired',
  'counter_undeliverable',
  'request_withdrawn',
  'case_closed',
  'agreement_ended',
  'delegation_cut',
  'delegation_cut_by_owner',
  'delegation_revoked',
  'delegation_not_allowed',
] as const

export type EndCode = (typeof endCodes)[number]

/** What a partner gives as a reason becomes a code of our own API: only one that we know as such. */
export const endCodeOf = <T extends string>(reason: string, otherwise: T): EndCode | T =>
  endCodes.find((code) => code === reason) ?? otherwise
