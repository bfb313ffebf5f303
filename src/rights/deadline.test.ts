import { expect, test } from 'vitest'
import { isoTime } from '../core/index.ts'
import { dueAtOf } from './deadline.ts'

const at = (text: string) => Date.parse(text)

test.each([
  ['an ordinary day', '2026-11-22T10:00:00Z', '2026-12-22T22:59:59.999Z'],
  ['31 January ends on the last of February', '2027-01-31T12:00:00Z', '2027-02-28T22:59:59.999Z'],
  ['and on the 29th in a leap year', '2028-01-31T12:00:00Z', '2028-02-29T22:59:59.999Z'],
  ['31 March ends on 30 April, in summer time', '2027-03-31T12:00:00Z', '2027-04-30T21:59:59.999Z'],
  ['a month over the change to summer time', '2027-03-10T12:00:00Z', '2027-04-10T21:59:59.999Z'],
  ['a month over the change to winter time', '2026-10-10T12:00:00Z', '2026-11-10T22:59:59.999Z'],
  ['late in the evening in UTC it is the next day here', '2026-11-30T23:30:00Z', '2027-01-01T22:59:59.999Z'],
  ['December goes on in the next year', '2026-12-31T09:00:00Z', '2027-01-31T22:59:59.999Z'],
])('%s', (_case, received, due) => {
  expect(isoTime(dueAtOf(at(received), false))).toBe(due)
})

test('with the extension it is three months from receipt, not from the first end', () => {
  expect(isoTime(dueAtOf(at('2026-11-30T10:00:00Z'), true))).toBe('2027-02-28T22:59:59.999Z')
})
