import type { Did } from '../core/index.ts'
import type { ClaimPath } from '../credentials/index.ts'
import { column, EntitySchema, type Migration } from '../store/index.ts'

/** One claim of one type. */
export interface ClaimTarget {
  readonly vct: string
  readonly path: ClaimPath
}

/**
 * `current`: as the partner last showed it · `changed`: the partner told us it changed, and nobody read it again yet ·
 * `withdrawn`: we may not see it any more; the value is destroyed, that it was there remains.
 */
export type ValueState = 'current' | 'changed' | 'withdrawn'

/** What one grant let us see of one claim. */
export interface PartnerValueRow {
  /** Made of the grant and the claim: there is one of each. */
  id: string
  grantId: string
  /** The organisation in whose node the subject lives. */
  partner: Did
  /** Whose data it is. */
  subject: Did
  vct: string
  path: ClaimPath
  /** The value as JSON, under the organisation's key; null once it is withdrawn. */
  sealed: Buffer | null
  /** Tells values apart without opening them; keyed, since there are few phone numbers to guess. */
  mark: string
  issuer: Did
  selfDeclared: number
  /** Whether we accept that issuer for this type. */
  trusted: number
  issuedAt: number
  validUntil: number | null
  /** When its issuer last confirmed it; null for types without a status. */
  statusAsOf: number | null
  grantExpiresAt: number
  /** When we asked for what is here: it is at least as fresh as that. */
  readAt: number
  state: ValueState
  /** When the partner last told us it changed. */
  changedAt: number | null
  withdrawnAt: number | null
  withdrawnCode: string | null
}

export const partnerValueTable = new EntitySchema<PartnerValueRow>({
  name: 'partner_value',
  columns: {
    id: column.id(),
    grantId: column.text('grant_id'),
    partner: column.text('partner'),
    subject: column.text('subject'),
    vct: column.text('vct'),
    path: column.json('path'),
    sealed: column.optionalBytes('sealed'),
    mark: column.text('mark'),
    issuer: column.text('issuer'),
    selfDeclared: column.integer('self_declared'),
    trusted: column.integer('trusted'),
    issuedAt: column.time('issued_at'),
    validUntil: column.optionalTime('valid_until'),
    statusAsOf: column.optionalTime('status_as_of'),
    grantExpiresAt: column.time('grant_expires_at'),
    readAt: column.time('read_at'),
    state: column.text('state'),
    changedAt: column.optionalTime('changed_at'),
    withdrawnAt: column.optionalTime('withdrawn_at'),
    withdrawnCode: column.optionalText('withdrawn_code'),
  },
})

/** What a partner told us to read again, until that is settled. */
export interface PartnerRefreshRow {
  /** Tell and grant: a Tell that comes twice counts once. */
  id: string
  tell: string
  grantId: string
  /** Who told. */
  partner: Did
  claims: readonly ClaimTarget[]
  state: 'open' | 'settled'
  createdAt: number
}

export const partnerRefreshTable = new EntitySchema<PartnerRefreshRow>({
  name: 'partner_refresh',
  columns: {
    id: column.id(),
    tell: column.text('tell'),
    grantId: column.text('grant_id'),
    partner: column.text('partner'),
    claims: column.json('claims'),
    state: column.text('state'),
    createdAt: column.time('created_at'),
  },
})

export type ChangeKind = 'value_read' | 'value_changed' | 'value_withdrawn' | 'outdated'

/** One change to the record of a partner; names of claims, never values. */
export interface PartnerChangeRow {
  /** Its place in the order of commits, from 1, without gaps. */
  seq: number
  at: number
  partner: Did
  grantId: string
  kind: ChangeKind
  /** Such as `company-profile.email`. */
  claims: readonly string[]
}

export const partnerChangeTable = new EntitySchema<PartnerChangeRow>({
  name: 'partner_change',
  columns: {
    seq: { ...column.integer('seq'), primary: true },
    at: column.time('at_ms'),
    partner: column.text('partner'),
    grantId: column.text('grant_id'),
    kind: column.text('kind'),
    claims: column.json('claims'),
  },
})

export const recordTables = [partnerValueTable, partnerRefreshTable, partnerChangeTable]

export const recordsMigration: Migration = {
  id: 1795000000200,
  name: 'Records',
  up: [
    `CREATE TABLE partner_value (
      id text PRIMARY KEY, grant_id text NOT NULL, partner text NOT NULL, subject text NOT NULL, vct text NOT NULL,
      path text NOT NULL, sealed text, mark text NOT NULL, issuer text NOT NULL, self_declared bigint NOT NULL,
      trusted bigint NOT NULL, issued_at bigint NOT NULL, valid_until bigint, status_as_of bigint,
      grant_expires_at bigint NOT NULL, read_at bigint NOT NULL, state text NOT NULL, changed_at bigint,
      withdrawn_at bigint, withdrawn_code text)`,
    'CREATE INDEX partner_value_of_grant ON partner_value (grant_id)',
    'CREATE INDEX partner_value_of_partner ON partner_value (partner)',
    "CREATE INDEX partner_value_ends ON partner_value (grant_expires_at) WHERE state <> 'withdrawn'",
    `CREATE TABLE partner_refresh (
      id text PRIMARY KEY, tell text NOT NULL, grant_id text NOT NULL, partner text NOT NULL, claims text NOT NULL,
      state text NOT NULL, created_at bigint NOT NULL)`,
    "CREATE INDEX partner_refresh_settled ON partner_refresh (created_at) WHERE state = 'settled'",
    `CREATE TABLE partner_change (
      seq bigint PRIMARY KEY, at_ms bigint NOT NULL, partner text NOT NULL, grant_id text NOT NULL, kind text NOT NULL,
      claims text NOT NULL)`,
    'CREATE TABLE partner_change_head (id text PRIMARY KEY, seq bigint NOT NULL)',
    "INSERT INTO partner_change_head (id, seq) VALUES ('head', 0)",
  ],
}

export const recordsRetentionMigration: Migration = {
  id: 1795000000393,
  name: 'RecordsRetention',
  up: [
    "CREATE INDEX partner_value_withdrawn ON partner_value (withdrawn_at, id) WHERE state = 'withdrawn'",
    // Up to which number the feed of changes was removed.
    "INSERT INTO partner_change_head (id, seq) VALUES ('pruned', 0)",
  ],
}
