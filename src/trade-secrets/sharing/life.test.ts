import { expect, test } from 'vitest'
import type { Did } from '../../core/index.ts'
import { needsToKnow, type PartnerNeed, requireShareMove, type ShareMove, shareStates } from './life.ts'

/** In which states each move is made; otherwise the state is the reason. */
const table: Record<ShareMove, readonly string[]> = { look: ['live'], end: ['live'], settle: ['ended'] }

const cases = (Object.keys(table) as ShareMove[]).flatMap((move) =>
  shareStates.map((state) => [move, state] as const),
)

test.each(cases)('%s while %s', (move, state) => {
  const attempt = () => requireShareMove(move, state)
  if (table[move].includes(state)) expect(attempt).not.toThrow()
  else expect(attempt).toThrow(expect.objectContaining({ code: `secret_share_${state}` }))
})

const anna = 'did:web:anna.example' as Did
const bert = 'did:web:bert.example' as Did
test.each<readonly [PartnerNeed, Parameters<typeof needsToKnow>[1], boolean]>([
  [{ persons: [anna], roles: [] }, { did: anna, roles: [] }, true],
  [{ persons: [], roles: ['coordinator'] }, { did: anna, roles: ['auditor', 'coordinator'] }, true],
  [{ persons: [bert], roles: ['coordinator'] }, { did: anna, roles: ['auditor'] }, false],
  // An administrator there is nobody here.
  [{ persons: [bert], roles: [] }, { did: anna, roles: ['administrator'] }, false],
  [{ persons: [], roles: [] }, { did: anna, roles: ['administrator'] }, false],
])('need to know %j, person %j: %s', (need, person, expected) => {
  expect(needsToKnow(need, person)).toBe(expected)
})
