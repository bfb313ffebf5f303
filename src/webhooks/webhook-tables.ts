import { column, EntitySchema, type Migration } from '../store/index.ts'
import type { EventData, EventType } from './event.ts'

/** `disabled`: it answered 410 Gone. What waits for it stays, until somebody enables or removes it. */
export type EndpointState = 'active' | 'disabled' | 'removed'

export interface EndpointRow {
  id: string
  /** Types of events it is called for; none: all. */
  events: readonly EventType[]
  state: EndpointState
  /** Its URL and keys as JSON, sealed under the organisation's key; null once it is removed. */
  sealed: Buffer | null
  /** Goes up with each change, so that of two at once one is refused. */
  version: number
  createdAt: number
}

export const endpointTable = new EntitySchema<EndpointRow>({
  name: 'webhook_endpoint',
  columns: {
    id: column.id(),
    events: column.json('events'),
    state: column.text('state'),
    sealed: column.optionalBytes('sealed'),
    version: column.integer('version'),
    createdAt: column.time('created_at'),
  },
})

/** `dead`: given up, to be sent again by hand. `cancelled`: its webhook was removed first. */
export type DeliveryState = 'pending' | 'delivered' | 'dead' | 'cancelled'

/** One event on its way to one endpoint. */
export interface DeliveryRow {
  id: string
  endpointId: string
  /** Its lane, and its place in it. */
  orderBy: string
  seq: number
  /** The same for all endpoints and all tries: `webhook-id`. */
  eventId: string
  type: EventType
  subject: string
  data: EventData
  state: DeliveryState
  /** Tries since it was written, or sent again. */
  attempts: number
  lastStatus: number | null
  lastError: string | null
  /** When it is tried next; null while it has not been tried, or is not any more. */
  nextAt: number | null
  /** A try that fails when the next would be after this is the last one. */
  giveUpAt: number
  createdAt: number
  deliveredAt: number | null
}

export const deliveryTable = new EntitySchema<DeliveryRow>({
  name: 'webhook_delivery',
  columns: {
    id: column.id(),
    endpointId: column.text('endpoint_id'),
    orderBy: column.text('order_by'),
    seq: column.integer('seq'),
    eventId: column.text('event_id'),
    type: column.text('type'),
    subject: column.text('subject'),
    data: column.json('data'),
    state: column.text('state'),
    attempts: column.integer('attempts'),
    lastStatus: column.optionalInteger('last_status'),
    lastError: column.optionalText('last_error'),
    nextAt: column.optionalTime('next_at'),
    giveUpAt: column.time('give_up_at'),
    createdAt: column.time('created_at'),
    deliveredAt: column.optionalTime('delivered_at'),
  },
})

/**
 * A lane is what has to arrive in order: an endpoint and a key. Who works on a lane holds its `claim`, and `due_at` is
 * then when the claim lapses. `last_seq` is given out under the lane's lock, so places follow commits.
 */
export const webhooksMigration: Migration = {
  id: 1795000000220,
  name: 'Webhooks',
  up: [
    `CREATE TABLE webhook_endpoint (
      id text PRIMARY KEY, events text NOT NULL, state text NOT NULL, sealed text, version bigint NOT NULL,
      created_at bigint NOT NULL)`,
    `CREATE TABLE webhook_lane (
      endpoint_id text NOT NULL, order_by text NOT NULL, last_seq bigint NOT NULL, waiting bigint NOT NULL,
      due_at bigint NOT NULL, claim text, PRIMARY KEY (endpoint_id, order_by))`,
    'CREATE INDEX webhook_lane_due ON webhook_lane (endpoint_id, due_at) WHERE waiting > 0',
    `CREATE TABLE webhook_delivery (
      id text PRIMARY KEY, endpoint_id text NOT NULL, order_by text NOT NULL, seq bigint NOT NULL,
      event_id text NOT NULL, type text NOT NULL, subject text NOT NULL, data text NOT NULL, state text NOT NULL,
      attempts bigint NOT NULL, last_status bigint, last_error text, next_at bigint, give_up_at bigint NOT NULL,
      created_at bigint NOT NULL, delivered_at bigint)`,
    `CREATE INDEX webhook_delivery_next ON webhook_delivery (endpoint_id, order_by, seq) WHERE state = 'pending'`,
    'CREATE INDEX webhook_delivery_endpoint ON webhook_delivery (endpoint_id, id)',
    'CREATE INDEX webhook_delivery_state ON webhook_delivery (state, id)',
  ],
}

export const webhookTables = [endpointTable, deliveryTable]
