import type { Did } from '../core/index.ts'
import { column, EntitySchema, type Migration } from '../store/index.ts'

/** Why a person needs another key. */
export const lossReasons = ['secret_lost', 'key_compromised', 'activation_missed'] as const
export type LossReason = (typeof lossReasons)[number]

/** A person who got another DID and key, and on what grounds somebody gave her them. */
export interface KeyReplacementRow {
  id: string
  partyId: string
  before: Did
  now: Did
  reason: LossReason
  /** How she was identified again, in the administrator's words; sealed under her key. */
  sealed: Buffer
  at: number
}

export const keyReplacementTable = new EntitySchema<KeyReplacementRow>({
  name: 'key_replacement',
  columns: {
    id: column.id(),
    partyId: column.text('party_id'),
    before: column.text('did_before'),
    now: column.text('did_now'),
    reason: column.text('reason'),
    sealed: column.bytes('sealed'),
    at: column.time('at'),
  },
})

export const keyReplacementMigration: Migration = {
  id: 1795000000304,
  name: 'KeyReplacement',
  up: [
    `CREATE TABLE key_replacement (
      id text PRIMARY KEY, party_id text NOT NULL, did_before text NOT NULL, did_now text NOT NULL,
      reason text NOT NULL, sealed text NOT NULL, at bigint NOT NULL)`,
    'CREATE INDEX key_replacement_party ON key_replacement (party_id)',
  ],
}
