import type { Caller } from '../core/index.ts'
import type { ClaimPath } from '../credentials/index.ts'
import type { Party } from '../parties/index.ts'
import type { Tx } from '../store/index.ts'

/** A contact person in the directory of partners; the partners room answers. */
export interface FoundContact {
  readonly partnerId: string
  /** Keyed: tells her apart from who comes after her. */
  readonly mark: string
  readonly name: string
  readonly email: string | null
  readonly partnerName: string
}

/** What of a person the books must keep; `keptUntil` in ms, null where nothing. */
export interface ErasedContact {
  readonly keptUntil: number | null
}

/** What erasing does in the directory of partners. */
export interface DirectoryPort<C extends FoundContact = FoundContact> {
  readonly find: (partnerId: string) => Promise<C | null>
  readonly byEmail: (email: string) => Promise<readonly C[]>
  readonly keeps: (contact: C, isRealEstate: boolean) => ErasedContact
  readonly valuesOf: (contact: C) => string[]
  readonly erase: (tx: Tx, caller: Caller, contact: C, isRealEstate: boolean) => Promise<void>
}

/** What else there is of somebody in this node. */
export interface TracesPort {
  count(party: Party): Promise<{
    readonly credentials: number
    readonly grants: number
    readonly openGrants: number
    readonly requests: number
    readonly events: number
    /** What she signed for the company. */
    readonly acceptances: number
  }>
  /** Takes these words out of what others wrote, and out of answers that are kept for a day. */
  forget(tx: Tx, values: readonly string[]): Promise<void>
}

/** What the directory of partners does about a person in it. */
export interface ContactsPort {
  /** @throws Refusal `partner_unknown`, `contact_unknown` where the row names nobody */
  require(partnerId: string): Promise<FoundContact>
  /** The rows that have this e-mail address. */
  byEmail(email: string): Promise<readonly ContactRef[]>
  noMarketing(tx: Tx, contact: ContactRef, at: number): Promise<void>
  restrict(tx: Tx, contact: ContactRef, at: number | null): Promise<void>
}

export type ContactRef = Pick<FoundContact, 'partnerId' | 'mark'>

/** What the access room does at once about somebody who is a party here. */
export interface AccessPort {
  /** Ends what is open for marketing and keeps new requests for it away. */
  objectToMarketing(tx: Tx, caller: Caller, personId: string): Promise<void>
  /** Denies reads of these claims, or of all of them, until {@link lift}. */
  restrict(
    tx: Tx,
    restriction: { requestId: string; personId: string; claims: readonly RestrictedClaim[] },
  ): Promise<void>
  lift(tx: Tx, requestId: string): Promise<void>
}

export interface RestrictedClaim {
  readonly vct: string
  readonly path: ClaimPath
}
