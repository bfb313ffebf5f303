import { column, EntitySchema, type Migration } from '../store/index.ts'

/** On the trust anchor: the registry as it was at a moment, in a few hashes. */
export interface RegistryHeadRow {
  /** From 1, without gaps. */
  number: number
  /** Of all versions of all entries: whether something changed since. */
  sequence: number
  policyVersion: number
  policyDigest: string
  /** Milliseconds since the epoch. */
  madeAt: number
  /** Root and token are null while it is being made; they follow from the events it holds. */
  size: number | null
  root: string | null
  token: string | null
  /** `none` where this trust anchor writes nothing on a chain. */
  anchor: 'pending' | 'anchored' | 'none'
  transaction: string | null
  block: number | null
  attempts: number
  /** Milliseconds since the epoch. */
  nextTryAt: number
}

export const registryHeadTable = new EntitySchema<RegistryHeadRow>({
  name: 'registry_head',
  columns: {
    number: { ...column.integer('number'), primary: true },
    sequence: column.integer('sequence'),
    policyVersion: column.integer('policy_version'),
    policyDigest: column.text('policy_digest'),
    madeAt: column.time('made_at'),
    size: column.optionalInteger('size'),
    root: column.optionalText('root'),
    token: column.optionalText('token'),
    anchor: column.text('anchor'),
    transaction: column.optionalText('transaction_hash'),
    block: column.optionalInteger('block'),
    attempts: column.integer('attempts'),
    nextTryAt: column.time('next_try_at'),
  },
})

export const registryHeadMigration: Migration = {
  id: 1795000530101,
  name: 'RegistryHeads',
  up: [
    `CREATE TABLE registry_head (
      number bigint PRIMARY KEY, sequence bigint NOT NULL, policy_version bigint NOT NULL, policy_digest text NOT NULL,
      made_at bigint NOT NULL, size bigint, root text, token text, anchor text NOT NULL, transaction_hash text,
      block bigint, attempts bigint NOT NULL, next_try_at bigint NOT NULL)`,
    `CREATE INDEX registry_head_pending ON registry_head (next_try_at) WHERE anchor = 'pending'`,
  ],
}
