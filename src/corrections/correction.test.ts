import { expect, test } from 'vitest'
import { LIMITS, proposedValue, tooMany, withValue } from './correction.ts'

const address = { street_address: 'Bedachtlaan 101', locality: 'Assen' }

test.each<[string, unknown, (string | number)[], unknown, unknown]>([
  ['a claim', { email: 'a' }, ['email'], 'b', { email: 'b' }],
  ['a claim that was not there', { email: 'a' }, ['iban'], 'b', { email: 'a', iban: 'b' }],
  [
    'a part of a claim',
    { address },
    ['address', 'locality'],
    'Breda',
    { address: { ...address, locality: 'Breda' } },
  ],
  ['a part of what was not there', {}, ['address', 'locality'], 'Breda', { address: { locality: 'Breda' } }],
  ['one of a list', { trade_names: ['a', 'b'] }, ['trade_names', 1], 'c', { trade_names: ['a', 'c'] }],
])('%s says something else, and the rest stays as it was', (_what, claims, path, value, after) => {
  const before = structuredClone(claims)
  expect(withValue(claims, path, value)).toEqual(after)
  expect(claims).toEqual(before)
})

test('what a path names is never a member that every object has', () => {
  expect(withValue({}, ['constructor', 'name'], 'x')).toEqual({ constructor: { name: 'x' } })
})

test.each([
  ['a text', 'post@kruimelkoning.example', true],
  ['a small object', address, true],
  ['a list', ['a', 'b'], true],
  ['nothing', null, false],
  ['an object in an object', { address }, false],
  ['a member no claim is called', { __proto: 1, 'a b': 'x' }, false],
  ['2 KiB and more', ['x'.repeat(1_000), 'y'.repeat(1_000), 'z'.repeat(50)], false],
  ['2 KiB of letters that are two bytes each', ['é'.repeat(1_000), 'é'.repeat(30)], false],
])('%s can be proposed or not', (_what, value, ok) => {
  expect(proposedValue.safeParse(value).success).toBe(ok)
})

test.each([
  [LIMITS.open - 1, LIMITS.aDay - 1, null],
  [LIMITS.open, 0, 'too_many_corrections'],
  [0, LIMITS.aDay, 'too_many_corrections'],
])('%i open and %i today', (open, today, code) => {
  expect(tooMany({ open, today })).toBe(code)
})
