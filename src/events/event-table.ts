import type { Did } from '../core/index.ts'
import { column, EntitySchema, type Migration } from '../store/index.ts'

/** An event that was taken in: the same one again is no news. */
export interface ReceivedEventRow {
  issuer: Did
  jti: string
  receivedAt: number
}

export const receivedEventTable = new EntitySchema<ReceivedEventRow>({
  name: 'received_event',
  columns: {
    issuer: column.id('issuer'),
    jti: column.id('jti'),
    receivedAt: column.time('received_at'),
  },
})

export const eventsMigration: Migration = {
  id: 1795000000180,
  name: 'Events',
  up: [
    `CREATE TABLE received_event (
      issuer text NOT NULL, jti text NOT NULL, received_at bigint NOT NULL, PRIMARY KEY (issuer, jti))`,
    'CREATE INDEX received_event_at ON received_event (received_at)',
  ],
}
