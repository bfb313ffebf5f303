import { column, EntitySchema, type Migration } from '../store/index.ts'
import type { NeedToKnow } from './secret.ts'

/** A secret of ours in the register. */
export interface TradeSecretRow {
  /** Also the scope of the vault under whose key lies what is said of it. */
  id: string
  state: 'registered' | 'withdrawn'
  /** Of what is said of it, from 1. */
  version: number
  /** Who answers for it. */
  ownerParty: string
  needToKnow: NeedToKnow
  createdAt: number
  changedAt: number
}

export const tradeSecretTable = new EntitySchema<TradeSecretRow>({
  name: 'trade_secret',
  columns: {
    id: column.id(),
    state: column.text('state'),
    version: column.integer('version'),
    ownerParty: column.text('owner_party'),
    needToKnow: column.json('need_to_know'),
    createdAt: column.time('created_at'),
    changedAt: column.time('changed_at'),
  },
})

/** What was registered of it at a moment. It stays: that is what a digest of then proves. */
export interface TradeSecretTextRow {
  id: string
  secretId: string
  version: number
  /** Salted: `sha-256:` and base64url. */
  digest: string
  /** The text that the digest is of. */
  sealed: Buffer
  at: number
}

export const tradeSecretTextTable = new EntitySchema<TradeSecretTextRow>({
  name: 'trade_secret_text',
  columns: {
    id: column.id(),
    secretId: column.text('secret_id'),
    version: column.integer('version'),
    digest: column.text('digest'),
    sealed: column.bytes('sealed'),
    at: column.time('at_ms'),
  },
})

/** A document that shows the secret. */
export interface TradeSecretDocumentRow {
  /** The id of the stored file. */
  id: string
  secretId: string
  mediaType: string
  /** Bytes. */
  size: number
  /** Of its content. */
  digest: string
  /** What it is called. */
  sealed: Buffer
  at: number
}

export const tradeSecretDocumentTable = new EntitySchema<TradeSecretDocumentRow>({
  name: 'trade_secret_document',
  columns: {
    id: column.id(),
    secretId: column.text('secret_id'),
    mediaType: column.text('media_type'),
    size: column.integer('size'),
    digest: column.text('digest'),
    sealed: column.bytes('sealed'),
    at: column.time('at_ms'),
  },
})

/** That somebody looked, of ours or of a partner it is shared with. */
export interface TradeSecretLookRow {
  id: string
  secretId: string
  version: number
  /** The id of a party of ours, or the DID of a partner's person. */
  personId: string
  /** Which document; null for what the register says. */
  documentId: string | null
  at: number
  /** How a partner's person came to see it, and the id of her company's question; null for ours. */
  shareId: string | null
  question: string | null
}

export const tradeSecretLookTable = new EntitySchema<TradeSecretLookRow>({
  name: 'trade_secret_look',
  columns: {
    id: column.id(),
    secretId: column.text('secret_id'),
    version: column.integer('version'),
    personId: column.text('person_id'),
    documentId: column.optionalText('document_id'),
    at: column.time('at_ms'),
    shareId: column.optionalText('share_id'),
    question: column.optionalText('question'),
  },
})

export const tradeSecretsMigration: Migration = {
  id: 1795000590001,
  name: 'TradeSecrets',
  up: [
    `CREATE TABLE trade_secret (
      id text PRIMARY KEY, state text NOT NULL, version bigint NOT NULL, owner_party text NOT NULL,
      need_to_know text NOT NULL, created_at bigint NOT NULL, changed_at bigint NOT NULL)`,
    `CREATE TABLE trade_secret_text (
      id text PRIMARY KEY, secret_id text NOT NULL, version bigint NOT NULL, digest text NOT NULL, sealed text NOT NULL,
      at_ms bigint NOT NULL, UNIQUE (secret_id, version))`,
    `CREATE TABLE trade_secret_document (
      id text PRIMARY KEY, secret_id text NOT NULL, media_type text NOT NULL, size bigint NOT NULL, digest text NOT NULL,
      sealed text NOT NULL, at_ms bigint NOT NULL)`,
    'CREATE INDEX trade_secret_document_of ON trade_secret_document (secret_id, id)',
    `CREATE TABLE trade_secret_look (
      id text PRIMARY KEY, secret_id text NOT NULL, version bigint NOT NULL, person_id text NOT NULL, document_id text,
      at_ms bigint NOT NULL)`,
    'CREATE INDEX trade_secret_look_of ON trade_secret_look (secret_id, id)',
  ],
}

export const tradeSecretTables = [
  tradeSecretTable,
  tradeSecretTextTable,
  tradeSecretDocumentTable,
  tradeSecretLookTable,
]
