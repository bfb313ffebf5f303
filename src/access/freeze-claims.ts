import { Refusal } from '../core/index.ts'
import { type Credentials, expandPattern } from '../credentials/index.ts'
import type { Party } from '../parties/index.ts'
import type { Tx } from '../store/index.ts'
import type { ReceivedRequestRow } from './access-tables.ts'
import { type ClaimTarget, type GrantTuple, targetKey } from './decide.ts'

/** What a request opens. */
export interface Frozen {
  readonly tuples: readonly GrantTuple[]
  /** Asked for and not opened, because the subject does not hold it. */
  readonly notHeld: readonly ClaimTarget[]
}

/**
 * What opens, as tuples of the credentials that are held now.
 * @param only the claims that open; all that were asked for unless told
 * @throws Refusal `claim_not_requested`, `claim_not_held`, `nothing_to_grant`
 */
export async function freezeClaims(
  tx: Tx,
  credentials: Credentials,
  {
    request,
    subject,
    only,
  }: { request: ReceivedRequestRow; subject: Party; only: readonly ClaimTarget[] | undefined },
): Promise<Frozen> {
  const asked = new Set(request.claims.map(targetKey))
  if (only?.some((target) => !asked.has(targetKey(target))))
    throw new Refusal('invalid', 'claim_not_requested', 'only claims that were asked for can be granted')
  const tuples: GrantTuple[] = []
  const notHeld: ClaimTarget[] = []
  for (const target of only ?? request.claims) {
    const credentialId = await heldClaim(tx, credentials, subject, target)
    if (credentialId) tuples.push({ credentialId, vct: target.vct, path: target.path })
    else notHeld.push(target)
  }
  if (only && notHeld.length > 0)
    throw new Refusal('conflict', 'claim_not_held', 'one of these claims is not there to be shown')
  if (tuples.length === 0)
    throw new Refusal('conflict', 'nothing_to_grant', 'none of the claims asked for is there to be shown')
  return { tuples, notHeld }
}

async function heldClaim(
  tx: Tx,
  credentials: Credentials,
  subject: Party,
  { vct, path }: ClaimTarget,
): Promise<string | null> {
  const held = await credentials.findCurrent(tx, subject.id, vct)
  if (!held || held.subject !== subject.did) return null
  const { payload } = await credentials.read(held)
  return expandPattern(path, payload).length === 1 ? held.lineageId : null
}
