import { rm } from 'node:fs/promises'
import type { StorageConfig } from './storage.ts'

const SCHEMA = /^[a-z_][a-z0-9_]{0,62}$/

/** Takes a whole database away: SQLite's files, or the schema in Postgres. Nothing is there afterwards, nor an error if nothing was. */
export async function dropDatabase(storage: StorageConfig): Promise<void> {
  if (storage.engine === 'sqlite') {
    for (const end of ['', '-wal', '-shm', '-journal']) await rm(`${storage.file}${end}`, { force: true })
    return
  }
  const { schema, url } = storage
  // Without one it would be everybody's.
  if (schema === undefined || !SCHEMA.test(schema)) throw new Error('only a schema of its own can be dropped')
  const { Client } = await import('pg')
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(`DROP SCHEMA IF EXISTS "${schema}" CASCADE`)
  } finally {
    await client.end()
  }
}
