import type { Audit } from '../../audit/index.ts'
import type { JsonObject } from '../../jose/index.ts'
import { hashSecret, OAuthRefusal } from '../../oauth/index.ts'
import type { Store } from '../../store/index.ts'
import { useOnce } from '../nonces.ts'
import { issuanceTable, type WalletEvent, walletEvents } from './tables.ts'
import type { Access } from './tokens.ts'

const MAX_CHARS = 200
/** Human-readable ASCII; we read no more into it (OpenID4VCI 1.0, section 11.1). */
const DESCRIPTION = /^[\x20-\x21\x23-\x5b\x5d-\x7e]{0,1000}$/

/**
 * Takes down what a wallet says became of its credentials. The same again is success (section 11).
 * @throws OAuthRefusal `invalid_notification_id`, `invalid_notification_request`, `invalid_dpop_proof`
 */
export async function takeNotification(
  access: Access,
  body: JsonObject,
  { store, audit }: { readonly store: Store; readonly audit: Audit },
): Promise<void> {
  const { notificationId, event } = read(body)
  const notificationHash = hashSecret('notification_id', notificationId)
  const { offerId } = access.token
  await store.transact(async (tx) => {
    for (const once of access.once)
      if (!(await useOnce(tx, once)))
        throw new OAuthRefusal('invalid_dpop_proof', 'dpop_replayed', 'this proof was used before', {
          challenge: 'DPoP',
        })
    const row = await tx.findOneBy(issuanceTable, { notificationHash, offerId })
    if (!row)
      throw new OAuthRefusal(
        'invalid_notification_id',
        'notification_unknown',
        'there is no such notification_id',
      )
    if (row.event === event) return
    await tx.update(issuanceTable, { id: row.id }, { event })
    await audit.record(tx, 'system', `open_offer.${event}`, { offer: offerId })
  })
}

function read(body: JsonObject): { notificationId: string; event: WalletEvent } {
  const { notification_id: notificationId, event, event_description: description } = body
  const known = walletEvents.find((name) => name === event)
  const isGood =
    typeof notificationId === 'string' &&
    notificationId !== '' &&
    notificationId.length <= MAX_CHARS &&
    (description === undefined || (typeof description === 'string' && DESCRIPTION.test(description)))
  if (!isGood || !known)
    throw new OAuthRefusal(
      'invalid_notification_request',
      'notification_malformed',
      'this is not a notification',
    )
  return { notificationId, event: known }
}
