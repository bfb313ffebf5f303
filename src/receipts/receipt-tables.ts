import { column, EntitySchema, type Migration } from '../store/index.ts'

/** The record of a consent one of our parties gave; nobody else has it. */
export interface ConsentRecordRow {
  id: string
  grantId: string
  grantorParty: string
  /** The record as it was given, JSON, sealed under the key of who gave it. */
  sealed: Buffer
  /** Of the record, `sha-256:…`; it is in the grant credential. */
  digest: string
  createdAt: number
}

export const consentRecordTable = new EntitySchema<ConsentRecordRow>({
  name: 'consent_record',
  columns: {
    id: column.id(),
    grantId: column.text('grant_id'),
    grantorParty: column.text('grantor_party'),
    sealed: column.bytes('sealed'),
    digest: column.text('digest'),
    createdAt: column.time('created_at'),
  },
})

export type DeletionOutcome = 'deleted' | 'kept'

/** What a partner says became of what it read under a grant that ended: the last thing it said. */
export interface DeletionAnswerRow {
  grantId: string
  outcome: DeletionOutcome
  /** Why it keeps a copy; sealed under the key of whose data it is. */
  reason: Buffer | null
  /** Until when it keeps one, ms; null when it did not say. */
  keptUntil: number | null
  answeredAt: number
}

export const deletionAnswerTable = new EntitySchema<DeletionAnswerRow>({
  name: 'deletion_answer',
  columns: {
    grantId: column.id('grant_id'),
    outcome: column.text('outcome'),
    reason: column.optionalBytes('reason'),
    keptUntil: column.optionalTime('kept_until'),
    answeredAt: column.time('answered_at'),
  },
})

/** What we say became of what we read under a grant we held: the last thing we said. */
export interface DeletionStatementRow extends DeletionAnswerRow {
  /** Who of ours says so: the pseudonym of the audit log. */
  statedBy: string
  /** Whether the owner's node took it; `refused` once it never will. */
  state: 'not_told' | 'told' | 'refused'
  /** Which message says it: a later statement is another message. */
  tellId: string | null
}

export const deletionStatementTable = new EntitySchema<DeletionStatementRow>({
  name: 'deletion_statement',
  columns: {
    grantId: column.id('grant_id'),
    outcome: column.text('outcome'),
    reason: column.optionalBytes('reason'),
    keptUntil: column.optionalTime('kept_until'),
    answeredAt: column.time('answered_at'),
    statedBy: column.text('stated_by'),
    state: column.text('state'),
    tellId: column.optionalText('tell_id'),
  },
})

export const receiptsMigration: Migration = {
  id: 1795000000240,
  name: 'Receipts',
  up: [
    `CREATE TABLE consent_record (
      id text PRIMARY KEY, grant_id text NOT NULL UNIQUE, grantor_party text NOT NULL, sealed text NOT NULL,
      digest text NOT NULL, created_at bigint NOT NULL)`,
    `CREATE TABLE deletion_answer (
      grant_id text PRIMARY KEY, outcome text NOT NULL, reason text, kept_until bigint, answered_at bigint NOT NULL)`,
    `CREATE TABLE deletion_statement (
      grant_id text PRIMARY KEY, outcome text NOT NULL, reason text, kept_until bigint, answered_at bigint NOT NULL,
      stated_by text NOT NULL, state text NOT NULL)`,
  ],
}

export const deletionTellMigration: Migration = {
  id: 1795000000290,
  name: 'DeletionTell',
  up: ['ALTER TABLE deletion_statement ADD COLUMN tell_id text'],
}
