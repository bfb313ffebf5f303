import { change, rows, type Tx } from '../../store/index.ts'
import {
  type IssuanceRow,
  issuanceTable,
  type OpenTokenRow,
  openOfferTable,
  openTokenTable,
} from './tables.ts'

/** Of one offer, newer ones and copies together: who comes back more often than that does not mean to renew. */
export const MAX_CREDENTIALS = 500

/**
 * Takes a newer credential of an offer for its holder: once for each access token that is for one; not after the offer was
 * taken back, suspended or erased. The offer is written to, so that who revokes it at the same moment waits, and then finds
 * what was issued.
 * @returns whether it may be issued
 */
export async function takeRenewal(
  tx: Tx,
  { token, copies, now }: { readonly token: OpenTokenRow; readonly copies: number; readonly now: number },
): Promise<boolean> {
  const { id, offerId } = token
  // The offer before its tokens, as everywhere: two that lock them in another order wait for each other for ever.
  const renewable = await rows(
    tx,
    `UPDATE open_offer SET settled_at = settled_at
     WHERE id = ? AND state = 'issued' AND sealed IS NOT NULL AND expires_at > ? RETURNING id`,
    [offerId, now],
  )
  if (renewable.length !== 1) return false
  if (!(await change(tx, openTokenTable, { id, renewal: 'due' }, { renewal: 'done' }))) return false
  await change(tx, openOfferTable, { id: offerId }, { settledAt: now })
  const issuance = await tx.findOneBy(issuanceTable, { offerId })
  return issuance !== null && issuance.credentialIds.length + copies <= MAX_CREDENTIALS
}

/** What was issued before holds until it ends; revoking the offer revokes it with the newer ones. */
export async function addToIssuance(
  tx: Tx,
  offerId: string,
  { credentialIds, ...set }: Pick<IssuanceRow, 'keys' | 'credentialIds' | 'notificationHash' | 'issuedAt'>,
): Promise<void> {
  const before = await tx.findOneBy(issuanceTable, { offerId })
  if (!before) throw new Error('what is renewed was issued before')
  const all = [...before.credentialIds, ...credentialIds]
  await tx.update(issuanceTable, { id: before.id }, { ...set, credentialIds: all, event: null })
}
