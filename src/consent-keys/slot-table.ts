import { column, EntitySchema, type Migration } from '../store/index.ts'

/**
 * What can open a consent key: `activation` the one-use code she got, `secret` what she remembers, `recovery` a one-use
 * code she wrote down, `session` what an unlock gave her for a quarter of an hour, `passkey` what one of her
 * authenticators works out (the PRF extension of WebAuthn).
 */
export type SlotKind = 'activation' | 'secret' | 'recovery' | 'session' | 'passkey'

/** The data key of one person's consent key, wrapped by something that is nowhere in this database. */
export interface SlotRow {
  id: string
  partyId: string
  kind: SlotKind
  /** SHA-256 of the token that opens it, to find it by; null for what she remembers. */
  tokenHash: string | null
  /** The wrapped data key and how its key is derived, as JSON; sealed, so that a stolen database is nothing to guess at. */
  sealed: Buffer
  createdAt: number
  /** Null: until it is used or replaced. */
  expiresAt: number | null
}

export const slotTable = new EntitySchema<SlotRow>({
  name: 'consent_key_slot',
  columns: {
    id: column.id(),
    partyId: column.text('party_id'),
    kind: column.text('kind'),
    tokenHash: column.optionalText('token_hash'),
    sealed: column.bytes('sealed'),
    createdAt: column.time('created_at'),
    expiresAt: column.optionalTime('expires_at'),
  },
})

/** How often somebody guessed at a person's secret or codes since `since`. */
export interface GuessRow {
  partyId: string
  guesses: number
  since: number
}

export const guessTable = new EntitySchema<GuessRow>({
  name: 'consent_key_guess',
  columns: {
    partyId: column.id('party_id'),
    guesses: column.integer('guesses'),
    since: column.time('since'),
  },
})

export const consentKeysMigration: Migration = {
  id: 1795000000300,
  name: 'ConsentKeys',
  up: [
    `CREATE TABLE consent_key_slot (
      id text PRIMARY KEY, party_id text NOT NULL, kind text NOT NULL, token_hash text UNIQUE, sealed text NOT NULL,
      created_at bigint NOT NULL, expires_at bigint)`,
    'CREATE INDEX consent_key_slot_party ON consent_key_slot (party_id, kind)',
    'CREATE TABLE consent_key_guess (party_id text PRIMARY KEY, guesses bigint NOT NULL, since bigint NOT NULL)',
  ],
}
