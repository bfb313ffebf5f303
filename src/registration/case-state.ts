import { Refusal } from '../core/index.ts'

/** Where the case of an organisation that wants to join is. `registered` and `declined` are final. */
export const caseStates = ['submitted', 'registered', 'declined'] as const
export type CaseState = (typeof caseStates)[number]

/** What the servicedesk may decide. */
export type CaseMove = 'accept' | 'decline'

/** From where to where each move goes; any other is refused. */
export const caseMoves: Readonly<Record<CaseMove, { readonly from: CaseState; readonly to: CaseState }>> = {
  accept: { from: 'submitted', to: 'registered' },
  decline: { from: 'submitted', to: 'declined' },
}

/** @throws Refusal `registration_already_decided`, with the state in its params */
export function requireMove(state: CaseState, move: CaseMove): CaseState {
  const { from, to } = caseMoves[move]
  if (state === from) return to
  throw alreadyDecided(state)
}

export const alreadyDecided = (state: CaseState): Refusal =>
  new Refusal(
    'conflict',
    'registration_already_decided',
    `this registration was decided before: it is ${state}`,
    {
      params: { state },
    },
  )
