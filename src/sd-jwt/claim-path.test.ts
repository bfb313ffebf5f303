import { expect, test } from 'vitest'
import type { JsonObject } from '../jose/index.ts'
import { type ClaimPath, getByPath, hasPath, isWithin, listClaimPaths, selectClaims } from './claim-path.ts'

const degrees = [
  { type: 'Bachelor', university: 'Betelgeuse' },
  { type: 'Master', university: 'Betelgeuse', honours: null },
] as readonly JsonObject[]
const payload = {
  name: 'Arthur Dent',
  address: { street_address: '42 Market Street', locality: 'Milliways' },
  degrees,
  nationalities: ['British', 'Betelgeusian'],
  mixed: [{ a: 1 }, 'text'],
  grid: [[1, 2], [3]],
  empty: [],
}

test.each<[ClaimPath, readonly unknown[]]>([
  [['name'], ['Arthur Dent']],
  [['address'], [payload.address]],
  [['address', 'street_address'], ['42 Market Street']],
  [
    ['degrees', null, 'type'],
    ['Bachelor', 'Master'],
  ],
  [['degrees', null, 'honours'], [null]],
  [['degrees', 1, 'type'], ['Master']],
  [
    ['nationalities', null],
    ['British', 'Betelgeusian'],
  ],
  [['nationalities', 1], ['Betelgeusian']],
  [
    ['grid', null, 0],
    [1, 3],
  ],
  [['grid', null, 1], [2]],
  [[], [payload]],
  [['other'], []],
  [['address', 'other'], []],
  [['nationalities', 2], []],
  [['nationalities', -1], []],
  [['nationalities', 0.5], []],
  [['nationalities', '0'], []],
  [['nationalities', 'length'], []],
  [['address', 0], []],
  [['address', null], []],
  [['name', 0], []],
  [['name', 'length'], []],
  [['mixed', null, 'a'], []],
  [['empty', null], []],
  [['constructor'], []],
  [['__proto__'], []],
])('the path %j points at %j', (path, expected) => {
  expect(selectClaims(payload, path).map(({ value }) => value)).toEqual(expected)
  expect(hasPath(payload, path)).toBe(expected.length > 0)
})

test('every claim has a path, and that path points at it', () => {
  const paths = listClaimPaths(payload)
  expect(paths).toContainEqual(['degrees', 1, 'honours'])
  expect(paths).toContainEqual(['degrees', 0])
  expect(new Set(paths.map((path) => JSON.stringify(path))).size).toBe(paths.length)
  for (const path of paths) {
    const [claim, ...more] = selectClaims(payload, path)
    expect(more).toEqual([])
    expect(claim?.path).toEqual(path)
    expect(getByPath(payload, path)).toBe(claim?.value)
  }
})

test('a path lies within itself and what it starts with', () => {
  expect(isWithin(['a', 0, 'b'], ['a', 0])).toBe(true)
  expect(isWithin(['a'], ['a'])).toBe(true)
  expect(isWithin(['a'], [])).toBe(true)
  expect(isWithin(['a'], ['a', 0])).toBe(false)
  expect(isWithin(['a', 1], ['a', 0])).toBe(false)
  expect(isWithin(['a', 1], ['a', '1'])).toBe(false)
})
