/** What one side lets the other see, and how often the other looked. */
export interface Side {
  /** Grants that are open now, and those that were. */
  readonly live: number
  readonly past: number
  /** Of all of these: given by persons, for their own data. */
  readonly byPersons: number
  /** Different claims of different people that are open now. */
  readonly claims: number
  /** Different purposes for which they are. */
  readonly purposes: number
  /** Times that somebody looked, in the period. */
  readonly looks: number
}

export const nothing: Side = { live: 0, past: 0, byPersons: 0, claims: 0, purposes: 0, looks: 0 }

export type BalanceState = 'in_balance' | 'we_get_more' | 'they_get_more'

/** Who gives and who gets, in numbers that can be counted by hand. */
export interface Balance {
  /** Claims that we see minus claims that they see. */
  readonly difference: number
  /** Times we looked minus times they looked. */
  readonly looks: number
  readonly state: BalanceState
}

/**
 * The rule: out of balance is who sees, now, at least `threshold` claims more of the other than the other sees. Looks are
 * shown beside it and order what is equal; they do not decide: who may look and does not need to has got as much.
 */
export function balanceOf(gave: Side, got: Side, threshold: number): Balance {
  const difference = got.claims - gave.claims
  const state =
    Math.abs(difference) < threshold ? 'in_balance' : difference > 0 ? 'we_get_more' : 'they_get_more'
  return { difference, looks: got.looks - gave.looks, state }
}

interface Ranked {
  readonly balance: Balance
  /** Tells partners with equal numbers apart, the same way each time. */
  readonly key: string
}

/** Furthest out of balance first. */
export const furthestFirst = (a: Ranked, b: Ranked): number =>
  Math.abs(b.balance.difference) - Math.abs(a.balance.difference) ||
  Math.abs(b.balance.looks) - Math.abs(a.balance.looks) ||
  (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)

/** Where one stands in that order, to go on from. */
export const cursorOf = ({ balance, key }: Ranked): string =>
  `${Math.abs(balance.difference)} ${Math.abs(balance.looks)} ${key}`

/** One that stands where a cursor says; null when it is no cursor of ours. */
export function placeOf(cursor: string): Ranked | null {
  const [, difference, looks, key] = /^(\d{1,9}) (\d{1,12}) (\S+)$/.exec(cursor) ?? []
  if (difference === undefined || looks === undefined || key === undefined) return null
  return { balance: { difference: Number(difference), looks: Number(looks), state: 'in_balance' }, key }
}
