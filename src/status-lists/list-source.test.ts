import { expect, test } from 'vitest'
import { Refusal } from '../core/index.ts'
import { newList } from './codec.ts'
import { ListCache } from './list-cache.ts'
import { createListSource, type ListKind } from './list-source.ts'

const URI = 'https://lists.example/1'

/** Two checkers with one cache, of a publisher who answers when told. */
function room() {
  let now = 1_000_000
  const waiting: ((token: string | Refusal) => void)[] = []
  const kind: ListKind = {
    name: 'test',
    accept: 'application/test',
    read: async () => ({
      ...{ list: newList(1, 8), signer: 'did:example:1' as never },
      ...{ ttlS: undefined, expiresAt: undefined },
    }),
  }
  const deps = {
    cache: new ListCache(undefined, 5_000),
    clock: { now: () => now },
    fetch: () =>
      new Promise((resolve, reject) => {
        waiting.push((token) =>
          token instanceof Refusal
            ? reject(token)
            : resolve({ status: 200, headers: {}, body: Buffer.from(token) }),
        )
      }),
  }
  const source = () => createListSource(deps as never, kind)
  const later = (ms: number) => {
    now += ms
  }
  return { source, later, waiting }
}

const away = new Refusal('upstream', 'egress_timeout', 'no answer')
const turn = () => new Promise((resolve) => setImmediate(resolve))

test('a list that is away is asked for once in a moment where the cache is told so, unless it must be asked now', async () => {
  const { source, waiting } = room()
  const first = source().get(URI, false)
  await turn()
  waiting.pop()?.(away)
  await expect(first).rejects.toBe(away)
  await expect(source().get(URI, false)).rejects.toBe(away)
  expect(waiting).toHaveLength(0)
  const fresh = source().get(URI, true)
  await turn()
  waiting.pop()?.('there')
  expect(await fresh).toMatchObject({ token: 'there' })
  const other = room()
  const failed = other.source().get(URI, false)
  await turn()
  other.waiting.pop()?.(away)
  await expect(failed).rejects.toBe(away)
  other.later(5_000)
  other.source().get(URI, false)
  await turn()
  expect(other.waiting).toHaveLength(1)
})

test('what was asked for earlier does not take the place of what was asked for later', async () => {
  const { source, later, waiting } = room()
  const older = source().get(URI, true)
  await turn()
  later(10)
  const newer = source().get(URI, true)
  await turn()
  waiting[1]?.('newer')
  await newer
  waiting[0]?.('older')
  await older
  expect(await source().get(URI, false)).toMatchObject({ token: 'newer' })
})
