import type { Audit } from '../audit/index.ts'
import { type Clock, newId, Refusal, type UserCaller } from '../core/index.ts'
import { rows, type Store, type Tx } from '../store/index.ts'
import type { Vault } from '../vault/index.ts'
import { lastClosed, takeBookmark } from './bookmark.ts'
import { unnamed } from './closing.ts'
import { issueInvoices } from './invoicing.ts'
import { laterPeriod, nextPeriod, periodOf } from './period.ts'
import type { Members } from './ports.ts'
import {
  type InvoiceParty,
  type InvoiceRow,
  type ItemRow,
  invoiceLineTable,
  invoiceTable,
  itemTable,
} from './tables.ts'

export interface CorrectionsDeps {
  readonly store: Store
  readonly vault: Vault
  readonly clock: Clock
  readonly audit: Audit
  readonly members: Members
  readonly seller: () => Promise<InvoiceParty>
  readonly pseudonym: (personId: string) => string
}

/** Days to pay what a correction adds. */
const PAYMENT_DAYS = 30

const scopeOf = (id: string) => `billing_item:${id}`
const place = (id: string) => `billing_item:${id}:reason`

/** Late corrections: rows of their own, with who and why. A charge is never changed. */
export class Corrections {
  readonly #deps: CorrectionsDeps

  constructor(deps: CorrectionsDeps) {
    this.#deps = deps
  }

  /**
   * Says what a charge should have been. Of a charge that was invoiced a credit note follows at once, or an invoice
   * where it should have been more; of others it stands beside the charge on the invoice that is to come.
   * @param to what it should have been in all, whole euro cents without VAT
   * @throws Refusal `billing_item_unknown`, `correction_of_correction`, `correction_changes_nothing`,
   *   `changed_meanwhile`
   */
  async correct(
    caller: UserCaller,
    itemId: string,
    { to, reason }: { readonly to: number; readonly reason: string },
  ): Promise<{ item: ItemRow; invoice: InvoiceRow | null }> {
    const { store, audit, members, seller } = this.#deps
    const found = await store.reader.findOneBy(itemTable, { id: itemId })
    if (!found) throw new Refusal('not_found', 'billing_item_unknown', 'there is no such charge')
    if (found.kind === 'correction')
      throw new Refusal(
        'conflict',
        'correction_of_correction',
        'correct the charge itself, not its correction',
      )
    const [named, us] = await Promise.all([members.named([found.payer]), seller()])
    return store.transact(async (tx) => {
      await takeBookmark(tx)
      const item = await this.#add(tx, caller, found, { to, reason })
      const line = await tx.findOneBy(invoiceLineTable, { itemId: found.id })
      const invoiced = line && (await tx.findOneBy(invoiceTable, { id: line.invoiceId }))
      const buyer = named.get(found.payer) ?? unnamed(found.payer)
      const [invoice = null] = invoiced
        ? await issueInvoices(
            tx,
            [{ payer: found.payer, items: [item], period: item.period, buyer, credits: invoiced.number }],
            { seller: us, paymentDays: PAYMENT_DAYS, clock: this.#deps.clock },
          )
        : []
      await audit.record(tx, caller, 'billing.corrected', {
        ...{ item: found.id, correction: item.id, organisation: found.payer },
        ...(invoice && { number: invoice.number }),
      })
      return { item, invoice }
    })
  }

  /** Why something was corrected. */
  async reasonOf({ id, reason }: Pick<ItemRow, 'id' | 'reason'>): Promise<string | null> {
    return reason && this.#deps.vault.openText(place(id), reason)
  }

  async #add(
    tx: Tx,
    caller: UserCaller,
    charge: ItemRow,
    { to, reason }: { readonly to: number; readonly reason: string },
  ): Promise<ItemRow> {
    const { vault, clock, pseudonym } = this.#deps
    const earlier = await tx.findBy(itemTable, { corrects: charge.id })
    const cents = to - earlier.reduce((sum, one) => sum + one.cents, charge.cents)
    if (cents === 0)
      throw new Refusal('conflict', 'correction_changes_nothing', 'that is what is charged for it already')
    const id = newId()
    await vault.createKey(tx, scopeOf(id))
    const closed = await lastClosed(tx)
    const now = clock.now()
    const item: ItemRow = {
      id,
      once: `correction:${charge.id}:${earlier.length + 1}`,
      kind: 'correction',
      ...{ code: charge.code, tariffVersion: charge.tariffVersion, vatBasisPoints: charge.vatBasisPoints },
      ...{ organisation: charge.organisation, payer: charge.payer, reference: charge.reference },
      ...{ at: now, period: laterPeriod(periodOf(now), closed === null ? null : nextPeriod(closed)) },
      ...{ listCents: cents, cents, free: 0, corrects: charge.id },
      reason: await vault.seal(scopeOf(id), place(id), reason),
      correctedBy: pseudonym(caller.personId),
    }
    await requireAdded(tx, item)
    return item
  }
}

/** Of two that correct one charge at the same moment the second knew other sums. */
async function requireAdded(tx: Tx, item: ItemRow): Promise<void> {
  const added = await rows(
    tx,
    `INSERT INTO billing_item (id, once_key, kind, code, tariff_version, vat_basis_points, organisation, payer,
       reference, at_ms, period, list_cents, cents, free, corrects, reason, corrected_by)
     VALUES (?, ?, 'correction', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?) ON CONFLICT (once_key) DO NOTHING
     RETURNING id`,
    [
      ...[item.id, item.once, item.code, item.tariffVersion, item.vatBasisPoints, item.organisation],
      ...[item.payer, item.reference, item.at, item.period, item.listCents, item.cents, item.corrects],
      ...[item.reason?.toString('base64') ?? null, item.correctedBy],
    ],
  )
  if (added.length === 1) return
  throw new Refusal('conflict', 'changed_meanwhile', 'somebody corrected this in the meantime')
}
