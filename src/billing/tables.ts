import type { Did } from '../core/index.ts'
import { column, EntitySchema, type Migration } from '../store/index.ts'
import type { VatLine } from './money.ts'

/** How far the audit log was metered. */
export interface BookmarkRow {
  id: string
  seq: number
  hash: string
  /** Goes up with each turn: whoever raises it has the row to himself until his transaction ends. */
  turn: number
}

export const bookmarkTable = new EntitySchema<BookmarkRow>({
  name: 'billing_bookmark',
  columns: {
    id: column.id(),
    seq: column.integer('seq'),
    hash: column.text('hash'),
    turn: column.integer('turn'),
  },
})

/** One charge, or one correction of it. Rows are only ever added. */
export interface ItemRow {
  id: string
  /** What it stands for; there is one row of it. */
  once: string
  kind: 'charge' | 'correction'
  /** Of the tariff. */
  code: string
  tariffVersion: number
  vatBasisPoints: number
  organisation: Did
  payer: Did
  reference: string
  at: number
  /** The month it is invoiced with. */
  period: string
  listCents: number
  cents: number
  /** 1 where it costs nothing because so many are free. */
  free: number
  /** The charge that this corrects. */
  corrects: string | null
  /** Why it was corrected; sealed under a key of its own. */
  reason: Buffer | null
  /** Pseudonym of who corrected it. */
  correctedBy: string | null
}

export const itemTable = new EntitySchema<ItemRow>({
  name: 'billing_item',
  columns: {
    id: column.id(),
    once: column.text('once_key'),
    kind: column.text('kind'),
    code: column.text('code'),
    tariffVersion: column.integer('tariff_version'),
    vatBasisPoints: column.integer('vat_basis_points'),
    organisation: column.text('organisation'),
    payer: column.text('payer'),
    reference: column.text('reference'),
    at: column.time('at_ms'),
    period: column.text('period'),
    listCents: column.integer('list_cents'),
    cents: column.integer('cents'),
    free: column.integer('free'),
    corrects: column.optionalText('corrects'),
    reason: column.optionalBytes('reason'),
    correctedBy: column.optionalText('corrected_by'),
  },
})

/** A month that is closed. */
export interface PeriodRow {
  period: string
  closedAt: number
  invoices: number
}

export const periodTable = new EntitySchema<PeriodRow>({
  name: 'billing_period',
  columns: {
    period: column.id('period'),
    closedAt: column.time('closed_at'),
    invoices: column.integer('invoices'),
  },
})

/** An organisation as it stands on an invoice, also when it is called otherwise later. */
export interface InvoiceParty {
  readonly name: string
  readonly did: Did
  readonly kvk_number: string | null
  readonly vat_number: string | null
  readonly address: string | null
}

export interface InvoiceRow {
  id: string
  /** `2026-00001`; one row of numbers a year, of invoices and credit notes alike, without gaps. */
  number: string
  kind: 'invoice' | 'credit_note'
  payer: Did
  period: string
  /** Number of the invoice it corrects. */
  credits: string | null
  issuedAt: number
  dueAt: number
  netCents: number
  vatCents: number
  totalCents: number
  savedCents: number
  vats: readonly VatLine[]
  parties: { readonly seller: InvoiceParty; readonly buyer: InvoiceParty }
}

export const invoiceTable = new EntitySchema<InvoiceRow>({
  name: 'invoice',
  columns: {
    id: column.id(),
    number: column.text('number'),
    kind: column.text('kind'),
    payer: column.text('payer'),
    period: column.text('period'),
    credits: column.optionalText('credits'),
    issuedAt: column.time('issued_at'),
    dueAt: column.time('due_at'),
    netCents: column.integer('net_cents'),
    vatCents: column.integer('vat_cents'),
    totalCents: column.integer('total_cents'),
    savedCents: column.integer('saved_cents'),
    vats: column.json('vats'),
    parties: column.json('parties'),
  },
})

/** On which invoice an item is: on one. */
export interface InvoiceLineRow {
  itemId: string
  invoiceId: string
}

export const invoiceLineTable = new EntitySchema<InvoiceLineRow>({
  name: 'invoice_line',
  columns: { itemId: column.id('item_id'), invoiceId: column.text('invoice_id') },
})

export const billingTables = [bookmarkTable, itemTable, periodTable, invoiceTable, invoiceLineTable] as const

export const billingMigrations: readonly Migration[] = [
  {
    id: 1795000560001,
    name: 'Billing',
    up: [
      'CREATE TABLE billing_bookmark (id text PRIMARY KEY, seq bigint NOT NULL, hash text NOT NULL, turn bigint NOT NULL)',
      `CREATE TABLE billing_item (
        id text PRIMARY KEY, once_key text NOT NULL UNIQUE, kind text NOT NULL, code text NOT NULL,
        tariff_version bigint NOT NULL, vat_basis_points bigint NOT NULL, organisation text NOT NULL,
        payer text NOT NULL, reference text NOT NULL, at_ms bigint NOT NULL, period text NOT NULL,
        list_cents bigint NOT NULL, cents bigint NOT NULL, free bigint NOT NULL, corrects text, reason text,
        corrected_by text)`,
      'CREATE INDEX billing_item_by_payer ON billing_item (payer, period, id)',
      'CREATE INDEX billing_item_by_period ON billing_item (period, id)',
      'CREATE INDEX billing_item_corrections ON billing_item (corrects) WHERE corrects IS NOT NULL',
      'CREATE TABLE billing_period (period text PRIMARY KEY, closed_at bigint NOT NULL, invoices bigint NOT NULL)',
      `CREATE TABLE invoice (
        id text PRIMARY KEY, number text NOT NULL UNIQUE, kind text NOT NULL, payer text NOT NULL, period text NOT NULL,
        credits text, issued_at bigint NOT NULL, due_at bigint NOT NULL, net_cents bigint NOT NULL,
        vat_cents bigint NOT NULL, total_cents bigint NOT NULL, saved_cents bigint NOT NULL, vats text NOT NULL,
        parties text NOT NULL)`,
      'CREATE INDEX invoice_by_payer ON invoice (payer, id)',
      'CREATE TABLE invoice_line (item_id text PRIMARY KEY, invoice_id text NOT NULL)',
      'CREATE INDEX invoice_line_by_invoice ON invoice_line (invoice_id)',
      'CREATE TABLE invoice_counter (year bigint PRIMARY KEY, last bigint NOT NULL)',
    ],
  },
]
