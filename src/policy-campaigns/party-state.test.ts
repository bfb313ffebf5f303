import { expect, test } from 'vitest'
import { campaignMoved, campaignStates, partyMoved, partyStates } from './party-state.ts'

test.each([
  ['waiting', 'accepted', 'suspended', null],
  ['accepted', null, null, null],
  ['suspended', 'accepted', null, 'excused'],
  ['excused', 'accepted', null, null],
] as const)('from %s: accept to %s, suspend to %s, excuse to %s', (from, accept, suspend, excuse) => {
  expect(partyMoved(from, 'accept')).toBe(accept)
  expect(partyMoved(from, 'suspend')).toBe(suspend)
  expect(partyMoved(from, 'excuse')).toBe(excuse)
})

test('every state is in the table above', () => {
  expect(partyStates).toEqual(['waiting', 'accepted', 'suspended', 'excused'])
})

test.each([
  ['running', 'stopped', null, 'ended'],
  ['stopped', null, 'running', null],
  ['ended', null, null, null],
] as const)('a campaign that is %s: stop to %s, carry on to %s, end to %s', (from, stop, carryOn, end) => {
  const moved = (move: 'stop' | 'carry_on' | 'end') => {
    try {
      return campaignMoved(from, move)
    } catch {
      return null
    }
  }
  expect([moved('stop'), moved('carry_on'), moved('end')]).toEqual([stop, carryOn, end])
  expect(campaignStates).toContain(from)
})
