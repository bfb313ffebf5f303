import type { Caller, Did } from '../core/index.ts'
import type { Reader, Tx } from '../store/index.ts'
import type { Ended, Use } from './grant-record.ts'
import type { DeletionOutcome } from './receipt-tables.ts'

/** A grant as access/ has it. */
export interface FoundGrant {
  /** What its credential says, time and parties included. */
  readonly payload: Readonly<Record<string, unknown>>
  readonly granteeName: string
  readonly digest: string
  readonly ended: Ended | null
}

/** A grant we hold, and where its owner is. */
export interface FoundHeldGrant extends FoundGrant {
  readonly grantor: Did
  readonly grantorWallet: string
}

/** What is known of a grant one of our parties gave. */
export interface GrantStanding {
  readonly grantorParty: string
  readonly grantee: Did
  readonly ended: boolean
}

/** The grants, which are kept by access/. */
export interface GrantSource {
  /** A grant one of our parties gave, for who may decide about it. @throws Refusal `not_data_subject` */
  given(caller: Caller, id: string): Promise<FoundGrant | null>
  held(id: string): Promise<FoundHeldGrant | null>
  standing(reader: Reader, id: string): Promise<GrantStanding | null>
  /** The last times somebody looked under a grant, newest first. */
  uses(id: string, limit: number): Promise<Use[]>
}

/** What a partner says of what it read under a grant of ours that ended. */
export interface PartnerAnswer {
  readonly grantId: string
  /** Who says so, as proven by whoever calls. */
  readonly from: Did
  readonly outcome: DeletionOutcome
  readonly reason?: string
  /** Milliseconds since the epoch. */
  readonly until?: number
}

/** What we say to the owner of a grant we held. */
export interface DeletionStatement {
  readonly grantId: string
  /** Who gave the grant, and where that party's wallet is. */
  readonly grantor: Did
  readonly wallet: string
  readonly outcome: DeletionOutcome
  readonly reason?: string
  /** Milliseconds since the epoch. */
  readonly until?: number
}

/** Brings a statement to the owner; what it needs is written in this transaction. */
export type Tell = (tx: Tx, statement: DeletionStatement) => Promise<void>
