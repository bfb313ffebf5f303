import type { Migration } from '../store/index.ts'

/** Numbered after the table it changes. Lists that another DID signs than the one whose credentials they are about; null: that one. */
const statusIssuersMigration: Migration = {
  id: 1795000009301,
  name: 'StatusIssuers',
  up: ['ALTER TABLE status_list ADD COLUMN status_issuer text'],
}

/** Lists for W3C credentials, published as two: what is revoked is in `token`, what is suspended in the other. */
const bitstringMigration: Migration = {
  id: 1795000009601,
  name: 'BitstringStatusLists',
  up: [
    "ALTER TABLE status_list ADD COLUMN format text NOT NULL DEFAULT 'token'",
    'ALTER TABLE status_list_token ADD COLUMN suspension_token text',
  ],
}

/**
 * A list hands out its entries by counting (`next`); which index a count becomes, only its `seed` tells. An entry has
 * a row only while it is not valid, so revoking writes one row and never rewrites a list. The counter and the
 * published token are rows of their own: issuing and revoking do not wait for each other.
 */
const statusListsMigration: Migration = {
  id: 1795000001001,
  name: 'StatusLists',
  up: [
    `CREATE TABLE status_list (
      id text PRIMARY KEY, issuer text NOT NULL, ordinal bigint NOT NULL, uri text NOT NULL UNIQUE,
      seed text NOT NULL, bits bigint NOT NULL, size bigint NOT NULL, next bigint NOT NULL,
      created_at bigint NOT NULL, UNIQUE (issuer, ordinal))`,
    `CREATE TABLE status_entry (
      list_id text NOT NULL REFERENCES status_list (id), idx bigint NOT NULL, state bigint NOT NULL,
      changed_at bigint NOT NULL, PRIMARY KEY (list_id, idx))`,
    `CREATE TABLE status_list_token (
      list_id text PRIMARY KEY REFERENCES status_list (id), version bigint NOT NULL,
      published_version bigint NOT NULL, changed_at bigint NOT NULL,
      token text, published_at bigint NOT NULL, expires_at bigint NOT NULL)`,
    `CREATE INDEX status_list_token_waiting ON status_list_token (changed_at)
      WHERE version > published_version`,
  ],
}

export const statusListsMigrations = [
  statusListsMigration,
  statusIssuersMigration,
  bitstringMigration,
] as const
