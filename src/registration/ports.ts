import type { Did } from '../core/index.ts'
import type { Tx } from '../store/index.ts'

/** How credentials get to whom they are for: OpenID4VCI fills it. */
export interface Offers {
  /**
   * Makes an Offer of issued credentials and sends it with the transaction.
   * @param offer.deliverTo the receiver's wallet
   * @returns the Offer's id
   */
  create(
    tx: Tx,
    offer: {
      readonly issuerPartyId: string
      readonly subject: Did
      readonly compacts: string[]
      readonly deliverTo: string
      /** Redeems it in the place of the subject; a DID the subject named. */
      readonly redeemer?: Did
    },
  ): Promise<string>
}

/** The trust anchor's hand on the chain: pays for changes that their signature proves. */
export interface RelayPort {
  /** @throws Refusal `relay_…`, `chain_unreachable` */
  submit(change: unknown): Promise<{ readonly transaction: string; readonly block: number }>
}
