import { type InvitationState, Refusal } from '../core/index.ts'
import { closedStates, type OpenState, openStates } from '../registration/index.ts'

/** The road an invitation takes when nothing holds it up. */
export const road = [
  'draft',
  'informed',
  'submitted',
  'investigating',
  'accepted',
  'policy_pending',
  'registered',
] as const satisfies readonly InvitationState[]

/** While it is with the trust anchor. */
export const statesAtAnchor = openStates
export type StateAtAnchor = OpenState

/** Nothing follows on these: an invitation ends as its case does. */
export const finalStates = closedStates satisfies readonly InvitationState[]

/** What the trust anchor can say of an order. */
export const toldStates = [
  ...statesAtAnchor,
  'registered',
  'rejected',
  'declined_by_partner',
] as const satisfies readonly InvitationState[]
export type ToldState = (typeof toldStates)[number]

export const isFinal = (state: InvitationState): boolean =>
  (finalStates as readonly InvitationState[]).includes(state)

/** Who made a move, or has to make the next one. */
export const sides = ['inviter', 'servicedesk', 'partner', 'system'] as const
export type Side = (typeof sides)[number]

/**
 * - inform, submit, withdraw: by the coordinator;
 * - return: the trust anchor does not take the order;
 * - tell: what the trust anchor says. It may skip steps: what it said in between can come late, or not at all.
 */
export type InvitationMove = 'inform' | 'submit' | 'withdraw' | 'return' | 'tell'

interface Ways {
  readonly from: readonly InvitationState[]
  readonly to: readonly InvitationState[]
}

/** From where to where each move goes; any other is refused. */
export const invitationMoves: Readonly<Record<InvitationMove, Ways>> = {
  inform: { from: ['draft'], to: ['informed'] },
  submit: { from: ['draft', 'informed'], to: ['submitted'] },
  withdraw: { from: ['draft', 'informed', ...statesAtAnchor], to: ['withdrawn'] },
  return: { from: ['submitted'], to: ['draft'] },
  tell: { from: statesAtAnchor, to: toldStates },
}

/** Whether a move leads from one state to another. */
export const leads = (move: InvitationMove, from: InvitationState, to: InvitationState): boolean =>
  invitationMoves[move].from.includes(from) && invitationMoves[move].to.includes(to)

/** @throws Refusal `invitation_move_refused`, with the state in its params */
export function requireMove(move: InvitationMove, from: InvitationState, to: InvitationState): void {
  if (!leads(move, from, to)) throw moveRefused(from)
}

export const moveRefused = (state: InvitationState): Refusal =>
  new Refusal('conflict', 'invitation_move_refused', `this invitation is ${state}: that cannot be done now`, {
    params: { state },
  })
