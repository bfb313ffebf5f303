import { expect, test } from 'vitest'
import { groupFigures } from './peer-groups.ts'
import { isOver } from './period.ts'

const rules = { minGroup: 10, maxShare: 0.3 }
const of = (group: string, ...values: number[]) => values.map((value) => ({ group, value }))
const even = (n: number, value = 100) => Array<number>(n).fill(value)

test('a group of nine gets no figure, one of ten does', () => {
  const { figures, withheld } = groupFigures([...of('small', ...even(9)), ...of('large', ...even(10))], rules)
  expect(figures).toEqual([{ group: 'large', customers: 10, mean: 100, median: 100, sum: 1000 }])
  expect(withheld).toEqual([{ group: 'small', code: 'group_too_small' }])
})

test('nobody can set the least group so low that four are told of', () => {
  expect(groupFigures(of('a', ...even(4)), { minGroup: 1, maxShare: 1 }).figures).toEqual([])
})

test('a group that is mostly one customer gets no figure', () => {
  expect(groupFigures(of('a', ...even(10), 500), rules)).toEqual({
    figures: [],
    withheld: [{ group: 'a', code: 'group_dominated' }],
  })
})

test('whoever knows all others does not know the last: counts and values are rounded', () => {
  const { figures } = groupFigures(of('a', ...even(12, 1234.56), 1999.99), rules)
  expect(figures).toEqual([{ group: 'a', customers: 10, mean: 1290, median: 1230, sum: 16800 }])
})

test('an even group’s median lies between its two middle ones', () => {
  const values = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
  expect(groupFigures(of('a', ...values), rules).figures[0]?.median).toBe(5.5)
})

test.each([
  ['2025', true],
  ['2026', false],
  ['2026-Q3', true],
  ['2026-Q4', false],
  ['2026-10', true],
  ['2026-11', false],
  ['2027-01', false],
])('on 22 November 2026 %s is over: %s', (period, over) => {
  expect(isOver(period, Date.UTC(2026, 10, 22, 12))).toBe(over)
})
