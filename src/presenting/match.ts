import { answerOf, type CredentialQuery, type DcqlQuery, isSatisfied } from '../dcql/index.ts'
import type { JsonObject } from '../jose/index.ts'
import { type ConcretePath, isWithin } from '../sd-jwt/index.ts'
import type { Algs, FormatAlgs } from './request.ts'
import { canCarry, type Transaction } from './transaction.ts'
import type { Said } from './whole-credential.ts'

/** A credential we hold, taken apart. */
export interface Held {
  readonly id: string
  /** Credential Format Identifier. */
  readonly format: string
  /** The `vct`, or the types of a W3C credential, written out. */
  readonly types: readonly string[]
  readonly document: JsonObject
  readonly disclosedPaths: readonly ConcretePath[]
  /** All that it says, where nothing of it can be left out; null for a format with selective disclosure. */
  readonly whole: readonly Said[] | null
  readonly isHolderBound: boolean
  /** `type value` of the authorities that vouch for its issuer, as dcql has them. */
  readonly authorities: ReadonlySet<string>
  /** What it is signed with, and what its holder signs with; null where it is bound to no key. */
  readonly algs: { readonly credential: string; readonly keyBinding: string | null }
}

/** A held credential that answers a query, with the least that has to be disclosed of it. */
export interface Match {
  readonly held: Held
  readonly paths: readonly ConcretePath[]
  /** `asked`: what can be left out is. `whole`: nothing can, and all was asked. `more`: it says what nobody asked. */
  readonly shows: 'asked' | 'whole' | 'more'
}

export interface QueryMatches {
  readonly query: CredentialQuery
  /** Those that show less first, else in the order they were given. */
  readonly matches: readonly Match[]
}

const RANK = { asked: 0, whole: 1, more: 2 } as const

/**
 * Which credentials answer which query (OpenID4VP 1.0, section 6.4). A credential that does not fit in any respect is
 * as if it were not there.
 */
export const matchQueries = (
  { credentials }: DcqlQuery,
  held: readonly Held[],
  algs: Algs,
): readonly QueryMatches[] =>
  credentials.map((query) => {
    const wanted = algs[query.format]
    const matches = wanted ? held.flatMap((one) => matchOf(query, one, wanted) ?? []) : []
    return { query, matches: matches.toSorted((a, b) => RANK[a.shows] - RANK[b.shows]) }
  })

function matchOf(query: CredentialQuery, held: Held, algs: FormatAlgs): Match | null {
  const { fault, asked } = answerOf(query, held)
  if (fault !== null || !fits(query, held, algs)) return null
  const isAsked = ({ path }: Said) => asked.some((one) => isWithin(path, one))
  const shows = held.whole === null ? 'asked' : held.whole.every(isAsked) ? 'whole' : 'more'
  return { held, paths: asked, shows }
}

function fits(query: CredentialQuery, { algs: has }: Held, wanted: FormatAlgs): boolean {
  const { credential, keyBinding } = has
  if (wanted.credential && !wanted.credential.includes(credential)) return false
  if (!query.require_cryptographic_holder_binding || wanted.keyBinding === null) return true
  return keyBinding !== null && wanted.keyBinding.includes(keyBinding)
}

/**
 * The fewest queries that have to be answered: of each required set one option, of no set all of them; and what carries
 * each transaction. Of several options the one that shows least, then the verifier's first.
 * @returns ids; null where the request cannot be answered
 */
export function leastAnswer(
  query: DcqlQuery,
  matches: readonly QueryMatches[],
  transactions: readonly Transaction[] = [],
): ReadonlySet<string> | null {
  const ranks = new Map(
    matches.flatMap(({ query: { id }, matches: [first] }) => (first ? [[id, RANK[first.shows]]] : [])),
  )
  if (!isSatisfied(query, new Set(ranks.keys()))) return null
  if (!query.credential_sets) return new Set(ranks.keys())
  const least = new Set<string>()
  const uncarried = () =>
    transactions.filter((one) => !one.credentialIds.some((id) => least.has(id) && canCarry(query, id)))
  const carries = (option: readonly string[]) =>
    uncarried().some(({ credentialIds }) =>
      option.some((id) => credentialIds.includes(id) && canCarry(query, id)),
    )
  const best = (options: readonly (readonly string[])[]) => {
    const rankOf = (option: readonly string[]) => Math.max(...option.map((id) => ranks.get(id) ?? 0))
    const cost = (option: readonly string[]) => (carries(option) ? 0 : RANK.more + 1) + rankOf(option)
    const possible = options.filter((option) => option.every((id) => ranks.has(id)))
    return possible.toSorted((a, b) => cost(a) - cost(b))[0] ?? []
  }
  const sets = query.credential_sets
  for (const { options } of sets.filter(({ required }) => required))
    for (const id of best(options)) least.add(id)
  // What may be left out is not, where without it nothing could be signed for.
  for (const { options } of sets.filter(({ required }) => !required))
    for (const id of best(options.filter(carries))) least.add(id)
  return least
}

/** What somebody chose to show: ids of queries, and of credentials where several would do. */
export interface Choice {
  readonly queries?: readonly string[]
  readonly credentials?: readonly string[]
}

export type ChoiceFault =
  | 'presentation_not_held'
  | 'choice_unknown'
  | 'choice_incomplete'
  | 'whole_credential_unconfirmed'

export interface Chosen {
  readonly id: string
  readonly matches: readonly Match[]
}

/**
 * What is shown under a choice: one credential for each query that is answered, more only where the verifier takes
 * more and they were named. One that says more than was asked is shown where it was named, and never by itself.
 */
export function chosenMatches(
  query: DcqlQuery,
  matches: readonly QueryMatches[],
  { queries, credentials = [] }: Choice,
  transactions: readonly Transaction[] = [],
): readonly Chosen[] | ChoiceFault {
  const least = leastAnswer(query, matches, transactions)
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
  if (!isComplete || !isSatisfied(query, answered)) return 'choice_incomplete'
  const isUnnamed = ({ held, shows }: Match) => shows === 'more' && !credentials.includes(held.id)
  return shown.some((one) => one.matches.some(isUnnamed)) ? 'whole_credential_unconfirmed' : shown
}
