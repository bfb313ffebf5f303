import type { Did } from '../core/index.ts'
import type { ClaimPath } from '../credentials/index.ts'
import { column, EntitySchema, type Migration } from '../store/index.ts'
import type { BounceKind } from './correction.ts'

/** `refused`: the owner's node did not take it in · `undelivered`: it could not be told. */
export type SentState = 'open' | 'accepted' | 'declined' | 'refused' | 'undelivered'

/** A correction we proposed to a partner. */
export interface SentCorrectionRow {
  /** Also the `jti` of what is told. */
  id: string
  grantId: string
  partner: Did
  partnerName: string
  vct: string
  path: ClaimPath
  /** Value and reason as JSON, under the organisation's key; null once the owner decided, or whose it is was erased. */
  sealed: Buffer | null
  bounce: BounceKind | null
  state: SentState
  /** Why it came to nothing: the owner's code, or ours. */
  outcomeCode: string | null
  createdAt: number
  settledAt: number | null
}

export const sentCorrectionTable = new EntitySchema<SentCorrectionRow>({
  name: 'sent_correction',
  columns: {
    id: column.id(),
    grantId: column.text('grant_id'),
    partner: column.text('partner'),
    partnerName: column.text('partner_name'),
    vct: column.text('vct'),
    path: column.json('path'),
    sealed: column.optionalBytes('sealed'),
    bounce: column.optionalText('bounce'),
    state: column.text('state'),
    outcomeCode: column.optionalText('outcome_code'),
    createdAt: column.time('created_at'),
    settledAt: column.optionalTime('settled_at'),
  },
})

export type ReceivedState = 'open' | 'accepted' | 'declined'

/** A correction that somebody who may read a claim of one of our parties proposes. */
export interface ReceivedCorrectionRow {
  id: string
  /** What the proposer calls it; one of each proposer. */
  reference: string
  proposer: Did
  proposerName: string
  grantId: string
  /** Whose data it is, and so who decides. */
  subjectParty: string
  vct: string
  path: ClaimPath
  /** Value and reason as JSON, under the key of whose data it is; null once it is decided. */
  sealed: Buffer | null
  /** Keyed mark of what the claim said when the proposal came: whether it says something else by now. */
  base: string
  bounce: BounceKind | null
  state: ReceivedState
  outcomeCode: string | null
  createdAt: number
  decidedAt: number | null
}

export const receivedCorrectionTable = new EntitySchema<ReceivedCorrectionRow>({
  name: 'received_correction',
  columns: {
    id: column.id(),
    reference: column.text('reference'),
    proposer: column.text('proposer'),
    proposerName: column.text('proposer_name'),
    grantId: column.text('grant_id'),
    subjectParty: column.text('subject_party'),
    vct: column.text('vct'),
    path: column.json('path'),
    sealed: column.optionalBytes('sealed'),
    base: column.text('base'),
    bounce: column.optionalText('bounce'),
    state: column.text('state'),
    outcomeCode: column.optionalText('outcome_code'),
    createdAt: column.time('created_at'),
    decidedAt: column.optionalTime('decided_at'),
  },
})

export const correctionTables = [sentCorrectionTable, receivedCorrectionTable]

export const correctionsMigration: Migration = {
  id: 1795000000370,
  name: 'Corrections',
  up: [
    `CREATE TABLE sent_correction (
      id text PRIMARY KEY, grant_id text NOT NULL, partner text NOT NULL, partner_name text NOT NULL,
      vct text NOT NULL, path text NOT NULL, sealed text, bounce text, state text NOT NULL, outcome_code text,
      created_at bigint NOT NULL, settled_at bigint)`,
    'CREATE INDEX sent_correction_of_grant ON sent_correction (grant_id, created_at)',
    `CREATE TABLE received_correction (
      id text PRIMARY KEY, reference text NOT NULL, proposer text NOT NULL, proposer_name text NOT NULL,
      grant_id text NOT NULL, subject_party text NOT NULL, vct text NOT NULL, path text NOT NULL, sealed text,
      base text NOT NULL, bounce text, state text NOT NULL, outcome_code text, created_at bigint NOT NULL,
      decided_at bigint, UNIQUE (proposer, reference))`,
    'CREATE INDEX received_correction_of_grant ON received_correction (grant_id, created_at)',
    'CREATE INDEX received_correction_by_subject ON received_correction (subject_party, id)',
  ],
}
