import type { DataSource, MigrationInterface, QueryRunner } from 'typeorm'
import { Refusal } from '../core/index.ts'

/**
 * One forward step of the schema, in SQL that both engines accept (`text`, `bigint`, no booleans, no defaults
 * that differ), or in SQL of each. `id` is `<13-digit ms timestamp>`: it fixes the order and must be unique over all rooms.
 */
export interface Migration {
  readonly id: number
  readonly name: string
  readonly up: readonly string[] | ((engine: 'sqlite' | 'postgres') => readonly string[])
}

type MigrationClass = new () => MigrationInterface

const classes = new WeakMap<Migration, MigrationClass>()

/** Our migrations in the shape TypeORM runs and remembers: it keeps one of each class it ever saw. */
export function asTypeOrmMigration(migration: Migration): MigrationClass {
  const known = classes.get(migration) ?? classOf(migration)
  classes.set(migration, known)
  return known
}

function classOf(migration: Migration): MigrationClass {
  return class implements MigrationInterface {
    readonly name = `${migration.name}${migration.id}`
    async up(runner: QueryRunner): Promise<void> {
      const engine = runner.connection.options.type === 'postgres' ? 'postgres' : 'sqlite'
      const statements = typeof migration.up === 'function' ? migration.up(engine) : migration.up
      for (const statement of statements) await runner.query(statement)
    }
    async down(): Promise<void> {
      throw new Error('migrations only go forward')
    }
  }
}

// Any 64-bit constant; all Regie processes on one database wait for each other on it.
const MIGRATION_LOCK = '7212026110100'

/**
 * Brings the schema up to date, one process at a time.
 * @throws Refusal `schema_newer` when the database was made by a newer Regie
 */
export async function migrate(dataSource: DataSource): Promise<void> {
  if (dataSource.options.type !== 'postgres') {
    await runPending(dataSource)
    return
  }
  const lock = dataSource.createQueryRunner()
  try {
    await lock.query(`SELECT pg_advisory_lock(${MIGRATION_LOCK})`)
    await runPending(dataSource)
  } finally {
    await lock.query(`SELECT pg_advisory_unlock(${MIGRATION_LOCK})`).catch(() => undefined)
    await lock.release()
  }
}

async function runPending(dataSource: DataSource): Promise<void> {
  await dataSource.runMigrations({ transaction: 'each' })
  const known = new Set(dataSource.migrations.map((migration) => migration.name))
  const applied: { name: string }[] = await dataSource.query('SELECT name FROM migrations')
  if (applied.some(({ name }) => !known.has(name)))
    throw new Refusal(
      'unavailable',
      'schema_newer',
      'the database was made by a newer Regie: start that version',
    )
}
