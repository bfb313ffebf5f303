import { type ChangeKind, type Fate, fates } from './change-table.ts'

/** What a change does, said before it is done. */
export interface Plan {
  /** Credentials of ours that still count and that the change is about, by type. */
  readonly credentials: readonly { readonly type: string; readonly count: number; readonly fate: Fate }[]
  /** Credentials of others that we hold under the key, and cannot present any more. */
  readonly unpresentable: readonly { readonly type: string; readonly count: number }[]
  readonly signsAfter: 'same_key' | 'new_key' | 'nothing'
  /** Transactions on the chain that it takes, at least; 0 with a did:web. */
  readonly transactions: number
  /** Seconds until others, who may remember our DID for so long, see it at the latest. */
  readonly seenWithinS: number
}

/** How long others may remember a DID (src/agent/resolver.ts); ours do. */
export const SEEN_WITHIN_S = 60

/** Its holder is told that it ended, and can ask for it again. */
const toldTypes = new Set(['access-grant', 'access-delegation'])

/** A credential that a key of ours signed. */
export interface SignedOne {
  readonly type: string
  /** Whether one of our own parties holds it: its claims are here. */
  readonly isHeld: boolean
}

/** What becomes of a credential that a key signed, when this is done to the key or its DID. */
export function fateOf(kind: ChangeKind, { type, isHeld }: SignedOne): Fate {
  if (kind === 'deactivate') return 'unverifiable'
  if (kind !== 'compromise') return 'stays'
  if (isHeld) return 'reissued'
  return toldTypes.has(type) ? 'ended' : 'revoked'
}

/** @param method of our DID: what a did:web says, this node says itself */
export function planOf(
  kind: ChangeKind,
  {
    signed,
    bound,
    method,
    isInUse,
  }: {
    /** What still counts. */
    readonly signed: readonly SignedOne[]
    /** Types of what we hold of others under the key. */
    readonly bound: readonly string[]
    readonly method: 'ethr' | 'web'
    /** Whether the key signs now. */
    readonly isInUse: boolean
  },
): Plan {
  const replaces = kind === 'rotate' || (kind === 'compromise' && isInUse)
  const stops = kind === 'deactivate' || (kind === 'retire' && isInUse)
  return {
    credentials: fates.flatMap((fate) =>
      countsOf(signed.filter((one) => fateOf(kind, one) === fate).map(({ type }) => type)).map((counted) => ({
        ...counted,
        fate,
      })),
    ),
    unpresentable: kind === 'compromise' || kind === 'deactivate' ? countsOf(bound) : [],
    signsAfter: stops ? 'nothing' : replaces ? 'new_key' : 'same_key',
    transactions: method === 'web' ? 0 : transactionsOf(kind, isInUse),
    seenWithinS: SEEN_WITHIN_S,
  }
}

function transactionsOf(kind: ChangeKind, isInUse: boolean): number {
  if (kind === 'retire') return 0
  // Off the chain with one, on it with the next; an address that moves likewise.
  return (kind === 'compromise' && isInUse) || kind === 'endpoint' ? 2 : 1
}

function countsOf(types: readonly string[]): { type: string; count: number }[] {
  const counts = new Map<string, number>()
  for (const type of types) counts.set(type, (counts.get(type) ?? 0) + 1)
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([type, count]) => ({ type, count }))
}
