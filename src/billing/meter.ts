import type { Audit, SealedEntry } from '../audit/index.ts'
import { type Did, newId } from '../core/index.ts'
import { rows, type Store, type Tx } from '../store/index.ts'
import { type BillableEvent, billableOf } from './billable.ts'
import { lastClosed, moveBookmark, takeBookmark } from './bookmark.ts'
import { laterPeriod, nextPeriod, type Period, periodOf } from './period.ts'
import type { PayerOf } from './ports.ts'
import type { ItemRow } from './tables.ts'
import { itemsFor, priceOf, type Tariff, tariffAt } from './tariff.ts'

export interface MeterDeps {
  readonly store: Store
  readonly audit: Pick<Audit, 'sealedAfter' | 'record'>
  readonly tariffs: readonly Tariff[]
  readonly payerOf: PayerOf
  /** The trust anchor itself: it sends itself no bills. */
  readonly ourselves: () => Promise<Did>
}

const PAGE = 200

/**
 * Turns what happened into charges, in the order of the audit chain. Charges and the bookmark are one transaction, and
 * the bookmark is taken by one process at a time: stopped wherever it is, it goes on where it was.
 */
export class Meter {
  readonly #deps: MeterDeps

  constructor(deps: MeterDeps) {
    this.#deps = deps
  }

  /**
   * Meters everything that is sealed.
   * @returns how many charges that made
   * @throws Refusal `audit_broken`: nothing is charged by a record that was changed
   */
  async catchUp(): Promise<number> {
    let charged = 0
    for (;;) {
      const page = await this.#page()
      charged += page.charged
      if (page.read < PAGE) return charged
    }
  }

  async #page(): Promise<{ readonly read: number; readonly charged: number }> {
    const { store, audit, ourselves } = this.#deps
    const us = await ourselves()
    return store.transact(async (tx) => {
      const from = await takeBookmark(tx)
      const entries = await audit.sealedAfter(tx, from, PAGE)
      const last = entries.at(-1)
      if (!last) return { read: 0, charged: 0 }
      const closed = await lastClosed(tx)
      const open = closed === null ? null : nextPeriod(closed)
      let charged = 0
      for (const entry of entries) charged += await this.#meter(tx, entry, us, open)
      await moveBookmark(tx, last)
      return { read: entries.length, charged }
    })
  }

  async #meter(tx: Tx, entry: SealedEntry, us: Did, open: Period | null): Promise<number> {
    const { audit, tariffs, payerOf } = this.#deps
    const event = billableOf(entry)
    if (event === null) return 0
    if (event === 'unreadable') {
      // Somebody should look at it; the entries behind it are not held up.
      await audit.record(tx, 'system', 'billing.entry_skipped', { seq: entry.seq, kind: entry.action })
      return 0
    }
    const tariff = tariffAt(tariffs, event.at)
    const { payer, isInviter } = await payerOf(tx, event)
    if (!tariff || payer === us) return 0
    let charged = 0
    for (const item of itemsFor(tariff, event.event)) {
      const freeUsed = isInviter && item.free_first ? await freeLines(tx, payer, item.code) : 0
      const price = priceOf(item, { isInviter, freeUsed })
      charged += await addCharge(tx, {
        ...chargeOf(tariff, item.code, price),
        once: `audit:${event.seq}:${item.code}`,
        ...{ payer, organisation: event.organisation, reference: event.reference, at: event.at },
        period: monthOf(event, open),
      })
    }
    return charged
  }
}

/** What came in after its month was closed is invoiced with the month that is open. */
const monthOf = ({ at }: BillableEvent, open: Period | null): Period => laterPeriod(periodOf(at), open)

type Price = ReturnType<typeof priceOf>

/** The members that a tariff gives a charge. */
export const chargeOf = ({ version, vat_basis_points }: Tariff, code: string, price: Price) => ({
  ...{ code, tariffVersion: version, vatBasisPoints: vat_basis_points },
  ...{ cents: price.cents, listCents: price.listCents, free: price.free ? 1 : 0 },
})

type Charge = Omit<ItemRow, 'id' | 'kind' | 'corrects' | 'reason' | 'correctedBy'>

/** Adds a charge unless it is there. @returns 1 where it was not */
export async function addCharge(tx: Tx, charge: Charge): Promise<number> {
  const added = await rows(
    tx,
    `INSERT INTO billing_item (id, once_key, kind, code, tariff_version, vat_basis_points, organisation, payer,
       reference, at_ms, period, list_cents, cents, free)
     VALUES (?, ?, 'charge', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (once_key) DO NOTHING RETURNING id`,
    [
      ...[newId(), charge.once, charge.code, charge.tariffVersion, charge.vatBasisPoints],
      ...[charge.organisation, charge.payer, charge.reference, charge.at, charge.period],
      ...[charge.listCents, charge.cents, charge.free],
    ],
  )
  return added.length
}

async function freeLines(tx: Tx, payer: Did, code: string): Promise<number> {
  const [found] = await rows<{ n: number | string }>(
    tx,
    'SELECT count(*) AS n FROM billing_item WHERE payer = ? AND code = ? AND free = 1',
    [payer, code],
  )
  return Number(found?.n ?? 0)
}
