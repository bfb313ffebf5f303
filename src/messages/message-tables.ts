import type { Did } from '../core/index.ts'
import { column, EntitySchema, type Migration } from '../store/index.ts'
import type { Choice, MessageKind } from './kinds.ts'

/** What is in a message, sealed under the key of the party of ours it is from or for. */
export interface MessageContent {
  readonly subject: string
  readonly body: string
  /** What somebody who was called up says. */
  readonly choice?: Choice
}

/** A message along a grant, or the answer to one: ours, or one that came in. */
export interface MessageRow {
  id: string
  direction: 'sent' | 'received'
  /** The id of one that came in, as its sender has it. */
  remoteId: string | null
  /** `jti` under which ours goes out; a new one when it is sent once more. */
  tellId: string | null
  kind: MessageKind
  grantId: string
  partner: Did
  partnerName: string
  /** The party of ours it is from or for. */
  party: string
  /** The message of this table that it answers. */
  answerTo: string | null
  /** Its answer, once there is one. */
  answerId: string | null
  callUpId: string | null
  /** {@link MessageContent}. */
  sealed: Buffer
  state: 'waiting' | 'told' | 'undeliverable' | 'received'
  /** Why it did not arrive, or cannot be answered any more. */
  outcomeCode: string | null
  attempts: number
  lastError: string | null
  createdAt: number
  toldAt: number | null
  /** Until when it can be answered, ms. */
  expiresAt: number | null
}

export const messageTable = new EntitySchema<MessageRow>({
  name: 'message',
  columns: {
    id: column.id(),
    direction: column.text('direction'),
    remoteId: column.optionalText('remote_id'),
    tellId: column.optionalText('tell_id'),
    kind: column.text('kind'),
    grantId: column.text('grant_id'),
    partner: column.text('partner'),
    partnerName: column.text('partner_name'),
    party: column.text('party'),
    answerTo: column.optionalText('answer_to'),
    answerId: column.optionalText('answer_id'),
    callUpId: column.optionalText('call_up_id'),
    sealed: column.bytes('sealed'),
    state: column.text('state'),
    outcomeCode: column.optionalText('outcome_code'),
    attempts: column.integer('attempts'),
    lastError: column.optionalText('last_error'),
    createdAt: column.time('created_at'),
    toldAt: column.optionalTime('told_at'),
    expiresAt: column.optionalTime('expires_at'),
  },
})

/** Somebody wants no more messages of a kind: one of ours of a partner, or a partner or its people of us. */
export interface MessageStopRow {
  /** `ours`: we get no more; `theirs`: they want no more. */
  side: 'ours' | 'theirs'
  partner: Did
  /** Who wants no more: the party of ours by id, or the grantor by DID. */
  receiver: string
  kind: MessageKind
  /** A grant for this kind that came later opens the channel again, ms. */
  stoppedAt: number
}

export const messageStopTable = new EntitySchema<MessageStopRow>({
  name: 'message_stop',
  columns: {
    side: column.id('side'),
    partner: column.id('partner'),
    receiver: column.id('receiver'),
    kind: column.id('kind'),
    stoppedAt: column.time('stopped_at'),
  },
})

/** How many messages went along a grant in a month. */
export interface MessageTallyRow {
  direction: 'sent' | 'received'
  grantId: string
  kind: MessageKind
  /** `2026-11`, in Europe/Amsterdam. */
  month: string
  partner: Did
  messages: number
  answers: number
  /** Came after they were stopped, or were refused as such. */
  stopped: number
}

export const messageTallyTable = new EntitySchema<MessageTallyRow>({
  name: 'message_tally',
  columns: {
    direction: column.id('direction'),
    grantId: column.id('grant_id'),
    kind: column.id('kind'),
    month: column.id('month'),
    partner: column.text('partner'),
    messages: column.integer('messages'),
    answers: column.integer('answers'),
    stopped: column.integer('stopped'),
  },
})

/** How many of a kind the owner of a grant wants in a month, where that is fewer than usual. */
export interface MessageLimitRow {
  grantId: string
  kind: MessageKind
  most: number
}

export const messageLimitTable = new EntitySchema<MessageLimitRow>({
  name: 'message_limit',
  columns: { grantId: column.id('grant_id'), kind: column.id('kind'), most: column.integer('most') },
})

/** One call to everybody in a role. */
export interface CallUpRow {
  id: string
  role: string
  /** Subject and body, and who did not get it and why, sealed under the organisation's key. */
  sealed: Buffer
  state: 'open' | 'closed'
  /** How many times yes is enough. */
  wanted: number | null
  yes: number
  no: number
  maybe: number
  createdAt: number
  closedAt: number | null
  expiresAt: number | null
}

export const callUpTable = new EntitySchema<CallUpRow>({
  name: 'call_up',
  columns: {
    id: column.id(),
    role: column.text('role'),
    sealed: column.bytes('sealed'),
    state: column.text('state'),
    wanted: column.optionalInteger('wanted'),
    yes: column.integer('yes'),
    no: column.integer('no'),
    maybe: column.integer('maybe'),
    createdAt: column.time('created_at'),
    closedAt: column.optionalTime('closed_at'),
    expiresAt: column.optionalTime('expires_at'),
  },
})

export const messageTables = [
  messageTable,
  messageStopTable,
  messageTallyTable,
  messageLimitTable,
  callUpTable,
]

export const messagesMigration: Migration = {
  id: 1795000000360,
  name: 'Messages',
  up: [
    `CREATE TABLE message (
      id text PRIMARY KEY, direction text NOT NULL, remote_id text, tell_id text UNIQUE, kind text NOT NULL,
      grant_id text NOT NULL, partner text NOT NULL, partner_name text NOT NULL, party text NOT NULL, answer_to text,
      answer_id text, call_up_id text, sealed text NOT NULL, state text NOT NULL, outcome_code text,
      attempts bigint NOT NULL, last_error text, created_at bigint NOT NULL, told_at bigint, expires_at bigint,
      UNIQUE (partner, remote_id))`,
    'CREATE INDEX message_by_party ON message (party, direction, id)',
    'CREATE INDEX message_by_answer ON message (answer_to)',
    'CREATE INDEX message_by_call_up ON message (call_up_id)',
    `CREATE TABLE message_stop (
      side text NOT NULL, partner text NOT NULL, receiver text NOT NULL, kind text NOT NULL, stopped_at bigint NOT NULL,
      PRIMARY KEY (side, partner, receiver, kind))`,
    `CREATE TABLE message_tally (
      direction text NOT NULL, grant_id text NOT NULL, kind text NOT NULL, month text NOT NULL, partner text NOT NULL,
      messages bigint NOT NULL, answers bigint NOT NULL, stopped bigint NOT NULL,
      PRIMARY KEY (direction, grant_id, kind, month))`,
    'CREATE INDEX message_tally_by_month ON message_tally (month, partner)',
    'CREATE TABLE message_limit (grant_id text NOT NULL, kind text NOT NULL, most bigint NOT NULL, PRIMARY KEY (grant_id, kind))',
    `CREATE TABLE call_up (
      id text PRIMARY KEY, role text NOT NULL, sealed text NOT NULL, state text NOT NULL, wanted bigint,
      yes bigint NOT NULL, no bigint NOT NULL, maybe bigint NOT NULL, created_at bigint NOT NULL, closed_at bigint,
      expires_at bigint)`,
  ],
}

export const messagesRetentionMigration: Migration = {
  id: 1795000000391,
  name: 'MessagesRetention',
  up: ['CREATE INDEX message_by_time ON message (created_at, id)'],
}
