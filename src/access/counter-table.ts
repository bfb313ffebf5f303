import type { Did } from '../core/index.ts'
import { column, EntitySchema, type Migration } from '../store/index.ts'
import type { ClaimTarget } from './decide.ts'

/**
 * A "yes, if I may see yours": a request answered with a request, and the two grants that come into force together.
 * Both sides keep one row of it, from their own view.
 */
export interface CounterOfferRow {
  id: string
  /** `made`: ours, the partner asked first · `received`: the partner's, about a request of ours. */
  side: 'made' | 'received'
  partner: Did
  /** What both sides call it: the row's id on the side that made it. */
  exchange: string
  /** The partner's request that waits here: the first one where we made it, the counter itself where we got it. */
  receivedRequestId: string
  /** Our request: the counter itself where we made it, the first one where we got it. */
  sentRequestId: string
  /** What whoever made it opens in return, and until when (ms). */
  offered: { readonly claims: readonly ClaimTarget[]; readonly until: number }
  /** Until when its maker wants to see the other's (ms): it is all of that, or nothing. */
  wantedUntil: number
  /** What we gave, signed; null as long as nobody here did. */
  givenGrantId: string | null
  /** What the partner gave. */
  heldGrantId: string | null
  /** `open`: not both gave yet · `in_force`: both did · `ended`: one of the two is over, and so the other. */
  state: 'open' | 'in_force' | 'ended'
  endedCode: string | null
  /** Our signed grant until it is offered, sealed; only where we made it. */
  sealed: Buffer | null
  /** Until when the partner can agree, ms. */
  expiresAt: number
  createdAt: number
  endedAt: number | null
}

export const counterOfferTable = new EntitySchema<CounterOfferRow>({
  name: 'counter_offer',
  columns: {
    id: column.id(),
    side: column.text('side'),
    partner: column.text('partner'),
    exchange: column.text('exchange'),
    receivedRequestId: column.text('received_request_id'),
    sentRequestId: column.text('sent_request_id'),
    offered: column.json('offered'),
    wantedUntil: column.time('wanted_until'),
    givenGrantId: column.optionalText('given_grant_id'),
    heldGrantId: column.optionalText('held_grant_id'),
    state: column.text('state'),
    endedCode: column.optionalText('ended_code'),
    sealed: column.optionalBytes('sealed'),
    expiresAt: column.time('expires_at'),
    createdAt: column.time('created_at'),
    endedAt: column.optionalTime('ended_at'),
  },
})

/**
 * Each signing of an Ask that is sent until it is taken: the partner answers to the one it got first, whichever that
 * was.
 */
export interface SentDigestRow {
  digest: string
  requestId: string
}

export const sentDigestTable = new EntitySchema<SentDigestRow>({
  name: 'sent_request_digest',
  columns: { digest: column.id('digest'), requestId: column.text('request_id') },
})

export const counterMigration: Migration = {
  id: 1795000000320,
  name: 'CounterOffers',
  up: [
    `CREATE TABLE counter_offer (
      id text PRIMARY KEY, side text NOT NULL, partner text NOT NULL, exchange text NOT NULL,
      received_request_id text NOT NULL, sent_request_id text NOT NULL, offered text NOT NULL,
      wanted_until bigint NOT NULL, given_grant_id text,
      held_grant_id text, state text NOT NULL, ended_code text, sealed text, expires_at bigint NOT NULL,
      created_at bigint NOT NULL, ended_at bigint, UNIQUE (partner, exchange))`,
    'CREATE INDEX counter_offer_by_given ON counter_offer (given_grant_id)',
    'CREATE INDEX counter_offer_by_held ON counter_offer (held_grant_id)',
    'CREATE INDEX counter_offer_by_received ON counter_offer (received_request_id)',
    'CREATE INDEX counter_offer_by_sent ON counter_offer (sent_request_id)',
    'CREATE INDEX counter_offer_open ON counter_offer (state, expires_at)',
    'CREATE TABLE sent_request_digest (digest text PRIMARY KEY, request_id text NOT NULL)',
    'ALTER TABLE received_request ADD COLUMN counter_id text',
    'ALTER TABLE given_grant ADD COLUMN in_return text',
    'ALTER TABLE given_grant ADD COLUMN in_force_at bigint',
    'UPDATE given_grant SET in_force_at = starts_at',
  ],
}
