import { expect, test } from 'vitest'
import { endOfDay } from './clock.ts'

test.each([
  ['2026-01-31', '2026-01-31T22:59:59.999Z'],
  ['2026-07-01', '2026-07-01T21:59:59.999Z'],
  ['2026-03-28', '2026-03-28T22:59:59.999Z'],
  ['2026-03-29', '2026-03-29T21:59:59.999Z'],
  ['2026-10-24', '2026-10-24T21:59:59.999Z'],
  ['2026-10-25', '2026-10-25T22:59:59.999Z'],
])('the end of %s in Amsterdam is %s', (day, expected) => {
  expect(new Date(endOfDay(day)).toISOString()).toBe(expected)
})

test.each(['2026-02-30', '2026-1-1', 'tomorrow', ''])('%j is not a day', (day) => {
  expect(() => endOfDay(day)).toThrow(expect.objectContaining({ code: 'invalid_date' }))
})
