import { column, EntitySchema, type Migration } from '../store/index.ts'

/** That something was said, or put off, about one request or grant: once, or once in so long, whoever looks. */
export interface DueMarkRow {
  kind: 'deferred' | 'waiting' | 'nudged' | 'nudge_taken' | 'expiring_given' | 'expiring_held'
  subject: string
  /** When it was said; of `deferred`, until when. Milliseconds since the epoch. */
  at: number
  times: number
}

export const dueMarkTable = new EntitySchema<DueMarkRow>({
  name: 'due_mark',
  columns: {
    kind: column.id('kind'),
    subject: column.id('subject'),
    at: column.time('at_ms'),
    times: column.integer('times'),
  },
})

/** How many days before its end a grant is announced, and after how many a request that waits. */
export interface ReminderSettingsRow {
  id: string
  expiringDays: number
  waitingDays: number
}

export const reminderSettingsTable = new EntitySchema<ReminderSettingsRow>({
  name: 'reminder_settings',
  columns: {
    id: column.id(),
    expiringDays: column.integer('expiring_days'),
    waitingDays: column.integer('waiting_days'),
  },
})

export const dueMigration: Migration = {
  id: 1795000000322,
  name: 'Reminders',
  up: [
    `CREATE TABLE due_mark (
      kind text NOT NULL, subject text NOT NULL, at_ms bigint NOT NULL, times bigint NOT NULL,
      PRIMARY KEY (kind, subject))`,
    `CREATE TABLE reminder_settings (
      id text PRIMARY KEY, expiring_days bigint NOT NULL, waiting_days bigint NOT NULL)`,
    'CREATE INDEX given_grant_by_end ON given_grant (expires_at)',
    'CREATE INDEX received_grant_by_end ON received_grant (state, expires_at)',
  ],
}
