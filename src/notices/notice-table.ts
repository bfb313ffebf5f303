import type { Did } from '../core/index.ts'
import { column, EntitySchema, type Migration } from '../store/index.ts'

/** What one recipient was told about one grant, and what it made of it. */
export interface NoticeRow {
  /** Also the `jti` of what is told. */
  id: string
  kind: 'corrected' | 'ended'
  grantId: string
  /** Whose data it is about. */
  subjectParty: string
  recipient: Did
  recipientName: string
  /** The corrected claims; empty for an end. */
  claims: readonly { readonly vct: string; readonly path: readonly (string | number)[] }[]
  state: 'waiting' | 'told' | 'acknowledged' | 'impossible'
  /** Why the grant ended. */
  reason: string | null
  /** Why the recipient could do nothing with it. */
  outcomeCode: string | null
  attempts: number
  /** What the last try came to, while it waits. */
  lastError: string | null
  createdAt: number
  toldAt: number | null
  settledAt: number | null
}

export const noticeTable = new EntitySchema<NoticeRow>({
  name: 'notice',
  columns: {
    id: column.id(),
    kind: column.text('kind'),
    grantId: column.text('grant_id'),
    subjectParty: column.text('subject_party'),
    recipient: column.text('recipient'),
    recipientName: column.text('recipient_name'),
    claims: column.json('claims'),
    state: column.text('state'),
    reason: column.optionalText('reason'),
    outcomeCode: column.optionalText('outcome_code'),
    attempts: column.integer('attempts'),
    lastError: column.optionalText('last_error'),
    createdAt: column.time('created_at'),
    toldAt: column.optionalTime('told_at'),
    settledAt: column.optionalTime('settled_at'),
  },
})

export const noticesMigration: Migration = {
  id: 1795000000182,
  name: 'Notices',
  up: [
    `CREATE TABLE notice (
      id text PRIMARY KEY, kind text NOT NULL, grant_id text NOT NULL, subject_party text NOT NULL,
      recipient text NOT NULL, recipient_name text NOT NULL, claims text NOT NULL, state text NOT NULL, reason text, outcome_code text,
      attempts bigint NOT NULL, last_error text, created_at bigint NOT NULL, told_at bigint, settled_at bigint)`,
    'CREATE INDEX notice_by_subject ON notice (subject_party, id)',
  ],
}

export const noticesRetentionMigration: Migration = {
  id: 1795000000392,
  name: 'NoticesRetention',
  up: ["CREATE INDEX notice_by_time ON notice (created_at, id) WHERE state <> 'waiting'"],
}
