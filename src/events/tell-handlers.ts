import type { Did } from '../core/index.ts'
import type { Tx } from '../store/index.ts'
import type { SecurityEvent } from './security-event.ts'
import type { Tell, TellKind, TellOf } from './tell.ts'

/** What a node does with one kind of what others tell it. */
export interface TellHandler<K extends TellKind> {
  /** Whether this party has anything to tell us about that; asked before its DID is looked up. */
  readonly isExpected: (from: Did, tell: TellOf<K>) => Promise<boolean>
  /** What follows, in the transaction that takes it in. Called once for each event. */
  readonly accept: (tx: Tx, event: SecurityEvent & { readonly tell: TellOf<K> }) => Promise<void>
}

/** Every kind has one who deals with it. */
export type TellHandlers = { readonly [K in TellKind]: TellHandler<K> }

/** The handlers of all kinds as one: what `eventRoutes` asks. */
export const dispatch = (handlers: TellHandlers) => ({
  isExpected: (from: Did, tell: Tell) => handlerOf(handlers, tell.kind).isExpected(from, tell),
  accept: (tx: Tx, event: SecurityEvent) => handlerOf(handlers, event.tell.kind).accept(tx, event),
})

/** A kind and its handler belong together by the type of the table; the compiler cannot follow that here. */
const handlerOf = (handlers: TellHandlers, kind: TellKind) => handlers[kind] as TellHandler<TellKind>
