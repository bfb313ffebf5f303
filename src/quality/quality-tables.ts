import type { Did } from '../core/index.ts'
import type { QualityCode } from '../partners/index.ts'
import { column, EntitySchema, type Migration } from '../store/index.ts'

/** Why what we have of a partner may not be right; names of fields and claims, never values. */
export interface StoredReason {
  readonly code: Exclude<QualityCode, 'different'>
  readonly count: number
  readonly what: readonly string[]
}

/** How good what we have of a partner was when it was last judged; differences are rows of their own. */
export interface PartnerQualityRow {
  partnerId: string
  /** Of all reasons but differences, which not everybody may see. */
  points: number
  reasons: readonly StoredReason[]
  assessedAt: number
  /** When something in it becomes stale; null when nothing will. */
  nextAt: number | null
}

export const partnerQualityTable = new EntitySchema<PartnerQualityRow>({
  name: 'partner_quality',
  columns: {
    partnerId: column.id('partner_id'),
    points: column.integer('points'),
    reasons: column.json('reasons'),
    assessedAt: column.time('assessed_at'),
    nextAt: column.optionalTime('next_at'),
  },
})

/** Our copy and what a partner lets us see say different things. */
export interface PartnerDifferenceRow {
  id: string
  partnerId: string
  field: string
  claim: string
  grantId: string
  since: number
}

export const partnerDifferenceTable = new EntitySchema<PartnerDifferenceRow>({
  name: 'partner_difference',
  columns: {
    id: column.id(),
    partnerId: column.text('partner_id'),
    field: column.text('field'),
    claim: column.text('claim'),
    grantId: column.text('grant_id'),
    since: column.time('since'),
  },
})

export type KeyKind = 'kvk' | 'vat' | 'iban' | 'name_postcode'

/** What two partners have in common when they are one, as a keyed mark. */
export interface PartnerKeyRow {
  partnerId: string
  kind: KeyKind
  mark: string
}

export const partnerKeyTable = new EntitySchema<PartnerKeyRow>({
  name: 'partner_key',
  columns: {
    partnerId: column.id('partner_id'),
    kind: { ...column.text('kind'), primary: true },
    mark: column.text('mark'),
  },
})

/** Somebody looked, and these two are not one partner. `a` is the lower id. */
export interface DifferentPartnersRow {
  a: string
  b: string
  saidAt: number
}

export const differentPartnersTable = new EntitySchema<DifferentPartnersRow>({
  name: 'different_partners',
  columns: { a: column.id('a'), b: column.id('b'), saidAt: column.time('said_at') },
})

/** What was sent to a value came back. */
export interface BounceRow {
  /** Made of the partner, what bounced and its value: there is one of each. */
  id: string
  partnerId: string
  /** A field of our own copy, or a claim. */
  what: string
  whose: 'ours' | 'theirs'
  /** Whose claim it is, and under which grant we have it; null for our own copy. */
  subject: Did | null
  grantId: string | null
  /** Keyed: tells the value that bounced from another. */
  mark: string
  kind: 'hard' | 'soft'
  count: number
  firstAt: number
  lastAt: number
  /** The value changed since, or is gone. */
  clearedAt: number | null
}

export const bounceTable = new EntitySchema<BounceRow>({
  name: 'bounce',
  columns: {
    id: column.id(),
    partnerId: column.text('partner_id'),
    what: column.text('what'),
    whose: column.text('whose'),
    subject: column.optionalText('subject'),
    grantId: column.optionalText('grant_id'),
    mark: column.text('mark'),
    kind: column.text('kind'),
    count: column.integer('count'),
    firstAt: column.time('first_at'),
    lastAt: column.time('last_at'),
    clearedAt: column.optionalTime('cleared_at'),
  },
})

export const qualityTables = [
  ...[partnerQualityTable, partnerDifferenceTable, partnerKeyTable, differentPartnersTable, bounceTable],
]

export const qualityMigration: Migration = {
  id: 1795000000371,
  name: 'Quality',
  up: [
    `CREATE TABLE partner_quality (
      partner_id text PRIMARY KEY, points bigint NOT NULL, reasons text NOT NULL, assessed_at bigint NOT NULL,
      next_at bigint)`,
    'CREATE INDEX partner_quality_worst ON partner_quality (points, partner_id)',
    'CREATE INDEX partner_quality_due ON partner_quality (next_at)',
    `CREATE TABLE partner_difference (
      id text PRIMARY KEY, partner_id text NOT NULL, field text NOT NULL, claim text NOT NULL,
      grant_id text NOT NULL, since bigint NOT NULL)`,
    'CREATE INDEX partner_difference_of ON partner_difference (partner_id)',
    `CREATE TABLE partner_key (
      partner_id text NOT NULL, kind text NOT NULL, mark text NOT NULL, PRIMARY KEY (partner_id, kind))`,
    'CREATE INDEX partner_key_mark ON partner_key (kind, mark, partner_id)',
    `CREATE TABLE different_partners (
      a text NOT NULL, b text NOT NULL, said_at bigint NOT NULL, PRIMARY KEY (a, b))`,
    `CREATE TABLE bounce (
      id text PRIMARY KEY, partner_id text NOT NULL, what text NOT NULL, whose text NOT NULL, subject text,
      grant_id text, mark text NOT NULL, kind text NOT NULL, count bigint NOT NULL, first_at bigint NOT NULL,
      last_at bigint NOT NULL, cleared_at bigint)`,
    'CREATE INDEX bounce_of ON bounce (partner_id)',
    'CREATE TABLE quality_head (id text PRIMARY KEY, seq bigint NOT NULL)',
    "INSERT INTO quality_head (id, seq) VALUES ('head', 0)",
  ],
}
