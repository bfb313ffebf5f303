import type { Did, InvitationState, PartnerRole } from '../../core/index.ts'
import { column, EntitySchema, type Migration } from '../../store/index.ts'
import type { WrittenColumn } from '../../vault/index.ts'
import type { Side } from '../invitation-state.ts'

/** Whether the trust anchor has our order: not sent, on its way, there, or not taken. */
export type OrderState = 'none' | 'waiting' | 'taken' | 'refused'

/** On every node: a partner we want in the network. */
export interface InvitationRow {
  id: string
  /** Id of the partner in our list. */
  partnerId: string
  state: InvitationState
  /** What the partner is to be to us. */
  roles: readonly PartnerRole[]
  language: 'nl' | 'en'
  /** The coordinator's party id. */
  person: string
  /** Partner, contact and why as JSON, sealed under the invitation's own key. */
  sealed: Buffer
  orderState: OrderState
  /** Why the trust anchor did not take the order. */
  orderCode: string | null
  /** Of the newest move the trust anchor told. */
  seq: number
  expectedAt: number | null
  talkAt: number | null
  talkSide: Side | null
  partnerDid: Did | null
  /** Messages of the servicedesk that nobody read. */
  unread: number
  createdAt: number
  stateAt: number
  /** When the trust anchor last said how it stands. */
  checkedAt: number | null
  /** For which talk its coordinator was reminded. */
  talkTold: number | null
  version: number
}

export const invitationTable = new EntitySchema<InvitationRow>({
  name: 'invitation',
  columns: {
    id: column.id(),
    partnerId: column.text('partner_id'),
    state: column.text('state'),
    roles: column.json('roles'),
    language: column.text('language'),
    person: column.text('person'),
    sealed: column.bytes('sealed'),
    orderState: column.text('order_state'),
    orderCode: column.optionalText('order_code'),
    seq: column.integer('seq'),
    expectedAt: column.optionalTime('expected_at'),
    talkAt: column.optionalTime('talk_at'),
    talkSide: column.optionalText('talk_side'),
    partnerDid: column.optionalText('partner_did'),
    unread: column.integer('unread'),
    createdAt: column.time('created_at'),
    stateAt: column.time('state_at'),
    checkedAt: column.optionalTime('checked_at'),
    talkTold: column.optionalTime('talk_told'),
    version: column.integer('version'),
  },
})

/** One move of an invitation: who, when, why, and when the next one is expected. */
export interface InvitationMoveRow {
  id: string
  invitationId: string
  fromState: InvitationState | null
  toState: InvitationState
  at: number
  side: Side
  /** Party id of the coordinator who made it; null where it was not one of ours. */
  person: string | null
  /** Why, in people's words; sealed under the organisation's key. */
  reason: Buffer | null
  expectedAt: number | null
  talkAt: number | null
  talkSide: Side | null
}

export const invitationMoveTable = new EntitySchema<InvitationMoveRow>({
  name: 'invitation_move',
  columns: {
    id: column.id(),
    invitationId: column.text('invitation_id'),
    fromState: column.optionalText('from_state'),
    toState: column.text('to_state'),
    at: column.time('at'),
    side: column.text('side'),
    person: column.optionalText('person'),
    reason: column.optionalBytes('reason'),
    expectedAt: column.optionalTime('expected_at'),
    talkAt: column.optionalTime('talk_at'),
    talkSide: column.optionalText('talk_side'),
  },
})

/** What the coordinator and the servicedesk write to each other about an invitation. */
export interface InvitationMessageRow {
  id: string
  invitationId: string
  side: 'inviter' | 'servicedesk'
  /** Party id of the coordinator who wrote it; null where the servicedesk did. */
  person: string | null
  /** Sealed under the organisation's key. */
  sealed: Buffer
  state: 'waiting' | 'delivered' | 'refused'
  at: number
  readAt: number | null
}

export const invitationMessageTable = new EntitySchema<InvitationMessageRow>({
  name: 'invitation_message',
  columns: {
    id: column.id(),
    invitationId: column.text('invitation_id'),
    side: column.text('side'),
    person: column.optionalText('person'),
    sealed: column.bytes('sealed'),
    state: column.text('state'),
    at: column.time('at'),
    readAt: column.optionalTime('read_at'),
  },
})

export const scopeOf = (id: string) => `invitation:${id}`
export const contentPlace = (id: string) => `invitation:${id}:sealed`
export const reasonPlace = (id: string) => `invitation_move:${id}:reason`
export const messagePlace = (id: string) => `invitation_message:${id}:sealed`

/** In which people write of others, under the organisation's key. */
export const inviterTexts: readonly WrittenColumn[] = [
  {
    ...{ kind: 'other_texts', table: 'invitation_move', key: 'id', column: 'reason' },
    ...{ form: 'text', place: reasonPlace },
  },
  {
    ...{ kind: 'messages', table: 'invitation_message', key: 'id', column: 'sealed' },
    ...{ form: 'text', place: messagePlace },
  },
]

export const inviterTables = [invitationTable, invitationMoveTable, invitationMessageTable] as const

export const inviterMigration: Migration = {
  id: 1795000510001,
  name: 'Invitations',
  up: [
    `CREATE TABLE invitation (
      id text PRIMARY KEY, partner_id text NOT NULL, state text NOT NULL, roles text NOT NULL,
      language text NOT NULL, person text NOT NULL, sealed text NOT NULL, order_state text NOT NULL,
      order_code text, seq bigint NOT NULL, expected_at bigint, talk_at bigint, talk_side text, partner_did text,
      unread bigint NOT NULL, created_at bigint NOT NULL, state_at bigint NOT NULL, checked_at bigint,
      talk_told bigint, version bigint NOT NULL)`,
    // A partner is invited once at a time, whoever of us does it.
    `CREATE UNIQUE INDEX invitation_open ON invitation (partner_id)
       WHERE state NOT IN ('registered', 'rejected', 'declined_by_partner', 'withdrawn')`,
    'CREATE INDEX invitation_by_state ON invitation (state, id)',
    'CREATE INDEX invitation_by_partner ON invitation (partner_id)',
    `CREATE TABLE invitation_move (
      id text PRIMARY KEY, invitation_id text NOT NULL, from_state text, to_state text NOT NULL, at bigint NOT NULL,
      side text NOT NULL, person text, reason text, expected_at bigint, talk_at bigint, talk_side text)`,
    'CREATE INDEX invitation_move_by_invitation ON invitation_move (invitation_id, id)',
    'CREATE INDEX invitation_move_by_time ON invitation_move (at)',
    `CREATE TABLE invitation_message (
      id text PRIMARY KEY, invitation_id text NOT NULL, side text NOT NULL, person text, sealed text NOT NULL,
      state text NOT NULL, at bigint NOT NULL, read_at bigint)`,
    'CREATE INDEX invitation_message_by_invitation ON invitation_message (invitation_id, id)',
    // Who wants no daily letter.
    'CREATE TABLE invitation_digest (person text PRIMARY KEY, off_at bigint, sent_on text)',
  ],
}
