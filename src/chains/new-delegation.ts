import { type Did, Refusal } from '../core/index.ts'
import type { GivenDelegationRow } from './delegation-table.ts'
import type { ClaimTarget, PassableGrant, ToldDelegation } from './ports.ts'

export interface NewDelegation {
  readonly grant: string
  /** By DID, KVK number or name. */
  readonly to: string
  /** All that the grant opens unless told. */
  readonly claims?: readonly ClaimTarget[]
  readonly purpose?: readonly string[]
  readonly roles?: readonly string[]
  readonly systems?: readonly Did[]
  /** Milliseconds since the epoch; the end of the grant unless told. */
  readonly until?: number
}

const keyOf = ({ vct, path }: ClaimTarget): string => JSON.stringify([vct, ...path])

/** @throws Refusal `delegation_exceeds_grant` */
export function within(grant: PassableGrant, { claims, purpose }: NewDelegation) {
  const granted = new Set(grant.claims.map(keyOf))
  const fits =
    (claims ?? []).every((claim) => granted.has(keyOf(claim))) &&
    (purpose ?? []).every((one) => grant.purpose.includes(one))
  if (!fits)
    throw new Refusal(
      'invalid',
      'delegation_exceeds_grant',
      'only what the grant opens can be passed on, for what it is for',
    )
  const unique = [...new Map((claims ?? grant.claims).map((claim) => [keyOf(claim), claim])).values()]
  return {
    claims: unique.map(({ vct, path }) => ({ vct, path })),
    purpose: [...new Set(purpose ?? grant.purpose)],
  }
}

/** @throws Refusal `recipients_missing` */
export function recipientsOf({ roles, systems }: NewDelegation): GivenDelegationRow['recipients'] {
  if (!roles?.length && !systems?.length)
    throw new Refusal(
      'invalid',
      'recipients_missing',
      'say which roles or systems of the intermediary may look',
    )
  return {
    ...(roles?.length && { roles: [...new Set(roles)] }),
    ...(systems?.length && { systems: [...new Set(systems)] }),
  }
}

/**
 * @param attestedUntil when our attestation ends: what says that we are in good standing goes with the delegation
 * @throws Refusal `invalid_until`
 */
export function endOf(
  grant: PassableGrant,
  attestedUntil: number,
  until: number | undefined,
  now: number,
): number {
  const last = Math.min(grant.expiresAt, attestedUntil)
  const end = until ?? last
  if (end <= now || end > last)
    throw new Refusal(
      'invalid',
      'invalid_until',
      'a delegation ends in the future, and not after its grant or our attestation',
    )
  return Math.floor(end / 1000) * 1000
}

export const toldOf = ({
  id,
  grantId,
  delegate,
  claims,
  purpose,
  recipients,
  expiresAt,
}: GivenDelegationRow): ToldDelegation => ({
  grant: grantId,
  delegation: id,
  to: delegate,
  claims,
  purpose,
  recipients,
  expiresAt,
})

/** @param attestation ours, nothing disclosed; null when we have none any more: then the owner lets nobody read */
export const claimsOf = (
  { claims, purpose, recipients }: GivenDelegationRow,
  grant: PassableGrant,
  attestation: string | null,
) => ({
  delegation: {
    grant: { id: grant.id, digest: `sha-256:${grant.digest}`, credential: grant.shown },
    owner: { organisation: grant.partner, wallet: grant.grantorWallet },
    query: claims.map(({ vct, path }) => ({ vct, path })),
    actions: ['read'],
    purpose,
    legal_basis: grant.legalBasis,
    recipients,
    max_depth: 0,
    ...(attestation !== null && { attestation }),
  },
})
