import { answerOf, type CredentialQuery, type DcqlQuery, isSatisfied } from '../dcql/index.ts'
import type { JsonObject } from '../jose/index.ts'
import { type ConcretePath, SD_JWT_VC_TYP } from '../sd-jwt/index.ts'
import type { Algs } from './request.ts'

/** A credential we hold, taken apart. */
export interface Held {
  readonly id: string
  readonly vct: string
  readonly document: JsonObject
  readonly disclosedPaths: readonly ConcretePath[]
  readonly isHolderBound: boolean
  /** What it is signed with, and what its holder signs with; null where it is bound to no key. */
  readonly algs: { readonly credential: string; readonly keyBinding: string | null }
}

/** A held credential that answers a query, with the least that has to be disclosed of it. */
export interface Match {
  readonly held: Held
  readonly paths: readonly ConcretePath[]
}

export interface QueryMatches {
  readonly query: CredentialQuery
  /** In the order they were given. */
  readonly matches: readonly Match[]
}

/**
 * Which credentials answer which query (OpenID4VP 1.0, section 6.4). A credential that does not fit in any respect is
 * as if it were not there.
 */
export const matchQueries = (
  { credentials }: DcqlQuery,
  held: readonly Held[],
  algs: Algs,
): readonly QueryMatches[] =>
  credentials.map((query) => ({ query, matches: held.flatMap((one) => matchOf(query, one, algs) ?? []) }))

function matchOf(query: CredentialQuery, held: Held, algs: Algs): Match | null {
  const { fault, asked } = answerOf(query, {
    format: SD_JWT_VC_TYP,
    types: [held.vct],
    document: held.document,
    disclosedPaths: held.disclosedPaths,
    isHolderBound: held.isHolderBound,
    // Nothing we hold proves one: an issuer that must be vouched for is one we have nothing of.
    authorities: new Set(),
  })
  return fault === null && fits(query, held, algs) ? { held, paths: asked } : null
}

function fits(query: CredentialQuery, { algs: has }: Held, wanted: Algs): boolean {
  const { credential, keyBinding } = has
  if (wanted.credential && !wanted.credential.includes(credential)) return false
  if (!query.require_cryptographic_holder_binding || wanted.keyBinding === null) return true
  return keyBinding !== null && wanted.keyBinding.includes(keyBinding)
}

/**
 * The fewest queries that have to be answered: of each required set the first option that can be, of no set all of them.
 * @returns ids; null where the request cannot be answered
 */
export function leastAnswer(query: DcqlQuery, matches: readonly QueryMatches[]): ReadonlySet<string> | null {
  const answerable = new Set(matches.flatMap((one) => (one.matches.length > 0 ? [one.query.id] : [])))
  if (!isSatisfied(query, answerable)) return null
  if (!query.credential_sets) return answerable
  const isAnswerable = (option: readonly string[]) => option.every((id) => answerable.has(id))
  return new Set(
    query.credential_sets.flatMap(({ required, options }) =>
      required ? (options.find(isAnswerable) ?? []) : [],
    ),
  )
}

/** What somebody chose to show: ids of queries, and of credentials where several would do. */
export interface Choice {
  readonly queries?: readonly string[]
  readonly credentials?: readonly string[]
}

export type ChoiceFault = 'presentation_not_held' | 'choice_unknown' | 'choice_incomplete'

/**
 * What is shown under a choice: one credential for each query that is answered, more only where the verifier takes
 * more and they were named.
 */
export function chosenMatches(
  query: DcqlQuery,
  matches: readonly QueryMatches[],
  { queries, credentials = [] }: Choice,
): readonly { readonly id: string; readonly matches: readonly Match[] }[] | ChoiceFault {
  const least = leastAnswer(query, matches)
  if (!least) return 'presentation_not_held'
  const answered = new Set(queries ?? least)
  const shown = matches
    .filter(({ query: { id } }) => answered.has(id))
    .map(({ query: { id, multiple }, matches: all }) => {
      const named = all.filter(({ held }) => credentials.includes(held.id))
      return { id, matches: (named.length > 0 ? named : all).slice(0, multiple && named.length > 0 ? 20 : 1) }
    })
  const used = new Set(shown.flatMap((one) => one.matches.map(({ held }) => held.id)))
  // Somebody who named a credential must not find another, or more, or fewer shown.
  if (shown.length < answered.size || credentials.some((id) => !used.has(id))) return 'choice_unknown'
  const isComplete = shown.length > 0 && shown.every((one) => one.matches.length > 0)
  return isComplete && isSatisfied(query, answered) ? shown : 'choice_incomplete'
}
