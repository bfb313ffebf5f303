import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { describe, inject } from 'vitest'
import {
  type Engine,
  type Entities,
  type Migrations,
  type StorageConfig,
  Store,
} from '../../src/store/index.ts'
import { atEnd } from './endings.ts'

let serial = 0

/** Runs the same tests on both engines; without PostgreSQL its half is shown as left out. */
export function onEachEngine(tests: (engine: Engine) => void): void {
  describe('on SQLite', () => tests('sqlite'))
  describe.skipIf(inject('postgres') === null)('on Postgres', () => tests('postgres'))
}

/** A place for a new, empty database, removed after the tests of this file. */
export function newStorage(engine: Engine): StorageConfig {
  if (engine === 'sqlite') {
    const dir = mkdtempSync(join(tmpdir(), 'regie-test-'))
    atEnd(() => rmSync(dir, { recursive: true, force: true }))
    return { engine, file: join(dir, 'regie.sqlite') }
  }
  const url = inject('postgres')
  if (!url) throw new Error('this test needs PostgreSQL')
  const schema = `t_${process.pid}_${Date.now().toString(36)}_${serial++}`
  atEnd(async () => {
    const client = new Client({ connectionString: url })
    await client.connect()
    await client.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`)
    await client.end()
  })
  return { engine, url, schema, poolSize: 5 }
}

/** An open store on a new database; closed after the tests of this file. */
export async function openTestStore(
  engine: Engine,
  tables: { entities: Entities; migrations: Migrations },
): Promise<Store> {
  const store = await Store.open({ storage: newStorage(engine), ...tables })
  atEnd(() => store.dispose())
  return store
}
