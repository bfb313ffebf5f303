import { expect, test } from 'vitest'
import { type CaseMove, type CaseState, caseMoves, caseStates, requireMove } from './case-state.ts'

/** Where each move leads from each state; null is refused. */
const table: Record<CaseMove, Record<CaseState, CaseState | null>> = {
  accept: { submitted: 'registered', registered: null, declined: null },
  decline: { submitted: 'declined', registered: null, declined: null },
}

test.each(
  (Object.keys(caseMoves) as CaseMove[]).flatMap((move) =>
    caseStates.map((state) => [move, state, table[move][state]] as const),
  ),
)('%s from %s: %s', (move, state, expected) => {
  if (expected) expect(requireMove(state, move)).toBe(expected)
  else
    expect(() => requireMove(state, move)).toThrow(
      expect.objectContaining({ code: 'registration_already_decided', params: { state } }),
    )
})
