import { expect, test } from 'vitest'
import { type CaseState, caseStates } from '../../core/index.ts'
import { type CaseMove, caseMoveNames, requireMove } from './case-state.ts'

const closed = {
  registered: 'decided',
  rejected: 'decided',
  declined_by_partner: 'decided',
  withdrawn: 'decided',
} as const
const no = 'refused' as const

/** Where each move leads from each state; a case that stalled did so while it was investigated. */
const table: Record<CaseMove, Record<CaseState, CaseState | 'refused' | 'decided'>> = {
  investigate: {
    submitted: 'investigating',
    investigating: no,
    accepted: no,
    policy_pending: no,
    stalled: no,
    ...closed,
  },
  accept: {
    submitted: 'accepted',
    investigating: 'accepted',
    accepted: no,
    policy_pending: no,
    stalled: no,
    ...closed,
  },
  await_policy: {
    submitted: no,
    investigating: no,
    accepted: 'policy_pending',
    policy_pending: no,
    stalled: no,
    ...closed,
  },
  register: {
    submitted: no,
    investigating: no,
    accepted: 'registered',
    policy_pending: 'registered',
    stalled: no,
    ...closed,
  },
  stall: {
    submitted: 'stalled',
    investigating: 'stalled',
    accepted: 'stalled',
    policy_pending: 'stalled',
    stalled: no,
    ...closed,
  },
  resume: {
    submitted: no,
    investigating: no,
    accepted: no,
    policy_pending: no,
    stalled: 'investigating',
    ...closed,
  },
  decline: {
    submitted: 'rejected',
    investigating: 'rejected',
    accepted: 'rejected',
    policy_pending: 'rejected',
    stalled: 'rejected',
    ...closed,
  },
  decline_by_partner: {
    submitted: 'declined_by_partner',
    investigating: 'declined_by_partner',
    accepted: 'declined_by_partner',
    policy_pending: 'declined_by_partner',
    stalled: 'declined_by_partner',
    ...closed,
  },
  withdraw: {
    submitted: 'withdrawn',
    investigating: 'withdrawn',
    accepted: 'withdrawn',
    policy_pending: 'withdrawn',
    stalled: 'withdrawn',
    ...closed,
  },
}

const codes = { refused: 'case_move_refused', decided: 'registration_already_decided' }

test.each(
  caseMoveNames.flatMap((move) => caseStates.map((state) => [move, state, table[move][state]] as const)),
)('%s from %s: %s', (move, state, expected) => {
  const row = { state, stalledFrom: state === 'stalled' ? ('investigating' as const) : null }
  if (expected === 'refused' || expected === 'decided')
    expect(() => requireMove(row, move)).toThrow(
      expect.objectContaining({ code: codes[expected], params: expect.objectContaining({ state }) }),
    )
  else expect(requireMove(row, move)).toBe(expected)
})

test('a stalled case goes back to where it stalled', () => {
  expect(requireMove({ state: 'stalled', stalledFrom: 'policy_pending' }, 'resume')).toBe('policy_pending')
})
