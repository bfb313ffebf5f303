import type { Caller, Did } from '../core/index.ts'
import type { Party } from '../parties/index.ts'
import type { Reader, Tx } from '../store/index.ts'
import type { BounceKind, ClaimTarget, ProposedValue } from './correction.ts'

/** A grant we hold, as far as proposing goes. Times in ms. */
export interface HeldGrant {
  readonly id: string
  readonly partner: Did
  readonly partnerName: string
  readonly claims: readonly ClaimTarget[]
  readonly state: 'live' | 'ended'
  readonly endedCode: string | null
  readonly expiresAt: number
}

/** The grants we hold; access/ answers. */
export interface HeldGrantsPort {
  find(reader: Reader, id: string): Promise<HeldGrant | null>
  /** As {@link find}; nobody else proposes under it, and it does not end, until the transaction does. */
  hold(tx: Tx, id: string): Promise<HeldGrant | null>
  ofPartner(partner: Did): Promise<readonly HeldGrant[]>
}

/** A grant one of our parties gave. Times in ms. */
export interface GivenGrant {
  readonly id: string
  readonly grantorParty: string
  readonly grantee: Did
  readonly granteeName: string
  readonly tuples: readonly ClaimTarget[]
  /** Null while it opens nothing yet. */
  readonly inForceAt: number | null
  readonly expiresAt: number
  readonly revokedAt: number | null
}

/** The grants our parties gave; access/ answers. */
export interface GivenGrantsPort {
  find(reader: Reader, id: string): Promise<GivenGrant | null>
  /** As {@link find}; it is not taken back until the transaction ends. */
  hold(tx: Tx, id: string): Promise<GivenGrant | null>
}

/** Only the data subject decides about its data; access/ answers. */
export interface OwnersPort {
  /** @throws Refusal `not_data_subject` */
  requireMayDecide(caller: Caller, subject: Party): void
  /** The parties whose data this caller decides about. */
  subjectsOf(caller: Caller): Promise<readonly string[]>
}

/** What one node tells another about a proposal. */
export type CorrectionTell =
  | {
      readonly kind: 'correction-proposed'
      readonly id: string
      readonly grant: string
      readonly claim: { vct: string; path: (string | number)[] }
      readonly value?: ProposedValue
      readonly reason: string
      readonly bounce?: BounceKind
    }
  | {
      readonly kind: 'correction-settled'
      readonly id: string
      readonly outcome: 'accepted' | 'declined' | 'refused'
      readonly reason?: string
    }

export type TellCorrection = (tx: Tx, to: Did, tell: CorrectionTell, id?: string) => Promise<unknown>
