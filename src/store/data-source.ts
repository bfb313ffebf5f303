import 'reflect-metadata'
import { chmodSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DataSource, type DataSourceOptions, type EntitySchema, type MixedList } from 'typeorm'
import type { KnownTables } from './known-tables.ts'
import { asTypeOrmMigration } from './migration.ts'
import { sqliteDriver } from './sqlite-driver.ts'
import type { Entities, Migrations, StorageConfig } from './storage.ts'

/** What TypeORM does with `findOneBy({ id: undefined })` unless told: return the first row. */
const strictWhere = { null: 'throw', undefined: 'throw' } as const

const SQLITE_OPEN_READONLY = 1

function writerOptions(
  storage: StorageConfig,
  entities: Entities,
  migrations: Migrations,
): DataSourceOptions {
  const shared = {
    entities: [...entities] as MixedList<EntitySchema>,
    migrations: migrations.map((step) => (typeof step === 'function' ? step : asTypeOrmMigration(step))),
    invalidWhereValuesBehavior: strictWhere,
  }
  if (storage.engine === 'sqlite') {
    mkdirSync(dirname(storage.file), { recursive: true, mode: 0o700 })
    return { ...sqliteOptions(storage), enableWAL: true, ...shared }
  }
  return { ...postgresOptions(storage), poolSize: storage.poolSize ?? 10, ...shared }
}

/** A second way in that cannot write. */
function readerOptions(storage: StorageConfig, entities: Entities): DataSourceOptions {
  const shared = {
    entities: [...entities] as MixedList<EntitySchema>,
    invalidWhereValuesBehavior: strictWhere,
  }
  if (storage.engine === 'sqlite')
    return { ...sqliteOptions(storage), flags: SQLITE_OPEN_READONLY, ...shared }
  const { extra, ...rest } = postgresOptions(storage)
  const options = `${extra.options} -c default_transaction_read_only=on`.trim()
  return { ...rest, poolSize: storage.poolSize ?? 10, extra: { ...extra, options }, ...shared }
}

function sqliteOptions({ file }: Extract<StorageConfig, { engine: 'sqlite' }>) {
  return { type: 'sqlite' as const, driver: sqliteDriver, database: file, busyTimeout: 5_000 }
}

/** What a connection begins with: where its tables are. */
export const sessionOptions = ({ schema }: Extract<StorageConfig, { engine: 'postgres' }>): string =>
  schema ? `-c search_path=${schema}` : ''

function postgresOptions(storage: Extract<StorageConfig, { engine: 'postgres' }>) {
  return {
    type: 'postgres' as const,
    url: storage.url,
    extra: { options: sessionOptions(storage), connectionTimeoutMillis: 5_000 },
  }
}

export interface SourceDeps {
  readonly storage: StorageConfig
  readonly entities: Entities
  readonly migrations: Migrations
  readonly tables: KnownTables
}

/** Reads never wait for the writer, and never see what is not committed. */
export async function openReader({ storage, entities, tables }: SourceDeps): Promise<DataSource> {
  const { engine } = storage
  const reader = new DataSource(readerOptions(storage, tables.toWorkOut(engine, entities)))
  await reader.initialize()
  tables.share(engine, reader, entities)
  return reader
}

export async function openWriter(deps: SourceDeps): Promise<DataSource> {
  const { storage, entities, migrations, tables } = deps
  const { engine } = storage
  const writer = new DataSource(writerOptions(storage, tables.toWorkOut(engine, entities), migrations))
  await writer.initialize()
  tables.share(engine, writer, entities)
  if (storage.engine === 'sqlite') {
    chmodSync(storage.file, 0o600)
    // NORMAL acknowledges what a power cut takes away; the option exists for the test that shows it.
    await writer.query(`PRAGMA synchronous = ${storage.synchronous ?? 'FULL'}`)
    await writer.query('PRAGMA foreign_keys = ON')
    // What is deleted is written over: a key that was destroyed must not be found in the file.
    await writer.query('PRAGMA secure_delete = ON')
    // 64 MiB: long before that, Checkpoints was there.
    await writer.query('PRAGMA wal_autocheckpoint = 16384')
  } else if (storage.schema) {
    // Of two processes at the same moment one is refused; then it is there.
    await writer.query(`CREATE SCHEMA IF NOT EXISTS ${storage.schema}`).catch(() => undefined)
  }
  return writer
}
