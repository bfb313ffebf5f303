import type { Did } from '../../core/index.ts'
import { column, EntitySchema, type Migration } from '../../store/index.ts'
import type { WrittenColumn } from '../../vault/index.ts'
import type { Side, ToldState } from '../invitation-state.ts'

/** How an invited organisation joins. */
export const choices = ['own_node', 'hosted', 'decline'] as const
export type Choice = (typeof choices)[number]

/** On the trust anchor: an organisation that is invited, by one company or by several; the case is one. */
export interface InvitedPartyRow {
  id: string
  /** The servicedesk's case file. */
  caseId: string | null
  state: ToldState | 'withdrawn'
  /** Partner and contact as JSON, sealed under its own key. */
  sealed: Buffer
  language: 'nl' | 'en'
  /** Goes up when the contact changes: links of before open nothing. */
  contactVersion: number
  choice: Choice | null
  /** SHA-256 of the code with which its node joins this case, until it is used or replaced. */
  codeHash: string | null
  codeExpiresAt: number | null
  /** How the contact person says she may represent it, where she chose a node of ours. */
  representation: 'SOLE' | 'JOINT' | null
  /** The node we made for it, where that is, and since when. */
  nodeId: string | null
  nodeUrl: string | null
  nodeAt: number | null
  /** Who joined with the code. */
  joinedBy: Did | null
  /** Who came with the code of another organisation: how often. */
  strangers: number
  /** Links sent so far, and when the newest ends. */
  linksSent: number
  linkExpiresAt: number | null
  expectedAt: number | null
  talkAt: number | null
  talkSide: Side | null
  createdAt: number
  stateAt: number
  version: number
}

export const invitedPartyTable = new EntitySchema<InvitedPartyRow>({
  name: 'invited_party',
  columns: {
    id: column.id(),
    caseId: column.optionalText('case_id'),
    state: column.text('state'),
    sealed: column.bytes('sealed'),
    language: column.text('language'),
    contactVersion: column.integer('contact_version'),
    choice: column.optionalText('choice'),
    codeHash: column.optionalText('code_hash'),
    codeExpiresAt: column.optionalTime('code_expires_at'),
    representation: column.optionalText('representation'),
    nodeId: column.optionalText('node_id'),
    nodeUrl: column.optionalText('node_url'),
    nodeAt: column.optionalTime('node_at'),
    joinedBy: column.optionalText('joined_by'),
    strangers: column.integer('strangers'),
    linksSent: column.integer('links_sent'),
    linkExpiresAt: column.optionalTime('link_expires_at'),
    expectedAt: column.optionalTime('expected_at'),
    talkAt: column.optionalTime('talk_at'),
    talkSide: column.optionalText('talk_side'),
    createdAt: column.time('created_at'),
    stateAt: column.time('state_at'),
    version: column.integer('version'),
  },
})

/** One company's order: it sees this and nothing of others about the same organisation. */
export interface InvitationOrderRow {
  id: string
  inviter: Did
  /** What the inviter calls it. */
  orderRef: string
  /** Null where it was taken back before it came, or the partner was in the network already. */
  partyId: string | null
  state: ToldState | 'withdrawn'
  seq: number
  /** Why, and the roles, as JSON; sealed under the key of the invited organisation, or absent. */
  sealed: Buffer | null
  /** Messages of the inviter that nobody read. */
  unread: number
  receivedAt: number
}

export const invitationOrderTable = new EntitySchema<InvitationOrderRow>({
  name: 'invitation_order',
  columns: {
    id: column.id(),
    inviter: column.text('inviter'),
    orderRef: column.text('order_ref'),
    partyId: column.optionalText('party_id'),
    state: column.text('state'),
    seq: column.integer('seq'),
    sealed: column.optionalBytes('sealed'),
    unread: column.integer('unread'),
    receivedAt: column.time('received_at'),
  },
})

/** What was told of an order, so that who missed it can ask for it. */
export interface OrderMoveRow {
  id: string
  orderId: string
  seq: number
  state: ToldState
  at: number
  side: Side
  /** Sealed under the trust anchor's key. */
  reason: Buffer | null
  expectedAt: number | null
  talkAt: number | null
  talkSide: Side | null
  did: Did | null
}

export const orderMoveTable = new EntitySchema<OrderMoveRow>({
  name: 'order_move',
  columns: {
    id: column.id(),
    orderId: column.text('order_id'),
    seq: column.integer('seq'),
    state: column.text('state'),
    at: column.time('at'),
    side: column.text('side'),
    reason: column.optionalBytes('reason'),
    expectedAt: column.optionalTime('expected_at'),
    talkAt: column.optionalTime('talk_at'),
    talkSide: column.optionalText('talk_side'),
    did: column.optionalText('did'),
  },
})

/** What servicedesk and inviter write to each other about an order. */
export interface OrderMessageRow {
  id: string
  orderId: string
  side: 'inviter' | 'servicedesk'
  /** Party id of who wrote it at the servicedesk. */
  person: string | null
  /** Sealed under the trust anchor's key. */
  sealed: Buffer
  at: number
  readAt: number | null
}

export const orderMessageTable = new EntitySchema<OrderMessageRow>({
  name: 'order_message',
  columns: {
    id: column.id(),
    orderId: column.text('order_id'),
    side: column.text('side'),
    person: column.optionalText('person'),
    sealed: column.bytes('sealed'),
    at: column.time('at'),
    readAt: column.optionalTime('read_at'),
  },
})

export const partyScope = (id: string) => `invited_party:${id}`
export const partyPlace = (id: string) => `invited_party:${id}:sealed`
export const orderPlace = (id: string) => `invitation_order:${id}:sealed`
export const moveReasonPlace = (id: string) => `order_move:${id}:reason`
export const orderMessagePlace = (id: string) => `order_message:${id}:sealed`

/** In which people write of others, under the trust anchor's key. */
export const anchorTexts: readonly WrittenColumn[] = [
  {
    ...{ kind: 'other_texts', table: 'order_move', key: 'id', column: 'reason' },
    ...{ form: 'text', place: moveReasonPlace },
  },
  {
    ...{ kind: 'messages', table: 'order_message', key: 'id', column: 'sealed' },
    ...{ form: 'text', place: orderMessagePlace },
  },
]

export const anchorTables = [
  invitedPartyTable,
  invitationOrderTable,
  orderMoveTable,
  orderMessageTable,
] as const

export const anchorMigration: Migration = {
  id: 1795000510002,
  name: 'InvitationOrders',
  up: [
    `CREATE TABLE invited_party (
      id text PRIMARY KEY, case_id text, state text NOT NULL, sealed text NOT NULL, language text NOT NULL,
      contact_version bigint NOT NULL, choice text, code_hash text, code_expires_at bigint, joined_by text,
      strangers bigint NOT NULL, links_sent bigint NOT NULL, link_expires_at bigint, expected_at bigint,
      talk_at bigint, talk_side text, created_at bigint NOT NULL, state_at bigint NOT NULL, version bigint NOT NULL)`,
    'CREATE INDEX invited_party_by_state ON invited_party (state, id)',
    'CREATE INDEX invited_party_by_case ON invited_party (case_id)',
    'CREATE UNIQUE INDEX invited_party_by_code ON invited_party (code_hash)',
    // By what an organisation is known, keyed: who has the table cannot tell whose it is.
    `CREATE TABLE invited_mark (
      mark text NOT NULL, party_id text NOT NULL, kind text NOT NULL, PRIMARY KEY (mark, party_id))`,
    'CREATE INDEX invited_mark_by_party ON invited_mark (party_id)',
    `CREATE TABLE invitation_order (
      id text PRIMARY KEY, inviter text NOT NULL, order_ref text NOT NULL, party_id text, state text NOT NULL,
      seq bigint NOT NULL, sealed text, unread bigint NOT NULL, received_at bigint NOT NULL,
      UNIQUE (inviter, order_ref))`,
    'CREATE INDEX invitation_order_by_party ON invitation_order (party_id)',
    `CREATE TABLE order_move (
      id text PRIMARY KEY, order_id text NOT NULL, seq bigint NOT NULL, state text NOT NULL, at bigint NOT NULL,
      side text NOT NULL, reason text, expected_at bigint, talk_at bigint, talk_side text, did text,
      UNIQUE (order_id, seq))`,
    'CREATE INDEX order_move_by_time ON order_move (at)',
    `CREATE TABLE order_message (
      id text PRIMARY KEY, order_id text NOT NULL, side text NOT NULL, person text, sealed text NOT NULL,
      at bigint NOT NULL, read_at bigint)`,
    'CREATE INDEX order_message_by_order ON order_message (order_id, id)',
    // Orders come in one after the other: of two about one organisation the second finds the first.
    'CREATE TABLE order_intake (id text PRIMARY KEY, version bigint NOT NULL)',
    `INSERT INTO order_intake (id, version) VALUES ('intake', 0)`,
  ],
}

/** Who chose a node of ours gets one. */
export const hostedPartnerMigration: Migration = {
  id: 1795000510003,
  name: 'HostedPartners',
  up: [
    'ALTER TABLE invited_party ADD COLUMN representation text',
    'ALTER TABLE invited_party ADD COLUMN node_id text',
    'ALTER TABLE invited_party ADD COLUMN node_url text',
    'ALTER TABLE invited_party ADD COLUMN node_at bigint',
  ],
}
