import { expect, test } from 'vitest'
import { GIVE_UP_AFTER_MS, waitAfter } from './back-off.ts'

const HOUR = 3_600_000

test('the first tries follow soon, the later ones hours apart', () => {
  expect([1, 2, 3, 4, 5, 10, 11, 12].map((attempts) => waitAfter(attempts))).toEqual([
    100, 200, 400, 800, 1_000, 1_000, 2_000, 4_000,
  ])
  expect(waitAfter(25)).toBe(4 * HOUR)
  expect(waitAfter(1_000_000)).toBe(4 * HOUR)
})

test('a receiver that is down for a day is still tried, and three days is given up in some forty tries', () => {
  let waited = 0
  let attempts = 0
  while (waited < GIVE_UP_AFTER_MS) waited += waitAfter(++attempts)
  expect(attempts).toBeGreaterThan(25)
  expect(attempts).toBeLessThan(50)
})

test.each([
  [1, 30_000, 30_000],
  [1, 50, 100],
  [1, 999_999_999, 4 * HOUR],
])('after %i tries and Retry-After of %i ms it is %i ms', (attempts, asked, wait) => {
  expect(waitAfter(attempts, asked)).toBe(wait)
})
