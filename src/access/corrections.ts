import type { ClaimPath } from '../credentials/index.ts'
import { placeholders, select, type Tx } from '../store/index.ts'
import { type GivenGrantRow, givenGrantTable } from './access-tables.ts'
import { grantLinkTable } from './chain-tables.ts'
import { type ClaimTarget, targetKey } from './decide.ts'

/** A grant, or a link of one, and which of the claims it opened were corrected. */
export interface CorrectedGrant {
  readonly grant: Pick<GivenGrantRow, 'id' | 'grantorParty' | 'grantee' | 'granteeName'>
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
  const corrected = grants.flatMap((grant) => {
    const claims = grant.tuples
      .filter((tuple) => tuple.credentialId === lineageId && differs(tuple.path))
      .map(({ vct, path }) => ({ vct, path }))
    return claims.length > 0 ? [{ grant, claims }] : []
  })
  const links = await linksOver(tx, corrected, now)
  return [...corrected.filter(({ grant }) => !settled.has(grant.id)), ...links]
}

/**
 * Who reads on a grantee's behalf is told by us: we know of each link, and need not rely on the grantee. One that ended
 * counts when somebody looked by it.
 */
async function linksOver(
  tx: Tx,
  corrected: readonly { readonly grant: GivenGrantRow; readonly claims: readonly ClaimTarget[] }[],
  now: number,
): Promise<CorrectedGrant[]> {
  const passedOn = corrected.filter(({ grant }) => grant.delegation !== null)
  if (passedOn.length === 0) return []
  const links = await select(
    tx,
    grantLinkTable,
    `grant_id IN (${placeholders(passedOn.length)})
     AND ((cut_at IS NULL AND ended_at IS NULL AND expires_at > ?) OR EXISTS (SELECT 1 FROM access_event
       WHERE access_event.link_id = grant_link.id AND access_event.outcome = 'permit')) ORDER BY id`,
    [...passedOn.map(({ grant }) => grant.id), now],
  )
  return links.flatMap(({ id, grantId, grantorParty, delegate, delegateName, claims: open }) => {
    const keys = new Set(open.map(targetKey))
    const all = passedOn.find(({ grant }) => grant.id === grantId)?.claims ?? []
    const claims = all.filter((claim) => keys.has(targetKey(claim)))
    const grant = { id, grantorParty, grantee: delegate, granteeName: delegateName }
    return claims.length > 0 ? [{ grant, claims }] : []
  })
}
