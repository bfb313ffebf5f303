import type { Vault } from '../vault/index.ts'
import type { OfferRow } from './offer-table.ts'

/** The signed credentials of an offer, by configuration. */
export type Ready = Readonly<Record<string, readonly string[]>>

const place = (offerId: string) => `oid4vci_offer:${offerId}`

export const sealReady = (
  vault: Pick<Vault, 'seal'>,
  offer: Pick<OfferRow, 'id' | 'issuerParty'>,
  ready: Ready,
): Promise<Buffer> => vault.seal(offer.issuerParty, place(offer.id), JSON.stringify(ready))

export async function openReady(
  vault: Pick<Vault, 'openText'>,
  offerId: string,
  sealed: Uint8Array,
): Promise<Ready> {
  return JSON.parse(await vault.openText(place(offerId), sealed)) as Ready
}
