import type { CaseState, Did } from '../core/index.ts'
import { column, EntitySchema, type Migration } from '../store/index.ts'
import {
  caseDeskMigration,
  caseMoveTable,
  caseNoteTable,
  caseRoadMigration,
  caseTable,
} from './case/case-table.ts'
import {
  coAcceptanceTable,
  companyAcceptanceMigrations,
  companyAcceptanceTable,
} from './company-acceptance-table.ts'
import { evidenceMigration, evidenceTable, representativeTable } from './evidence/evidence-table.ts'
import { lookUpMigration, lookUpTable } from './kvk/look-ups.ts'
import { recheckMigration, recheckTable } from './recheck/rechecks.ts'

/** On the trust anchor: a person's acceptance. She is a DID here, never a name. */
export interface PersonAcceptanceRow {
  id: string
  person: Did
  policyVersion: number
  organisation: Did
  acceptanceDigest: string
  /** The signed acceptance, sealed under a key of its own. */
  sealed: Buffer
  attestationId: string
  offerId: string
  acceptedAt: number
}

export const personAcceptanceTable = new EntitySchema<PersonAcceptanceRow>({
  name: 'person_acceptance',
  columns: {
    id: column.id(),
    person: column.text('person'),
    policyVersion: column.integer('policy_version'),
    organisation: column.text('organisation'),
    acceptanceDigest: column.text('acceptance_digest'),
    sealed: column.bytes('sealed'),
    attestationId: column.text('attestation_id'),
    offerId: column.text('offer_id'),
    acceptedAt: column.time('accepted_at'),
  },
})

/** On every node: how far our own registration is. */
export interface OwnRegistrationRow {
  organisation: Did
  caseId: string
  /** DID of the trust anchor. */
  anchor: Did
  state: CaseState
  policyVersion: number
  acceptanceDigest: string
  appliedAt: number
  /** When the trust anchor last told the state. */
  checkedAt: number
  /** Why it declined, in its servicedesk's words, sealed under the organisation's key. */
  reason: Buffer | null
}

export const ownRegistrationTable = new EntitySchema<OwnRegistrationRow>({
  name: 'own_registration',
  columns: {
    organisation: column.id('organisation'),
    caseId: column.text('case_id'),
    anchor: column.text('anchor'),
    state: column.text('state'),
    policyVersion: column.integer('policy_version'),
    acceptanceDigest: column.text('acceptance_digest'),
    appliedAt: column.time('applied_at'),
    checkedAt: column.time('checked_at'),
    reason: column.optionalBytes('reason'),
  },
})

/** On every node: what our own people signed, as it was signed. */
export interface SignedAcceptanceRow {
  digest: string
  /** The party it was accepted for, whose key seals it. */
  partyId: string
  signerParty: string
  policyVersion: number
  sealed: Buffer
  signedAt: number
  /** How many others have to accept with her before it counts. */
  missing: number
}

export const signedAcceptanceTable = new EntitySchema<SignedAcceptanceRow>({
  name: 'signed_acceptance',
  columns: {
    digest: column.id('digest'),
    partyId: column.text('party_id'),
    signerParty: column.text('signer_party'),
    policyVersion: column.integer('policy_version'),
    sealed: column.bytes('sealed'),
    signedAt: column.time('signed_at'),
    missing: column.integer('missing'),
  },
})

const signedAcceptanceMissingMigration: Migration = {
  id: 1795000530034,
  name: 'SignedAcceptanceMissing',
  up: ['ALTER TABLE signed_acceptance ADD COLUMN missing bigint NOT NULL DEFAULT 0'],
}

export const registrationEntities = [
  caseTable,
  caseMoveTable,
  caseNoteTable,
  representativeTable,
  evidenceTable,
  lookUpTable,
  recheckTable,
  companyAcceptanceTable,
  coAcceptanceTable,
  personAcceptanceTable,
  ownRegistrationTable,
  signedAcceptanceTable,
] as const

const registrationMigration: Migration = {
  id: 1795000003001,
  name: 'Registration',
  up: [
    `CREATE TABLE registration_case (
      id text PRIMARY KEY, organisation text NOT NULL, kid text NOT NULL, state text NOT NULL,
      policy_version bigint NOT NULL, acceptance_digest text NOT NULL, sealed text NOT NULL,
      submitted_at bigint NOT NULL, decided_at bigint, reason text, registration_id text, attestation_id text,
      offer_id text, version bigint NOT NULL)`,
    `CREATE UNIQUE INDEX registration_case_open ON registration_case (organisation) WHERE state = 'submitted'`,
    'CREATE INDEX registration_case_by_state ON registration_case (state, id)',
    // A message counts once: its row stays until the message has expired anyway.
    `CREATE TABLE registration_message (
      issuer text NOT NULL, jti text NOT NULL, expires_at bigint NOT NULL, PRIMARY KEY (issuer, jti))`,
    'CREATE INDEX registration_message_expiry ON registration_message (expires_at)',
    `CREATE TABLE person_acceptance (
      id text PRIMARY KEY, person text NOT NULL, policy_version bigint NOT NULL, organisation text NOT NULL,
      acceptance_digest text NOT NULL, sealed text NOT NULL, attestation_id text NOT NULL, offer_id text NOT NULL,
      accepted_at bigint NOT NULL, UNIQUE (person, policy_version))`,
    `CREATE TABLE own_registration (
      organisation text PRIMARY KEY, case_id text NOT NULL, anchor text NOT NULL, state text NOT NULL,
      policy_version bigint NOT NULL, acceptance_digest text NOT NULL, applied_at bigint NOT NULL,
      checked_at bigint NOT NULL)`,
    `CREATE TABLE signed_acceptance (
      digest text PRIMARY KEY, party_id text NOT NULL, signer_party text NOT NULL, policy_version bigint NOT NULL,
      sealed text NOT NULL, signed_at bigint NOT NULL)`,
  ],
}

const registrationReasonMigration: Migration = {
  id: 1795000003002,
  name: 'RegistrationReason',
  up: ['ALTER TABLE own_registration ADD COLUMN reason text'],
}

export const registrationMigrations = [
  registrationMigration,
  registrationReasonMigration,
  caseRoadMigration,
  caseDeskMigration,
  evidenceMigration,
  lookUpMigration,
  recheckMigration,
  ...companyAcceptanceMigrations,
  signedAcceptanceMissingMigration,
] as const
