export {
  EntitySchema,
  In,
  IsNull,
  LessThan,
  LessThanOrEqual,
  Like,
  MoreThan,
  MoreThanOrEqual,
  Not,
} from 'typeorm'
export { createBatch } from './batch.ts'
export { column } from './columns.ts'
export { dropDatabase } from './drop.ts'
export { type Cell, dumpDatabase, loadDatabase, type Piece } from './dump.ts'
export { KnownTables } from './known-tables.ts'
export { acquireLease, leaseMigration, leaseTable } from './lease.ts'
export type { Migration } from './migration.ts'
export { change, placeholders, rows } from './sql.ts'
export type { Engine, Entities, Migrations, StorageConfig } from './storage.ts'
export { type Reader, Store, type Tx } from './store.ts'
export { insertAll, select } from './table-sql.ts'
