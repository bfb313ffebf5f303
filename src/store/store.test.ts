import { beforeAll, expect, test } from 'vitest'
import { newStorage, onEachEngine, openTestStore } from '../../test/support/engines.ts'
import { Refusal } from '../core/index.ts'
import {
  acquireLease,
  change,
  column,
  createBatch,
  EntitySchema,
  insertAll,
  KnownTables,
  leaseMigration,
  leaseTable,
  type Migration,
  rows,
  Store,
  select,
} from './index.ts'

interface Thing {
  id: string
  state: string
  at: number | null
  data: Buffer | null
}
const thingTable = new EntitySchema<Thing>({
  name: 'thing',
  columns: {
    id: column.id(),
    state: column.text('state'),
    at: column.optionalTime('at_ms'),
    data: column.optionalBytes('data'),
  },
})
const thingMigration: Migration = {
  id: 1795000000099,
  name: 'Thing',
  up: ['CREATE TABLE thing (id text PRIMARY KEY, state text NOT NULL, at_ms bigint, data text)'],
}
const tables = { entities: [thingTable, leaseTable], migrations: [leaseMigration, thingMigration] }
const thing = (id: string): Thing => ({ id, state: 'new', at: null, data: null })

onEachEngine((engine) => {
  let store: Store
  beforeAll(async () => {
    store = await openTestStore(engine, tables)
  })

  test('of 200 parallel writes 20 fail and exactly 180 rows are there', async () => {
    const jobs = Array.from({ length: 200 }, (_, n) =>
      store.transact(async (tx) => {
        await tx.insert(thingTable, thing(`p${n}`))
        await new Promise((resolve) => setTimeout(resolve, n % 3))
        if (n % 10 === 0) throw new Refusal('conflict', 'on_purpose', 'this one fails')
      }),
    )
    const results = await Promise.allSettled(jobs)
    expect(results.filter((result) => result.status === 'rejected')).toHaveLength(20)
    const [{ n } = { n: 0 }] = await rows<{ n: number }>(
      store.reader,
      "SELECT count(*) AS n FROM thing WHERE id LIKE 'p%'",
    )
    expect(Number(n)).toBe(180)
  })

  test('databases opened with the same known tables keep to their own rows, also when the first is closed', async () => {
    const known = new KnownTables()
    const open = async () =>
      Store.open({
        storage: await newStorage(engine),
        entities: [thingTable],
        migrations: [thingMigration],
        tables: known,
      })
    const [first, second] = [await open(), await open()]
    await first.transact((tx) => tx.insert(thingTable, { ...thing('same'), at: 1, data: Buffer.from([1]) }))
    expect(await second.reader.count(thingTable)).toBe(0)
    await first.dispose()
    await second.transact((tx) => tx.insert(thingTable, { ...thing('same'), at: 2, data: Buffer.from([2]) }))
    const third = await open()
    expect(await second.reader.findBy(thingTable, {})).toEqual([
      { id: 'same', state: 'new', at: 2, data: Buffer.from([2]) },
    ])
    expect(second.reader.connection.entityMetadatas).toBe(third.reader.connection.entityMetadatas)
    await Promise.all([second.dispose(), third.dispose()])
  })

  test('a reader does not see what is not committed', async () => {
    await store.transact(async (tx) => {
      await tx.insert(thingTable, thing('hidden'))
      expect(await store.reader.findOneBy(thingTable, { id: 'hidden' })).toBeNull()
      expect(await store.current().findOneBy(thingTable, { id: 'hidden' })).not.toBeNull()
    })
    expect(await store.reader.findOneBy(thingTable, { id: 'hidden' })).not.toBeNull()
  })

  test('the reader cannot write', async () => {
    await expect(rows(store.reader, "INSERT INTO thing (id, state) VALUES ('r', 'new')")).rejects.toThrow(
      /read-?only/i,
    )
  })

  test('an undefined condition is refused instead of matching the first row', async () => {
    await expect(store.reader.findOneBy(thingTable, { id: undefined as unknown as string })).rejects.toThrow()
  })

  test('a state changes once, however many try', async () => {
    await store.transact((tx) => tx.insert(thingTable, thing('once')))
    const tries = Array.from({ length: 8 }, () =>
      store.transact((tx) => change(tx, thingTable, { id: 'once', state: 'new' }, { state: 'done' })),
    )
    expect((await Promise.all(tries)).sort()).toEqual([0, 0, 0, 0, 0, 0, 0, 1])
  })

  test('bytes and times come back as they were', async () => {
    const row = { id: 'types', state: 'x', at: 1_795_000_000_123, data: Buffer.from([0, 255, 128]) }
    await store.transact((tx) => tx.insert(thingTable, row))
    expect(await store.reader.findOneBy(thingTable, { id: 'types' })).toEqual(row)
  })

  test('rows written and read by SQL of our own are those TypeORM writes and reads', async () => {
    const row = (id: string): Thing => ({
      id,
      state: "o'k",
      at: 1_795_000_000_123,
      data: Buffer.from([1, 0]),
    })
    const written = Array.from({ length: 1001 }, (_, n) => row(`sql${String(n).padStart(4, '0')}`))
    await store.transact((tx) => insertAll(tx, thingTable, [...written, { ...thing('sqlnull') }]))
    const found = await select(store.reader, thingTable, "id LIKE ? AND state <> 'new' ORDER BY id", ['sql%'])
    expect(found).toEqual(written)
    expect(await store.reader.findBy(thingTable, { id: 'sql0500' })).toEqual([written[500]])
    expect(await select(store.reader, thingTable, 'id = ?', ['sqlnull'])).toEqual([thing('sqlnull')])
  })

  test('a row with a column left out is not written', async () => {
    const { state: _, ...incomplete } = thing('incomplete')
    await expect(store.transact((tx) => insertAll(tx, thingTable, [incomplete as Thing]))).rejects.toThrow(
      'thing.state is missing',
    )
  })

  test('work after commit runs only when the transaction is kept', async () => {
    const seen: string[] = []
    await store.transact(async () => store.afterCommit(() => seen.push('kept')))
    await store
      .transact(async () => {
        store.afterCommit(() => seen.push('lost'))
        throw new Error('no')
      })
      .catch(() => undefined)
    expect(seen).toEqual(['kept'])
  })

  test('after a transaction that the database ended by itself the next ones are committed', async () => {
    const broken = store.transact(async (tx) => {
      await tx.query('ROLLBACK')
      throw new Error('the disk is full')
    })
    await expect(broken).rejects.toThrow('the disk is full')
    const refused = store.transact(async () => {
      throw new Refusal('conflict', 'on_purpose', 'this one fails')
    })
    await expect(refused).rejects.toMatchObject({ code: 'on_purpose' })
    await store.transact((tx) => tx.insert(thingTable, thing('after')))
    expect(await store.reader.findOneBy(thingTable, { id: 'after' })).not.toBeNull()
  })

  test.each([{ alone: false }, { alone: true }])(
    'a batch answers each caller, refuses only the refused, and commits few times: %o',
    async ({ alone }) => {
      let commits = 0
      const add = createBatch<string, string>(
        store,
        async (tx, ids) => {
          commits++
          await tx.insert(thingTable, ids.filter((id) => !id.includes('bad')).map(thing))
          return ids.map((id) => (id.includes('bad') ? new Refusal('conflict', 'bad', 'no') : id))
        },
        { alone },
      )
      const results = await Promise.allSettled(
        Array.from({ length: 40 }, (_, n) => add(n === 7 ? 'bad' : `${alone}${n}`)),
      )
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(39)
      expect(commits).toBeLessThan(5)
    },
  )

  test('what writes alone is in no context, and neither is what comes after a transaction', async () => {
    const isOutside = async () => expect(() => store.currentTx()).toThrow('must run inside')
    await store.transactAlone(isOutside)
    await store.transact(async (tx) => {
      await store.transact(async (same) => expect(same).toBe(tx))
      expect(store.currentTx()).toBe(tx)
    })
    await isOutside()
  })

  test('what waits for a commit is called after it, also of what writes alone, and not when it fails', async () => {
    const heard: string[] = []
    const write = (id: string, fails: boolean) =>
      store.transactAlone(async (tx) => {
        await tx.insert(thingTable, thing(id))
        store.afterCommit(() => heard.push(id), tx)
        expect(heard).not.toContain(id)
        if (fails) throw new Error('not today')
      })
    await write('kept', false)
    await expect(write('undone', true)).rejects.toThrow('not today')
    expect(heard).toEqual(['kept'])
  })

  test('a batch whose write fails answers nobody with success', async () => {
    const add = createBatch<string, string>(store, async (tx, ids) => {
      await tx.insert(thingTable, ids.map(thing))
      throw new Error('the disk broke')
    })
    const results = await Promise.allSettled(['f1', 'f2', 'f3'].map(add))
    expect(results.every(({ status }) => status === 'rejected')).toBe(true)
    expect(await store.reader.findOneBy(thingTable, { id: 'f1' })).toBeNull()
  })

  test('a lease has one holder until it ends', async () => {
    let now = 1_000
    const clock = { now: () => now }
    const take = (holder: string) => acquireLease(store, clock, { name: 'sealer', holder, ms: 500 })
    expect((await Promise.all(['a', 'b', 'c'].map(take))).filter(Boolean)).toHaveLength(1)
    now = 2_000
    expect(await take('d')).toBe(true)
    expect(await take('e')).toBe(false)
    expect(await take('d')).toBe(true)
  })

  test('a database made by a newer version is refused', async () => {
    const storage = newStorage(engine)
    const newer = await Store.open({ storage, ...tables })
    await newer.dispose()
    const older = Store.open({ storage, entities: [leaseTable], migrations: [leaseMigration] })
    await expect(older).rejects.toMatchObject({ code: 'schema_newer' })
  })
})

test('on SQLite a writer that another program overtook goes on writing', async () => {
  const storage = newStorage('sqlite')
  const store = await Store.open({ storage, ...tables })
  const other = await Store.open({ storage, ...tables })
  const insert = "INSERT INTO thing (id, state) VALUES (?, 'new') RETURNING id"
  const write = (id: string, meanwhile?: string) =>
    store.transact(async (tx) => {
      await tx.findOneBy(thingTable, { id })
      if (meanwhile) await other.transact((tx) => rows(tx, insert, [meanwhile]))
      return rows(tx, insert, [id])
    })
  // Thrice, as a statement is kept ready from the second time on.
  for (const n of [1, 2, 3])
    await expect(write(`mine${n}`, `theirs${n}`)).rejects.toMatchObject({ code: 'database_unavailable' })
  expect(await write('mine')).toEqual([{ id: 'mine' }])
  await Promise.all([store.dispose(), other.dispose()])
})
