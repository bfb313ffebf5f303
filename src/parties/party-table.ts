import type { Did, Role, Scope } from '../core/index.ts'
import { column, EntitySchema, type Migration } from '../store/index.ts'

export type PartyKind = 'organisation' | 'person' | 'system'

/** Somebody with a DID, keys and an inbox of its own in this node. */
export interface PartyRow {
  id: string
  kind: PartyKind
  did: Did
  /**
   * The key that presents a person's credentials, so that her consent key is not needed to show her data; null where
   * the key of the DID does.
   */
  presentationKid: string | null
  /** {@link PartyProfile} as JSON, sealed under the party's key. */
  profile: Buffer
  createdAt: number
}

/** What the node itself must know of a party to name it. */
export interface PartyProfile {
  /** An organisation's or system's name; a person's full name. */
  readonly name: string
  readonly givenName?: string
  readonly familyName?: string
  readonly email?: string
  /** How a person may represent the organisation. */
  readonly representation?: 'SOLE' | 'JOINT'
  /** Her function in words. */
  readonly jobTitle?: string
  /** She had herself erased: what she was called is gone. */
  readonly erased?: true
}

export const partyTable = new EntitySchema<PartyRow>({
  name: 'party',
  columns: {
    id: column.id(),
    kind: column.text('kind'),
    did: column.text('did'),
    presentationKid: column.optionalText('presentation_kid'),
    profile: column.bytes('profile'),
    createdAt: column.time('created_at'),
  },
})

export interface UserRow {
  id: string
  account: string
  personId: string
  roles: readonly Role[]
  state: 'active' | 'blocked'
  createdAt: number
}

export const userTable = new EntitySchema<UserRow>({
  name: 'user_account',
  columns: {
    id: column.id(),
    account: column.text('account'),
    personId: column.text('person_id'),
    roles: column.json('roles'),
    state: column.text('state'),
    createdAt: column.time('created_at'),
  },
})

/** Somebody's proof that it may call the API; only its SHA-256 is kept. */
export interface TokenRow {
  id: string
  hash: string
  kind: 'user' | 'client' | 'activation'
  /** A user's id, or the id of the system party. */
  ownerId: string
  scopes: readonly Scope[]
  createdAt: number
  expiresAt: number
  revokedAt: number | null
}

export const tokenTable = new EntitySchema<TokenRow>({
  name: 'access_token',
  columns: {
    id: column.id(),
    hash: column.text('hash'),
    kind: column.text('kind'),
    ownerId: column.text('owner_id'),
    scopes: column.json('scopes'),
    createdAt: column.time('created_at'),
    expiresAt: column.time('expires_at'),
    revokedAt: column.optionalTime('revoked_at'),
  },
})

export const partiesMigration: Migration = {
  id: 1795000000020,
  name: 'Parties',
  up: [
    `CREATE TABLE party (
      id text PRIMARY KEY, kind text NOT NULL, did text NOT NULL UNIQUE,
      presentation_kid text, profile text NOT NULL, created_at bigint NOT NULL)`,
    // One node is the home of one organisation.
    `CREATE UNIQUE INDEX party_one_organisation ON party (kind) WHERE kind = 'organisation'`,
    `CREATE TABLE user_account (
      id text PRIMARY KEY, account text NOT NULL UNIQUE, person_id text NOT NULL, roles text NOT NULL,
      state text NOT NULL, created_at bigint NOT NULL)`,
    `CREATE TABLE access_token (
      id text PRIMARY KEY, hash text NOT NULL UNIQUE, kind text NOT NULL, owner_id text NOT NULL, scopes text NOT NULL,
      created_at bigint NOT NULL, expires_at bigint NOT NULL, revoked_at bigint)`,
  ],
}
