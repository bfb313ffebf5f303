import { type Clock, type Did, dayOf, newId } from '../core/index.ts'
import { insertAll, rows, type Tx } from '../store/index.ts'
import { totalsOf } from './money.ts'
import type { Period } from './period.ts'
import { type InvoiceParty, type InvoiceRow, type ItemRow, invoiceLineTable, invoiceTable } from './tables.ts'

const DAY_MS = 86_400_000

/** What one payer is invoiced together. */
export interface Bill {
  readonly payer: Did
  readonly items: readonly ItemRow[]
  readonly period: Period
  readonly buyer: InvoiceParty
  /** Number of the invoice it corrects. */
  readonly credits?: string
}

export interface Issuing {
  readonly seller: InvoiceParty
  readonly paymentDays: number
  readonly clock: Clock
}

/**
 * Writes invoices, or credit notes where what is owed is less than nothing. They are numbered in the transaction that
 * writes them: a number that was given out is on an invoice, and whoever comes next waits for it.
 */
export async function issueInvoices(
  tx: Tx,
  bills: readonly Bill[],
  { seller, paymentDays, clock }: Issuing,
): Promise<InvoiceRow[]> {
  if (bills.length === 0) return []
  const now = clock.now()
  const year = Number(dayOf(now).slice(0, 4))
  const first = await takeNumbers(tx, year, bills.length)
  const invoices = bills.map((bill, at): InvoiceRow => {
    const { net_cents, vat_cents, total_cents, saved_cents, vats } = totalsOf(bill.items.map(amountOf))
    return {
      id: newId(),
      number: `${year}-${String(first + at).padStart(5, '0')}`,
      kind: net_cents < 0 ? 'credit_note' : 'invoice',
      ...{ payer: bill.payer, period: bill.period, credits: bill.credits ?? null },
      ...{ issuedAt: now, dueAt: now + paymentDays * DAY_MS },
      ...{ netCents: net_cents, vatCents: vat_cents, totalCents: total_cents, savedCents: saved_cents, vats },
      parties: { seller, buyer: bill.buyer },
    }
  })
  await insertAll(tx, invoiceTable, invoices)
  // The key on the item is the guard: of an item that is on an invoice already the whole transaction fails.
  const lines = bills.flatMap(({ items }, at) =>
    items.map(({ id }) => ({ itemId: id, invoiceId: invoices[at]?.id ?? '' })),
  )
  await insertAll(tx, invoiceLineTable, lines)
  return invoices
}

export const amountOf = ({ cents, listCents, free, vatBasisPoints }: ItemRow) => ({
  ...{ cents, listCents, vatBasisPoints },
  free: free === 1,
})

/** @returns the first of so many numbers in a row */
async function takeNumbers(tx: Tx, year: number, count: number): Promise<number> {
  const [found] = await rows<{ last: number | string }>(
    tx,
    `INSERT INTO invoice_counter (year, last) VALUES (?, ?)
     ON CONFLICT (year) DO UPDATE SET last = invoice_counter.last + excluded.last RETURNING last`,
    [year, count],
  )
  return Number(found?.last) - count + 1
}
