import type { Caller, HerWords } from '../core/index.ts'
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
  /** @returns the grants she gave us */
  readonly erase: (tx: Tx, caller: Caller, contact: C, isRealEstate: boolean) => Promise<readonly string[]>
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
    /** What she approved beforehand, and her templates. */
    readonly approvals: number
    /** Written to her and by her; proposed to her; opened about her. */
    readonly messages: number
    readonly corrections: number
    readonly cases: number
    /** What she asked of partners, and looked at. */
    readonly asksAndLooks: number
  }>
  /** What our people wrote, and how much of it names her. */
  written(words: HerWords): Promise<Written>
  /** Takes her out of what others wrote, and out of answers that are kept for a day. */
  forget(tx: Tx, caller: Caller, her: Traced): Promise<void>
}

/** By what somebody is found. */
export interface Traced {
  readonly words: HerWords
  /** Names and numbers of hers, as systems write them. */
  readonly values: readonly string[]
  /** Grants she gave us: what was written along them is hers. */
  readonly grants: readonly string[]
}

/** How many texts there are. Nobody can search them for what does not name her: they are said to stay. */
export interface Written {
  readonly named: number
  readonly breachTexts: number
  readonly messages: number
  /** When the last message that is here now is removed, and who looked until now, ms. */
  readonly messagesUntil: number
  readonly looksUntil: number
  readonly others: number
  /** Credentials in which the organisation says something of itself that names her. */
  readonly companyCredentials: number
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
