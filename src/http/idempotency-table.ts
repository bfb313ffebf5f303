import { column, EntitySchema, type Migration } from '../store/index.ts'

export interface IdempotencyRow {
  /** Digest of caller and key. */
  id: string
  operation: string
  digest: string
  state: 'running' | 'done'
  status: number | null
  /** The answer's JSON, sealed: it may hold personal data. */
  body: Buffer | null
  startedAt: number
}

export const idempotencyTable = new EntitySchema<IdempotencyRow>({
  name: 'idempotency',
  columns: {
    id: column.id(),
    operation: column.text('operation'),
    digest: column.text('digest'),
    state: column.text('state'),
    status: column.optionalInteger('status'),
    body: column.optionalBytes('body'),
    startedAt: column.time('started_at'),
  },
})

export const idempotencyMigration: Migration = {
  id: 1795000000901,
  name: 'Idempotency',
  up: [
    `CREATE TABLE idempotency (
      id text PRIMARY KEY, operation text NOT NULL, digest text NOT NULL, state text NOT NULL,
      status bigint, body text, started_at bigint NOT NULL)`,
    'CREATE INDEX idempotency_started ON idempotency (started_at)',
  ],
}
