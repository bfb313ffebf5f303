import { beforeEach, expect, test } from 'vitest'
import { onEachEngine, openTestStore } from '../../test/support/engines.ts'
import { systemClock } from '../core/index.ts'
import { leaseMigration, leaseTable, rows, type Store } from '../store/index.ts'
import { Audit, auditHeadTable, auditMigration, auditTable, chainStart } from './index.ts'

const tables = {
  entities: [auditTable, auditHeadTable, leaseTable],
  migrations: [leaseMigration, auditMigration],
}

onEachEngine((engine) => {
  let store: Store
  let audit: Audit
  const tamper = (sql: string) => store.transact((tx) => rows(tx, sql))
  const happen = (action: string) => store.transact((tx) => audit.record(tx, 'system', action, { n: 1 }))

  beforeEach(async () => {
    store = await openTestStore(engine, tables)
    audit = new Audit({ store, clock: systemClock, pseudonym: (id) => `p_${id.length}` })
    for (const action of ['a', 'b', 'c']) await happen(action)
  })

  test('what happened is chained and verifies', async () => {
    expect(await audit.verify()).toMatchObject({ intact: true, entries: 0, unsealed: 3 })
    expect(await audit.seal()).toBe(3)
    await happen('d')
    await audit.seal()
    expect(await audit.verify()).toMatchObject({ intact: true, entries: 4, unsealed: 0 })
  })

  test.each([
    ['a changed entry', "UPDATE audit_entry SET action = 'x' WHERE seq = 2", 'entry_changed', 2],
    ['changed facts', `UPDATE audit_entry SET data = '{"n":2}' WHERE seq = 1`, 'entry_changed', 1],
    ['an entry taken out', 'DELETE FROM audit_entry WHERE seq = 2', 'entry_missing', 2],
    ['the end cut off', 'DELETE FROM audit_entry WHERE seq = 3', 'chain_cut', 3],
  ])('%s is found', async (_what, sql, reason, brokenAt) => {
    await audit.seal()
    await tamper(sql)
    expect(await audit.verify()).toEqual({ intact: false, entries: brokenAt - 1, brokenAt, reason })
  })

  test('who follows the chain gets sealed entries only, in order, from where it was', async () => {
    expect(await audit.sealedAfter(store.reader, chainStart, 10)).toEqual([])
    expect(await audit.hasBeyond(store.reader, 0, Date.now())).toBe(true)
    await audit.seal()
    const [first, ...rest] = await audit.sealedAfter(store.reader, chainStart, 10)
    expect([first, ...rest].map((entry) => entry?.action)).toEqual(['a', 'b', 'c'])
    expect(await audit.sealedAfter(store.reader, first ?? chainStart, 10)).toEqual(rest)
    expect(await audit.hasBeyond(store.reader, 3, Date.now())).toBe(false)
    expect(await audit.hasBeyond(store.reader, 2, Date.now())).toBe(true)
  })

  test('nobody builds on a chain that was changed', async () => {
    await audit.seal()
    await tamper('DELETE FROM audit_entry WHERE seq = 2')
    await expect(audit.sealedAfter(store.reader, chainStart, 10)).rejects.toMatchObject({
      code: 'audit_broken',
    })
  })

  test('who looks for one thing, or for what was before a moment, finds that alone', async () => {
    for (const action of ['grant.revoked', 'grants.counted', 'grant_link.made']) await happen(action)
    const found = async (more: { about?: string; until?: number }) =>
      (await audit.list({ limit: 10, ...more })).items.map(({ action }) => action)
    expect(await found({ about: 'grant' })).toEqual(['grant.revoked'])
    const [last] = (await audit.list({ limit: 1 })).items
    expect(await found({ until: last?.at ?? 0 })).toHaveLength(6)
    expect(await found({ until: systemClock.now() - 60_000 })).toEqual([])
  })

  test('an entry of a change that failed is not there', async () => {
    await store
      .transact(async (tx) => {
        await audit.record(tx, 'system', 'lost')
        throw new Error('no')
      })
      .catch(() => undefined)
    expect((await audit.list({ limit: 10 })).items.map(({ action }) => action)).toEqual(['c', 'b', 'a'])
  })

  test('entries are sealed by themselves within a second, also with two processes', async () => {
    const other = new Audit({ store, clock: systemClock, pseudonym: String })
    audit.start()
    other.start()
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    await Promise.all([audit.stop(), other.stop()])
    expect(await audit.verify()).toMatchObject({ intact: true, entries: 3, unsealed: 0 })
  })
})
