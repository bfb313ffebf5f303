import { column, EntitySchema, type Migration } from '../store/index.ts'

/** Small facts of an entry: ids, DIDs of organisations, codes, claim names. Never values of personal data. */
export type AuditData = Readonly<Record<string, string | number | readonly string[]>>

export interface AuditRow {
  id: string
  at: number
  action: string
  actor: string
  data: AuditData
  /** Place in the chain, from 1; null until sealed. */
  seq: number | null
  prev: string | null
  hash: string | null
}

export const auditTable = new EntitySchema<AuditRow>({
  name: 'audit_entry',
  columns: {
    id: column.id(),
    at: column.time('at_ms'),
    action: column.text('action'),
    actor: column.text('actor'),
    data: column.json('data'),
    seq: column.optionalInteger('seq'),
    prev: column.optionalText('prev'),
    hash: column.optionalText('hash'),
  },
})

export interface AuditHeadRow {
  id: string
  seq: number
  hash: string
}

/** Where the chain ends: without it the newest entries could be cut off unseen. */
export const auditHeadTable = new EntitySchema<AuditHeadRow>({
  name: 'audit_head',
  columns: { id: column.id(), seq: column.integer('seq'), hash: column.text('hash') },
})

export const auditMigration: Migration = {
  id: 1795000000003,
  name: 'Audit',
  up: [
    `CREATE TABLE audit_entry (
      id text PRIMARY KEY, at_ms bigint NOT NULL, action text NOT NULL, actor text NOT NULL, data text NOT NULL,
      seq bigint UNIQUE, prev text, hash text)`,
    'CREATE INDEX audit_entry_unsealed ON audit_entry (id) WHERE seq IS NULL',
    'CREATE TABLE audit_head (id text PRIMARY KEY, seq bigint NOT NULL, hash text NOT NULL)',
  ],
}
