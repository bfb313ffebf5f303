import { type Clock, type Did, isoTime, Refusal } from '../core/index.ts'
import { In, LessThan, type Store } from '../store/index.ts'
import type { Corrections } from './corrections.ts'
import { amountOf } from './invoicing.ts'
import type { Meter } from './meter.ts'
import { totalsOf } from './money.ts'
import { endOfPeriod, type Period, periodOf } from './period.ts'
import type { Invoice, Item, Statement } from './shapes.ts'
import {
  type InvoiceRow,
  type ItemRow,
  invoiceLineTable,
  invoiceTable,
  itemTable,
  periodTable,
} from './tables.ts'
import { type Tariff, tariffAt } from './tariff.ts'

export interface BooksDeps {
  readonly store: Store
  readonly clock: Clock
  readonly tariffs: readonly Tariff[]
  readonly meter: Pick<Meter, 'catchUp'>
  readonly corrections: Pick<Corrections, 'reasonOf'>
}

interface Page {
  readonly cursor?: string | undefined
  readonly limit: number
}

/** A month in which one organisation has more than this is read page by page. */
const MAX_LINES = 5_000
/** As many ids as one statement takes on both engines. */
const IDS = 500

/** What was charged and invoiced, read back. */
export class Books {
  readonly #deps: BooksDeps

  constructor(deps: BooksDeps) {
    this.#deps = deps
  }

  /** Charges and corrections, newest first. */
  async items(where: { readonly payer?: Did | undefined; readonly period?: Period | undefined }, page: Page) {
    await this.#deps.meter.catchUp()
    const found = await this.#deps.store.reader.find(itemTable, {
      where: whereOf(where, page),
      order: { id: 'DESC' },
      take: page.limit,
    })
    return { items: await this.#lines(found), next: nextOf(found, page) }
  }

  /** Invoices and credit notes, newest first. */
  async invoices(
    where: { readonly payer?: Did | undefined; readonly period?: Period | undefined },
    page: Page,
  ) {
    const found = await this.#deps.store.reader.find(invoiceTable, {
      where: whereOf(where, page),
      order: { id: 'DESC' },
      take: page.limit,
    })
    return { items: found.map(summaryOf), next: nextOf(found, page) }
  }

  /** @throws Refusal `invoice_unknown` */
  async invoice(number: string): Promise<Invoice> {
    const { reader } = this.#deps.store
    const row = await reader.findOneBy(invoiceTable, { number })
    if (!row) throw new Refusal('not_found', 'invoice_unknown', 'there is no such invoice')
    const lines = await reader.findBy(invoiceLineTable, { invoiceId: row.id })
    const found: ItemRow[] = []
    for (let at = 0; at < lines.length; at += IDS)
      found.push(
        ...(await reader.findBy(itemTable, {
          id: In(lines.slice(at, at + IDS).map(({ itemId }) => itemId)),
        })),
      )
    found.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
    return { ...summaryOf(row), ...row.parties, lines: await this.#lines(found) }
  }

  /**
   * What an organisation is charged in a month.
   * @param period the present one unless told
   * @throws Refusal `statement_too_long`
   */
  async statement(payer: Did, period?: Period): Promise<Statement> {
    const { store, clock, tariffs, meter } = this.#deps
    await meter.catchUp()
    const month = period ?? periodOf(clock.now())
    const [items, invoices, closed] = await Promise.all([
      store.reader.find(itemTable, {
        where: { payer, period: month },
        order: { id: 'ASC' },
        take: MAX_LINES + 1,
      }),
      store.reader.find(invoiceTable, { where: { payer, period: month }, order: { id: 'ASC' } }),
      store.reader.existsBy(periodTable, { period: month }),
    ])
    if (items.length > MAX_LINES)
      throw new Refusal('too_large', 'statement_too_long', 'this month has too many lines for one statement')
    const tariff = tariffAt(tariffs, Math.min(endOfPeriod(month), clock.now()))
    return {
      ...{ organisation: payer, period: month, state: closed ? 'closed' : 'open' },
      made_at: isoTime(clock.now()),
      tariff: tariff && { version: tariff.version, digest: tariff.digest },
      lines: await this.#lines(items),
      ...totalsOf(items.map(amountOf)),
      invoices: invoices.map(summaryOf),
    }
  }

  /** A charge or correction as people read it. */
  async line(row: ItemRow): Promise<Item> {
    return {
      ...{ id: row.id, kind: row.kind, at: isoTime(row.at), period: row.period, code: row.code },
      label: this.#label(row),
      tariff_version: row.tariffVersion,
      ...{ organisation: row.organisation, payer: row.payer, reference: row.reference },
      ...{ list_cents: row.listCents, cents: row.cents, free: row.free === 1 },
      ...{ corrects: row.corrects, corrected_by: row.correctedBy },
      reason: await this.#deps.corrections.reasonOf(row),
    }
  }

  #lines(rows: readonly ItemRow[]): Promise<Item[]> {
    return Promise.all(rows.map((row) => this.line(row)))
  }

  #label({ code, tariffVersion }: ItemRow): Item['label'] {
    const tariff = this.#deps.tariffs.find(({ version }) => version === tariffVersion)
    return tariff?.items.find((item) => item.code === code)?.label ?? { nl: code, en: code }
  }
}

const whereOf = (
  { payer, period }: { readonly payer?: Did | undefined; readonly period?: Period | undefined },
  { cursor }: Page,
) => ({ ...(payer && { payer }), ...(period && { period }), ...(cursor && { id: LessThan(cursor) }) })

const nextOf = (found: readonly { readonly id: string }[], { limit }: Page): string | null =>
  found.length === limit ? (found.at(-1)?.id ?? null) : null

export const summaryOf = (row: InvoiceRow) => ({
  ...{ number: row.number, kind: row.kind, payer: row.payer, payer_name: row.parties.buyer.name },
  ...{ period: row.period, credits: row.credits },
  ...{ issued_at: isoTime(row.issuedAt), due_at: isoTime(row.dueAt) },
  ...{ net_cents: row.netCents, vat_cents: row.vatCents, total_cents: row.totalCents },
  ...{ saved_cents: row.savedCents, vats: row.vats },
})
