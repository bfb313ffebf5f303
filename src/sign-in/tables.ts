import { column, EntitySchema, type Migration } from '../store/index.ts'

/** How somebody came in: by a link for one use, a passkey, a token she had, the login of her organisation, or a wallet. */
export const signInMethods = ['link', 'passkey', 'token', 'openid', 'wallet'] as const
export type SignInMethod = (typeof signInMethods)[number]

/** Somebody signed in with a browser. */
export interface WebSessionRow {
  id: string
  /** SHA-256 of what her browser sends. */
  hash: string
  userId: string
  method: SignInMethod
  /** What it looks like to her, such as `Firefox, Linux`: for a list to recognise a device in. */
  device: string
  createdAt: number
  /** When it was used last, to within some minutes. */
  usedAt: number
  /** It ends then, however much it is used. */
  expiresAt: number
  /** When she last showed that she is there: keys and the like ask for it. */
  provedAt: number
}

export const webSessionTable = new EntitySchema<WebSessionRow>({
  name: 'web_session',
  columns: {
    id: column.id(),
    hash: column.text('hash'),
    userId: column.text('user_id'),
    method: column.text('method'),
    device: column.text('device'),
    createdAt: column.time('created_at'),
    usedAt: column.time('used_at'),
    expiresAt: column.time('expires_at'),
    provedAt: column.time('proved_at'),
  },
})

/** What works once, for a short while: a link to sign in, or the challenge that a passkey answers. */
export interface SignInTicketRow {
  /** SHA-256 of the code or challenge. */
  hash: string
  kind: 'link' | 'registration' | 'authentication'
  /** Whose; null where whoever has a passkey may answer. */
  userId: string | null
  expiresAt: number
}

export const signInTicketTable = new EntitySchema<SignInTicketRow>({
  name: 'sign_in_ticket',
  columns: {
    hash: column.id('hash'),
    kind: column.text('kind'),
    userId: column.optionalText('user_id'),
    expiresAt: column.time('expires_at'),
  },
})

/** A passkey that somebody signs in with (WebAuthn). */
export interface PasskeyRow {
  /** The credential id, base64url. */
  id: string
  userId: string
  /** COSE key. */
  publicKey: Buffer
  counter: number
  transports: readonly string[]
  /** What she calls it. */
  name: string
  /** What the slot is found by that it opens her consent key with (PRF); null where it does not. */
  slotHash: string | null
  createdAt: number
  usedAt: number | null
}

export const passkeyTable = new EntitySchema<PasskeyRow>({
  name: 'passkey',
  columns: {
    id: column.id(),
    userId: column.text('user_id'),
    publicKey: column.bytes('public_key'),
    counter: column.integer('counter'),
    transports: column.json('transports'),
    name: column.text('name'),
    slotHash: column.optionalText('slot_hash'),
    createdAt: column.time('created_at'),
    usedAt: column.optionalTime('used_at'),
  },
})

export const signInMigration: Migration = {
  id: 1795000990003,
  name: 'SignIn',
  up: [
    `CREATE TABLE web_session (
      id text PRIMARY KEY, hash text NOT NULL UNIQUE, user_id text NOT NULL, method text NOT NULL, device text NOT NULL,
      created_at bigint NOT NULL, used_at bigint NOT NULL, expires_at bigint NOT NULL, proved_at bigint NOT NULL)`,
    'CREATE INDEX web_session_of ON web_session (user_id)',
    `CREATE TABLE sign_in_ticket (
      hash text PRIMARY KEY, kind text NOT NULL, user_id text, expires_at bigint NOT NULL)`,
    `CREATE TABLE passkey (
      id text PRIMARY KEY, user_id text NOT NULL, public_key text NOT NULL, counter bigint NOT NULL,
      transports text NOT NULL, name text NOT NULL, slot_hash text, created_at bigint NOT NULL,
      used_at bigint)`,
    'CREATE INDEX passkey_of ON passkey (user_id)',
  ],
}

export const signInTables = [webSessionTable, signInTicketTable, passkeyTable] as const
