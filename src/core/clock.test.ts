import { expect, test } from 'vitest'
import { endOfDay, momentOf } from './clock.ts'

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

test.each([
  ['2026-11-21', '2026-11-20T23:00:00.000Z'],
  ['2026-07-01', '2026-06-30T22:00:00.000Z'],
  ['2026-11-21T09:30', '2026-11-21T08:30:00.000Z'],
  ['2026-07-01T09:30:15', '2026-07-01T07:30:15.000Z'],
  ['2026-03-29T12:00', '2026-03-29T10:00:00.000Z'],
  ['2026-10-25T12:00', '2026-10-25T11:00:00.000Z'],
  ['2026-11-21T09:30:00Z', '2026-11-21T09:30:00.000Z'],
  ['2026-11-21T09:30:00+02:00', '2026-11-21T07:30:00.000Z'],
])('%s is a moment in Amsterdam, unless it says where', (text, moment) => {
  expect(new Date(momentOf(text) ?? 0).toISOString()).toBe(moment)
})

test.each(['2026-02-30', '2026-11-21T25:00', 'yesterday', '21-11-2026', ''])('%j is no moment', (text) => {
  expect(momentOf(text)).toBeNull()
})
