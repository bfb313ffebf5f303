import type { Migration } from '../store/index.ts'

/** The agreement a grant depends on: to close all that was opened under it when it is over. */
export const grantAgreementMigration: Migration = {
  id: 1795000540010,
  name: 'GrantAgreement',
  up: [
    'ALTER TABLE given_grant ADD COLUMN agreement_id text',
    'CREATE INDEX given_grant_by_agreement ON given_grant (agreement_id) WHERE agreement_id IS NOT NULL',
  ],
}
