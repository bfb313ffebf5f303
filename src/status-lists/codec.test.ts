import { readFileSync } from 'node:fs'
import { deflateSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Bits, decodeList, encodeList, valueAt } from './codec.ts'
import { MAX_LIST_BYTES } from './inflate.ts'

interface Case {
  name: string
  bits: Bits
  size: number
  bytesHex?: string
  statuses: [number, number][]
  default: number
  json: { bits: Bits; lst: string }
}
const vectors: { cases: Case[] } = JSON.parse(
  readFileSync(new URL('../../test/vectors/token-status-list/encoding.json', import.meta.url), 'utf8'),
)

test('all published lists are there', () => expect(vectors.cases).toHaveLength(6))

test.each(vectors.cases)('the published list "$name" reads as printed', async (vector) => {
  const list = await decodeList(vector.json)
  const expected = new Map(vector.statuses)
  expect(list.bytes).toHaveLength((vector.size * vector.bits) / 8)
  if (vector.bytesHex) expect(Buffer.from(list.bytes).toString('hex')).toBe(vector.bytesHex)
  let wrong = 0
  for (let index = 0; index < vector.size; index++)
    if (valueAt(list, index) !== (expected.get(index) ?? vector.default ?? 0)) wrong++
  expect(wrong).toBe(0)
})

test.each(vectors.cases)('"$name" packed by us reads the same', async (vector) => {
  const [ours, theirs] = await Promise.all([
    encodeList(vector.bits, vector.size, vector.statuses).then((list) => decodeList(list)),
    decodeList(vector.json),
  ])
  expect(Buffer.from(ours.bytes).equals(Buffer.from(theirs.bytes))).toBe(true)
})

test('any list comes back as it was packed', async () => {
  const lists = fc.constantFrom<Bits>(1, 2, 4, 8).chain((bits) =>
    fc.record({
      bits: fc.constant(bits),
      values: fc.array(fc.integer({ min: 0, max: 2 ** bits - 1 }), { minLength: 1, maxLength: 200 }),
    }),
  )
  await fc.assert(
    fc.asyncProperty(lists, async ({ bits, values }) => {
      const entries = values.map((value, index) => [index, value] as const)
      const list = await decodeList(await encodeList(bits, values.length, entries))
      expect(values.map((_, index) => valueAt(list, index))).toEqual(values)
    }),
  )
})

test.each([-1, 16, 1.5, Number.NaN, Number.MAX_SAFE_INTEGER, 2 ** 60])(
  'index %d is outside a list of 16',
  async (index) => {
    const list = await decodeList({ bits: 1, lst: 'eNrbuRgAAhcBXQ' })
    expect(() => valueAt(list, index)).toThrow(expect.objectContaining({ code: 'status_index_outside' }))
    await expect(encodeList(1, 16, [[index, 1]])).rejects.toMatchObject({ code: 'status_index_outside' })
  },
)

test.each([-1, 2, 0.5])('value %d does not fit one bit', async (value) => {
  await expect(encodeList(1, 16, [[0, value]])).rejects.toMatchObject({ code: 'status_value_outside' })
})

const gzipped = gzipSync(Buffer.alloc(2)).toString('base64url')
test.each([
  ['nothing', ''],
  ['padding', 'eNrbuRgAAhcBXQ=='],
  ['white space', 'eNrbuRgAAhcB XQ'],
  ['the other alphabet', 'eNrbuRgAAhcB+Q'],
  ['an impossible length', 'eNrbuRgAAhcBX'],
  ['a cut stream', 'eNrbuRgA'],
  ['a wrong checksum', 'eNrbuRgAAhcBXA'],
  ['gzip instead of zlib', gzipped],
])('a list with %s is unreadable', async (_, lst) => {
  await expect(decodeList({ bits: 1, lst })).rejects.toMatchObject({ code: 'status_list_unreadable' })
})

test('a short list keeps no more memory than it has entries', async () => {
  const { bytes } = await decodeList(await encodeList(2, 1_000, [[7, 1]]))
  expect([bytes.byteLength, bytes.buffer.byteLength]).toEqual([250, 250])
})

test('a bomb of 64 MiB in less than 100 kB is refused within the memory allowed', async () => {
  const lst = deflateSync(Buffer.alloc(64 * 1024 * 1024), { level: 9 }).toString('base64url')
  expect(lst.length).toBeLessThan(100_000)
  const before = process.memoryUsage().rss
  const outcome = decodeList({ bits: 1, lst }).then(() => 'unpacked')
  await expect(outcome).rejects.toMatchObject({ code: 'status_list_too_large' })
  expect(process.memoryUsage().rss - before).toBeLessThan(3 * MAX_LIST_BYTES)
})
