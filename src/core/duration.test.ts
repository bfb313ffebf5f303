import { expect, test } from 'vitest'
import { addDuration, isDuration } from './duration.ts'

test.each([
  ['2026-01-15T10:00:00.000Z', 'P1Y', '2027-01-15T10:00:00.000Z'],
  ['2026-01-31T23:59:59.999Z', 'P1M', '2026-02-28T23:59:59.999Z'],
  ['2024-02-29T00:00:00.000Z', 'P1Y', '2025-02-28T00:00:00.000Z'],
  ['2026-11-30T00:00:00.000Z', 'P3M', '2027-02-28T00:00:00.000Z'],
  ['2026-12-31T00:00:00.000Z', 'P2W', '2027-01-14T00:00:00.000Z'],
  ['2026-01-01T00:00:00.000Z', 'P1DT2H3M4S', '2026-01-02T02:03:04.000Z'],
  ['2026-01-01T00:00:00.000Z', 'PT1M', '2026-01-01T00:01:00.000Z'],
])('%s and %s is %s', (from, duration, until) => {
  expect(isDuration(duration)).toBe(true)
  expect(new Date(addDuration(Date.parse(from), duration)).toISOString()).toBe(until)
})

test.each(['', 'P', 'PT', 'P1YT', 'P0D', 'PT0S', '1Y', 'P-1Y', 'P1.5Y', 'P1H', 'P1D1Y', 'P1Y ', 'P9999999Y'])(
  '%j is not a validity',
  (text) => {
    expect(isDuration(text)).toBe(false)
  },
)
