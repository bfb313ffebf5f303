import { column, EntitySchema, type Migration } from '../store/index.ts'

export interface VaultKeyRow {
  id: string
  /** Whose key it is: a party's id, a record's id, or `root`. */
  scope: string
  wrapped: Buffer
  createdAt: number
}

export const vaultKeyTable = new EntitySchema<VaultKeyRow>({
  name: 'vault_key',
  columns: {
    id: column.id(),
    scope: column.text('scope'),
    wrapped: column.bytes('wrapped'),
    createdAt: column.time('created_at'),
  },
})

export const vaultMigration: Migration = {
  id: 1795000000002,
  name: 'Vault',
  up: [
    `CREATE TABLE vault_key (
      id text PRIMARY KEY, scope text NOT NULL UNIQUE, wrapped text NOT NULL, created_at bigint NOT NULL)`,
  ],
}
