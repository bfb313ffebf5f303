import { createHash, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { permutation } from './permutation.ts'

const seedOf = (text: string) => createHash('sha256').update(text).digest()
const all = (seed: Uint8Array, size: number) =>
  Array.from({ length: size }, (_, n) => n).map(permutation(seed, size))

test('every number of the range comes out once, for any size', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5_000 }), fc.string(), (size, text) => {
      const values = all(seedOf(text), size)
      expect(new Set(values).size).toBe(size)
      expect(Math.min(...values)).toBe(0)
      expect(Math.max(...values)).toBe(size - 1)
    }),
  )
})

test('a full list of 2^17 has no number twice', () => {
  expect(new Set(all(randomBytes(32), 2 ** 17)).size).toBe(2 ** 17)
})

test('the same seed shuffles the same, another seed otherwise', () => {
  expect(all(seedOf('a'), 100)).toEqual(all(seedOf('a'), 100))
  expect(all(seedOf('a'), 100)).not.toEqual(all(seedOf('b'), 100))
})

test('the shuffle of a seed stays what it is, for lists that are half given out', () => {
  expect([0, 1, 2, 131_071].map(permutation(Buffer.alloc(32), 2 ** 17))).toEqual([
    23_804, 34_738, 51_420, 93_918,
  ])
})

test('the order tells nothing: about half the steps go up, distances differ, low bits are balanced', () => {
  const values = all(seedOf('order'), 2 ** 17).slice(0, 10_000)
  const steps = values.slice(1).map((value, at) => value - (values[at] ?? 0))
  const up = steps.filter((step) => step > 0).length / steps.length
  const odd = values.filter((value) => value % 2 === 1).length / values.length
  expect(up).toBeGreaterThan(0.47)
  expect(up).toBeLessThan(0.53)
  expect(odd).toBeGreaterThan(0.47)
  expect(odd).toBeLessThan(0.53)
  expect(new Set(steps).size).toBeGreaterThan(9_000)
})

test.each([-1, 16, 1.5, Number.NaN])('position %d is not in a range of 16', (position) => {
  expect(() => permutation(seedOf('x'), 16)(position)).toThrow(RangeError)
})
