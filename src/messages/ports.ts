import type { Did } from '../core/index.ts'
import type { Reader, Tx } from '../store/index.ts'
import type { Choice, MessageKind } from './kinds.ts'

/** A grant one of ours gave, as the way others reach us. Times in ms. */
export interface GivenChannel {
  readonly grantId: string
  readonly party: string
  readonly grantee: Did
  readonly granteeName: string
  readonly purpose: readonly string[]
  readonly since: number
  readonly live: boolean
}

/** A grant we hold, as our way to its grantor. */
export interface HeldChannel {
  readonly grantId: string
  readonly partner: Did
  readonly partnerName: string
  readonly grantor: Did
  readonly purpose: readonly string[]
  readonly since: number
  readonly live: boolean
}

/** The grants; access/ answers. */
export interface ChannelsPort {
  /** Kept as it is until the transaction ends; `alone`: whoever else decides about it waits until then. */
  given(tx: Tx, grantId: string, alone?: boolean): Promise<GivenChannel | null>
  granteeOf(grantId: string): Promise<Did | null>
  givenTo(reader: Reader, parties: readonly string[], grantee: Did): Promise<GivenChannel[]>
  held(reader: Reader, grantId: string): Promise<HeldChannel | null>
  heldOf(reader: Reader, partners: readonly Did[]): Promise<HeldChannel[]>
}

/** A message as it travels. */
export interface WireMessage {
  readonly kind: 'message'
  readonly id: string
  readonly grant: string
  readonly topic: MessageKind
  readonly subject: string
  readonly body: string
  /** The message it answers, as the receiver has it. */
  readonly answer_to?: string
  readonly choice?: Choice
  /** Seconds since the epoch: until when it can be answered. */
  readonly expires?: number
}

/** What this room tells others; events/ carries it. */
export interface TellingPort {
  /** @returns the `jti` under which it goes out */
  message(tx: Tx, to: Did, message: WireMessage): Promise<string>
  stopped(tx: Tx, to: Did, stop: { readonly grant: string; readonly topic: MessageKind }): Promise<unknown>
  closed(tx: Tx, to: Did, message: string): Promise<unknown>
  /** A message of theirs was not taken. */
  notTaken(tx: Tx, to: Did, tell: string, reason: string): Promise<unknown>
}

/** Our own systems hear that something came, not what is in it. */
export type Announce = (
  tx: Tx,
  news: {
    readonly type: 'received' | 'answered'
    readonly message: string
    readonly kind: MessageKind
    readonly partner: Did
  },
) => Promise<void>
