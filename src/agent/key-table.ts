import { Entities as VeramoEntities } from '@veramo/data-store'
import type { Did } from '../core/index.ts'
import type { PublicJwk } from '../jose/index.ts'
import { column, type Entities, EntitySchema, type Migration } from '../store/index.ts'

/** Kinds of keys, in Veramo's words. */
export const keyTypes = ['Secp256r1', 'Ed25519', 'Secp256k1'] as const
export type KeyType = (typeof keyTypes)[number]

/**
 * What a key is for: `controller` changes a did:ethr and nothing else; `signing` signs as a DID; `holder` proves
 * possession of credentials (the `cnf` in them).
 */
export type KeyUse = 'controller' | 'signing' | 'holder'

/**
 * `pending` is not in the DID's document yet; `retired` signs no more but stays listed, so that what it signed
 * stays valid; `compromised` is taken from the document, and what it signed is worth nothing; `ended` is of a DID that
 * was deactivated.
 */
export type KeyState = 'pending' | 'active' | 'retired' | 'compromised' | 'ended'

/** `vault`: the node opens it. `consent`: besides the vault, a data key that only its person can have unwrapped. */
export type KeyGuard = 'vault' | 'consent'

export interface KeyRow {
  /** Veramo's key reference. */
  id: string
  partyId: string
  type: KeyType
  use: KeyUse
  state: KeyState
  did: Did | null
  /** How verifiers call the key: a DID URL for signing keys, a thumbprint for holder keys. */
  kid: string | null
  publicJwk: PublicJwk
  guard: KeyGuard
  /** PKCS #8, where `guard` says so encrypted with the data key; sealed under the party's key for this row. */
  sealed: Buffer
  createdAt: number
  /** Until when the chain lists the key of a did:ethr, at least; null where nothing ends it. */
  listedUntil: number | null
}

export const keyTable = new EntitySchema<KeyRow>({
  name: 'agent_key',
  columns: {
    id: column.id(),
    partyId: column.text('party_id'),
    type: column.text('type'),
    use: column.text('key_use'),
    state: column.text('state'),
    did: column.optionalText('did'),
    kid: column.optionalText('kid'),
    publicJwk: column.json('public_jwk'),
    guard: column.text('key_guard'),
    sealed: column.bytes('sealed'),
    createdAt: column.time('created_at'),
    listedUntil: column.optionalTime('listed_until'),
  },
})

/**
 * Our key table and the three tables Veramo's `KeyStore` and `DIDStore` use; those of its credential store are not
 * made, since nothing reads them.
 */
const agentMigration: Migration = {
  id: 1795000000011,
  name: 'Agent',
  up: [
    `CREATE TABLE agent_key (
      id text PRIMARY KEY, party_id text NOT NULL, type text NOT NULL, key_use text NOT NULL, state text NOT NULL,
      did text, kid text UNIQUE, public_jwk text NOT NULL, sealed text NOT NULL, created_at bigint NOT NULL)`,
    'CREATE INDEX agent_key_did ON agent_key (did)',
    'CREATE INDEX agent_key_party ON agent_key (party_id)',
    `CREATE TABLE identifier (
      did text PRIMARY KEY, provider text, alias text, "saveDate" timestamp NOT NULL,
      "updateDate" timestamp NOT NULL, "controllerKeyId" text)`,
    'CREATE UNIQUE INDEX identifier_alias ON identifier (alias, provider)',
    `CREATE TABLE "key" (
      kid text PRIMARY KEY, kms text NOT NULL, type text NOT NULL, "publicKeyHex" text NOT NULL, meta text,
      "identifierDid" text REFERENCES identifier (did) ON DELETE CASCADE)`,
    'CREATE INDEX key_identifier ON "key" ("identifierDid")',
    `CREATE TABLE service (
      id text PRIMARY KEY, type text NOT NULL, "serviceEndpoint" text NOT NULL, description text,
      "identifierDid" text REFERENCES identifier (did) ON DELETE CASCADE)`,
    'CREATE INDEX service_identifier ON service ("identifierDid")',
  ],
}

/** Keys from before stay as they are: they sign no consent, and whoever's they are gets a new DID. */
const keyGuardMigration: Migration = {
  id: 1795000000303,
  name: 'KeyGuard',
  up: [`ALTER TABLE agent_key ADD COLUMN key_guard text NOT NULL DEFAULT 'vault'`],
}

/** Keys from before were listed for ten years, none of which is over. */
const keyListedMigration: Migration = {
  id: 1795000000410,
  name: 'KeyListed',
  up: ['ALTER TABLE agent_key ADD COLUMN listed_until bigint'],
}

export const agentMigrations = [agentMigration, keyGuardMigration, keyListedMigration] as const

/** What the agent stores. TypeORM wants to know all of Veramo's entities, since the two we use point at the rest. */
export const agentEntities: Entities = [keyTable, ...VeramoEntities]
