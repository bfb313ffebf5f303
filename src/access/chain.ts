import { CLOCK_SKEW_S, type Did } from '../core/index.ts'
import type { AttestationState } from '../trust/index.ts'
import {
  type Actor,
  type ClaimTarget,
  type GrantTuple,
  isRecipient,
  type Recipients,
  targetKey,
} from './terms.ts'

/** What a grant says about passing it on; a grant without it is not passed on. */
export interface Delegable {
  /** How many links may follow the grantee. */
  readonly max_depth: number
  /** The only parties it may be passed on to; any party in the network unless told. */
  readonly to?: readonly Did[]
  /** The only roles, persons and systems inside those parties that may look; whom the grantee names unless told. */
  readonly recipients?: Recipients
}

/** One link, as the grantee told the owner of it before it was used: our own row, which decides. */
export interface LinkFacts {
  readonly grantId: string
  /** The grantee, which lets another read. */
  readonly principal: Did
  /** The intermediary. */
  readonly delegate: Did
  readonly claims: readonly ClaimTarget[]
  readonly purpose: readonly string[]
  /** Who inside the intermediary may look. */
  readonly recipients: Recipients
  /** Milliseconds since the epoch, like `expiresAt`. */
  readonly startsAt: number
  readonly expiresAt: number
  /** When the owner cut it. */
  readonly cutAt: number | null
  /** When the grantee took it back. */
  readonly endedAt: number | null
}

/** What the delegation credential that an asker shows is worth; everything but `valid` is a no. */
export type LinkProof = 'valid' | 'revoked' | 'expired' | 'invalid' | 'unverifiable' | 'foreign'

/** The link an asker shows, its signatures and status looked at. */
export interface ShownLink {
  readonly id: string
  readonly proof: LinkProof
  /** Whether the grantee itself is still in good standing: by the registry, and by the attestation in the delegation. */
  readonly principal: AttestationState
}

/** A link as it is decided about. */
export interface ChainFacts {
  readonly shown: ShownLink
  /** The id of the grant that is shown beside it. */
  readonly grantId: string
  /** Null when nobody told us of it. */
  readonly link: LinkFacts | null
}

export type LinkCode =
  | `principal_${Exclude<AttestationState, 'valid'>}`
  | 'delegation_unknown'
  | 'delegation_of_another_grant'
  | 'delegation_for_another_party'
  | 'delegation_not_allowed'
  | 'delegation_cut'
  | 'delegation_revoked'
  | 'delegation_not_yet_valid'
  | 'delegation_expired'
  | 'delegation_invalid'
  | 'delegation_unverifiable'
  | 'delegation_exceeds_grant'
  | 'claim_not_delegated'
  | 'purpose_not_delegated'
  | 'role_not_delegated'
  | 'system_not_delegated'

/** Why this is no link of theirs: then nothing else of it is described to the asker. */
export function foreignLink({ shown, link, grantId }: ChainFacts, asker: Did): LinkCode | undefined {
  if (shown.proof === 'foreign') return 'delegation_for_another_party'
  if (!link) return 'delegation_unknown'
  if (link.delegate !== asker) return 'delegation_for_another_party'
  if (link.grantId !== grantId) return 'delegation_of_another_grant'
  return undefined
}

/** What about a link of theirs does not let them read now; the grant itself is looked at besides. */
export function linkCodes(
  ask: {
    readonly actor: Actor | null
    readonly claims: readonly ClaimTarget[]
    readonly purpose: readonly string[]
  },
  grant: Passable & { readonly tuples: readonly GrantTuple[] },
  { shown, link }: ChainFacts & { readonly link: LinkFacts },
  now: number,
): LinkCode[] {
  const codes: LinkCode[] = []
  if (shown.principal !== 'valid') codes.push(`principal_${shown.principal}`)
  if (!mayPassOn(grant.delegation, link.delegate)) codes.push('delegation_not_allowed')
  if (link.cutAt !== null) codes.push('delegation_cut')
  if (link.endedAt !== null || shown.proof === 'revoked') codes.push('delegation_revoked')
  if (now < link.startsAt - CLOCK_SKEW_S * 1000) codes.push('delegation_not_yet_valid')
  if (now >= link.expiresAt || shown.proof === 'expired') codes.push('delegation_expired')
  if (shown.proof === 'invalid' || shown.proof === 'unverifiable') codes.push(`delegation_${shown.proof}`)
  if (!isWithin(link.claims, grant.tuples) || !mayLetLook(grant, link.recipients))
    codes.push('delegation_exceeds_grant')
  if (!isWithin(ask.claims, link.claims)) codes.push('claim_not_delegated')
  if (!ask.purpose.every((one) => link.purpose.includes(one))) codes.push('purpose_not_delegated')
  // Whoever it is was not proven: that is said of the actor.
  if (ask.actor && !isRecipient(ask.actor, link.recipients))
    codes.push(ask.actor.kind === 'system' ? 'system_not_delegated' : 'role_not_delegated')
  return codes
}

/** Whether a grant may be passed on to this party. */
export const mayPassOn = (delegation: Delegable | null, to: Did): boolean =>
  delegation !== null && delegation.max_depth >= 1 && (delegation.to?.includes(to) ?? true)

/** Of a grant, what bears on who inside an intermediary may look. */
export interface Passable {
  readonly recipients: Recipients
  readonly delegation: Delegable | null
}

/**
 * Whether the grantee may name these inside an intermediary. A grant that says nothing of them leaves that to the
 * grantee, but for systems: who let no system read by itself did not let another party's do so.
 */
export function mayLetLook({ recipients, delegation }: Passable, named: Recipients): boolean {
  const limits = delegation?.recipients
  if (!limits) return !named.systems?.length || Boolean(recipients.systems?.length)
  return (
    isAmong(named.roles, limits.roles) &&
    isAmong(named.persons, limits.persons) &&
    isAmong(named.systems, limits.systems)
  )
}

const isAmong = (some: readonly string[] = [], all: readonly string[] = []): boolean =>
  some.every((one) => all.includes(one))

/** Whether all of these claims are among those. */
export function isWithin(some: readonly ClaimTarget[], all: readonly ClaimTarget[]): boolean {
  const keys = new Set(all.map(targetKey))
  return some.every((claim) => keys.has(targetKey(claim)))
}
