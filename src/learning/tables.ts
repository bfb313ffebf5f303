import type { Role } from '../core/index.ts'
import { column, EntitySchema, type Migration } from '../store/index.ts'
import type { AttemptState } from './attempt-state.ts'

/** One attempt at a quiz. What was asked and answered is hers, sealed under her key. */
export interface AttemptRow {
  id: string
  personId: string
  course: string
  version: number
  state: AttemptState
  sealed: Buffer
  startedAt: number
  endsAt: number
  finishedAt: number | null
}

export const attemptTable = new EntitySchema<AttemptRow>({
  name: 'training_attempt',
  columns: {
    id: column.id(),
    personId: column.text('person_id'),
    course: column.text('course'),
    version: column.integer('version'),
    state: column.text('state'),
    sealed: column.bytes('sealed'),
    startedAt: column.time('started_at'),
    endsAt: column.time('ends_at'),
    finishedAt: column.optionalTime('finished_at'),
  },
})

/** That somebody passed, and until when that counts: what her company sees. */
export interface CertificateRow {
  id: string
  personId: string
  course: string
  version: number
  /** `jti` of the credential. */
  credentialId: string
  lineageId: string
  passedAt: number
  expiresAt: number
  state: 'current' | 'renewed'
  /** When it was announced that it ends soon. */
  remindedAt: number | null
}

export const certificateTable = new EntitySchema<CertificateRow>({
  name: 'training_certificate',
  columns: {
    id: column.id(),
    personId: column.text('person_id'),
    course: column.text('course'),
    version: column.integer('version'),
    credentialId: column.text('credential_id'),
    lineageId: column.text('lineage_id'),
    passedAt: column.time('passed_at'),
    expiresAt: column.time('expires_at'),
    state: column.text('state'),
    remindedAt: column.optionalTime('reminded_at'),
  },
})

/** A role that works only with the certificate of a course. */
export interface RequirementRow {
  role: Role
  course: string
  since: number
  /** Until when who was there already may go on without. */
  graceUntil: number
}

export const requirementTable = new EntitySchema<RequirementRow>({
  name: 'training_requirement',
  columns: {
    role: column.id('role'),
    course: column.text('course'),
    since: column.time('since'),
    graceUntil: column.time('grace_until'),
  },
})

export const learningTables = [attemptTable, certificateTable, requirementTable] as const

export const learningMigrations: readonly Migration[] = [
  {
    id: 1795000560011,
    name: 'Learning',
    up: [
      `CREATE TABLE training_attempt (
        id text PRIMARY KEY, person_id text NOT NULL, course text NOT NULL, version bigint NOT NULL,
        state text NOT NULL, sealed text NOT NULL, started_at bigint NOT NULL, ends_at bigint NOT NULL,
        finished_at bigint)`,
      `CREATE UNIQUE INDEX training_attempt_open ON training_attempt (person_id, course) WHERE state = 'open'`,
      'CREATE INDEX training_attempt_by_person ON training_attempt (person_id, course, started_at)',
      `CREATE TABLE training_certificate (
        id text PRIMARY KEY, person_id text NOT NULL, course text NOT NULL, version bigint NOT NULL,
        credential_id text NOT NULL, lineage_id text NOT NULL, passed_at bigint NOT NULL, expires_at bigint NOT NULL,
        state text NOT NULL, reminded_at bigint)`,
      `CREATE UNIQUE INDEX training_certificate_current ON training_certificate (person_id, course)
       WHERE state = 'current'`,
      `CREATE TABLE training_requirement (
        role text PRIMARY KEY, course text NOT NULL, since bigint NOT NULL, grace_until bigint NOT NULL)`,
    ],
  },
]
