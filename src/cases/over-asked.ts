import { type ClaimTarget, type Question, targetKey } from './question.ts'

/** How what is asked compares with a catalogue. */
export interface Judged {
  readonly fit: 'asked_within' | 'asks_more' | 'no_catalogue'
  /** Asked, and not in the catalogue for this. */
  readonly overAsked: readonly ClaimTarget[]
}

/** What is compared: an Ask, or one that is about to be made. */
export interface Asked {
  readonly claims: readonly ClaimTarget[]
  readonly purpose: readonly string[]
  /** The kind of question it names, if any. */
  readonly question?: string | undefined
}

/**
 * Compares what is asked with a catalogue: with the question it names, or else with all that is needed for the purposes
 * together. A question for another purpose covers nothing.
 */
export function judge({ claims, purpose, question }: Asked, catalogue: readonly Question[]): Judged {
  if (catalogue.length === 0) return { fit: 'no_catalogue', overAsked: [] }
  const meant = catalogue.filter(
    (one) => purpose.includes(one.purpose) && (question === undefined || one.code === question),
  )
  const needed = new Set(meant.flatMap((one) => one.claims.map(targetKey)))
  const overAsked = claims.filter((claim) => !needed.has(targetKey(claim)))
  return { fit: overAsked.length > 0 ? 'asks_more' : 'asked_within', overAsked }
}
