import { expect, test } from 'vitest'
import { type InvitationState, invitationStates } from '../core/index.ts'
import { type InvitationMove, requireMove } from './invitation-state.ts'

const told = [
  'submitted',
  'investigating',
  'accepted',
  'policy_pending',
  'stalled',
  'registered',
  'rejected',
  'declined_by_partner',
] as const

/** Where each move may lead from each state; nothing is refused. */
const table: Record<InvitationMove, Record<InvitationState, readonly InvitationState[]>> = {
  inform: only({ draft: ['informed'] }),
  submit: only({ draft: ['submitted'], informed: ['submitted'] }),
  withdraw: only({
    draft: ['withdrawn'],
    informed: ['withdrawn'],
    submitted: ['withdrawn'],
    investigating: ['withdrawn'],
    accepted: ['withdrawn'],
    policy_pending: ['withdrawn'],
    stalled: ['withdrawn'],
  }),
  return: only({ submitted: ['draft'] }),
  tell: only({ submitted: told, investigating: told, accepted: told, policy_pending: told, stalled: told }),
}

function only(some: Partial<Record<InvitationState, readonly InvitationState[]>>) {
  const none = Object.fromEntries(invitationStates.map((state) => [state, []]))
  return { ...none, ...some } as Record<InvitationState, readonly InvitationState[]>
}

const cases = (Object.keys(table) as InvitationMove[]).flatMap((move) =>
  invitationStates.flatMap((from) =>
    invitationStates.map((to) => [move, from, to, table[move][from].includes(to)] as const),
  ),
)

test.each(cases.filter(([, , , allowed]) => allowed))('%s leads from %s to %s', (move, from, to) => {
  expect(() => requireMove(move, from, to)).not.toThrow()
})

test('every other move is refused, and says where the invitation is', () => {
  const refused = cases.filter(([, , , allowed]) => !allowed)
  expect(refused.length).toBe(cases.length - 3 - 7 - 1 - 5 * 8)
  for (const [move, from, to] of refused)
    expect(() => requireMove(move, from, to), `${move} ${from} ${to}`).toThrow(
      expect.objectContaining({ code: 'invitation_move_refused', params: { state: from } }),
    )
})
