import { column, EntitySchema, type Migration } from '../store/index.ts'

export const rightKinds = [
  'access',
  'portability',
  'rectification',
  'erasure',
  'restriction',
  'objection',
] as const
/** GDPR articles 15, 20, 16, 17, 18 and 21(2). */
export type RightKind = (typeof rightKinds)[number]

export const rightStates = ['received', 'in_progress', 'answered', 'refused'] as const
export type RightState = (typeof rightStates)[number]

/** How it came in: through this node, or otherwise and written down by somebody. */
export const channels = ['node', 'letter', 'phone', 'email', 'in_person'] as const
export type Channel = (typeof channels)[number]

/** Whose request: somebody who is a party here, or a contact person in the directory of partners. */
export type SubjectKind = 'person' | 'contact'

export interface RightsRequestRow {
  id: string
  kind: RightKind
  subjectKind: SubjectKind
  /** Id of the party, or of the partner in whose row the contact is. */
  subjectId: string
  /** Tells a contact apart from who comes after her in the same row; keyed. */
  contactMark: string | null
  /** What a restriction is about, such as `contact-person.email`; none: everything. */
  claims: readonly string[]
  channel: Channel
  state: RightState
  /** The key {@link RightsRequestRow.sealed} is sealed under; it is gone once she is erased. */
  scope: string
  /** {@link RequestTexts} as JSON. */
  sealed: Buffer
  receivedAt: number
  /** The last moment to answer. */
  dueAt: number
  extendedAt: number | null
  closedAt: number | null
  /** When it was announced that it is nearly due, and that it is overdue. */
  dueToldAt: number | null
  overdueToldAt: number | null
  erasedAt: number | null
  /** When a restriction ended. */
  liftedAt: number | null
  /** What an erasure left. */
  kept: readonly Kept[]
}

export const keptThings = [
  'bookkeeping',
  'signed_acceptances',
  'grant_facts',
  'asks_and_looks',
  'audit_log',
  'rights_request',
  'looks',
  'breach_texts',
  'messages',
  'other_texts',
  'company_credentials',
] as const
/**
 * AWR, article 52, and Wet OB, article 34a; GDPR, article 17(3)(e); GDPR, articles 5(2) and 33(5); GDPR, article 11: in
 * what people wrote what names her is taken out, and nobody can find what does not; what the company says of itself is
 * the company's to correct.
 */
export const keptReasons = ['tax_law', 'legal_claims', 'accountability', 'not_found', 'company_data'] as const

/** What stays of somebody who is erased, why, and until when in ms; null: for as long as this node keeps records. */
export interface Kept {
  readonly what: (typeof keptThings)[number]
  readonly why: (typeof keptReasons)[number]
  readonly count: number | null
  readonly until: number | null
}

/** What people wrote. */
export interface RequestTexts {
  /** In her own words. */
  readonly text?: string
  /** How it was established that it is she. */
  readonly identity?: string
  readonly extension?: string
  readonly answer?: string
  readonly refusal?: string
  readonly lift?: string
}

export const rightsRequestTable = new EntitySchema<RightsRequestRow>({
  name: 'rights_request',
  columns: {
    id: column.id(),
    kind: column.text('kind'),
    subjectKind: column.text('subject_kind'),
    subjectId: column.text('subject_id'),
    contactMark: column.optionalText('contact_mark'),
    claims: column.json('claims'),
    channel: column.text('channel'),
    state: column.text('state'),
    scope: column.text('scope'),
    sealed: column.bytes('sealed'),
    receivedAt: column.time('received_at'),
    dueAt: column.time('due_at'),
    extendedAt: column.optionalTime('extended_at'),
    closedAt: column.optionalTime('closed_at'),
    dueToldAt: column.optionalTime('due_told_at'),
    overdueToldAt: column.optionalTime('overdue_told_at'),
    erasedAt: column.optionalTime('erased_at'),
    liftedAt: column.optionalTime('lifted_at'),
    kept: column.json('kept'),
  },
})

export const moves = [
  'received',
  'taken',
  'extended',
  'exported',
  'erased',
  'lifted',
  'answered',
  'refused',
] as const
export type Move = (typeof moves)[number]

/** One thing that was done about a request. */
export interface RightsMoveRow {
  id: string
  requestId: string
  move: Move
  at: number
  /** Party that did it; null: the node by itself. */
  byParty: string | null
}

export const rightsMoveTable = new EntitySchema<RightsMoveRow>({
  name: 'rights_move',
  columns: {
    id: column.id(),
    requestId: column.text('request_id'),
    move: column.text('move'),
    at: column.time('at_ms'),
    byParty: column.optionalText('by_party'),
  },
})

export const rightsTables = [rightsRequestTable, rightsMoveTable]

export const rightsMigration: Migration = {
  id: 1795000000330,
  name: 'Rights',
  up: [
    `CREATE TABLE rights_request (
      id text PRIMARY KEY, kind text NOT NULL, subject_kind text NOT NULL, subject_id text NOT NULL,
      contact_mark text, claims text NOT NULL, channel text NOT NULL, state text NOT NULL, scope text NOT NULL,
      sealed text NOT NULL, received_at bigint NOT NULL, due_at bigint NOT NULL, extended_at bigint,
      closed_at bigint, due_told_at bigint, overdue_told_at bigint, erased_at bigint, lifted_at bigint,
      kept text NOT NULL)`,
    'CREATE INDEX rights_request_of ON rights_request (subject_id, id)',
    'CREATE INDEX rights_request_due ON rights_request (due_at) WHERE closed_at IS NULL',
    `CREATE TABLE rights_move (
      id text PRIMARY KEY, request_id text NOT NULL, move text NOT NULL, at_ms bigint NOT NULL, by_party text)`,
    'CREATE INDEX rights_move_of ON rights_move (request_id, id)',
  ],
}
