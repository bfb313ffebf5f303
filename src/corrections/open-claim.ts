import type { ClaimTarget } from './correction.ts'
import type { GivenGrant } from './ports.ts'

/** The same text for the same type and path. */
export const claimKey = ({ vct, path }: ClaimTarget): string => JSON.stringify([vct, ...path])

/** Why a claim is not open under a grant now; null when it is. */
export function closedBecause(
  grant: Pick<GivenGrant, 'tuples' | 'inForceAt' | 'expiresAt' | 'revokedAt'>,
  claim: ClaimTarget,
  now: number,
): string | null {
  if (grant.revokedAt !== null) return 'grant_revoked'
  if (grant.inForceAt === null) return 'grant_not_yet_valid'
  if (grant.expiresAt <= now) return 'grant_expired'
  return grant.tuples.some((one) => claimKey(one) === claimKey(claim)) ? null : 'claim_not_granted'
}
