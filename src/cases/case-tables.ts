import type { Did } from '../core/index.ts'
import { column, EntitySchema, type Migration } from '../store/index.ts'
import type { Question } from './question.ts'

/** One version of one kind of question of ours. */
export interface QuestionRow {
  id: string
  code: string
  version: number
  content: Question
  /** One version of a question is current; a retired question has none. */
  state: 'current' | 'superseded' | 'retired'
  createdAt: number
}

export const questionTable = new EntitySchema<QuestionRow>({
  name: 'question',
  columns: {
    id: column.id(),
    code: column.text('code'),
    version: column.integer('version'),
    content: column.json('content'),
    state: column.text('state'),
    createdAt: column.time('created_at'),
  },
})

/** A question with a partner, as one party of ours has it: who asks, or one of those whose data it needs. */
export interface CaseRow {
  id: string
  /** What both nodes call the case. */
  caseId: string
  side: 'asking' | 'owning'
  /** Our party: the organisation that asks, or whose data it is. */
  party: string
  partner: Did
  partnerName: string
  question: string
  version: number
  /** {@link CaseText} as it was when the case was opened; sealed JSON. */
  sealed: Buffer
  /** The request it was opened with: a sent one, or a received one. */
  requestId: string
  openedBy: 'us' | 'partner'
  state: 'open' | 'closed'
  closedBy: 'us' | 'partner' | null
  openedAt: number
  closedAt: number | null
  /** The last moment of what is granted for it, ms. */
  until: number
}

/** What a case is about; people write names in it. */
export interface CaseText {
  /** In the words of who opened it; null until the grant that names it came in. */
  readonly about: string | null
  readonly title: { readonly nl: string; readonly en: string } | null
}

export const caseTable = new EntitySchema<CaseRow>({
  name: 'case_file',
  columns: {
    id: column.id(),
    caseId: column.text('case_id'),
    side: column.text('side'),
    party: column.text('party'),
    partner: column.text('partner'),
    partnerName: column.text('partner_name'),
    question: column.text('question'),
    version: column.integer('version'),
    sealed: column.bytes('sealed'),
    requestId: column.text('request_id'),
    openedBy: column.text('opened_by'),
    state: column.text('state'),
    closedBy: column.optionalText('closed_by'),
    openedAt: column.time('opened_at'),
    closedAt: column.optionalTime('closed_at'),
    until: column.time('until_ms'),
  },
})

export type CameTrue = 'yes' | 'partly' | 'no'

/** Whether what the asker said its owner would get out of a grant came true. */
export interface RatingRow {
  grantId: string
  grantorParty: string
  grantee: Did
  cameTrue: CameTrue
  /** The owner's own note, sealed under her key. */
  note: Buffer | null
  ratedAt: number
}

export const ratingTable = new EntitySchema<RatingRow>({
  name: 'grant_rating',
  columns: {
    grantId: column.id('grant_id'),
    grantorParty: column.text('grantor_party'),
    grantee: column.text('grantee'),
    cameTrue: column.text('came_true'),
    note: column.optionalBytes('note'),
    ratedAt: column.time('rated_at'),
  },
})

export const caseTables = [questionTable, caseTable, ratingTable] as const

export const casesMigration: Migration = {
  id: 1795000000310,
  name: 'Cases',
  up: [
    `CREATE TABLE question (
      id text PRIMARY KEY, code text NOT NULL, version bigint NOT NULL, content text NOT NULL, state text NOT NULL,
      created_at bigint NOT NULL, UNIQUE (code, version))`,
    `CREATE TABLE case_file (
      id text PRIMARY KEY, case_id text NOT NULL, side text NOT NULL, party text NOT NULL, partner text NOT NULL,
      partner_name text NOT NULL, question text NOT NULL, version bigint NOT NULL, sealed text NOT NULL,
      request_id text NOT NULL, opened_by text NOT NULL, state text NOT NULL, closed_by text, opened_at bigint NOT NULL,
      closed_at bigint, until_ms bigint NOT NULL, UNIQUE (partner, case_id, side, party))`,
    'CREATE INDEX case_file_by_party ON case_file (party, id)',
    'CREATE INDEX case_file_by_request ON case_file (request_id)',
    `CREATE TABLE grant_rating (
      grant_id text PRIMARY KEY, grantor_party text NOT NULL, grantee text NOT NULL, came_true text NOT NULL,
      note text, rated_at bigint NOT NULL)`,
    'CREATE INDEX grant_rating_by_grantee ON grant_rating (grantor_party, grantee, rated_at)',
  ],
}
