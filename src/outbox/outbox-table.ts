import { column, EntitySchema, type Migration, type Migrations } from '../store/index.ts'

export interface OutboxRow {
  id: string
  topic: string
  /** Ids and addresses the handler needs. Never values of personal data, never secrets. */
  payload: Readonly<Record<string, string>>
  /** Where it goes: messages of one lane do not hold up those of another. */
  lane: string
  state: 'pending' | 'done' | 'dead'
  attempts: number
  /** When to try next. */
  dueAt: number
  /** Until when a process is working on it. */
  claimedUntil: number
  lastError: string | null
  createdAt: number
}

export const outboxTable = new EntitySchema<OutboxRow>({
  name: 'outbox',
  columns: {
    id: column.id(),
    topic: column.text('topic'),
    payload: column.json('payload'),
    lane: column.text('lane'),
    state: column.text('state'),
    attempts: column.integer('attempts'),
    dueAt: column.time('due_at'),
    claimedUntil: column.time('claimed_until'),
    lastError: column.optionalText('last_error'),
    createdAt: column.time('created_at'),
  },
})

const outboxMigration: Migration = {
  id: 1795000000004,
  name: 'Outbox',
  up: [
    `CREATE TABLE outbox (
      id text PRIMARY KEY, topic text NOT NULL, payload text NOT NULL, state text NOT NULL, attempts bigint NOT NULL,
      due_at bigint NOT NULL, claimed_until bigint NOT NULL, last_error text, created_at bigint NOT NULL)`,
    `CREATE INDEX outbox_due ON outbox (due_at) WHERE state = 'pending'`,
  ],
}

const outboxLaneMigration: Migration = {
  id: 1795000000104,
  name: 'OutboxLane',
  up: ["ALTER TABLE outbox ADD COLUMN lane text NOT NULL DEFAULT ''"],
}

const outboxDeliveredMigration: Migration = {
  id: 1795000000105,
  name: 'OutboxDelivered',
  up: [`CREATE INDEX outbox_delivered ON outbox (created_at) WHERE state = 'done'`],
}

export const outboxMigrations: Migrations = [outboxMigration, outboxLaneMigration, outboxDeliveredMigration]
