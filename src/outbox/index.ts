export { type Deliver, Outbox } from './outbox.ts'
export { outboxLaneMigration, outboxMigration, outboxTable } from './outbox-table.ts'
