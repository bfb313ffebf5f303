import type { Did } from '../core/index.ts'
import type { AccessLook } from './ports.ts'
import type { BreachScope, OwnLookRow } from './processing-tables.ts'

/**
 * Whose data a breach may have reached: a party of this node · somebody in another's node, whom that partner can tell ·
 * whoever a row of our list of partners names.
 */
export type Subject =
  | { readonly kind: 'ours'; readonly party: string }
  | { readonly kind: 'of_partner'; readonly did: Did; readonly partner: string }
  | { readonly kind: 'imported'; readonly partner: string }

/** What was seen of one data subject: names of claims, never values. Times in ms. */
export interface Affected {
  readonly subject: Subject
  readonly claims: readonly string[]
  readonly grants: readonly string[]
  /** DIDs of partners, or ids of employees and systems of ours, that looked. */
  readonly by: readonly string[]
  readonly looks: number
  readonly firstAt: number
  readonly lastAt: number
}

export interface Logs {
  readonly others: AsyncIterable<AccessLook>
  readonly ours: AsyncIterable<OwnLookRow>
  /** Name of a claim, such as `company-profile.email`. */
  readonly claimName: (claim: AccessLook['claims'][number]) => string
}

/** Which of the two logs a scope is about: what partners saw here, what ours saw there, or both where it says neither. */
export function logsOf({ askers, actors, tokens }: Pick<BreachScope, 'askers' | 'actors' | 'tokens'>): {
  readonly others: boolean
  readonly ours: boolean
} {
  const saysOurs = actors.length + tokens.length > 0
  return { others: askers.length > 0 || !saysOurs, ours: saysOurs || askers.length === 0 }
}

/** The data subjects of the looks that fall in a scope, each once, those seen most first. */
export async function affectedBy(scope: BreachScope, logs: Logs): Promise<Affected[]> {
  const found = new Map<string, Gathered>()
  const isOfType = ofTypes(scope.types)
  for await (const look of logs.others) {
    const claims = look.claims.map(logs.claimName).filter(isOfType)
    const subject = { kind: 'ours' as const, party: look.subjectParty }
    if (claims.length > 0) gather(found, subject, { ...look, claims, by: look.asker })
  }
  for await (const look of logs.ours) {
    const claims = look.claims.filter(isOfType)
    if (claims.length === 0 || !isOwnLookOf(scope, look)) continue
    const { subject: did, partner } = look
    const subject = did
      ? { kind: 'of_partner' as const, did, partner }
      : { kind: 'imported' as const, partner }
    gather(found, subject, { ...look, claims, by: look.actorParty })
  }
  return [...found.values()]
    .map(({ claims, grants, by, ...rest }) => ({
      ...rest,
      ...{ claims: [...claims].sort(), grants: [...grants].sort(), by: [...by].sort() },
    }))
    .sort((a, b) => b.looks - a.looks || a.firstAt - b.firstAt)
}

/** A token says more than whose it is: where a token is named, her other tokens do not count. */
function isOwnLookOf({ actors, tokens, grants }: BreachScope, look: OwnLookRow): boolean {
  if (grants.length > 0 && !(look.grantId && grants.includes(look.grantId))) return false
  if (actors.length + tokens.length === 0) return true
  return actors.includes(look.actorParty) || (look.tokenId !== null && tokens.includes(look.tokenId))
}

/** Imported data has no credential type: it is left out where types are named. */
const ofTypes =
  (types: readonly string[]) =>
  (claim: string): boolean =>
    types.length === 0 || types.some((type) => claim === type || claim.startsWith(`${type}.`))

interface Gathered {
  subject: Subject
  claims: Set<string>
  grants: Set<string>
  by: Set<string>
  looks: number
  firstAt: number
  lastAt: number
}

function gather(
  found: Map<string, Gathered>,
  subject: Subject,
  look: {
    readonly at: number
    readonly claims: readonly string[]
    readonly grantId: string | null
    by: string
  },
): void {
  const key = keyOf(subject)
  const known = found.get(key) ?? {
    ...{ subject, claims: new Set<string>(), grants: new Set<string>(), by: new Set<string>() },
    ...{ looks: 0, firstAt: look.at, lastAt: look.at },
  }
  for (const claim of look.claims) known.claims.add(claim)
  if (look.grantId) known.grants.add(look.grantId)
  known.by.add(look.by)
  known.looks += 1
  known.firstAt = Math.min(known.firstAt, look.at)
  known.lastAt = Math.max(known.lastAt, look.at)
  found.set(key, known)
}

const keyOf = (subject: Subject): string => {
  if (subject.kind === 'ours') return `ours ${subject.party}`
  return subject.kind === 'of_partner' ? `of ${subject.did}` : `imported ${subject.partner}`
}
