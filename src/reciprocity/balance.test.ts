import { expect, test } from 'vitest'
import { balanceOf, cursorOf, furthestFirst, nothing, placeOf } from './balance.ts'

const sees = (claims: number, looks = 0) => ({ ...nothing, claims, looks })

test.each([
  [0, 0, 'in_balance'],
  [5, 3, 'in_balance'],
  [3, 5, 'in_balance'],
  [1, 4, 'we_get_more'],
  [4, 1, 'they_get_more'],
  [0, 3, 'we_get_more'],
])('they see %i claims and we see %i: %s', (they, we, state) => {
  expect(balanceOf(sees(they), sees(we), 3)).toMatchObject({ state, difference: we - they })
})

test('looking often is shown and does not decide', () => {
  expect(balanceOf(sees(2, 900), sees(2, 1), 3)).toEqual({ difference: 0, looks: -899, state: 'in_balance' })
})

test('the furthest out of balance comes first, whoever gets more; then who looked more', () => {
  const all = [
    { key: 'a', balance: balanceOf(sees(1), sees(1), 3) },
    { key: 'b', balance: balanceOf(sees(9), sees(1), 3) },
    { key: 'd', balance: balanceOf(sees(1), sees(1, 5), 3) },
    { key: 'c', balance: balanceOf(sees(0), sees(4), 3) },
  ].sort(furthestFirst)
  expect(all.map(({ key }) => key)).toEqual(['b', 'c', 'd', 'a'])
  const place = placeOf(cursorOf(all[1] ?? { key: '', balance: balanceOf(nothing, nothing, 1) }))
  expect(all.filter((one) => place && furthestFirst(place, one) < 0).map(({ key }) => key)).toEqual([
    'd',
    'a',
  ])
})

test.each(['', 'x', '1 2', '-1 2 a', '1 2 a b'])('%j is no place in the list', (cursor) => {
  expect(placeOf(cursor)).toBeNull()
})
