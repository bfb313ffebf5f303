import { Client } from 'pg'
import sqlite3 from 'sqlite3'
import type { StorageConfig } from '../../../src/store/index.ts'

export type Row = Readonly<Record<string, string | number | null>>

/**
 * Looks into a node's database from outside, and lets go of it at once: a connection that stays would do for a killed
 * process what it has to do for itself.
 */
export async function readTables<T extends string>(
  storage: StorageConfig,
  queries: Readonly<Record<T, string>>,
): Promise<Record<T, Row[]>> {
  const { query, close } =
    storage.engine === 'sqlite' ? await openSqlite(storage.file) : await openPg(storage)
  try {
    const found: [string, Row[]][] = []
    // All of it as it was at one moment.
    await query(storage.engine === 'sqlite' ? 'BEGIN' : 'BEGIN ISOLATION LEVEL REPEATABLE READ')
    for (const [name, sql] of Object.entries<string>(queries)) found.push([name, await query(sql)])
    return Object.fromEntries(found) as Record<T, Row[]>
  } finally {
    await close()
  }
}

interface Reading {
  query(sql: string): Promise<Row[]>
  close(): Promise<void>
}

async function openSqlite(file: string): Promise<Reading> {
  const database = await new Promise<sqlite3.Database>((resolve, reject) => {
    const opened = new sqlite3.Database(file, sqlite3.OPEN_READONLY, (error) =>
      error ? reject(error) : resolve(opened),
    )
  })
  return {
    query: (sql) =>
      new Promise((resolve, reject) => {
        database.all<Row>(sql, (error, rows) => (error ? reject(error) : resolve(rows)))
      }),
    close: () =>
      new Promise((resolve, reject) => database.close((error) => (error ? reject(error) : resolve()))),
  }
}

async function openPg({
  url,
  schema = 'public',
}: Extract<StorageConfig, { engine: 'postgres' }>): Promise<Reading> {
  const client = new Client({ connectionString: url, options: `-c search_path=${schema}` })
  await client.connect()
  return {
    query: async (sql) => (await client.query<Row>(sql)).rows,
    close: () => client.end(),
  }
}
