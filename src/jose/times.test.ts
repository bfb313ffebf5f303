import { expect, test } from 'vitest'
import { checkTimes } from './times.ts'

const now = 1_800_000_000

test.each([
  ['no time claims', {}, null],
  ['all within', { iat: now, nbf: now, exp: now + 1 }, null],
  ['expired within the skew', { exp: now - 29 }, null],
  ['expired', { exp: now - 30 }, 'jws_expired'],
  ['not yet valid within the skew', { nbf: now + 30 }, null],
  ['not yet valid', { nbf: now + 31 }, 'jws_not_yet_valid'],
  ['issued in the future within the skew', { iat: now + 30 }, null],
  ['issued in the future', { iat: now + 31 }, 'jws_issued_in_future'],
  ['fractions of a second', { iat: now - 0.5 }, null],
  ['exp as text', { exp: String(now + 10) }, 'jws_time_malformed'],
  ['exp null', { exp: null }, 'jws_time_malformed'],
  ['a negative nbf', { nbf: -1 }, 'jws_time_malformed'],
  ['an infinite exp', { exp: Number.POSITIVE_INFINITY }, 'jws_time_malformed'],
  ['an exp beyond the calendar', { exp: 9_000_000_000_000 }, 'jws_time_malformed'],
  ['iat as list', { iat: [now] }, 'jws_time_malformed'],
])('%s', (_, claims, code) => {
  const check = () => checkTimes(claims, now)
  if (code) expect(check).toThrow(expect.objectContaining({ code, kind: 'invalid' }))
  else expect(check).not.toThrow()
})

test('without skew the limits are exact', () => {
  expect(() => checkTimes({ exp: now }, now, 0)).toThrow(/expired/)
  expect(() => checkTimes({ exp: now + 1, nbf: now, iat: now }, now, 0)).not.toThrow()
  expect(() => checkTimes({ nbf: now + 1 }, now, 0)).toThrow(/not valid yet/)
})

test('without a clock nothing is in time', () => {
  expect(() => checkTimes({ exp: now }, Number.NaN)).toThrow(TypeError)
  expect(() => checkTimes({ exp: now }, now, Number.NaN)).toThrow(TypeError)
})
