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

test('what was away and came back is not taken for away, once its time is over', async () => {
  let now = 0
  let away = true
  const kind: ListKind = {
    ...{ name: 'one', accept: 'application/jwt' },
    read: async () => ({ list: listOf(10), signer, ttlS: 1, expiresAt: undefined }),
  }
  const fetch = async () => ({ status: away ? 503 : 200, headers: {}, body: Buffer.from('token') })
  const cache = new ListCache(100_000, 60_000)
  const source = createListSource({ clock: { now: () => now }, cache, fetch: fetch as never }, kind)
  const get = (fresh: boolean) => source.get('https://issuer.example/list', fresh)
  await expect(get(false)).rejects.toMatchObject({ code: 'status_list_not_served' })
  away = false
  await expect(get(false)).rejects.toMatchObject({ code: 'status_list_not_served' })
  now = 1
  expect((await get(true)).asOf).toBe(1)
  now = 2_000
  expect((await get(false)).asOf).toBe(2_000)
})
