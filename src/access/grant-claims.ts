import { type Did, Refusal, seconds } from '../core/index.ts'
import type { Claims } from '../credentials/index.ts'
import type { GivenGrantRow, ReceivedRequestRow } from './access-tables.ts'
import type { Delegable } from './chain.ts'
import type { ClaimTarget, Recipients } from './decide.ts'
import type { SealedRequest } from './sealed-request.ts'

export interface Approval {
  /** The claims that open; all that were asked for unless told. */
  readonly only?: readonly ClaimTarget[]
  /** Milliseconds since the epoch. */
  readonly until?: number
  /** Roles inside the asking company that may look; the role of who asked unless told. */
  readonly roles?: readonly string[]
  /** Whether nobody may look but the employee who asked. */
  readonly onlyAsker?: boolean
  /** Whether the system that asks, or that the asker names, may read by itself. */
  readonly allowSystem?: boolean
  /** Whether the asker may let an intermediary read on its behalf. */
  readonly passOn?: boolean
  /** The only parties it may be passed on to; those the asker named unless told. */
  readonly passOnTo?: readonly Did[]
  /** The only ones inside such a party that may look; whom the asker names unless told. */
  readonly passOnReaders?: Recipients
}

/** Claims of a grant credential. */
export type GrantClaims = Claims & { readonly access: Claims }

/** What the claims of a grant are made of, beside the request. */
type Decided = Pick<GivenGrantRow, 'tuples' | 'recipients' | 'delegation' | 'inReturn'>

/** @throws Refusal `system_not_allowed`, `no_system_asked`, `recipients_conflict` */
export function recipientsOf(
  { actor, details: { system } }: Pick<SealedRequest, 'actor' | 'details'>,
  { roles, onlyAsker, allowSystem }: Approval,
): Recipients {
  if (actor?.kind === 'system') {
    if (!allowSystem)
      throw new Refusal(
        'conflict',
        'system_not_allowed',
        'a system asked: allow it to read, or deny the request',
      )
    return { systems: [actor.did], ...(roles && { roles }) }
  }
  if (allowSystem && !system)
    throw new Refusal('conflict', 'no_system_asked', 'the asker named no system that is to read by itself')
  if (onlyAsker && (roles || !actor))
    throw new Refusal('conflict', 'recipients_conflict', 'a grant is for who asked alone, or for roles')
  return {
    ...(onlyAsker && actor ? { persons: [actor.did] } : { roles: roles ?? (actor ? [actor.role] : []) }),
    ...(allowSystem && system && { systems: [system.did] }),
  }
}

/**
 * What a grant says about passing it on: nothing unless it was asked and is allowed, and no more than was asked.
 * @throws Refusal `delegation_not_asked`, `delegation_wider_than_asked`
 */
export function delegationOf(
  { details: { delegation: asked } }: Pick<SealedRequest, 'details'>,
  { passOn, passOnTo, passOnReaders }: Approval,
): Delegable | null {
  if (!passOn && !passOnTo && !passOnReaders) return null
  if (!asked) throw new Refusal('conflict', 'delegation_not_asked', 'the asker did not ask to pass this on')
  const named = asked.to?.map(({ did }) => did)
  if (named && passOnTo?.some((did) => !named.includes(did)))
    throw new Refusal(
      'invalid',
      'delegation_wider_than_asked',
      'the asker named whom it would pass this on to: nobody else can be added',
    )
  const to = passOnTo ?? named
  return { max_depth: 1, ...(to && { to }), ...(passOnReaders && { recipients: passOnReaders }) }
}

/** What the grant credential says of what was opened, but for its consent record. */
export const grantClaims = (
  { tuples, recipients, delegation, inReturn }: Decided,
  request: Pick<ReceivedRequestRow, 'purpose' | 'legalBasis' | 'digest'>,
  { details }: Pick<SealedRequest, 'details'>,
): GrantClaims => ({
  access: {
    query: tuples.map(({ credentialId, vct, path }) => ({ credential_id: credentialId, vct, path })),
    actions: ['read'],
    purpose: request.purpose,
    legal_basis: request.legalBasis,
    recipients,
    relevance: details.relevance,
    value: details.value,
    ...(details.case && { case: details.case }),
    ...(details.retention && { retention: details.retention }),
    ...(details.agreement && { agreement: { ...details.agreement } }),
    delegation: { ...(delegation ?? { max_depth: 0 }) },
    ...(inReturn !== null && { in_return: inReturn }),
    request: request.digest,
  },
})

export const withConsentRecord = ({ access }: GrantClaims, record: object | null): Claims => ({
  access: { ...access, ...(record && { consent_record: { ...record } }) },
})

/** What the whole grant credential says, with parties and times. */
export const grantPayload = (
  grant: Pick<GivenGrantRow, 'id' | 'grantor' | 'grantee' | 'startsAt' | 'expiresAt'>,
  claims: Claims,
): Claims => ({
  iss: grant.grantor,
  sub: grant.grantee,
  jti: grant.id,
  iat: seconds(grant.startsAt),
  exp: seconds(grant.expiresAt),
  ...claims,
})
