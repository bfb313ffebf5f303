import type { Did } from '../core/index.ts'
import { column, EntitySchema, type Migration } from '../store/index.ts'

/** Which DID a trust anchor had when we met it: from then on it has no other. */
export interface AnchorPinRow {
  url: string
  did: Did
  name: string
  pinnedAt: number
}

export const anchorPinTable = new EntitySchema<AnchorPinRow>({
  name: 'trust_anchor_pin',
  columns: {
    url: column.id('url'),
    did: column.text('did'),
    name: column.text('name'),
    pinnedAt: column.time('pinned_at'),
  },
})

/** What a party is to the network. */
export const registryRoles = ['trust_anchor', 'member'] as const
export type RegistryRole = (typeof registryRoles)[number]

export const registryStates = ['active', 'suspended'] as const
export type RegistryState = (typeof registryStates)[number]

/** An organisation of the network, as everybody may know it. Never a natural person. */
export interface RegistryEntry {
  did: Did
  name: string
  kvkNumber: string | null
  /** Where its Offers and Asks go. */
  wallet: string
  roles: readonly RegistryRole[]
  state: RegistryState
  /** Milliseconds since the epoch. */
  since: number
  /** Ids of the credentials the trust anchor gave it. */
  attestationId: string
  registrationId: string
  /** Goes up with each change. */
  version: number
}

export const registryTable = new EntitySchema<RegistryEntry>({
  name: 'registry_entry',
  columns: {
    did: column.id('did'),
    name: column.text('name'),
    kvkNumber: column.optionalText('kvk_number'),
    wallet: column.text('wallet'),
    roles: column.json('roles'),
    state: column.text('state'),
    since: column.time('since'),
    attestationId: column.text('attestation_id'),
    registrationId: column.text('registration_id'),
    version: column.integer('version'),
  },
})

export const trustMigration: Migration = {
  id: 1795000002001,
  name: 'Trust',
  up: [
    'CREATE TABLE trust_anchor_pin (url text PRIMARY KEY, did text NOT NULL, name text NOT NULL, pinned_at bigint NOT NULL)',
    `CREATE TABLE registry_entry (
      did text PRIMARY KEY, name text NOT NULL, kvk_number text UNIQUE, wallet text NOT NULL, roles text NOT NULL,
      state text NOT NULL, since bigint NOT NULL, attestation_id text NOT NULL, registration_id text NOT NULL,
      version bigint NOT NULL)`,
  ],
}
