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
 * @param changed claims that say something else now; those below them too
 */
export async function grantsOver(
  tx: Tx,
  lineageId: string,
  changed: readonly ClaimPath[],
): Promise<CorrectedGrant[]> {
  const grants = await select(
    tx,
    givenGrantTable,
    'id IN (SELECT grant_id FROM grant_lineage WHERE lineage_id = ?) ORDER BY id',
    [lineageId],
  )
  return grants.flatMap((grant) => {
    const claims = grant.tuples
      .filter(
        (tuple) => tuple.credentialId === lineageId && changed.some((path) => isWithin(tuple.path, path)),
      )
      .map(({ vct, path }) => ({ vct, path }))
    return claims.length > 0 ? [{ grant, claims }] : []
  })
}

/** Whether one claim is the other, part of it, or has it as a part. */
const isWithin = (one: ClaimPath, other: ClaimPath): boolean =>
  one.every((key, at) => at >= other.length || key === other[at])
