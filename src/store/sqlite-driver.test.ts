import { beforeEach, describe, expect, test } from 'vitest'
import { sqliteDriver } from './sqlite-driver.ts'

type Row = Record<string, unknown>

let database: InstanceType<typeof sqliteDriver.Database>
const all = (sql: string, params: readonly unknown[] = []) =>
  new Promise<Row[]>((resolve, reject) =>
    database.all(sql, params, (error: Error | null, rows: Row[]) => (error ? reject(error) : resolve(rows))),
  )
const close = () =>
  new Promise<void>((resolve, reject) => database.close((error) => (error ? reject(error) : resolve())))
const times = (count: number, work: (n: number) => Promise<unknown>) =>
  Promise.all(Array.from({ length: count }, (_, n) => work(n)))

beforeEach(async () => {
  database = await new Promise((resolve, reject) => {
    const opened = new sqliteDriver.Database(':memory:', (error) => (error ? reject(error) : resolve(opened)))
  })
  await all('CREATE TABLE thing (id text PRIMARY KEY, n integer)')
  await times(100, (n) => all('INSERT INTO thing VALUES (?, ?)', [`t${n}`, n]))
})

describe('a statement that is used again', () => {
  const select = 'SELECT n FROM thing WHERE id = ?'

  test('answers each of many who ask at once for what they asked', async () => {
    for (let round = 0; round < 4; round++) {
      const answers = await times(100, (n) => all(select, [`t${n}`]))
      expect(answers).toEqual(Array.from({ length: 100 }, (_, n) => [{ n }]))
    }
  })

  test('forgets what it was asked before', async () => {
    for (const id of ['t1', 't2', 't3']) await all(select, [id])
    expect(await all(select)).toEqual([])
    const both = 'SELECT n FROM thing WHERE id IN (?, ?)'
    for (let n = 0; n < 3; n++) expect(await all(both, ['t1', 't2'])).toHaveLength(2)
    expect(await all(both, ['t1'])).toHaveLength(1)
  })

  test('sees what changed, also the table itself', async () => {
    const everything = "SELECT * FROM thing WHERE id = 't1'"
    for (let n = 0; n < 3; n++) expect(await all(everything)).toEqual([{ id: 't1', n: 1 }])
    await all('ALTER TABLE thing ADD COLUMN note text')
    await all("UPDATE thing SET note = 'new' WHERE id = 't1'")
    expect(await all(everything)).toEqual([{ id: 't1', n: 1, note: 'new' }])
  })

  test('fails each time it is wrong, and works again after', async () => {
    for (let n = 0; n < 4; n++)
      await expect(all('SELECT absent FROM thing')).rejects.toThrow('no such column')
    const insert = 'INSERT INTO thing VALUES (?, 1) RETURNING id'
    for (let n = 0; n < 4; n++) {
      await expect(all(insert, ['t1'])).rejects.toThrow('UNIQUE')
      expect(await all(insert, [`new${n}`])).toEqual([{ id: `new${n}` }])
    }
  })

  test('takes part in transactions, and leaves none open', async () => {
    for (let n = 0; n < 4; n++) {
      await all('BEGIN')
      await all('UPDATE thing SET n = n + 1 WHERE id = ?', ['t0'])
      await all(n % 2 === 0 ? 'ROLLBACK' : 'COMMIT')
    }
    expect(await all(select, ['t0'])).toEqual([{ n: 2 }])
    expect(await all('PRAGMA journal_mode')).toEqual([{ journal_mode: 'memory' }])
  })
})

describe('a connection', () => {
  test('closes when it used more statements than it keeps', async () => {
    for (let n = 0; n < 300; n++)
      for (let use = 0; use < 3; use++) await all(`SELECT ${n} FROM thing WHERE id = 't0'`)
    await close()
  })

  test('closes while statements are asked for', async () => {
    const sql = (n: number) => `SELECT ${n} FROM thing WHERE id = 't0'`
    await times(50, (n) => all(sql(n)))
    const asked = times(50, (n) => all(sql(n)))
    await Promise.all([asked, close()])
  })
})
