import { CLOCK_SKEW_S, type Did } from '../core/index.ts'
import type { AttestationState } from '../trust/index.ts'
import { type ChainFacts, type Delegable, foreignLink, type LinkCode, linkCodes } from './chain.ts'
import {
  type Actor,
  type ClaimTarget,
  type GrantTuple,
  isRecipient,
  type Recipients,
  targetKey,
} from './terms.ts'

export {
  type Actor,
  type ClaimTarget,
  type GrantTuple,
  isRecipient,
  type Looker,
  type Recipients,
  targetKey,
} from './terms.ts'

/** What the asker proved and wants, by the time its signatures are verified. */
export interface AskFacts {
  readonly asker: Did
  /** Null when no valid role credential came along. */
  readonly actor: Actor | null
  /** The party whose data is asked for. */
  readonly subject: Did
  readonly claims: readonly ClaimTarget[]
  readonly purpose: readonly string[]
  readonly legalBasis: string
  /** SHA-256 of the grant the asker shows. */
  readonly grantDigest: string
  /** By which link it reads under another's grant; null when the grant is its own. */
  readonly chain: ChainFacts | null
}

/** Our own row of the grant: it decides, not the credential that points at it. */
export interface GrantFacts {
  readonly grantor: Did
  readonly grantee: Did
  readonly digest: string
  readonly tuples: readonly GrantTuple[]
  readonly purpose: readonly string[]
  readonly legalBasis: string
  readonly recipients: Recipients
  /** What it says about passing it on; null where it may not be. */
  readonly delegation: Delegable | null
  /** Milliseconds since the epoch, like `expiresAt`. */
  readonly startsAt: number
  readonly expiresAt: number
  readonly revokedAt: number | null
  /** Whether the other side of a counter-offer has yet to give too. */
  readonly awaitsReturn: boolean
  /** Whether the agreement it names is in force; true where it names none. */
  readonly agreementInForce: boolean
  /** The trade secrets among its claims that no agreement opens now. */
  readonly closedSecrets: readonly ClaimTarget[]
}

export type DenialCode =
  | LinkCode
  | `attestation_${Exclude<AttestationState, 'valid'>}`
  | 'grant_unknown'
  | 'grant_differs'
  | 'grant_of_another_subject'
  | 'grant_for_another_party'
  | 'grant_revoked'
  | 'grant_not_yet_valid'
  | 'grant_expired'
  | 'grant_awaits_return'
  | 'agreement_not_in_force'
  | 'secret_needs_agreement'
  | 'purpose_not_granted'
  | 'basis_not_granted'
  | 'actor_unproven'
  | 'role_not_granted'
  | 'system_not_granted'
  | 'nothing_asked'
  | 'claim_not_granted'

export type Decision =
  | { readonly permit: true; readonly tuples: readonly GrantTuple[] }
  | { readonly permit: false; readonly codes: readonly DenialCode[] }

/**
 * Whether this Ask is covered by this grant, now. Pure, and denies by default: everything must be right at once,
 * and every reason why not is given.
 * @param now milliseconds since the epoch
 */
export function decide(
  ask: AskFacts,
  grant: GrantFacts | null,
  attestation: AttestationState,
  now: number,
): Decision {
  const codes: DenialCode[] = attestation === 'valid' ? [] : [`attestation_${attestation}`]
  // A grant that is not ours, or not theirs, is not described any further to the asker.
  if (!grant) return { permit: false, codes: [...codes, 'grant_unknown'] }
  const foreign = foreignTo(ask, grant)
  if (foreign) return { permit: false, codes: [...codes, foreign] }
  const { chain } = ask
  codes.push(...timeCodes(grant, now))
  if (!chain) codes.push(...actorCodes(ask.actor, grant.recipients))
  else if (!ask.actor) codes.push('actor_unproven')
  if (chain?.link) codes.push(...linkCodes(ask, grant, { ...chain, link: chain.link }, now))
  if (!ask.purpose.length || !ask.purpose.every((purpose) => grant.purpose.includes(purpose)))
    codes.push('purpose_not_granted')
  if (ask.legalBasis !== grant.legalBasis) codes.push('basis_not_granted')
  const tuples = coveredTuples(ask.claims, grant.tuples)
  if (ask.claims.length === 0) codes.push('nothing_asked')
  else if (tuples.length < ask.claims.length) codes.push('claim_not_granted')
  const closed = new Set(grant.closedSecrets.map(targetKey))
  if (ask.claims.some((claim) => closed.has(targetKey(claim)))) codes.push('secret_needs_agreement')
  return codes.length === 0 ? { permit: true, tuples } : { permit: false, codes }
}

function foreignTo(ask: AskFacts, grant: GrantFacts): DenialCode | undefined {
  if (grant.digest !== ask.grantDigest) return 'grant_differs'
  if (grant.grantor !== ask.subject) return 'grant_of_another_subject'
  const foreign = ask.chain && foreignLink(ask.chain, ask.asker)
  if (foreign) return foreign
  if (grant.grantee !== (ask.chain?.link?.principal ?? ask.asker)) return 'grant_for_another_party'
  return undefined
}

function timeCodes(grant: GrantFacts, now: number): DenialCode[] {
  const codes: DenialCode[] = []
  if (grant.revokedAt !== null) codes.push('grant_revoked')
  else if (grant.awaitsReturn) codes.push('grant_awaits_return')
  if (now < grant.startsAt - CLOCK_SKEW_S * 1000) codes.push('grant_not_yet_valid')
  if (!grant.agreementInForce) codes.push('agreement_not_in_force')
  // Our own row and our own clock: the end of a grant needs no allowance.
  if (now >= grant.expiresAt) codes.push('grant_expired')
  return codes
}

function actorCodes(actor: Actor | null, recipients: Recipients): DenialCode[] {
  if (!actor) return ['actor_unproven']
  if (isRecipient(actor, recipients)) return []
  return [actor.kind === 'system' ? 'system_not_granted' : 'role_not_granted']
}

/** The frozen tuple for each asked claim, in the order asked; claims without one are left out. */
function coveredTuples(claims: readonly ClaimTarget[], tuples: readonly GrantTuple[]): GrantTuple[] {
  const byTarget = new Map(tuples.map((tuple) => [targetKey(tuple), tuple]))
  return claims.map((claim) => byTarget.get(targetKey(claim))).filter((tuple) => tuple !== undefined)
}
