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

/** A grant we hold. */
export interface FoundHeldGrant extends FoundGrant {
  /** The organisation whose node tells and is told about it. */
  readonly partner: Did
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
  /** Milliseconds since the epoch, by the clock of who says so; like `until`. */
  readonly at: number
  readonly reason?: string | undefined
  readonly until?: number | undefined
}

/** What we say to the owner of a grant we held. */
export interface DeletionStatement {
  readonly grantId: string
  /** The organisation in whose node the grantor lives. */
  readonly partner: Did
  /** Milliseconds since the epoch, like `until`. */
  readonly at: number
  /** Why a copy stays, and until when; null when nothing does. */
  readonly kept: { readonly reason: string; readonly until?: number } | null
}

/** Brings a statement to the owner after the commit, and until it is taken. @returns the id of the message */
export type TellOwner = (tx: Tx, statement: DeletionStatement) => Promise<string>

/** What one try to tell came to. */
export type Tried = { readonly kind: 'delivered' | 'refused' | 'failed' }
