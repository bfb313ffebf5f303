import type { Migration } from '../store/index.ts'

/** Who took a grant back, and the way to what was seen under one grant. */
export const endsMigration: Migration = {
  id: 1795000000241,
  name: 'Ends',
  up: [
    'ALTER TABLE given_grant ADD COLUMN revoked_by text',
    'CREATE INDEX access_event_by_grant ON access_event (grant_id, id)',
  ],
}
