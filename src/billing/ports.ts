import type { Did } from '../core/index.ts'
import type { Tx } from '../store/index.ts'
import type { BillableEvent } from './billable.ts'
import type { InvoiceParty } from './tables.ts'

/** Who pays for what happened, and whether that organisation brings partners in. */
export interface Payer {
  readonly payer: Did
  /** It invited a partner: what the tariff gives to inviters is for it. */
  readonly isInviter: boolean
}

/** Answers from the database, in the transaction that meters. */
export type PayerOf = (tx: Tx, event: BillableEvent) => Promise<Payer>

/** Who is in the network. */
export interface Members {
  /** Organisations that are active members and were so before a moment; the trust anchor is not among them. */
  activeSince(tx: Tx, before: number): Promise<readonly Did[]>
  /** What stands on an invoice of them; of who is in no register any more, its DID. */
  named(dids: readonly Did[]): Promise<ReadonlyMap<Did, InvoiceParty>>
}
