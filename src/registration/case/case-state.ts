import { type CaseState, caseStates, Refusal } from '../../core/index.ts'

/** Nothing moves any more. */
export const closedStates = ['registered', 'rejected', 'declined_by_partner', 'withdrawn'] as const
export const openStates = caseStates.filter((state): state is OpenState => !isClosed(state))
export type ClosedState = (typeof closedStates)[number]
export type OpenState = Exclude<CaseState, ClosedState>

/**
 * From where to where each move goes; any other is refused.
 * - `accept`: the servicedesk found it to be so; `await_policy`: its node is there, and not every representative who
 *   must has accepted the policy; `register`: they all have;
 * - `resume`: back to where it stalled;
 * - `decline` is the servicedesk's, `decline_by_partner` the partner's, `withdraw` that of who ordered it.
 */
export const caseMoves = {
  investigate: { from: ['submitted'], to: 'investigating' },
  accept: { from: ['submitted', 'investigating'], to: 'accepted' },
  await_policy: { from: ['accepted'], to: 'policy_pending' },
  register: { from: ['accepted', 'policy_pending'], to: 'registered' },
  stall: { from: ['submitted', 'investigating', 'accepted', 'policy_pending'], to: 'stalled' },
  resume: { from: ['stalled'], to: 'where it stalled' },
  decline: { from: openStates, to: 'rejected' },
  decline_by_partner: { from: openStates, to: 'declined_by_partner' },
  withdraw: { from: openStates, to: 'withdrawn' },
} as const satisfies Record<string, { from: readonly OpenState[]; to: CaseState | 'where it stalled' }>
export type CaseMove = keyof typeof caseMoves
export const caseMoveNames = Object.keys(caseMoves) as CaseMove[]

export function isClosed(state: CaseState): state is ClosedState {
  return (closedStates as readonly CaseState[]).includes(state)
}

/**
 * Where a move leads.
 * @throws Refusal `registration_already_decided`, with the state in its params; `case_move_refused`, with both
 */
export function requireMove(
  { state, stalledFrom }: { readonly state: CaseState; readonly stalledFrom: OpenState | null },
  move: CaseMove,
): CaseState {
  const { from, to } = caseMoves[move]
  if (isClosed(state)) throw alreadyDecided(state)
  if (!(from as readonly CaseState[]).includes(state))
    throw new Refusal('conflict', 'case_move_refused', `a case that is ${state} does not move so`, {
      params: { state, move },
    })
  if (to !== 'where it stalled') return to
  if (stalledFrom === null || stalledFrom === 'stalled') throw new Error('a stalled case came from somewhere')
  return stalledFrom
}

export const alreadyDecided = (state: CaseState): Refusal =>
  new Refusal(
    'conflict',
    'registration_already_decided',
    `this registration was decided before: it is ${state}`,
    { params: { state } },
  )
