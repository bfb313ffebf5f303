import type { Did } from '../core/index.ts'
import { column, EntitySchema, type Migration, type Migrations } from '../store/index.ts'
import type { AgreementState, Side } from './life.ts'

/** One agreement between our company and another, as this node knows it. */
export interface AgreementRow {
  /** What both nodes call it. */
  id: string
  partner: Did
  partnerName: string
  startedBy: Side
  state: AgreementState
  /** Of the newest text; 0 before there is one. */
  version: number
  digest: string | null
  proposedBy: Side
  approvedByUs: number | null
  approvedByThem: number | null
  /** `SignedBy` of {@link import('./signature.ts')} as JSON, sealed; null until that side signed. */
  ourSignature: Buffer | null
  theirSignature: Buffer | null
  /** Who of ours signed so far, of those who must sign together, sealed; it is told once all did. */
  ourPart: Buffer | null
  /** First moment, ms; of the newest text. */
  startsAt: number | null
  /** Moment after the last one, ms; moved forward by renewal and back by notice. */
  endsAt: number | null
  /** For how long it is renewed when its end comes and nobody gave notice. */
  renewal: string | null
  tradeSecrets: number
  /** Since when notice was given or it was ended, and by whom. */
  noticeBy: Side | null
  noticeAt: number | null
  /** The trust anchor's receipt, as it signed it. */
  receipt: string | null
  depositedAt: number | null
  /** Why depositing did not succeed yet. */
  depositError: string | null
  /** The template it was made from. */
  templateId: string | null
  templateVersion: number | null
  /** Counts changes: of two at the same moment one is made. */
  revision: number
  createdAt: number
  changedAt: number
}

export const agreementTable = new EntitySchema<AgreementRow>({
  name: 'agreement',
  columns: {
    id: column.id(),
    partner: column.text('partner'),
    partnerName: column.text('partner_name'),
    startedBy: column.text('started_by'),
    state: column.text('state'),
    version: column.integer('version'),
    digest: column.optionalText('digest'),
    proposedBy: column.text('proposed_by'),
    approvedByUs: column.optionalTime('approved_by_us'),
    approvedByThem: column.optionalTime('approved_by_them'),
    ourSignature: column.optionalBytes('our_signature'),
    theirSignature: column.optionalBytes('their_signature'),
    ourPart: column.optionalBytes('our_part'),
    startsAt: column.optionalTime('starts_at'),
    endsAt: column.optionalTime('ends_at'),
    renewal: column.optionalText('renewal'),
    tradeSecrets: column.integer('trade_secrets'),
    noticeBy: column.optionalText('notice_by'),
    noticeAt: column.optionalTime('notice_at'),
    receipt: column.optionalText('receipt'),
    depositedAt: column.optionalTime('deposited_at'),
    depositError: column.optionalText('deposit_error'),
    templateId: column.optionalText('template_id'),
    templateVersion: column.optionalInteger('template_version'),
    revision: column.integer('revision'),
    createdAt: column.time('created_at'),
    changedAt: column.time('changed_at'),
  },
})

/** One proposed text. */
export interface AgreementTextRow {
  /** Also the `jti` under which it is told. */
  id: string
  agreementId: string
  version: number
  proposedBy: Side
  /** Who of ours proposed it: she is not the one to approve it. */
  authorParty: string | null
  digest: string
  /** Terms, and why, as JSON under the agreement's key. */
  sealed: Buffer
  createdAt: number
}

export const agreementTextTable = new EntitySchema<AgreementTextRow>({
  name: 'agreement_text',
  columns: {
    id: column.id(),
    agreementId: column.text('agreement_id'),
    version: column.integer('version'),
    proposedBy: column.text('proposed_by'),
    authorParty: column.optionalText('author_party'),
    digest: column.text('digest'),
    sealed: column.bytes('sealed'),
    createdAt: column.time('created_at'),
  },
})

/** Something that was done or said about an agreement, in order. */
export interface AgreementStepRow {
  /** Also the `jti` under which it is told. */
  id: string
  agreementId: string
  kind: string
  side: Side
  version: number
  /** What was said with it, and by whom, as JSON under the agreement's key. */
  sealed: Buffer
  /** Why the other node did not take it. */
  refused: string | null
  at: number
}

export const agreementStepTable = new EntitySchema<AgreementStepRow>({
  name: 'agreement_step',
  columns: {
    id: column.id(),
    agreementId: column.text('agreement_id'),
    kind: column.text('kind'),
    side: column.text('side'),
    version: column.integer('version'),
    sealed: column.bytes('sealed'),
    refused: column.optionalText('refused'),
    at: column.time('at_ms'),
  },
})

/** At the trust anchor: that two parties signed something, never what. */
export interface AgreementDepositRow {
  /** What the parties call the agreement. */
  id: string
  digest: string
  first: Did
  second: Did
  /** Both signatures, under a key of its own. */
  sealed: Buffer
  /** Our receipt, as we signed it. */
  receipt: string
  depositedAt: number
}

export const agreementDepositTable = new EntitySchema<AgreementDepositRow>({
  name: 'agreement_deposit',
  columns: {
    id: column.id(),
    digest: column.text('digest'),
    first: column.text('first_did'),
    second: column.text('second_did'),
    sealed: column.bytes('sealed'),
    receipt: column.text('receipt'),
    depositedAt: column.time('deposited_at'),
  },
})

const agreementsMigration: Migration = {
  id: 1795000540000,
  name: 'Agreements',
  up: [
    `CREATE TABLE agreement (
      id text PRIMARY KEY, partner text NOT NULL, partner_name text NOT NULL, started_by text NOT NULL,
      state text NOT NULL, version bigint NOT NULL, digest text, proposed_by text NOT NULL, approved_by_us bigint,
      approved_by_them bigint, our_signature text, their_signature text, starts_at bigint, ends_at bigint,
      renewal text, trade_secrets bigint NOT NULL, notice_by text, notice_at bigint, receipt text,
      deposited_at bigint, deposit_error text, template_id text, template_version bigint, revision bigint NOT NULL,
      created_at bigint NOT NULL, changed_at bigint NOT NULL)`,
    'CREATE INDEX agreement_by_state ON agreement (state, starts_at)',
    `CREATE TABLE agreement_text (
      id text PRIMARY KEY, agreement_id text NOT NULL, version bigint NOT NULL, proposed_by text NOT NULL,
      author_party text, digest text NOT NULL, sealed text NOT NULL, created_at bigint NOT NULL,
      UNIQUE (agreement_id, version, proposed_by))`,
    `CREATE TABLE agreement_step (
      id text PRIMARY KEY, agreement_id text NOT NULL, kind text NOT NULL, side text NOT NULL, version bigint NOT NULL,
      sealed text NOT NULL, refused text, at_ms bigint NOT NULL)`,
    'CREATE INDEX agreement_step_of ON agreement_step (agreement_id, id)',
    `CREATE TABLE agreement_deposit (
      id text PRIMARY KEY, digest text NOT NULL, first_did text NOT NULL, second_did text NOT NULL,
      sealed text NOT NULL, receipt text NOT NULL, deposited_at bigint NOT NULL)`,
  ],
}

export const agreementsTables = [
  agreementTable,
  agreementTextTable,
  agreementStepTable,
  agreementDepositTable,
]

export const agreementsMigrations: Migrations = [
  agreementsMigration,
  {
    id: 1795000540005,
    name: 'AgreementSignedInPart',
    up: ['ALTER TABLE agreement ADD COLUMN our_part text'],
  },
]
