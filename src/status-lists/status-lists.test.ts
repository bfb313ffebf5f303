import { generateKeyPairSync } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { newStorage, onEachEngine } from '../../test/support/engines.ts'
import { asDid, type Did, systemClock } from '../core/index.ts'
import { createSigner, parseJws, publicJwkOf } from '../jose/index.ts'
import { leaseMigration, leaseTable, Store } from '../store/index.ts'
import { valueAt } from './codec.ts'
import { type StatusEntry, StatusLists, StatusPublisher, statusListsMigrations } from './index.ts'
import { verifyStatusListToken } from './token.ts'

const BASE = 'https://node.example'
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const publicJwk = publicJwkOf(privateKey)
let serial = 0
const newIssuer = (): Did => asDid(`did:web:issuer${serial++}.example`)

onEachEngine((engine) => {
  const storage = newStorage(engine)
  const tables = { entities: [leaseTable], migrations: [leaseMigration, ...statusListsMigrations] }
  let now = Date.now()
  const clock = { now: () => now }
  let store: Store
  /** What another process has: its own connections to the same database. */
  let otherStore: Store
  let lists: StatusLists
  let other: StatusLists
  let signed = 0
  const signer = async (did: Did) => {
    const inner = createSigner(privateKey, `${did}#key-1`)
    const sign = (data: Uint8Array) => {
      signed++
      return inner.sign(data)
    }
    return { ...inner, sign }
  }
  const open = (of: Store, settings: { size?: number; ttlS?: number } = {}) =>
    new StatusLists({ store: of, clock, signer, baseUrl: BASE, ...settings })

  beforeAll(async () => {
    store = await Store.open({ storage, ...tables })
    otherStore = await Store.open({ storage, ...tables })
    lists = open(store)
    other = open(otherStore)
  })
  afterAll(async () => {
    await Promise.all([store.dispose(), otherStore.dispose()])
  })
  beforeEach(() => {
    now = Date.now()
  })

  const allocate = (issuer: Did, by = lists, of = store) => of.transact((tx) => by.allocate(tx, issuer))
  const set = (entry: StatusEntry, state: 'valid' | 'invalid' | 'suspended', by = lists, of = store) =>
    of.transact((tx) => by.setStatus(tx, entry, state))
  /** The value a third party reads in the list that is served. */
  const served = async ({ listId, index }: StatusEntry, by = lists): Promise<number> => {
    const { token } = await by.serve(listId)
    const uri = `${BASE}/status-lists/${listId}`
    const { list } = await verifyStatusListToken(parseJws(token), publicJwk, { uri, now })
    return valueAt(list, index)
  }

  describe('allocation', () => {
    test('the claim points to an entry of a list of this node', async () => {
      const entry = await allocate(newIssuer())
      expect(entry.status).toEqual({
        status_list: { idx: entry.index, uri: `${BASE}/status-lists/${entry.listId}` },
      })
    })

    test('8 clients at two processes never get the same entry, also where lists fill up', async () => {
      const issuer = newIssuer()
      const [here, there] = [open(store, { size: 100 }), open(otherStore, { size: 100 })]
      const client = async (n: number) => {
        const entries: StatusEntry[] = []
        for (let turn = 0; turn < 30; turn++) {
          const [by, of] = n % 2 ? [here, store] : [there, otherStore]
          const count = 1 + (turn % 3)
          entries.push(...(await of.transact((tx) => by.allocateMany(tx, issuer, count))))
        }
        return entries
      }
      const all = (await Promise.all(Array.from({ length: 8 }, (_, n) => client(n)))).flat()
      expect(all).toHaveLength(8 * 60)
      expect(new Set(all.map(({ listId, index }) => `${listId} ${index}`)).size).toBe(all.length)
      expect(new Set(all.map(({ listId }) => listId)).size).toBe(5)
      expect(all.every(({ index }) => index >= 0 && index < 100)).toBe(true)
    })

    test('indices do not tell the order, and two issuers do not get the same', async () => {
      const of = async () => {
        const issuer = newIssuer()
        const entries = await store.transact((tx) => lists.allocateMany(tx, issuer, 200))
        return entries.map(({ index }) => index)
      }
      const [first, second] = [await of(), await of()]
      expect(first).not.toEqual(second)
      const up = first.filter((index, at) => index > (first[at - 1] ?? 0)).length
      expect(up).toBeGreaterThan(70)
      expect(up).toBeLessThan(130)
    })

    test('an entry of a transaction that failed goes to the next one, and to no other', async () => {
      const issuer = newIssuer()
      await allocate(issuer)
      let lost = -1
      await store
        .transact(async (tx) => {
          lost = (await lists.allocate(tx, issuer)).index
          throw new Error('no')
        })
        .catch(() => undefined)
      const next = [await allocate(issuer), await allocate(issuer)].map(({ index }) => index)
      expect(next[0]).toBe(lost)
      expect(next[1]).not.toBe(lost)
    })
  })

  describe('changing', () => {
    test('what is revoked reads invalid at once, also from another process, and nothing else does', async () => {
      const issuer = newIssuer()
      const [mine, others] = [await allocate(issuer), await allocate(issuer)]
      expect(await served(mine)).toBe(0)
      expect(await set(mine, 'invalid')).toBe(true)
      expect(await served(mine)).toBe(1)
      expect(await served(mine, other)).toBe(1)
      expect(await served(others)).toBe(0)
      expect(await lists.local(mine.status.status_list.uri, mine.index)).toEqual({ issuer, state: 'invalid' })
      expect(await lists.local(mine.status.status_list.uri, others.index)).toEqual({ issuer, state: 'valid' })
    })

    test('suspending can be taken back', async () => {
      const entry = await allocate(newIssuer())
      await set(entry, 'suspended')
      expect(await served(entry)).toBe(2)
      await set(entry, 'valid')
      expect(await served(entry)).toBe(0)
      await set(entry, 'suspended')
      await set(entry, 'invalid')
      expect(await served(entry)).toBe(1)
    })

    test('revoking cannot be taken back', async () => {
      const entry = await allocate(newIssuer())
      await set(entry, 'invalid')
      for (const state of ['valid', 'suspended'] as const)
        await expect(set(entry, state)).rejects.toMatchObject({ code: 'status_final' })
      expect(await served(entry)).toBe(1)
    })

    test('doing it twice changes nothing and signs nothing', async () => {
      const entry = await allocate(newIssuer())
      expect(await set(entry, 'valid')).toBe(false)
      await set(entry, 'invalid')
      const before = await lists.serve(entry.listId)
      expect(await set(entry, 'invalid')).toBe(false)
      expect(await lists.serve(entry.listId)).toEqual(before)
    })

    test('of 40 parallel revocations in one list by two processes none is lost', async () => {
      // An SQLite file has one writing process.
      const [by, of] = engine === 'postgres' ? [other, otherStore] : [lists, store]
      const issuer = newIssuer()
      const entries = await store.transact((tx) => lists.allocateMany(tx, issuer, 40))
      await Promise.all(
        entries.map((entry, n) => set(entry, 'invalid', n % 2 ? lists : by, n % 2 ? store : of)),
      )
      const values = await Promise.all(entries.map((entry) => served(entry)))
      expect(values).toEqual(entries.map(() => 1))
    })

    test('a revocation that is not committed is not published', async () => {
      const entry = await allocate(newIssuer())
      const before = await lists.serve(entry.listId)
      await store
        .transact(async (tx) => {
          await lists.setStatus(tx, entry, 'invalid')
          throw new Error('no')
        })
        .catch(() => undefined)
      expect(await lists.serve(entry.listId)).toEqual(before)
    })

    test.each([
      ['an unknown list', { listId: 'nowhere', index: 0 }, 'status_list_unknown'],
      ['an index below', { index: -1 }, 'status_index_outside'],
      ['an index above', { index: 2 ** 17 }, 'status_index_outside'],
      ['a broken index', { index: 0.5 }, 'status_index_outside'],
    ])('%s is refused', async (_, change, code) => {
      const entry = await allocate(newIssuer())
      await expect(set({ ...entry, ...change }, 'invalid')).rejects.toMatchObject({ code })
    })
  })

  describe('serving', () => {
    test('an unknown list is not found', async () => {
      await expect(lists.serve('nowhere')).rejects.toMatchObject({ code: 'status_list_unknown', status: 404 })
      expect(await lists.local(`${BASE}/status-lists/nowhere`, 0)).toBeNull()
    })

    test('an unchanged list is signed once, for every process', async () => {
      const { listId } = await allocate(newIssuer())
      signed = 0
      const tokens = new Set<string>()
      for (const by of [lists, other, lists, other]) tokens.add((await by.serve(listId)).token)
      expect(tokens.size).toBe(1)
      expect(signed).toBe(1)
    })

    test('a list somebody reads is renewed before it ends, one that ended is never served', async () => {
      const { listId } = await allocate(newIssuer())
      const first = await lists.serve(listId)
      now += 151_000
      expect((await lists.serve(listId)).token).toBe(first.token)
      await expect.poll(async () => (await lists.serve(listId)).token).not.toBe(first.token)
      const second = await lists.serve(listId)
      now += 3_600_000
      const third = await lists.serve(listId)
      expect(third.token).not.toBe(second.token)
      expect(parseJws(third.token).payload).toMatchObject({ iat: Math.floor(now / 1000), ttl: 60 })
    })

    test('a list signed while the clock was wrong is signed again', async () => {
      const { listId } = await allocate(newIssuer())
      now += 3_600_000
      const ahead = await lists.serve(listId)
      now -= 3_600_000
      const right = await lists.serve(listId)
      expect(right.token).not.toBe(ahead.token)
      expect(right.publishedAt).toBe(now)
    })

    test('while it cannot be signed, a list with a change is refused and an unchanged one is served', async () => {
      const entry = await allocate(newIssuer())
      const before = await lists.serve(entry.listId)
      const broken = new StatusLists({
        store,
        clock,
        baseUrl: BASE,
        signer: async () => {
          throw new Error('the key store is away')
        },
      })
      expect(await broken.serve(entry.listId)).toEqual(before)
      await set(entry, 'invalid')
      await expect(broken.serve(entry.listId)).rejects.toMatchObject({
        code: 'status_list_unavailable',
        status: 503,
      })
      expect(await served(entry)).toBe(1)
    })

    test('a token signed before a change never replaces one signed after it', async () => {
      const entry = await allocate(newIssuer())
      let release: () => void = () => undefined
      const held = new Promise<void>((resolve) => {
        release = resolve
      })
      const slow = new StatusLists({
        store: otherStore,
        clock,
        baseUrl: BASE,
        signer: async (did) => {
          await held
          return signer(did)
        },
      })
      const late = slow.publish(entry.listId)
      await sleep(50)
      await set(entry, 'invalid')
      expect(await served(entry)).toBe(1)
      const { token } = await lists.serve(entry.listId)
      release()
      await late
      expect(await served(entry, other)).toBe(1)
      expect((await lists.serve(entry.listId)).token).toBe(token)
    })

    test('of a long list every entry is published, wherever it stands', async () => {
      const size = 600_000
      const long = open(store, { size })
      const { listId } = await allocate(newIssuer(), long)
      const set = new Map<number, 'invalid' | 'suspended'>()
      for (const index of [0, 1, 2 ** 18 - 1, 2 ** 19, size - 2]) set.set(index, 'invalid')
      for (const index of [2 ** 18, 2 ** 19 - 1, size - 1]) set.set(index, 'suspended')
      await store.transact(async (tx) => {
        for (const [index, state] of set) await long.setStatus(tx, { listId, index }, state)
      })
      const { token } = await long.serve(listId)
      const uri = `${BASE}/status-lists/${listId}`
      const { list } = await verifyStatusListToken(parseJws(token, { maxBytes: 1e6 }), publicJwk, {
        uri,
        now,
      })
      const found: [number, number][] = []
      for (let index = 0; index < size; index++)
        if (valueAt(list, index) !== 0) found.push([index, valueAt(list, index)])
      const value = { invalid: 1, suspended: 2 }
      const expected = [...set].map(([index, state]) => [index, value[state]])
      expect(found).toEqual(expected.sort(([a = 0], [b = 0]) => a - b))
    })

    test('a publication that is interrupted leaves what was published, and is done again', async () => {
      const issuer = newIssuer()
      const [entry] = await store.transact((tx) => lists.allocateMany(tx, issuer, 1, issuer, 'bitstring'))
      if (!entry) throw new Error('nothing was allocated')
      const before = [
        await lists.serve(entry.listId, 'revocation'),
        await lists.serve(entry.listId, 'suspension'),
      ]
      let signatures = 0
      const interrupted = new StatusLists({
        ...{ store, clock, baseUrl: BASE },
        signer: async (did) => {
          const inner = await signer(did)
          const sign = (data: Uint8Array) => {
            if (++signatures > 1) throw new Error('the key store went away')
            return inner.sign(data)
          }
          return { ...inner, sign }
        },
      })
      now += 1_000
      await set(entry, 'invalid')
      await expect(interrupted.publish(entry.listId)).rejects.toThrow('went away')
      expect(signatures).toBe(2)
      const kept = await store.reader.query(
        ` SELECT token, suspension_token FROM status_list_token WHERE list_id = '${entry.listId}'`,
      )
      expect(kept).toEqual([{ token: before[0]?.token, suspension_token: before[1]?.token }])
      expect(await lists.waiting()).toContain(entry.listId)
      expect((await lists.serve(entry.listId, 'revocation')).token).not.toBe(before[0]?.token)
      expect(await lists.waiting()).not.toContain(entry.listId)
    })

    test.each([0, 61])('a ttl of %d seconds is refused', (ttlS) => {
      expect(() => open(store, { ttlS })).toThrow(expect.objectContaining({ code: 'invalid_status_ttl' }))
    })
  })

  describe('the publisher', () => {
    const untilPublished = async () => {
      const begin = performance.now()
      while ((await lists.oldestChangeMs()) > 0 || (await lists.waiting()).length > 0) await sleep(10)
      return performance.now() - begin
    }
    const run = async (of: Store, by: StatusLists, work: () => Promise<void>) => {
      const publisher = new StatusPublisher({ store: of, clock: systemClock, lists: by })
      publisher.start()
      try {
        await work()
      } finally {
        await publisher.stop()
      }
    }

    test('publishes a change of its own process within a second', () =>
      run(store, lists, async () => {
        await untilPublished()
        const entry = await allocate(newIssuer())
        await set(entry, 'invalid')
        expect(await untilPublished()).toBeLessThan(1_000)
        signed = 0
        expect(await served(entry)).toBe(1)
        expect(signed).toBe(0)
      }))

    test('publishes what another process left behind within a second', () =>
      run(otherStore, other, async () => {
        await untilPublished()
        const entry = await allocate(newIssuer())
        await set(entry, 'invalid')
        expect(await untilPublished()).toBeLessThan(1_000)
        signed = 0
        expect(await served(entry)).toBe(1)
        expect(signed).toBe(0)
      }))

    test('tries again when a list could not be signed', async () => {
      let broken = true
      const moody = new StatusLists({
        store,
        clock,
        baseUrl: BASE,
        signer: async (did) => {
          if (broken) throw new Error('the key store is away')
          return signer(did)
        },
      })
      await run(store, moody, async () => {
        const { listId } = await allocate(newIssuer(), moody)
        await sleep(100)
        expect(await lists.waiting()).toContain(listId)
        broken = false
        await expect.poll(() => lists.waiting(), { timeout: 3_000 }).not.toContain(listId)
      })
    })

    test('without a publisher a change waits, and its age is told', async () => {
      const entry = await allocate(newIssuer())
      expect(await lists.waiting()).toContain(entry.listId)
      now += 5_000
      expect(await lists.oldestChangeMs()).toBeGreaterThanOrEqual(5_000)
      await lists.publish(entry.listId)
      expect(await lists.waiting()).not.toContain(entry.listId)
    })

    test('waits longer and longer for a list that cannot be signed', async () => {
      let attempts = 0
      const broken = new StatusLists({
        store,
        clock,
        baseUrl: BASE,
        signer: async () => {
          attempts++
          throw new Error('the key is gone')
        },
      })
      // Past the lease of the publisher before.
      now += 1_000
      const publisher = new StatusPublisher({ store, clock, lists: broken })
      publisher.start()
      const { listId } = await allocate(newIssuer(), broken)
      await sleep(300)
      const before = attempts
      expect(before).toBeGreaterThan(0)
      // The clock stands still: it is never time to try again.
      await sleep(800)
      expect(attempts).toBe(before)
      now += 60_000
      await expect.poll(() => attempts).toBeGreaterThan(before)
      await publisher.stop()
      await lists.publish(listId)
    })
  })
})
