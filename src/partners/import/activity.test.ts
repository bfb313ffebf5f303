import { describe, expect, test } from 'vitest'
import { addEvidence, classify, mostActive } from './activity.ts'
import { dayOf, monthsBefore } from './day.ts'
import { centsOf } from './ledger.ts'

test.each([
  ['2026-10-28', 12, '2025-10-28'],
  ['2026-10-28', 24, '2024-10-28'],
  ['2024-02-29', 12, '2023-02-28'],
  ['2026-03-31', 1, '2026-02-28'],
  ['2026-01-15', 1, '2025-12-15'],
  ['2026-12-31', 12, '2025-12-31'],
  ['2026-10-28', 0, '2026-10-28'],
])('%s less %i months is %s', (day, months, expected) => {
  expect(monthsBefore(day, months)).toBe(expected)
})

test.each([
  ['2026-10-28', '2026-10-28'],
  [' 2026-10-28 ', '2026-10-28'],
  ['2026-10-28T10:00:00', '2026-10-28'],
  ['2026-10-28+02:00', '2026-10-28'],
  ['2024-02-29', '2024-02-29'],
  ['1900-02-29', undefined],
  ['2026-02-30', undefined],
  ['2026-00-10', undefined],
  ['2026-13-10', undefined],
  ['2026-10-00', undefined],
  ['28-10-2026', undefined],
  ['2026-10-281', undefined],
  ['', undefined],
  [undefined, undefined],
])('the day of %j is %s', (text, expected) => {
  expect(dayOf(text)).toBe(expected)
})

test.each([
  ['100.00', 10_000],
  ['100', 10_000],
  ['-3.5', -350],
  ['+0.005', 1],
  ['0.1', 10],
  ['999999999999.99', 99_999_999_999_999],
  ['1e3', undefined],
  ['1,00', undefined],
  ['', undefined],
])('%s is %s cents', (text, cents) => {
  expect(centsOf(text)).toBe(cents)
})

describe('activity', () => {
  test.each([
    ['2026-10-28', 'active'],
    ['2025-10-28', 'active'],
    ['2025-10-27', 'dormant'],
    ['2024-10-28', 'dormant'],
    ['2024-10-27', 'inactive'],
    [undefined, 'inactive'],
  ])('with a last sale on %s is %s', (last, activity) => {
    expect(classify(last, '2026-10-28')).toBe(activity)
  })

  test('goes by the months that the company sets', () => {
    expect(classify('2026-04-01', '2026-10-28', { active: 6, dormant: 12 })).toBe('dormant')
  })

  test('is unknown when the file tells nothing', () => {
    expect(classify('2026-01-01', undefined)).toBe('unknown')
  })

  test('of a company is that of its most active record', () => {
    expect(mostActive(['unknown', 'inactive', 'active'])).toBe('active')
    expect(mostActive(['unknown', 'inactive'])).toBe('inactive')
    expect(mostActive([])).toBe('unknown')
  })

  test('has no balance when one of its files has none', () => {
    const one = { count: 1, sales: 1, purchases: 0, balance: 5, last: '2026-01-01' }
    expect(addEvidence(one, { ...one, last: '2025-01-01' })).toEqual({
      count: 2,
      sales: 2,
      purchases: 0,
      balance: 10,
      last: '2026-01-01',
    })
    expect(addEvidence(one, { count: 0, sales: 0, purchases: 3 })).toEqual({
      count: 1,
      sales: 1,
      purchases: 3,
      last: '2026-01-01',
    })
  })
})
