import type { Migration } from '../store/index.ts'

/** Who looked how often is counted per partner; the logs themselves are found by whose data it is, and by time. */
export const reciprocityMigration: Migration = {
  id: 1795000000372,
  name: 'Reciprocity',
  up: [
    "CREATE INDEX access_event_permits ON access_event (asker, at_ms) WHERE outcome = 'permit'",
    'CREATE INDEX own_look_by_partner ON own_look (partner, at_ms) WHERE grant_id IS NOT NULL',
  ],
}
