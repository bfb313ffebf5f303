import type { ClientConfig } from 'pg'
import sqlite3 from 'sqlite3'
import { Refusal } from '../core/index.ts'
import { sessionOptions } from './data-source.ts'
import type { Engine, StorageConfig } from './storage.ts'

/** A value of a column: both engines keep texts and integers, and nothing else. */
export type Cell = string | number | null

/** What a dump is made of: how far the schema is, then each table with its columns, followed by its rows. */
export type Piece =
  | { readonly migrations: readonly string[] }
  | { readonly table: string; readonly columns: readonly string[] }
  | { readonly rows: readonly (readonly Cell[])[] }

const ROWS_AT_ONCE = 200
/** What the engines and TypeORM keep for themselves. */
const NOT_DATA: ReadonlySet<string> = new Set(['migrations', 'typeorm_metadata', 'sqlite_sequence'])
const NAME = /^[a-zA-Z_][a-zA-Z0-9_]{0,62}$/

/** One connection of its own, of either engine, for what reads or writes a whole database. */
interface Plain {
  readonly engine: Engine
  query(sql: string, params?: readonly Cell[]): Promise<Record<string, Cell>[]>
  close(): Promise<void>
}

/**
 * All rows of a database in a form that either engine takes: as one moment saw them, whoever writes meanwhile.
 * @throws Refusal `database_unreachable`
 */
export async function* dumpDatabase(storage: StorageConfig): AsyncGenerator<Piece> {
  const db = await connect(storage, 'read')
  try {
    await db.query(
      db.engine === 'postgres' ? 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY' : 'BEGIN DEFERRED',
    )
    yield { migrations: await migrationsOf(db) }
    for (const table of await tablesOf(db)) {
      const columns = await columnsOf(db, table)
      yield { table, columns }
      for await (const rows of pagesOf(db, table))
        yield { rows: rows.map((row) => columns.map((name) => row[name] ?? null)) }
    }
    await db.query('COMMIT')
  } finally {
    await db.close()
  }
}

/**
 * Fills a database that has the schema and was never used, in one transaction. What a migration put there gives way.
 * @param usedIf a table that has rows once a database was used
 * @returns how many rows
 * @throws Refusal `dump_other_version`, `dump_malformed`, `dump_target_not_empty`
 */
export async function loadDatabase(
  storage: StorageConfig,
  pieces: AsyncIterable<Piece>,
  usedIf: string,
): Promise<number> {
  const db = await connect(storage, 'write')
  let loaded = 0
  try {
    // Tables come in any order: whether what they refer to is there is asked when all of it is.
    if (db.engine === 'sqlite') await db.query('PRAGMA foreign_keys = OFF')
    await db.query('BEGIN')
    const known = new Map<string, readonly string[]>()
    for (const table of await tablesOf(db)) known.set(table, await columnsOf(db, table))
    if (!known.has(usedIf) || (await db.query(`SELECT 1 AS one FROM "${usedIf}" LIMIT 1`)).length > 0)
      throw new Refusal(
        'conflict',
        'dump_target_not_empty',
        'there is data here already: it is not overwritten',
      )
    const constraints = await dropReferences(db)
    for (const table of known.keys()) await db.query(`DELETE FROM "${table}"`)
    let here: { table: string; columns: readonly string[] } | undefined
    let isSameVersion = false
    for await (const piece of pieces) {
      if ('migrations' in piece) {
        requireSame(piece.migrations, await migrationsOf(db))
        isSameVersion = true
      } else if ('table' in piece) {
        here = requireKnown(piece, known)
      } else if (here && isSameVersion) {
        loaded += await insertRows(db, here, piece.rows)
      } else throw malformed()
    }
    if (!isSameVersion) throw malformed()
    for (const statement of constraints) await db.query(statement)
    if (db.engine === 'sqlite' && (await db.query('PRAGMA foreign_key_check')).length > 0) throw malformed()
    await db.query('COMMIT')
    return loaded
  } catch (error) {
    await db.query('ROLLBACK').catch(() => undefined)
    throw error
  } finally {
    await db.close()
  }
}

async function insertRows(
  db: Plain,
  { table, columns }: { table: string; columns: readonly string[] },
  rows: readonly (readonly Cell[])[],
): Promise<number> {
  const names = columns.map((name) => `"${name}"`).join(', ')
  for (const row of rows) {
    if (row.length !== columns.length) throw malformed()
    const marks = columns.map((_, at) => (db.engine === 'postgres' ? `$${at + 1}` : '?')).join(', ')
    await db.query(`INSERT INTO "${table}" (${names}) VALUES (${marks})`, row)
  }
  return rows.length
}

/** A file says names of tables and columns: only those that are there are ever put into SQL. */
function requireKnown(
  { table, columns }: { table: string; columns: readonly string[] },
  known: ReadonlyMap<string, readonly string[]>,
) {
  const here = known.get(table)
  if (here?.length === columns.length && columns.every((name) => here.includes(name)))
    return { table, columns }
  throw malformed()
}

/** Postgres checks a reference with each row; SQLite was told not to. @returns what puts them back */
async function dropReferences(db: Plain): Promise<string[]> {
  if (db.engine === 'sqlite') return []
  const found = await db.query(
    `SELECT conrelid::regclass::text AS "table", conname AS name, pg_get_constraintdef(oid) AS definition
     FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace`,
  )
  for (const { table, name } of found) await db.query(`ALTER TABLE ${table} DROP CONSTRAINT "${name}"`)
  return found.map(
    ({ table, name, definition }) => `ALTER TABLE ${table} ADD CONSTRAINT "${name}" ${definition}`,
  )
}

async function* pagesOf(db: Plain, table: string): AsyncGenerator<Record<string, Cell>[]> {
  if (db.engine === 'postgres') {
    await db.query(`DECLARE dumped NO SCROLL CURSOR FOR SELECT * FROM "${table}"`)
    for (;;) {
      const page = await db.query(`FETCH ${ROWS_AT_ONCE} FROM dumped`)
      if (page.length > 0) yield page
      if (page.length < ROWS_AT_ONCE) break
    }
    await db.query('CLOSE dumped')
    return
  }
  let last = Number.MIN_SAFE_INTEGER
  for (;;) {
    const page = await db.query(
      `SELECT rowid AS dumped_rowid, * FROM "${table}" WHERE rowid > ? ORDER BY rowid LIMIT ${ROWS_AT_ONCE}`,
      [last],
    )
    if (page.length > 0) yield page
    if (page.length < ROWS_AT_ONCE) return
    last = Number(page.at(-1)?.dumped_rowid)
  }
}

async function tablesOf(db: Plain): Promise<string[]> {
  const found = await db.query(
    db.engine === 'postgres'
      ? "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' ORDER BY 1"
      : "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY 1",
  )
  return found.map(({ name }) => String(name)).filter((name) => NAME.test(name) && !NOT_DATA.has(name))
}

async function columnsOf(db: Plain, table: string): Promise<string[]> {
  const found = await db.query(
    db.engine === 'postgres'
      ? `SELECT column_name AS name FROM information_schema.columns
         WHERE table_schema = current_schema() AND table_name = '${table}' ORDER BY 1`
      : `SELECT name FROM pragma_table_info('${table}') ORDER BY 1`,
  )
  return found.map(({ name }) => String(name))
}

const migrationsOf = async (db: Plain): Promise<string[]> =>
  (await db.query('SELECT name FROM migrations ORDER BY name')).map(({ name }) => String(name)).sort()

function requireSame(theirs: readonly string[], ours: readonly string[]): void {
  if (theirs.length === ours.length && theirs.every((name, at) => name === ours[at])) return
  throw new Refusal(
    'conflict',
    'dump_other_version',
    'this was written by another version of Regie: read it with that one',
  )
}

function connect(storage: StorageConfig, use: 'read' | 'write'): Promise<Plain> {
  return (storage.engine === 'postgres' ? toPostgres(storage) : toSqlite(storage.file, use)).catch(
    (cause) => {
      throw new Refusal('unavailable', 'database_unreachable', 'the database cannot be opened', { cause })
    },
  )
}

async function toPostgres(storage: Extract<StorageConfig, { engine: 'postgres' }>): Promise<Plain> {
  const options: ClientConfig = { connectionString: storage.url, options: sessionOptions(storage) }
  const { Client } = await import('pg')
  const client = new Client(options)
  await client.connect()
  return {
    engine: 'postgres',
    query: async (sql, params = []) => (await client.query(sql, [...params])).rows,
    close: () => client.end(),
  }
}

function toSqlite(file: string, use: 'read' | 'write'): Promise<Plain> {
  // What is left of a log of writes is read into the file when it is opened, so also a reader may write.
  return new Promise((resolve, reject) => {
    const db = new sqlite3.Database(file, sqlite3.OPEN_READWRITE, (failed) => {
      if (failed) return reject(failed)
      const query: Plain['query'] = (sql, params = []) =>
        new Promise((done, fail) =>
          db.all(sql, [...params], (error, found) =>
            error ? fail(error) : done(found as Record<string, Cell>[]),
          ),
        )
      const close = () => new Promise<void>((done) => db.close(() => done()))
      const ready = use === 'write' ? query('PRAGMA synchronous = FULL') : Promise.resolve([])
      ready.then(() => resolve({ engine: 'sqlite', query, close }), reject)
    })
  })
}

const malformed = () => new Refusal('unprocessable', 'dump_malformed', 'this is no database of Regie')
