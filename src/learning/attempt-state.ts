/** An attempt is open until it is answered or its time is over; then it stays as it is. */
export const attemptStates = ['open', 'passed', 'failed', 'lapsed'] as const
export type AttemptState = (typeof attemptStates)[number]

export const attemptMoves = {
  pass: { from: 'open', to: 'passed' },
  fail: { from: 'open', to: 'failed' },
  lapse: { from: 'open', to: 'lapsed' },
} as const satisfies Record<string, { readonly from: AttemptState; readonly to: AttemptState }>
export type AttemptMove = keyof typeof attemptMoves

export const mayMove = (state: AttemptState, move: AttemptMove): boolean => attemptMoves[move].from === state
