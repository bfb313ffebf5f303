import type { Store } from '../../store/index.ts'
import type { Vault } from '../../vault/index.ts'
import { place } from './inbox-places.ts'
import type { ShownOffer } from './shown-offer.ts'
import { type WalletOfferRow, walletOfferTable } from './tables.ts'

/** An offer in somebody's inbox, with what was shown of it. */
export interface OfferSeen {
  readonly row: WalletOfferRow
  readonly shown: ShownOffer
}

/** Everything in a party's inbox, newest first: what it is told when it asks what there is of it. */
export async function walletOffersOf(
  holderParty: string,
  { store, vault }: { readonly store: Store; readonly vault: Pick<Vault, 'openText'> },
): Promise<OfferSeen[]> {
  const rows = await store.reader.find(walletOfferTable, { where: { holderParty }, order: { id: 'DESC' } })
  return Promise.all(
    rows.map(async (row) => ({
      row,
      shown: JSON.parse(await vault.openText(place(row.id, 'shown'), row.sealedShown)) as ShownOffer,
    })),
  )
}
