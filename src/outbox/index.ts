export { type Deliver, Outbox } from './outbox.ts'
export { outboxMigration, outboxTable } from './outbox-table.ts'
