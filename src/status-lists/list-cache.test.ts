import { expect, test } from 'vitest'
import { asDid } from '../core/index.ts'
import { ListCache } from './list-cache.ts'
import { createListSource, type ListKind } from './list-source.ts'

const clock = { now: () => 0 }
const signer = asDid('did:web:issuer.example')
const listOf = (size: number) => ({ bits: 1 as const, bytes: new Uint8Array(size) })

test('one cache bounds lists of all kinds together, and keeps them apart', async () => {
  const cache = new ListCache(100_000)
  const asked: string[] = []
  const sourceOf = (name: string) => {
    const kind: ListKind = {
      ...{ name, accept: 'application/jwt' },
      read: async () => {
        asked.push(name)
        return { list: listOf(60_000), signer, ttlS: undefined, expiresAt: undefined }
      },
    }
    const fetch = async () => ({ status: 200, headers: {}, body: Buffer.from(name) })
    return createListSource({ clock, cache, fetch: fetch as never }, kind)
  }
  const [one, other] = [sourceOf('one'), sourceOf('other')]
  await one.get('https://issuer.example/list', false)
  await one.get('https://issuer.example/list', false)
  expect(asked).toEqual(['one'])
  expect((await other.get('https://issuer.example/list', false)).token).toBe('other')
  expect(asked).toEqual(['one', 'other'])
  // The second took the room of the first.
  await one.get('https://issuer.example/list', false)
  expect(asked).toEqual(['one', 'other', 'one'])
})
