import type { Did, RegistryRole } from '../core/index.ts'
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

/** What happened to an entry. */
export const registryEventKinds = [
  'added',
  'renewed',
  'suspended',
  'resumed',
  'roles_changed',
  'moved',
] as const
export type RegistryEventKind = (typeof registryEventKinds)[number]

/** An entry as it was from a moment on: one row for each of its versions, never changed. */
export interface RegistryEvent extends Omit<RegistryEntry, 'since'> {
  /** Milliseconds since the epoch. */
  at: number
  event: RegistryEventKind
  /** Number of the first head of the registry that holds it; null until one is made. */
  head: number | null
}

export const registryEventTable = new EntitySchema<RegistryEvent>({
  name: 'registry_event',
  columns: {
    did: column.id('did'),
    version: { ...column.integer('version'), primary: true },
    at: column.time('at'),
    event: column.text('event'),
    name: column.text('name'),
    kvkNumber: column.optionalText('kvk_number'),
    wallet: column.text('wallet'),
    roles: column.json('roles'),
    state: column.text('state'),
    attestationId: column.text('attestation_id'),
    registrationId: column.text('registration_id'),
    head: column.optionalInteger('head'),
  },
})

const trustMigration: Migration = {
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

/** Columns that an entry and its events share. */
export const COPIED = 'did, version, name, kvk_number, wallet, roles, state, attestation_id, registration_id'

const registryEventsMigration: Migration = {
  id: 1795000530001,
  name: 'RegistryEvents',
  up: [
    `CREATE TABLE registry_event (
      did text NOT NULL, version bigint NOT NULL, at bigint NOT NULL, event text NOT NULL, name text NOT NULL,
      kvk_number text, wallet text NOT NULL, roles text NOT NULL, state text NOT NULL, attestation_id text NOT NULL,
      registration_id text NOT NULL, head bigint, PRIMARY KEY (did, version))`,
    'CREATE INDEX registry_event_without_head ON registry_event (did) WHERE head IS NULL',
    // Of who was there before this table, what is known: how it is now, and since when.
    `INSERT INTO registry_event (${COPIED}, at, event) SELECT ${COPIED}, since, 'added' FROM registry_entry`,
  ],
}

export const trustMigrations = [trustMigration, registryEventsMigration] as const
export const trustTables = [anchorPinTable, registryTable, registryEventTable] as const
