import { expect, inject, test } from 'vitest'
import { newStorage, onEachEngine } from '../../test/support/engines.ts'
import {
  dumpDatabase,
  loadDatabase,
  type Migration,
  type Piece,
  rows,
  type StorageConfig,
  Store,
} from './index.ts'

const migration: Migration = {
  id: 1795000559901,
  name: 'Dumped',
  up: [
    'CREATE TABLE thing (id text PRIMARY KEY, size bigint, note text)',
    'CREATE TABLE used (id text PRIMARY KEY)',
    'CREATE TABLE part (id text PRIMARY KEY, of_thing text NOT NULL REFERENCES thing (id))',
    "INSERT INTO thing (id, size, note) VALUES ('seeded', 1, NULL)",
  ],
}
const made = async (storage: StorageConfig, fill?: (store: Store) => Promise<unknown>) => {
  const store = await Store.open({ storage, entities: [], migrations: [migration] })
  await fill?.(store)
  await store.dispose()
  return storage
}
const filled = (store: Store) =>
  store.transact(async (tx) => {
    for (let n = 0; n < 450; n++)
      await rows(tx, 'INSERT INTO thing (id, size, note) VALUES (?, ?, ?)', [
        `t${n}`,
        1795000000000 + n,
        `'“é\n${n}`,
      ])
    await rows(tx, "INSERT INTO part (id, of_thing) VALUES ('p', 't449')")
    await rows(tx, "INSERT INTO used (id) VALUES ('u')")
  })
const all = async (storage: StorageConfig) => {
  const store = await Store.open({ storage, entities: [], migrations: [migration] })
  const found = await rows<{ id: string; size: number | string; note: string | null }>(
    store.reader,
    'SELECT id, size, note FROM thing ORDER BY id',
  )
  await store.dispose()
  return found.map((row) => ({ ...row, size: Number(row.size) }))
}
async function* of(pieces: readonly Piece[]) {
  yield* pieces
}

onEachEngine((engine) => {
  test('every row comes over, in either direction between the engines, and what was seeded once', async () => {
    const from = await made(newStorage(engine), filled)
    const to = await made(newStorage(engine === 'sqlite' && inject('postgres') ? 'postgres' : 'sqlite'))
    expect(await loadDatabase(to, dumpDatabase(from), 'used')).toBe(453)
    expect(await all(to)).toEqual(await all(from))
    await expect(loadDatabase(to, dumpDatabase(from), 'used')).rejects.toMatchObject({
      code: 'dump_target_not_empty',
    })
  })

  const migrations = { migrations: [`Dumped${migration.id}`] }
  test.each<[string, readonly Piece[], string]>([
    ['of another version', [{ migrations: ['Older1'] }], 'dump_other_version'],
    ['that does not say its version', [{ table: 'used', columns: ['id'] }], 'dump_malformed'],
    [
      'with a table nobody has',
      [migrations, { table: 'x"; DROP TABLE thing; --', columns: ['id'] }],
      'dump_malformed',
    ],
    ['with a column nobody has', [migrations, { table: 'used', columns: ['id"'] }], 'dump_malformed'],
    [
      'with a row that is too short',
      [migrations, { table: 'thing', columns: ['id', 'note', 'size'] }, { rows: [['a']] }],
      'dump_malformed',
    ],
    ['that says nothing', [], 'dump_malformed'],
  ])('nothing is taken of one %s', async (_what, pieces, code) => {
    const to = await made(newStorage(engine))
    await expect(loadDatabase(to, of(pieces), 'used')).rejects.toMatchObject({ code })
    expect((await all(to)).map(({ id }) => id)).toEqual(['seeded'])
  })
})
