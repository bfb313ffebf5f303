import type { Role } from '../core/index.ts'
import { column, EntitySchema, type Migration } from '../store/index.ts'

/** Whom an OpenID provider means, as far as somebody said so. */
export interface OpenIdAccountRow {
  userId: string
  /** Keyed digest of the name she has there, as an administrator gave it; null where her account's name is. */
  nameHash: string | null
  /** Keyed digest of issuer and `sub`, from the first time she came: from then on nobody else is she. */
  subjectHash: string | null
  /** What her groups give her; what somebody gave her by hand is not in it. */
  roles: readonly Role[]
  /** When the provider last said so. */
  confirmedAt: number | null
}

export const openIdAccountTable = new EntitySchema<OpenIdAccountRow>({
  name: 'openid_account',
  columns: {
    userId: column.id('user_id'),
    nameHash: column.optionalText('name_hash'),
    subjectHash: column.optionalText('subject_hash'),
    roles: column.json('roles'),
    confirmedAt: column.optionalTime('confirmed_at'),
  },
})

/** Somebody is at her provider, and is to come back from there. */
export interface OpenIdAttemptRow {
  /** SHA-256 of `state`. */
  hash: string
  /** SHA-256 of what the browser that went keeps. */
  browserHash: string
  /** Who shows that she is there; null for who signs in. */
  userId: string | null
  /** The session of the browser that went: the new one takes its place. */
  sessionId: string | null
  /** Where she goes then: a path of the console. */
  path: string
  expiresAt: number
}

export const openIdAttemptTable = new EntitySchema<OpenIdAttemptRow>({
  name: 'openid_attempt',
  columns: {
    hash: column.id('hash'),
    browserHash: column.text('browser_hash'),
    userId: column.optionalText('user_id'),
    sessionId: column.optionalText('session_id'),
    path: column.text('path'),
    expiresAt: column.time('expires_at'),
  },
})

export const openIdMigration: Migration = {
  id: 1795000990004,
  name: 'OpenIdSignIn',
  up: [
    `CREATE TABLE openid_account (
      user_id text PRIMARY KEY, name_hash text UNIQUE, subject_hash text UNIQUE, roles text NOT NULL,
      confirmed_at bigint)`,
    `CREATE TABLE openid_attempt (
      hash text PRIMARY KEY, browser_hash text NOT NULL, user_id text, session_id text, path text NOT NULL,
      expires_at bigint NOT NULL)`,
  ],
}

export const openIdTables = [openIdAccountTable, openIdAttemptTable] as const
