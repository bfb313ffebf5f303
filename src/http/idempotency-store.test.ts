import { randomBytes } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { onEachEngine, openTestStore } from '../../test/support/engines.ts'
import type { Caller } from '../core/index.ts'
import { rows, type Store } from '../store/index.ts'
import { Vault, vaultKeyTable, vaultMigration } from '../vault/index.ts'
import { IdempotencyStore, idempotencyMigration, idempotencyTable } from './index.ts'

const anna: Caller = { kind: 'client', clientId: 'a', scopes: [] }
const bob: Caller = { kind: 'client', clientId: 'b', scopes: [] }
const attempt = (key: string, caller = anna, digest = 'd') => ({
  key,
  caller,
  operation: 'things.create',
  digest,
})
const answer = { status: 201, body: { id: '1', name: 'Anna Verzinsel' } }

onEachEngine((engine) => {
  let store: Store
  let attempts: IdempotencyStore
  let now = Date.UTC(2026, 0, 1)
  beforeAll(async () => {
    const clock = { now: () => now }
    store = await openTestStore(engine, {
      entities: [vaultKeyTable, idempotencyTable],
      migrations: [vaultMigration, idempotencyMigration],
    })
    const vault = await Vault.open({ store, clock, masterKey: randomBytes(32) })
    attempts = new IdempotencyStore({ store, vault, clock })
  })

  test('the first is new, the next waits, later ones get the same answer', async () => {
    expect(await attempts.begin(attempt('k1'))).toBe('new')
    expect(await attempts.begin(attempt('k1'))).toBe('busy')
    await attempts.finish(attempt('k1'), answer)
    expect(await attempts.begin(attempt('k1'))).toEqual(answer)
  })

  test('of many at once one is new', async () => {
    const begun = await Promise.all(Array.from({ length: 10 }, () => attempts.begin(attempt('k2'))))
    expect(begun.filter((one) => one === 'new')).toHaveLength(1)
  })

  test('a key belongs to its caller, operation and input', async () => {
    expect(await attempts.begin(attempt('k1', bob))).toBe('new')
    expect(await attempts.begin(attempt('k1', anna, 'other'))).toBe('mismatch')
    expect(await attempts.begin({ ...attempt('k1'), operation: 'things.delete' })).toBe('mismatch')
  })

  test('a refused attempt frees its key, a finished one does not', async () => {
    await attempts.begin(attempt('k3'))
    await attempts.abandon(attempt('k3'))
    expect(await attempts.begin(attempt('k3'))).toBe('new')
    await attempts.finish(attempt('k3'), answer)
    await attempts.abandon(attempt('k3'))
    expect(await attempts.begin(attempt('k3'))).toEqual(answer)
  })

  test('the answer is not readable in the database, nor the key', async () => {
    const all = JSON.stringify(await rows(store.reader, 'SELECT * FROM idempotency'))
    expect(all).not.toMatch(/Verzinsel|"k1"/)
  })

  test('what a stopped process left behind is told apart; after a day all is forgotten', async () => {
    await attempts.begin(attempt('k4'))
    now += 11 * 60_000
    expect(await attempts.begin(attempt('k4'))).toBe('interrupted')
    now += 24 * 3_600_000
    expect(await attempts.begin(attempt('k4'))).toBe('new')
    const [count] = await rows<{ n: number }>(store.reader, 'SELECT count(*) AS n FROM idempotency')
    expect(Number(count?.n)).toBe(1)
  })
})
