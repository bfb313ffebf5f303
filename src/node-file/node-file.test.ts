import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { newDerivation } from '../wallet-file/index.ts'
import { openStream, sealStream } from './index.ts'

const key = { key: randomBytes(32), derivation: newDerivation() }
async function* chunks(all: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < all.length; at += size) yield all.subarray(at, at + size)
}
const collected = async (stream: AsyncIterable<Uint8Array>) => {
  const parts: Uint8Array[] = []
  for await (const part of stream) parts.push(part)
  return Buffer.concat(parts)
}
const seal = (plain: Uint8Array) => collected(sealStream(chunks(plain, 10_007), key))
const open = (file: Uint8Array, with_ = key.key) =>
  collected(openStream(chunks(file, 4_999), async () => with_))
const codeOf = (opening: Promise<unknown>) =>
  opening.then(
    () => 'opened',
    (error: { code?: string }) => error.code,
  )

test.each([0, 1, 65_535, 65_536, 65_537, 300_000])('%i bytes come back as they were', async (size) => {
  const plain = randomBytes(size)
  expect((await open(await seal(plain))).equals(plain)).toBe(true)
})

describe('refused', async () => {
  const plain = randomBytes(200_000)
  const file = await seal(plain)
  const head = file.indexOf(10) + 1
  const segment = 4 + 65_536 + 16
  const changed = (at: number) => {
    const copy = Buffer.from(file)
    copy.writeUInt8((copy[at] ?? 0) ^ 1, at)
    return copy
  }
  test.each<[string, () => Uint8Array, string]>([
    ['nothing', () => Buffer.alloc(0), 'node_file_malformed'],
    ['something else', () => Buffer.from('{"type":"urn:regie:wallet:1"}\n'), 'node_file_malformed'],
    ['a line without end', () => Buffer.alloc(10_000, 32), 'node_file_malformed'],
    ['a changed byte', () => changed(head + 100), 'node_file_damaged'],
    ['a changed length', () => changed(head), 'node_file_damaged'],
    ['one segment less at the end', () => file.subarray(0, head + 3 * segment), 'node_file_damaged'],
    [
      'one left out',
      () => Buffer.concat([file.subarray(0, head), file.subarray(head + segment)]),
      'node_file_damaged',
    ],
    ['a byte less', () => file.subarray(0, -1), 'node_file_damaged'],
    ['a byte more', () => Buffer.concat([file, Buffer.alloc(1)]), 'node_file_damaged'],
  ])('%s', async (_what, made, code) => expect(await codeOf(open(made()))).toBe(code))

  test('two segments that changed places', async () => {
    const at = (n: number) => file.subarray(head + n * segment, head + (n + 1) * segment)
    const swapped = Buffer.concat([file.subarray(0, head), at(1), at(0), file.subarray(head + 2 * segment)])
    expect(await codeOf(open(swapped))).toBe('node_file_damaged')
  })

  test('another passphrase, and it is said that it is that', async () => {
    expect(await codeOf(open(file, randomBytes(32)))).toBe('node_file_passphrase_wrong')
  })
})
