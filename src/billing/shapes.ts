import { z } from 'zod'
import { isDid } from '../core/index.ts'
import { billableEvents } from './billable.ts'
import { isPeriod } from './period.ts'

const time = z.iso.datetime()
const cents = z.int().describe('whole euro cents, without VAT unless told')
export const period = z.string().refine(isPeriod, 'a month, as 2026-11')
export const did = z.string().refine(isDid, 'a DID')

const label = z.object({ nl: z.string(), en: z.string() })

const party = z.object({
  name: z.string(),
  did: z.string(),
  kvk_number: z.string().nullable(),
  vat_number: z.string().nullable(),
  address: z.string().nullable(),
})

export const itemShape = z.object({
  id: z.string(),
  kind: z.enum(['charge', 'correction']),
  at: time,
  period: z.string(),
  code: z.string().describe('of the tariff'),
  label,
  tariff_version: z.int(),
  organisation: z.string().describe('whom it happened to'),
  payer: z.string(),
  reference: z.string().describe('the case, agreement or month'),
  list_cents: cents.describe('what it costs, or would'),
  cents,
  free: z.boolean(),
  corrects: z.string().nullable(),
  reason: z.string().nullable(),
  corrected_by: z.string().nullable().describe('a pseudonym'),
})
export type Item = z.output<typeof itemShape>

const totals = {
  net_cents: cents,
  vat_cents: cents.describe('VAT in whole euro cents'),
  total_cents: cents.describe('with VAT'),
  saved_cents: cents.describe('what free lines would have cost'),
  vats: z.array(z.object({ basis_points: z.int(), net_cents: z.int(), vat_cents: z.int() })).readonly(),
}

export const invoiceSummary = z.object({
  number: z.string(),
  kind: z.enum(['invoice', 'credit_note']),
  payer: z.string(),
  payer_name: z.string(),
  period: z.string(),
  credits: z.string().nullable().describe('number of the invoice it corrects'),
  issued_at: time,
  due_at: time,
  ...totals,
})

export const invoiceShape = invoiceSummary.extend({ seller: party, buyer: party, lines: z.array(itemShape) })
export type Invoice = z.output<typeof invoiceShape>

/** What one organisation is charged in a month, also before it is invoiced. */
export const statementShape = z.object({
  organisation: z.string(),
  period: z.string(),
  state: z.enum(['open', 'closed']),
  made_at: time,
  tariff: z.object({ version: z.int(), digest: z.string() }).nullable(),
  lines: z.array(itemShape),
  ...totals,
  invoices: z.array(invoiceSummary).describe('of this month'),
})
export type Statement = z.output<typeof statementShape>

export const tariffShape = z.object({
  version: z.int(),
  effective: z.string(),
  currency: z.string(),
  digest: z.string(),
  vat_basis_points: z.int(),
  payment_days: z.int(),
  items: z.array(
    z.object({
      code: z.string(),
      per: z.enum(['event', 'month']),
      event: z.enum(billableEvents).nullable(),
      amount_cents: cents,
      free_first: z.int().nullable().describe('so many are free for who invited a partner'),
      label,
    }),
  ),
})
