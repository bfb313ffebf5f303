import type { Migration } from '../store/index.ts'

export const judgedRequestMigration: Migration = {
  id: 1795000000311,
  name: 'CatalogueFit',
  up: [
    'ALTER TABLE received_request ADD COLUMN catalogue text',
    'ALTER TABLE received_request ADD COLUMN over_asked text',
  ],
}
