import type { Did } from '../core/index.ts'
import { column, EntitySchema, type Migration } from '../store/index.ts'
import type { DataKind } from './ports.ts'

/** What of the record of processing and of notices only the organisation knows; one row. */
export interface ProcessingSettingsRow {
  id: string
  /** As JSON, under the organisation's key: it names its privacy contact. */
  sealed: Buffer
  version: number
  updatedAt: number
}

export const processingSettingsTable = new EntitySchema<ProcessingSettingsRow>({
  name: 'processing_settings',
  columns: {
    id: column.id(),
    sealed: column.bytes('sealed'),
    version: column.integer('version'),
    updatedAt: column.time('updated_at'),
  },
})

/** `open`: she must still be told · `erased`: nothing is known of her any more, so there is nothing to tell. */
export const sourceNoticeStates = ['open', 'sent', 'not_needed', 'erased'] as const
export type SourceNoticeState = (typeof sourceNoticeStates)[number]

/** That a person whom an import brought is told where her data came from. */
export interface SourceNoticeRow {
  id: string
  partnerId: string
  /** Keyed marks by which she is known again, of her name with the partner and with her e-mail; null once erased. */
  placeMark: string | null
  mailMark: string | null
  /** Kinds of data she was not told of before. */
  kinds: readonly DataKind[]
  /** Her name, where it came from and, once sent, the text; JSON under the organisation's key. Null once erased. */
  sealed: Buffer | null
  importedAt: number
  dueAt: number
  dueBecause: DueBecause
  state: SourceNoticeState
  /** How she was told, or why that was not needed. */
  how: string | null
  settledAt: number | null
  /** When systems were told that it is overdue. */
  overdueToldAt: number | null
}

import type { DueBecause } from './due-date.ts'

export const sourceNoticeTable = new EntitySchema<SourceNoticeRow>({
  name: 'source_notice',
  columns: {
    id: column.id(),
    partnerId: column.text('partner_id'),
    placeMark: column.optionalText('place_mark'),
    mailMark: column.optionalText('mail_mark'),
    kinds: column.json('kinds'),
    sealed: column.optionalBytes('sealed'),
    importedAt: column.time('imported_at'),
    dueAt: column.time('due_at'),
    dueBecause: column.text('due_because'),
    state: column.text('state'),
    how: column.optionalText('how'),
    settledAt: column.optionalTime('settled_at'),
    overdueToldAt: column.optionalTime('overdue_told_at'),
  },
})

/** One of ours was shown data of persons elsewhere: what our own log says when a token of ours is stolen. */
export interface OwnLookRow {
  id: string
  at: number
  /** The employee or system. */
  actorParty: string
  tokenId: string | null
  /** Id of the partner in our list, or DID of the partner whose node answered. */
  partner: string
  /** Whose data: her DID, or null for whoever the partner's row in our list names. */
  subject: Did | null
  grantId: string | null
  /** Names of claims, such as `contact-person.email`, or kinds of imported data. */
  claims: readonly string[]
}

export const ownLookTable = new EntitySchema<OwnLookRow>({
  name: 'own_look',
  columns: {
    id: column.id(),
    at: column.time('at_ms'),
    actorParty: column.text('actor_party'),
    tokenId: column.optionalText('token_id'),
    partner: column.text('partner'),
    subject: column.optionalText('subject'),
    grantId: column.optionalText('grant_id'),
    claims: column.json('claims'),
  },
})

/** Where a breach may have been: which looks of the log belong to it. Times in ms. */
export interface BreachScope {
  readonly from: number
  readonly until: number
  /** Partners that looked here. */
  readonly askers: readonly Did[]
  /** Ids of employees and systems of ours that looked, and of tokens of theirs. */
  readonly actors: readonly string[]
  readonly tokens: readonly string[]
  readonly grants: readonly string[]
  /** Names of credential types. */
  readonly types: readonly string[]
}

export interface Decision {
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly report: boolean
}

export interface BreachRow {
  id: string
  state: 'open' | 'closed'
  discoveredAt: number
  deadlineAt: number
  scope: BreachScope
  /** What happened in words, JSON under the organisation's key. */
  sealed: Buffer
  /** Whether the supervisor, and whether the persons, are to be told; the reasons are steps. */
  authority: Decision | null
  persons: Decision | null
  reportedAt: number | null
  personsToldAt: number | null
  nearToldAt: number | null
  overdueToldAt: number | null
  openedAt: number
  closedAt: number | null
  version: number
}

export const breachTable = new EntitySchema<BreachRow>({
  name: 'breach',
  columns: {
    id: column.id(),
    state: column.text('state'),
    discoveredAt: column.time('discovered_at'),
    deadlineAt: column.time('deadline_at'),
    scope: column.json('scope'),
    sealed: column.bytes('sealed'),
    authority: column.optionalJson('authority'),
    persons: column.optionalJson('persons'),
    reportedAt: column.optionalTime('reported_at'),
    personsToldAt: column.optionalTime('persons_told_at'),
    nearToldAt: column.optionalTime('near_told_at'),
    overdueToldAt: column.optionalTime('overdue_told_at'),
    openedAt: column.time('opened_at'),
    closedAt: column.optionalTime('closed_at'),
    version: column.integer('version'),
  },
})

export const breachSteps = [
  'opened',
  'amended',
  'authority_decided',
  'persons_decided',
  'reported',
  'persons_told',
  'note',
  'closed',
] as const
export type BreachStep = (typeof breachSteps)[number]

/** What was done about a breach. */
export interface BreachStepRow {
  id: string
  breachId: string
  at: number
  step: BreachStep
  /** Who did it: the pseudonym of the audit log. */
  actor: string
  /** In words, under the organisation's key. */
  sealed: Buffer
}

export const breachStepTable = new EntitySchema<BreachStepRow>({
  name: 'breach_step',
  columns: {
    id: column.id(),
    breachId: column.text('breach_id'),
    at: column.time('at_ms'),
    step: column.text('step'),
    actor: column.text('actor'),
    sealed: column.bytes('sealed'),
  },
})

export const processingTables = [
  processingSettingsTable,
  sourceNoticeTable,
  ownLookTable,
  breachTable,
  breachStepTable,
]

const noticesUp = [
  'CREATE TABLE processing_settings (id text PRIMARY KEY, sealed text NOT NULL, version bigint NOT NULL, updated_at bigint NOT NULL)',
  `CREATE TABLE source_notice (
    id text PRIMARY KEY, partner_id text NOT NULL, place_mark text, mail_mark text, kinds text NOT NULL, sealed text,
    imported_at bigint NOT NULL, due_at bigint NOT NULL, due_because text NOT NULL, state text NOT NULL, how text,
    settled_at bigint, overdue_told_at bigint)`,
  'CREATE INDEX source_notice_by_place ON source_notice (place_mark)',
  'CREATE INDEX source_notice_by_mail ON source_notice (mail_mark)',
  'CREATE INDEX source_notice_of_partner ON source_notice (partner_id)',
  'CREATE INDEX source_notice_due ON source_notice (state, due_at)',
]

const breachesUp = [
  `CREATE TABLE own_look (
    id text PRIMARY KEY, at_ms bigint NOT NULL, actor_party text NOT NULL, token_id text, partner text NOT NULL,
    subject text, grant_id text, claims text NOT NULL)`,
  'CREATE INDEX own_look_by_time ON own_look (at_ms, id)',
  // Who looked within hours or days, whoever's data it was.
  'CREATE INDEX access_event_by_time ON access_event (at_ms, id)',
  `CREATE TABLE breach (
    id text PRIMARY KEY, state text NOT NULL, discovered_at bigint NOT NULL, deadline_at bigint NOT NULL,
    scope text NOT NULL, sealed text NOT NULL, authority text, persons text, reported_at bigint,
    persons_told_at bigint, near_told_at bigint, overdue_told_at bigint, opened_at bigint NOT NULL,
    closed_at bigint, version bigint NOT NULL)`,
  `CREATE TABLE breach_step (
    id text PRIMARY KEY, breach_id text NOT NULL, at_ms bigint NOT NULL, step text NOT NULL, actor text NOT NULL,
    sealed text NOT NULL)`,
  'CREATE INDEX breach_step_of ON breach_step (breach_id, id)',
]

export const processingMigrations: readonly Migration[] = [
  { id: 1795000000340, name: 'SourceNotices', up: noticesUp },
  { id: 1795000000341, name: 'Breaches', up: breachesUp },
]
