import { column, EntitySchema, type Migrations } from '../store/index.ts'
import type { HostedState } from './state.ts'

/** On the trust anchor: one organisation whose node it runs. */
export interface HostedRow {
  id: string
  /** Its name below the host's; never given to another, also not after it went. */
  slug: string
  state: HostedState
  /** What is needed to open it, as JSON: its master key, its organisation and administrator. Sealed under its own scope. */
  sealed: Buffer | null
  /** When it next has something to do by itself, ms since the epoch. */
  nextDue: number
  /** Where it lives since it left. */
  movedTo: string | null
  /** While its file is written: the key of the file and how it was made, sealed likewise. */
  fileKey: Buffer | null
  /** SHA-256 of the token that fetches the file. */
  ticket: string | null
  createdAt: number
  changedAt: number
  /** For whom it was made, where that was not by hand; one for each. */
  reference: string | null
}

export const hostedTable = new EntitySchema<HostedRow>({
  name: 'hosted_node',
  columns: {
    id: column.id(),
    slug: column.text('slug'),
    state: column.text('state'),
    sealed: column.optionalBytes('sealed'),
    nextDue: column.time('next_due'),
    movedTo: column.optionalText('moved_to'),
    fileKey: column.optionalBytes('file_key'),
    ticket: column.optionalText('ticket'),
    createdAt: column.time('created_at'),
    changedAt: column.time('changed_at'),
    reference: column.optionalText('reference'),
  },
})

export const hostingTables = [hostedTable] as const

export const hostingMigrations: Migrations = [
  {
    id: 1795000550001,
    name: 'Hosting',
    up: [
      `CREATE TABLE hosted_node (
        id text PRIMARY KEY, slug text NOT NULL UNIQUE, state text NOT NULL, sealed text, next_due bigint NOT NULL,
        moved_to text, file_key text, ticket text, created_at bigint NOT NULL, changed_at bigint NOT NULL)`,
      "CREATE INDEX hosted_node_due ON hosted_node (next_due) WHERE state = 'active'",
    ],
  },
  {
    id: 1795000550002,
    name: 'HostedFor',
    up: [
      'ALTER TABLE hosted_node ADD COLUMN reference text',
      'CREATE UNIQUE INDEX hosted_node_for ON hosted_node (reference)',
    ],
  },
]
