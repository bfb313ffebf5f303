import type { CaseState, Did } from '../../core/index.ts'
import { column, EntitySchema, type Migration } from '../../store/index.ts'
import type { CaseMove, OpenState } from './case-state.ts'

/** On the trust anchor: one organisation that wants to join, or is wanted, and what became of it. */
export interface CaseRow {
  id: string
  /** `applied` by a node of its own; `invited` by a party of the network, or asked for without a node. */
  channel: 'applied' | 'invited'
  /** Null until its node applied. */
  organisation: Did | null
  /** The organisation's key that signed the application. */
  kid: string | null
  state: CaseState
  stalledFrom: OpenState | null
  policyVersion: number | null
  acceptanceDigest: string | null
  /** The application as JSON, sealed under the case's own key: a representative is named in it. */
  sealed: Buffer | null
  /** What who invited it says of it and of its contact person, as JSON; sealed likewise. */
  partner: Buffer | null
  /** As the inviter says: what finds the case again. */
  kvkNumber: string | null
  submittedAt: number
  /** Since when it is in its state. */
  stateSince: number
  /** When it should be out of it; where it stalled, when we talk again. */
  expectedAt: number | null
  decidedAt: number | null
  /** Why it was declined, or did not go on; sealed likewise. */
  reason: Buffer | null
  /** Which domain is asked about, and what has to be published there, as JSON; sealed likewise. */
  domain: Buffer | null
  /** Party of whom at the servicedesk it is. */
  owner: string | null
  /** Party of who proposed to accept it, where a second person must. */
  proposedBy: string | null
  registrationId: string | null
  attestationId: string | null
  offerId: string | null
  version: number
}

export const caseTable = new EntitySchema<CaseRow>({
  name: 'registration_case',
  columns: {
    id: column.id(),
    channel: column.text('channel'),
    organisation: column.optionalText('organisation'),
    kid: column.optionalText('kid'),
    state: column.text('state'),
    stalledFrom: column.optionalText('stalled_from'),
    policyVersion: column.optionalInteger('policy_version'),
    acceptanceDigest: column.optionalText('acceptance_digest'),
    sealed: column.optionalBytes('sealed'),
    partner: column.optionalBytes('partner'),
    kvkNumber: column.optionalText('kvk_number'),
    submittedAt: column.time('submitted_at'),
    stateSince: column.time('state_since'),
    expectedAt: column.optionalTime('expected_at'),
    decidedAt: column.optionalTime('decided_at'),
    reason: column.optionalBytes('reason'),
    domain: column.optionalBytes('domain'),
    owner: column.optionalText('owner'),
    proposedBy: column.optionalText('proposed_by'),
    registrationId: column.optionalText('registration_id'),
    attestationId: column.optionalText('attestation_id'),
    offerId: column.optionalText('offer_id'),
    version: column.integer('version'),
  },
})

/** Whose move it was. */
export type MoverKind = 'servicedesk' | 'inviter' | 'partner' | 'system'

/** One move of a case. */
export interface CaseMoveRow {
  id: string
  caseId: string
  /** `submit` opened it. */
  move: CaseMove | 'submit'
  from: CaseState | null
  to: CaseState
  at: number
  by: MoverKind
  /** The servicedesk's own person; null of others. */
  byParty: string | null
  /** Sealed under the case's key. */
  reason: Buffer | null
  /** When the next one was expected. */
  expectedAt: number | null
}

export const caseMoveTable = new EntitySchema<CaseMoveRow>({
  name: 'case_move',
  columns: {
    id: column.id(),
    caseId: column.text('case_id'),
    move: column.text('move'),
    from: column.optionalText('from_state'),
    to: column.text('to_state'),
    at: column.time('at'),
    by: column.text('by_kind'),
    byParty: column.optionalText('by_party'),
    reason: column.optionalBytes('reason'),
    expectedAt: column.optionalTime('expected_at'),
  },
})

/** What somebody at the servicedesk wrote down for colleagues; no one else reads it. */
export interface CaseNoteRow {
  id: string
  caseId: string
  byParty: string
  at: number
  /** Sealed under the case's key. */
  text: Buffer
}

export const caseNoteTable = new EntitySchema<CaseNoteRow>({
  name: 'registration_note',
  columns: {
    id: column.id(),
    caseId: column.text('case_id'),
    byParty: column.text('by_party'),
    at: column.time('at'),
    text: column.bytes('text'),
  },
})

const OPEN = `state NOT IN ('registered', 'rejected', 'declined_by_partner', 'withdrawn')`
const kept = `id, organisation, kid, state, policy_version, acceptance_digest, sealed, submitted_at, decided_at, reason,
  registration_id, attestation_id, offer_id, version`

/** A case may be there before its organisation is: made anew, as SQLite takes no NOT NULL away. */
export const caseRoadMigration: Migration = {
  id: 1795000520001,
  name: 'CaseRoad',
  up: [
    `CREATE TABLE registration_case_road (
      id text PRIMARY KEY, channel text NOT NULL, organisation text, kid text, state text NOT NULL, stalled_from text,
      policy_version bigint, acceptance_digest text, sealed text, partner text, kvk_number text,
      submitted_at bigint NOT NULL, state_since bigint NOT NULL, expected_at bigint, decided_at bigint, reason text,
      registration_id text, attestation_id text, offer_id text, version bigint NOT NULL)`,
    `INSERT INTO registration_case_road (channel, state_since, ${kept})
       SELECT 'applied', COALESCE(decided_at, submitted_at), ${kept} FROM registration_case`,
    'DROP TABLE registration_case',
    'ALTER TABLE registration_case_road RENAME TO registration_case',
    `UPDATE registration_case SET state = 'rejected' WHERE state = 'declined'`,
    `UPDATE own_registration SET state = 'rejected' WHERE state = 'declined'`,
    `CREATE UNIQUE INDEX registration_case_open ON registration_case (organisation) WHERE ${OPEN}`,
    `CREATE UNIQUE INDEX registration_case_invited ON registration_case (kvk_number)
       WHERE channel = 'invited' AND ${OPEN}`,
    'CREATE INDEX registration_case_by_state ON registration_case (state, id)',
    `CREATE TABLE case_move (
      id text PRIMARY KEY, case_id text NOT NULL, move text NOT NULL, from_state text, to_state text NOT NULL,
      at bigint NOT NULL, by_kind text NOT NULL, by_party text, reason text, expected_at bigint)`,
    'CREATE INDEX case_move_of_case ON case_move (case_id, id)',
  ],
}

export const caseDeskMigration: Migration = {
  id: 1795000520002,
  name: 'CaseDesk',
  up: [
    'ALTER TABLE registration_case ADD COLUMN owner text',
    'ALTER TABLE registration_case ADD COLUMN proposed_by text',
    `CREATE INDEX registration_case_queue ON registration_case (expected_at, id) WHERE ${OPEN}`,
    `CREATE TABLE registration_note (
      id text PRIMARY KEY, case_id text NOT NULL, by_party text NOT NULL, at bigint NOT NULL, text text NOT NULL)`,
    'CREATE INDEX registration_note_of_case ON registration_note (case_id, id)',
  ],
}
