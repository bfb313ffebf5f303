import { Refusal } from '../core/index.ts'

/**
 * `creating`: its database is being made · `active` · `suspended` by the servicedesk: closed, nothing lost · `leaving`:
 * closed for good here, its file is being written · `left`: its file can be fetched, it may live elsewhere ·
 * `removed`: its keys are destroyed.
 */
export const hostedStates = ['creating', 'active', 'suspended', 'leaving', 'left', 'removed'] as const
export type HostedState = (typeof hostedStates)[number]

export const hostedMoves = ['created', 'suspend', 'resume', 'leave', 'written', 'remove'] as const
export type HostedMove = (typeof hostedMoves)[number]

/**
 * There is no way back from `leaving`: from then on a copy may be signing somewhere else. What goes away for good has
 * been written out before, or never came to life.
 */
const moves: Readonly<Record<HostedState, Partial<Record<HostedMove, HostedState>>>> = {
  creating: { created: 'active', remove: 'removed' },
  active: { suspend: 'suspended', leave: 'leaving' },
  suspended: { resume: 'active', leave: 'leaving' },
  leaving: { written: 'left' },
  left: { remove: 'removed' },
  removed: {},
}

/** @throws Refusal `hosting_not_now` */
export function nextState(state: HostedState, move: HostedMove): HostedState {
  const next = moves[state][move]
  if (next) return next
  throw new Refusal('conflict', 'hosting_not_now', 'this cannot be done with a node in this state', {
    params: { state, move },
  })
}
