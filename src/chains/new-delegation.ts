import { type Did, Refusal } from '../core/index.ts'
import type { GivenDelegationRow } from './delegation-table.ts'
import type { ClaimTarget, PassableGrant, Readers, ToldDelegation } from './ports.ts'

export interface NewDelegation {
  readonly grant: string
  /** By DID, KVK number or name. */
  readonly to: string
  /** All that the grant opens unless told. */
  readonly claims?: readonly ClaimTarget[]
  readonly purpose?: readonly string[]
  readonly roles?: readonly string[]
  readonly persons?: readonly Did[]
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

/** @throws Refusal `recipients_missing`, `delegation_exceeds_grant` with whom the owner does let look */
export function recipientsOf(grant: PassableGrant, { roles, persons, systems }: NewDelegation): Readers {
  if (!roles?.length && !persons?.length && !systems?.length)
    throw new Refusal(
      'invalid',
      'recipients_missing',
      'say which roles, persons or systems of the intermediary may look',
    )
  const named = {
    ...(roles?.length && { roles: [...new Set(roles)] }),
    ...(persons?.length && { persons: [...new Set(persons)] }),
    ...(systems?.length && { systems: [...new Set(systems)] }),
  }
  if (grant.mayLetLook(named)) return named
  throw new Refusal('invalid', 'delegation_exceeds_grant', 'the owner does not let all of these look', {
    ...(grant.readers && { params: { ...grant.readers } }),
  })
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
