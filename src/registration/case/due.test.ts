import { expect, test } from 'vitest'
import { afterWorkingHours, expectedEnd } from './due.ts'

const utc = (text: string) => Date.parse(`${text}Z`)

test.each([
  ['a day from Monday', '2026-11-23T10:15', 24, '2026-11-24T10:15'],
  ['a day from Friday is Monday', '2026-11-20T10:15', 24, '2026-11-23T10:15'],
  ['a day from Saturday begins on Monday', '2026-11-21T10:15', 24, '2026-11-23T23:00'],
  ['until Friday midnight is not yet Monday', '2026-11-20T22:00', 1, '2026-11-20T23:00'],
  ['over the day on which summer time ends', '2026-10-23T10:00', 24, '2026-10-26T11:00'],
  ['nothing is now', '2026-11-23T10:15', 0, '2026-11-23T10:15'],
])('%s', (_, from, hours, to) => {
  expect(new Date(afterWorkingHours(utc(from), hours)).toISOString()).toBe(new Date(utc(to)).toISOString())
})

test('what is closed or stalled has no target', () => {
  const targets = { submittedHours: 24, investigatingHours: 72, acceptedHours: 120, policyPendingHours: 120 }
  const now = utc('2026-11-23T10:15')
  expect(expectedEnd('stalled', now, targets)).toBeNull()
  expect(expectedEnd('registered', now, targets)).toBeNull()
  expect(expectedEnd('investigating', now, targets)).toBe(utc('2026-11-26T10:15'))
})
