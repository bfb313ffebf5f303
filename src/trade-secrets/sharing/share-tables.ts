import type { Did } from '../../core/index.ts'
import { column, EntitySchema, type Migration } from '../../store/index.ts'
import type { PartnerNeed, SettledHow, ShareState } from './life.ts'

/** What both companies keep of a shared secret. */
interface SharedRow {
  /** What both nodes call it. */
  id: string
  partner: Did
  partnerName: string
  /** Under which it is shared: it has to be in force. */
  agreementId: string
  needToKnow: PartnerNeed
  /** Of the text that is shared, salted. */
  digest: string
  state: ShareState
  createdAt: number
  endedAt: number | null
  /** Why it ended. */
  endCode: string | null
  /** Until when it has to be returned or destroyed. */
  settleBy: number | null
  /** When webhooks heard that it was not. */
  overdueSince: number | null
  settledAt: number | null
  how: SettledHow | null
}

const shared = {
  id: column.id(),
  partner: column.text('partner'),
  partnerName: column.text('partner_name'),
  agreementId: column.text('agreement_id'),
  needToKnow: column.json('need_to_know'),
  digest: column.text('digest'),
  state: column.text('state'),
  createdAt: column.time('created_at'),
  endedAt: column.optionalTime('ended_at'),
  endCode: column.optionalText('end_code'),
  settleBy: column.optionalTime('settle_by'),
  overdueSince: column.optionalTime('overdue_since'),
  settledAt: column.optionalTime('settled_at'),
  how: column.optionalText('how'),
} as const

/** A secret of ours that a partner may see. */
export interface GivenShareRow extends SharedRow {
  secretId: string
  /** Of the secret, when it was shared. */
  version: number
  /** The text as both keep its digest, what it is called and what for: under the key of the secret. */
  sealed: Buffer
  /** Which of its documents go with it. */
  documents: readonly string[]
  /** When the partner's node took it. */
  toldAt: number | null
  /** Why the partner's node never will. */
  refused: string | null
  /** The partner's word that it was returned or destroyed, as it signed it. */
  statement: string | null
}

export const givenShareTable = new EntitySchema<GivenShareRow>({
  name: 'trade_secret_share',
  columns: {
    ...shared,
    secretId: column.text('secret_id'),
    version: column.integer('version'),
    sealed: column.bytes('sealed'),
    documents: column.json('documents'),
    toldAt: column.optionalTime('told_at'),
    refused: column.optionalText('refused'),
    statement: column.optionalText('statement'),
  },
})

/** A document of another's secret, without what it is called. */
export interface ReceivedDocument {
  readonly id: string
  readonly media_type: string
  /** Bytes. */
  readonly size: number
  readonly digest: string
}

/** A secret of a partner that some of our people may see. We keep no copy of it. */
export interface ReceivedShareRow extends SharedRow {
  /** What it is called and what for, under the key of our organisation. */
  sealed: Buffer
  documents: readonly ReceivedDocument[]
}

export const receivedShareTable = new EntitySchema<ReceivedShareRow>({
  name: 'received_secret',
  columns: { ...shared, sealed: column.bytes('sealed'), documents: column.json('documents') },
})

const columns = `id text PRIMARY KEY, partner text NOT NULL, partner_name text NOT NULL, agreement_id text NOT NULL,
      need_to_know text NOT NULL, digest text NOT NULL, state text NOT NULL, created_at bigint NOT NULL, ended_at bigint,
      end_code text, settle_by bigint, overdue_since bigint, settled_at bigint, how text, sealed text NOT NULL,
      documents text NOT NULL`

export const secretSharingMigration: Migration = {
  id: 1795000990002,
  name: 'SecretSharing',
  up: [
    `CREATE TABLE trade_secret_share (${columns}, secret_id text NOT NULL, version bigint NOT NULL, told_at bigint,
      refused text, statement text)`,
    'CREATE INDEX trade_secret_share_of ON trade_secret_share (secret_id, id)',
    'CREATE INDEX trade_secret_share_under ON trade_secret_share (agreement_id)',
    `CREATE TABLE received_secret (${columns})`,
    'CREATE INDEX received_secret_under ON received_secret (agreement_id)',
    // A look of a partner's person: which share, and the question's id, which counts once.
    'ALTER TABLE trade_secret_look ADD COLUMN share_id text',
    'ALTER TABLE trade_secret_look ADD COLUMN question text',
    'CREATE UNIQUE INDEX trade_secret_look_once ON trade_secret_look (share_id, question)',
  ],
}

export const secretSharingTables = [givenShareTable, receivedShareTable] as const
