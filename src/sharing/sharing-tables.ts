import type { Did } from '../core/index.ts'
import { column, EntitySchema, type Migration } from '../store/index.ts'

/** What our organisation stated to one customer: one that counts at a time, older ones stay readable as they were. */
export interface CustomerStatementRow {
  /** The credential's `jti`. */
  id: string
  customer: Did
  customerName: string
  period: string
  /** Its claims as JSON, sealed under the organisation's key. */
  sealed: Buffer
  offerId: string
  state: 'current' | 'replaced' | 'withdrawn'
  createdAt: number
  endedAt: number | null
}

export const customerStatementTable = new EntitySchema<CustomerStatementRow>({
  name: 'customer_statement',
  columns: {
    id: column.id(),
    customer: column.text('customer'),
    customerName: column.text('customer_name'),
    period: column.text('period'),
    sealed: column.bytes('sealed'),
    offerId: column.text('offer_id'),
    state: column.text('state'),
    createdAt: column.time('created_at'),
    endedAt: column.optionalTime('ended_at'),
  },
})

/** What was published of one claim over one period: once, by one grouping, and never again by another. */
export interface PeerFigureRow {
  claim: string
  period: string
  grouping: 'role' | 'region'
  figures: readonly object[]
  withheld: readonly object[]
  publishedAt: number
}

export const peerFigureTable = new EntitySchema<PeerFigureRow>({
  name: 'peer_figure',
  columns: {
    claim: column.id('claim'),
    period: column.id('period'),
    grouping: column.text('grouping'),
    figures: column.json('figures'),
    withheld: column.json('withheld'),
    publishedAt: column.time('published_at'),
  },
})

/** How many customers a group takes, where the organisation wants more than usual: one row. */
export interface PeerRulesRow {
  id: string
  minGroup: number
  /** Per cent. */
  maxShare: number
}

export const peerRulesTable = new EntitySchema<PeerRulesRow>({
  name: 'peer_rules',
  columns: { id: column.id(), minGroup: column.integer('min_group'), maxShare: column.integer('max_share') },
})

export const sharingTables = [customerStatementTable, peerFigureTable, peerRulesTable]

export const sharingPeriodsMigration: Migration = {
  id: 1795000000397,
  name: 'StatementsOfPeriods',
  up: [
    'DROP INDEX customer_statement_current',
    `CREATE UNIQUE INDEX customer_statement_current ON customer_statement (customer, period)
       WHERE state = 'current'`,
  ],
}

export const sharingMigration: Migration = {
  id: 1795000000361,
  name: 'Sharing',
  up: [
    `CREATE TABLE customer_statement (
      id text PRIMARY KEY, customer text NOT NULL, customer_name text NOT NULL, period text NOT NULL, sealed text NOT NULL,
      offer_id text NOT NULL, state text NOT NULL, created_at bigint NOT NULL, ended_at bigint)`,
    "CREATE UNIQUE INDEX customer_statement_current ON customer_statement (customer) WHERE state = 'current'",
    `CREATE TABLE peer_figure (
      claim text NOT NULL, period text NOT NULL, grouping text NOT NULL, figures text NOT NULL, withheld text NOT NULL,
      published_at bigint NOT NULL, PRIMARY KEY (claim, period))`,
    'CREATE TABLE peer_rules (id text PRIMARY KEY, min_group bigint NOT NULL, max_share bigint NOT NULL)',
    "INSERT INTO peer_rules (id, min_group, max_share) VALUES ('rules', 10, 30)",
    'CREATE INDEX received_request_by_wallet ON received_request (asker_wallet, state)',
  ],
}
