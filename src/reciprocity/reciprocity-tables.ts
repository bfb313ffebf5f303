import type { Did } from '../core/index.ts'
import { column, EntitySchema, type Migration } from '../store/index.ts'

/** How often we looked under one grant on one day. */
export interface LookCountRow {
  partner: Did
  grantId: string
  /** Whole days since the epoch, UTC. */
  day: number
  looks: number
}

export const lookCountTable = new EntitySchema<LookCountRow>({
  name: 'look_count',
  columns: {
    partner: column.id('partner'),
    grantId: column.id('grant_id'),
    day: { ...column.integer('day'), primary: true },
    looks: column.integer('looks'),
  },
})

export const reciprocityMigration: Migration = {
  id: 1795000000372,
  name: 'Reciprocity',
  up: [
    `CREATE TABLE look_count (
      partner text NOT NULL, grant_id text NOT NULL, day bigint NOT NULL, looks bigint NOT NULL,
      PRIMARY KEY (partner, grant_id, day))`,
    // Who looked how often is counted per partner; the log itself is found by whose data it is.
    "CREATE INDEX access_event_permits ON access_event (asker, at_ms) WHERE outcome = 'permit'",
  ],
}
