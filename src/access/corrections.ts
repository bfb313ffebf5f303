import type { ClaimPath } from '../credentials/index.ts'
import { select, type Tx } from '../store/index.ts'
import { type GivenGrantRow, givenGrantTable } from './access-tables.ts'
import type { ClaimTarget } from './decide.ts'

/** A grant, and which of the claims it opened were corrected. */
export interface CorrectedGrant {
  readonly grant: GivenGrantRow
  readonly claims: readonly ClaimTarget[]
}

/**
 * Who must hear of a correction: whoever these claims of a credential are open to, or were.
 * @param lineageId the credential, whichever issue of it
 * @param differs whether the claim at a path says something else now
 */
export async function grantsOver(
  tx: Tx,
  lineageId: string,
  differs: (path: ClaimPath) => boolean,
): Promise<CorrectedGrant[]> {
  const grants = await select(
    tx,
    givenGrantTable,
    'id IN (SELECT grant_id FROM grant_lineage WHERE lineage_id = ?) ORDER BY id',
    [lineageId],
  )
  return grants.flatMap((grant) => {
    const claims = grant.tuples
      .filter((tuple) => tuple.credentialId === lineageId && differs(tuple.path))
      .map(({ vct, path }) => ({ vct, path }))
    return claims.length > 0 ? [{ grant, claims }] : []
  })
}
