import type { Did } from '../../core/index.ts'
import { column, EntitySchema, type Migration } from '../../store/index.ts'
import type { EvidenceKind, EvidenceState } from './checklist.ts'

/** Who may represent an organisation: as the extract of the register lists it, or as it said when it applied. */
export interface RepresentativeRow {
  id: string
  caseId: string
  /** Null until she accepted the policy with a node. */
  did: Did | null
  /** `extract`: listed by the certified extract; `applicant`: it says so itself. */
  source: 'extract' | 'applicant'
  /** What is known of her as JSON, sealed under the case's key. */
  sealed: Buffer
  representationType: 'SOLE' | 'JOINT'
  /** 1 where her authority has a scope or a limit. */
  limited: number
  acceptedAt: number | null
  acceptanceDigest: string | null
  /** Her signed acceptance, sealed likewise. */
  acceptance: Buffer | null
  /** Her credential, once the organisation is registered. */
  authorityId: string | null
}

export const representativeTable = new EntitySchema<RepresentativeRow>({
  name: 'case_representative',
  columns: {
    id: column.id(),
    caseId: column.text('case_id'),
    did: column.optionalText('did'),
    source: column.text('source'),
    sealed: column.bytes('sealed'),
    representationType: column.text('representation_type'),
    limited: column.integer('limited'),
    acceptedAt: column.optionalTime('accepted_at'),
    acceptanceDigest: column.optionalText('acceptance_digest'),
    acceptance: column.optionalBytes('acceptance'),
    authorityId: column.optionalText('authority_id'),
  },
})

/** One item of a case's checklist that something came in for. */
export interface EvidenceRow {
  id: string
  caseId: string
  kind: EvidenceKind
  /** Whose; null where it is about the organisation. */
  representativeId: string | null
  state: EvidenceState
  fileId: string | null
  /** `sha-256:` and the base64url digest of the file. */
  digest: string | null
  /** How it was checked, why it was refused, what the file is called: JSON, sealed under the case's key. */
  sealed: Buffer
  byParty: string | null
  at: number
}

export const evidenceTable = new EntitySchema<EvidenceRow>({
  name: 'case_evidence',
  columns: {
    id: column.id(),
    caseId: column.text('case_id'),
    kind: column.text('kind'),
    representativeId: column.optionalText('representative_id'),
    state: column.text('state'),
    fileId: column.optionalText('file_id'),
    digest: column.optionalText('digest'),
    sealed: column.bytes('sealed'),
    byParty: column.optionalText('by_party'),
    at: column.time('at'),
  },
})

export const evidenceMigration: Migration = {
  id: 1795000520003,
  name: 'CaseEvidence',
  up: [
    'ALTER TABLE registration_case ADD COLUMN domain text',
    `CREATE TABLE case_representative (
      id text PRIMARY KEY, case_id text NOT NULL, did text, source text NOT NULL, sealed text NOT NULL,
      representation_type text NOT NULL, limited bigint NOT NULL, accepted_at bigint, acceptance_digest text,
      acceptance text, authority_id text, UNIQUE (case_id, did))`,
    'CREATE INDEX case_representative_of_case ON case_representative (case_id, id)',
    `CREATE TABLE case_evidence (
      id text PRIMARY KEY, case_id text NOT NULL, kind text NOT NULL, representative_id text, state text NOT NULL,
      file_id text, digest text, sealed text NOT NULL, by_party text, at bigint NOT NULL)`,
    `CREATE UNIQUE INDEX case_evidence_item ON case_evidence (case_id, kind, COALESCE(representative_id, ''))`,
  ],
}
