export { DueWork, POLL_MS } from './due-work.ts'
export { type Deliver, Outbox } from './outbox.ts'
export { outboxMigrations, outboxTable } from './outbox-table.ts'
