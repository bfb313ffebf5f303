import { expect, test } from 'vitest'
import { dayOf, endOfMonths } from './index.ts'

test.each([
  ['2026-01-31T12:00:00Z', 1, '2026-02-28T22:59:59.999Z'],
  ['2028-01-31T12:00:00Z', 1, '2028-02-29T22:59:59.999Z'],
  ['2026-03-01T09:00:00Z', 1, '2026-04-01T21:59:59.999Z'],
  ['2026-11-22T05:00:00Z', 1, '2026-12-22T22:59:59.999Z'],
  ['2026-12-31T12:00:00Z', 2, '2027-02-28T22:59:59.999Z'],
  ['2026-10-25T00:30:00Z', 1, '2026-11-25T22:59:59.999Z'],
])('a term that begins at %s and takes %i months ends with the last moment of a day', (from, months, end) => {
  expect(new Date(endOfMonths(Date.parse(from), months)).toISOString()).toBe(end)
})

test('a day is a day in Amsterdam: just before midnight in UTC it is tomorrow there', () => {
  expect(dayOf(Date.parse('2026-01-31T23:30:00Z'))).toBe('2026-02-01')
  expect(new Date(endOfMonths(Date.parse('2026-01-31T23:30:00Z'), 1)).toISOString()).toBe(
    '2026-03-01T22:59:59.999Z',
  )
})
