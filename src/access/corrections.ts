import type { ClaimPath } from '../credentials/index.ts'
import { select, type Tx } from '../store/index.ts'
import { type GivenGrantRow, givenGrantTable } from './access-tables.ts'
import type { ClaimTarget } from './decide.ts'

/** A grant, and which of the claims it opened were corrected. */
export interface CorrectedGrant {
  readonly grant: GivenGrantRow
  readonly claims: readonly ClaimTarget[]
}

export interface Correction {
  /** The credential, whichever issue of it. */
  readonly lineageId: string
  /** Whether the claim at a path says something else now. */
  readonly differs: (path: ClaimPath) => boolean
  /** Milliseconds since the epoch. */
  readonly now: number
  /** Which of these grants, all ended, left nothing with who read under them. */
  readonly deletedUnder: (grantIds: readonly string[]) => Promise<ReadonlySet<string>>
}

/**
 * Who must hear of a correction (AVG, article 19): whoever these claims of a credential are open to, and whoever saw
 * them while they were and did not confirm that nothing is left.
 */
export async function grantsOver(
  tx: Tx,
  { lineageId, differs, now, deletedUnder }: Correction,
): Promise<CorrectedGrant[]> {
  // A grant that ended concerns nobody unless somebody looked under it.
  const grants = await select(
    tx,
    givenGrantTable,
    `id IN (SELECT grant_id FROM grant_lineage WHERE lineage_id = ?) AND in_force_at IS NOT NULL
     AND ((revoked_at IS NULL AND expires_at > ?) OR EXISTS (SELECT 1 FROM access_event
       WHERE access_event.grant_id = given_grant.id AND access_event.outcome = 'permit')) ORDER BY id`,
    [lineageId, now],
  )
  const ended = grants.filter(({ revokedAt, expiresAt }) => revokedAt !== null || expiresAt <= now)
  const settled = await deletedUnder(ended.map(({ id }) => id))
  return grants.flatMap((grant) => {
    if (settled.has(grant.id)) return []
    const claims = grant.tuples
      .filter((tuple) => tuple.credentialId === lineageId && differs(tuple.path))
      .map(({ vct, path }) => ({ vct, path }))
    return claims.length > 0 ? [{ grant, claims }] : []
  })
}
