import type { InvitationState } from '../core/index.ts'
import { isFinal, road } from './invitation-state.ts'

/** How long one invitation stayed where, until it went on along the road. */
export interface Stay {
  readonly state: InvitationState
  readonly ms: number
}

/** One move of the history, as far as it takes to see how long things last. Times in ms. */
export interface DatedMove {
  readonly invitation: string
  readonly to: InvitationState
  readonly at: number
}

/** How long a step lasts. Days, with one decimal; null where too few are known to say so. */
export interface StepLength {
  readonly state: InvitationState
  readonly median: number | null
  /** Four of five are over by then. */
  readonly p80: number | null
  /** How many the two are made of. */
  readonly count: number
}

/**
 * What an expected date rests on: `history`, when enough went before; `target`, what is aimed for while too little is
 * known; `talk`, the date that was agreed for a stalled one; `overdue`, when it should have been over by now.
 */
export type Basis = 'history' | 'target' | 'talk' | 'overdue'

export interface Expected {
  readonly at: number
  readonly basis: Basis
}

export interface Forecast {
  readonly next: Expected | null
  readonly registered: Expected | null
  /** Four of five are registered by then; null while there is too little history for it. */
  readonly registeredP80: number | null
}

const DAY_MS = 86_400_000
/** Fewer say nothing: one slow partner would be the whole forecast. */
export const LEAST = 5
/** A step of long ago says little about the next one. */
export const LOOKED_BACK_MS = 365 * DAY_MS

/** Days a step is aimed to last while its history is short. */
const targets: Readonly<Partial<Record<InvitationState, number>>> = {
  draft: 2,
  informed: 3,
  submitted: 2,
  investigating: 5,
  accepted: 3,
  policy_pending: 7,
}

/** The stays in a history of moves: only those that ended with a step on along the road. */
export function staysOf(moves: readonly DatedMove[]): Stay[] {
  const byInvitation = new Map<string, DatedMove[]>()
  for (const move of moves)
    byInvitation.set(move.invitation, [...(byInvitation.get(move.invitation) ?? []), move])
  return [...byInvitation.values()].flatMap((one) => {
    const inOrder = [...one].sort((a, b) => a.at - b.at)
    return inOrder.flatMap(({ to: state, at }, index) => {
      const next = inOrder[index + 1]
      return next && isForward(state, next.to) ? [{ state, ms: Math.max(0, next.at - at) }] : []
    })
  })
}

const placeOnRoad = (state: InvitationState): number => (road as readonly InvitationState[]).indexOf(state)
const isForward = (from: InvitationState, to: InvitationState): boolean =>
  placeOnRoad(from) >= 0 && placeOnRoad(to) > placeOnRoad(from)

/** How long each step of the road lasts, by these stays. */
export function stepLengths(stays: readonly Stay[]): StepLength[] {
  return road.slice(0, -1).map((state) => {
    const lengths = stays
      .filter((stay) => stay.state === state)
      .map(({ ms }) => ms / DAY_MS)
      .sort((a, b) => a - b)
    const count = lengths.length
    if (count < LEAST) return { state, median: null, p80: null, count }
    return { state, median: rounded(quantile(lengths, 0.5)), p80: rounded(quantile(lengths, 0.8)), count }
  })
}

/** Nearest rank: a length that really occurred. */
const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0
const rounded = (days: number): number => Math.round(days * 10) / 10

/**
 * When an invitation goes on, and when the partner is in the network.
 * @param at where it is and since when; `talkAt` where it is stalled and a talk was agreed
 */
export function forecast(
  lengths: readonly StepLength[],
  at: { readonly state: InvitationState; readonly since: number; readonly talkAt: number | null },
  now: number,
): Forecast {
  const { state, since, talkAt } = at
  if (isFinal(state)) return { next: null, registered: null, registeredP80: null }
  // Where it stalls nobody knows when it goes on, but for the talk that was agreed.
  if (state === 'stalled') {
    const basis = talkAt !== null && talkAt < now ? 'overdue' : 'talk'
    return { next: talkAt === null ? null : { at: talkAt, basis }, registered: null, registeredP80: null }
  }
  const rest = road.slice(placeOnRoad(state), -1).map((step) => lengthOf(lengths, step))
  const [first = { days: 0, p80: null, isKnown: false }, ...later] = rest
  const nextAt = since + first.days * DAY_MS
  const isLate = nextAt < now
  const next: Expected = { at: nextAt, basis: isLate ? 'overdue' : first.isKnown ? 'history' : 'target' }
  const isKnown = rest.every((step) => step.isKnown)
  const from = Math.max(nextAt, now)
  const registered: Expected = {
    at: from + later.reduce((sum, { days }) => sum + days, 0) * DAY_MS,
    basis: isKnown ? 'history' : 'target',
  }
  const p80 = isKnown ? rest.reduce((sum, step) => sum + (step.p80 ?? 0), 0) : null
  return {
    ...{ next, registered },
    registeredP80: p80 === null ? null : Math.max(registered.at, since + p80 * DAY_MS),
  }
}

function lengthOf(lengths: readonly StepLength[], state: InvitationState) {
  const found = lengths.find((length) => length.state === state)
  const known = found?.median ?? null
  return { days: known ?? targets[state] ?? 0, p80: found?.p80 ?? null, isKnown: known !== null }
}
