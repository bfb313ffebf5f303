import fc from 'fast-check'
import { expect, test } from 'vitest'
import { inclusionProof, leafHash, rootFromProof, rootOf } from './merkle.ts'

/** The eight inputs of the reference implementation of Certificate Transparency, and the roots over the first n. */
const inputs = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map((hex) => leafHash(Buffer.from(hex, 'hex')))
const roots = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]

test.each(roots.map((root, size) => [size, root] as const))(
  'the root over %i leaves is the known one',
  (size, root) => {
    expect(rootOf(inputs.slice(0, size)).toString('hex')).toBe(root)
  },
)

const tree = fc
  .integer({ min: 1, max: 70 })
  .chain((size) => fc.record({ size: fc.constant(size), index: fc.integer({ min: 0, max: size - 1 }) }))
const leavesOf = (size: number) =>
  Array.from({ length: size }, (_, at) => leafHash(Buffer.from(`leaf ${at}`)))
const leafAt = (at: number) => leafHash(Buffer.from(`leaf ${at}`))

test('every leaf of every tree leads to its root, and no other content does', () => {
  fc.assert(
    fc.property(tree, ({ size, index }) => {
      const leaves = leavesOf(size)
      const path = inclusionProof(leaves, index)
      const root = rootOf(leaves)
      expect(rootFromProof(leafAt(index), { index, size, path }).equals(root)).toBe(true)
      expect(rootFromProof(leafHash(Buffer.from('another')), { index, size, path }).equals(root)).toBe(false)
    }),
  )
})

test('a path of another place, another length or another tree leads nowhere', () => {
  fc.assert(
    fc.property(tree, fc.integer({ min: 0, max: 69 }), ({ size, index }, other) => {
      const leaves = leavesOf(size)
      const path = inclusionProof(leaves, index)
      const reaches = (more: object) => {
        try {
          return rootFromProof(leafAt(index), { index, size, path, ...more }).equals(rootOf(leaves))
        } catch {
          return false
        }
      }
      expect(reaches({})).toBe(true)
      expect(reaches({ index: other })).toBe(other === index)
      expect(reaches({ path: [...path, leafAt(0)] })).toBe(false)
      if (path.length > 0) expect(reaches({ path: path.slice(1) })).toBe(false)
      expect(reaches({ index: size })).toBe(false)
    }),
  )
})

test('a content that looks like two halves is no fork: leaves and forks are hashed apart', () => {
  const [left, right] = [leafAt(0), leafAt(1)]
  expect(rootOf([leafHash(Buffer.concat([left, right]))]).equals(rootOf([left, right]))).toBe(false)
})

test.each([
  [-1, 'merkle_index_outside'],
  [3, 'merkle_index_outside'],
  [0.5, 'merkle_index_outside'],
])('there is no leaf at %d of three', (index, code) => {
  expect(() => inclusionProof(leavesOf(3), index)).toThrow(expect.objectContaining({ code }))
})
