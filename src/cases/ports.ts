import type { Caller, Did } from '../core/index.ts'
import type { Reader, Tx } from '../store/index.ts'
import type { CameTrue } from './case-tables.ts'
import type { ClaimTarget } from './question.ts'

/** Another organisation in the network. */
export interface PartnerAddress {
  readonly did: Did
  readonly name: string
  readonly wallet: string
}

/** A case as it is named in a request and in the grant that answers it. */
export interface CaseRef {
  readonly id: string
  /** What it is about, in words. */
  readonly ref: string
  readonly question: string
  readonly version: number
}

/** What one node tells another about a case: names, and never what it is about. */
export type CaseTell =
  | {
      readonly kind: 'case-opened'
      readonly case: string
      readonly question: string
      readonly version: number
      /** What the grant will name as the request it answers, `sha-256:…`. */
      readonly request: string
      /** Seconds since the epoch. */
      readonly until: number
    }
  | { readonly kind: 'case-closed'; readonly case: string }

/** What a question asks for, as a request of access/ has it. */
export interface Wanted {
  readonly claims: readonly ClaimTarget[]
  readonly purpose: readonly string[]
  readonly legalBasis: string
  readonly details: {
    readonly relevance: string
    readonly value: string
    readonly retention?: string
    readonly case?: CaseRef
  }
  /** Milliseconds since the epoch. */
  readonly wantedUntil: number
}

/** A party of ours with what is asked of it. */
export interface Part {
  /** Id of the party. */
  readonly subject: string
  readonly claims: readonly ClaimTarget[]
}

/** A request of ours, as access/ keeps it. */
export interface SentRequest {
  readonly id: string
  readonly partner: Did
  readonly partnerName: string
  readonly state: string
}

/** Requests and grants, which are kept by access/. */
export interface AccessPort {
  /**
   * Asks a partner; what goes alongside is kept in the transaction that knows of the request before it is sent.
   * @throws Refusal as `SentRequests.request`
   */
  ask(
    caller: Caller,
    partner: string,
    wanted: Wanted,
    alongside: (tx: Tx, request: SentRequest) => Promise<void>,
  ): Promise<SentRequest>
  /** Expects a grant that nobody asked for in a message: its owner says she is about to give it. */
  expect(
    tx: Tx,
    partner: PartnerAddress,
    wanted: Wanted & { readonly digest: string },
  ): Promise<{ readonly id: string } | null>
  /** What the caller decides about, and is there to be shown, by party. */
  partsOf(caller: Caller, claims: readonly ClaimTarget[]): Promise<readonly Part[]>
  /** Grants what a partner's catalogue asks of one party, as if it had asked. @throws Refusal as `Consent.approve` */
  give(
    tx: Tx,
    caller: Caller,
    given: Wanted &
      Part & {
        readonly id: string
        readonly asker: PartnerAddress
        readonly roles: readonly string[]
        /** What stands for the signed request, and its digest. */
        readonly compact: string
        readonly digest: string
      },
  ): Promise<{ readonly grant: string; readonly notHeld: readonly ClaimTarget[] }>
  /** Ends what a partner asked, and what was granted for it. */
  closeReceived(tx: Tx, by: Caller, requestId: string): Promise<void>
  /** Ends what we asked, and what we were granted for it. */
  closeSent(tx: Tx, by: Caller, requestId: string): Promise<void>
  /** Whose a grant of ours is and whether it was used or has ended; null when there is none. */
  standing(
    reader: Reader,
    grantId: string,
  ): Promise<{ grantorParty: string; grantee: Did; ended: boolean; used: boolean } | null>
}

/** What an owner said of this asker before: how often the stated value came true. */
export interface RatingSummary {
  readonly yes: number
  readonly partly: number
  readonly no: number
  /** The last thing she said; the note is her own. */
  readonly last: { readonly cameTrue: CameTrue; readonly at: number; readonly note: string | null } | null
}
