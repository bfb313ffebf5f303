import type { Audit } from '../audit/index.ts'
import { type Caller, type Clock, type Did, Refusal } from '../core/index.ts'
import { rows, type Store, select, type Tx } from '../store/index.ts'
import { lastClosed, takeBookmark } from './bookmark.ts'
import { type Bill, issueInvoices } from './invoicing.ts'
import { addCharge, chargeOf, type Meter } from './meter.ts'
import { endOfPeriod, nextPeriod, type Period } from './period.ts'
import type { Members } from './ports.ts'
import { type InvoiceParty, type ItemRow, itemTable, type PeriodRow, periodTable } from './tables.ts'
import { priceOf, type Tariff, tariffAt } from './tariff.ts'

export interface ClosingDeps {
  readonly store: Store
  readonly clock: Clock
  readonly audit: Audit
  readonly meter: Pick<Meter, 'catchUp'>
  readonly tariffs: readonly Tariff[]
  readonly members: Members
  readonly seller: () => Promise<InvoiceParty>
}

/** Closes months: everything in them is invoiced, once. */
export class Closing {
  readonly #deps: ClosingDeps

  constructor(deps: ClosingDeps) {
    this.#deps = deps
  }

  /** Closed months, newest first. */
  periods(): Promise<PeriodRow[]> {
    return this.#deps.store.reader.find(periodTable, { order: { period: 'DESC' }, take: 200 })
  }

  /**
   * Charges members for the month, and invoices every organisation what is in it.
   * @throws Refusal `period_not_over`, `period_closed`, `period_out_of_order`, `billing_behind`, `tariff_missing`
   */
  async close(caller: Caller, period: Period): Promise<PeriodRow> {
    const { store, clock, audit, meter, members, seller } = this.#deps
    const end = endOfPeriod(period)
    if (clock.now() <= end) throw new Refusal('conflict', 'period_not_over', 'this month is not over yet')
    const tariff = tariffAt(this.#deps.tariffs, end)
    if (!tariff) throw new Refusal('unprocessable', 'tariff_missing', 'no tariff was in force in that month')
    await meter.catchUp()
    const payers = await this.#payers(period, end)
    const [named, us] = await Promise.all([members.named(payers), seller()])
    return store.transact(async (tx) => {
      const { seq } = await takeBookmark(tx)
      await this.#requireTurn(tx, period)
      if (await audit.hasBeyond(tx, seq, end))
        throw new Refusal('unavailable', 'billing_behind', 'what happened is still being metered: try again')
      await this.#chargeMonth(tx, period, tariff, end)
      const items = await select(tx, itemTable, `${OPEN} AND period <= ? ORDER BY payer, id`, [period])
      const bills = [...byPayer(items)].map(
        ([payer, own]): Bill => ({ payer, items: own, period, buyer: named.get(payer) ?? unnamed(payer) }),
      )
      const issued = await issueInvoices(tx, bills, {
        ...{ seller: us, paymentDays: tariff.payment_days, clock },
      })
      const row: PeriodRow = { period, closedAt: clock.now(), invoices: issued.length }
      await tx.insert(periodTable, row)
      await audit.recordAll(tx, [
        ...issued.map(({ id, number, payer }) => ({
          caller,
          action: 'billing.invoice_issued',
          data: { invoice: id, number, organisation: payer },
        })),
        { caller, action: 'billing.period_closed', data: { period, invoices: issued.length } },
      ])
      return row
    })
  }

  async #requireTurn(tx: Tx, period: Period): Promise<void> {
    const closed = await lastClosed(tx)
    if (closed !== null && period <= closed)
      throw new Refusal('conflict', 'period_closed', 'this month is closed already')
    const [oldest] = await rows<{ period: string | null }>(
      tx,
      `SELECT min(period) AS period FROM billing_item WHERE ${OPEN}`,
    )
    const expected = closed === null ? (oldest?.period ?? period) : nextPeriod(closed)
    if (expected >= period) return
    throw new Refusal('conflict', 'period_out_of_order', 'an earlier month is to be closed first', {
      params: { expected },
    })
  }

  async #chargeMonth(tx: Tx, period: Period, tariff: Tariff, end: number): Promise<void> {
    const monthly = tariff.items.filter(({ per }) => per === 'month')
    if (monthly.length === 0) return
    const active = await this.#deps.members.activeSince(tx, end)
    for (const did of active)
      for (const item of monthly)
        await addCharge(tx, {
          ...chargeOf(tariff, item.code, priceOf(item, { isInviter: false, freeUsed: 0 })),
          once: `month:${period}:${item.code}:${did}`,
          ...{ payer: did, organisation: did, reference: period, at: end, period },
        })
  }

  /** Whom this will be about, so that they are named before the transaction. */
  async #payers(period: Period, end: number): Promise<Did[]> {
    const { store, members } = this.#deps
    const owing = await rows<{ payer: Did }>(
      store.reader,
      `SELECT DISTINCT payer FROM billing_item WHERE ${OPEN} AND period <= ?`,
      [period],
    )
    const active = await store.transact((tx) => members.activeSince(tx, end))
    return [...new Set([...owing.map(({ payer }) => payer), ...active])]
  }
}

/** Items that are on no invoice. */
const OPEN = 'NOT EXISTS (SELECT 1 FROM invoice_line WHERE invoice_line.item_id = billing_item.id)'

/** Who came in between is invoiced by its DID. */
export const unnamed = (did: Did): InvoiceParty => ({
  ...{ name: did, did, kvk_number: null, vat_number: null, address: null },
})

function byPayer(items: readonly ItemRow[]): Map<Did, ItemRow[]> {
  const all = new Map<Did, ItemRow[]>()
  for (const item of items) {
    const own = all.get(item.payer)
    if (own) own.push(item)
    else all.set(item.payer, [item])
  }
  return all
}
