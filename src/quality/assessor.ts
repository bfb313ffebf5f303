import type { Clock, Did } from '../core/index.ts'
import {
  comparable,
  differencesOf,
  type OwnField,
  ownValues,
  type Partner,
  type Partners,
  type SharedValue,
} from '../partners/index.ts'
import { change, In, IsNull, insertAll, rows, type Store, type Tx } from '../store/index.ts'
import type { WebhookEvent } from '../webhooks/index.ts'
import type { Duplicates } from './duplicates.ts'
import { judge, pointsOf, type QualityRules } from './judge.ts'
import { type Marks, madeOf } from './marks.ts'
import {
  type BounceRow,
  bounceTable,
  type PartnerDifferenceRow,
  type PartnerKeyRow,
  partnerDifferenceTable,
  partnerKeyTable,
  partnerQualityTable,
} from './quality-tables.ts'

/** What a partner lets us see, opened for the node's own comparing; never shown. */
export type InsideValue = Pick<
  SharedValue,
  'claim' | 'value' | 'subject' | 'state' | 'asOf' | 'checkedAt'
> & { readonly grantId: string }

export interface AssessorDeps {
  readonly store: Store
  readonly clock: Clock
  readonly partners: Pick<Partners, 'byIds'>
  readonly valuesOf: (partner: Did) => Promise<readonly InsideValue[]>
  readonly duplicates: Duplicates
  readonly marks: Marks
  readonly rules: QualityRules
  /** Tells the company's own systems, in the transaction of the change. */
  readonly announce: (tx: Tx, event: WebhookEvent) => Promise<void>
}

const AT_A_TIME = 100
/** Batches that are judged before somebody who waits gets an answer. */
const BATCHES = 10

/** Judges what we have of partners anew when something changed in it, or became old. */
export class Assessor {
  readonly #deps: AssessorDeps

  constructor(deps: AssessorDeps) {
    this.#deps = deps
  }

  /** Judges what is due. @returns whether some is left for later */
  async catchUp(): Promise<boolean> {
    await this.#followFeed()
    const done = new Set<string>()
    for (let batch = 0; batch < BATCHES; batch++) {
      const due = await this.#due()
      // What changed in the millisecond in which it was judged is due once more, later.
      if (due.every((id) => done.has(id))) return false
      for (const id of due) done.add(id)
      await this.#assess(due)
    }
    return (await this.#due()).length > 0
  }

  /** Judges one partner now, if it is due. */
  async refresh(partnerId: string): Promise<void> {
    await this.#followFeed()
    if ((await this.#due(partnerId)).length > 0) await this.#assess([partnerId])
  }

  /** These are due: something was said about them. */
  async markDue(tx: Tx, partners: readonly string[]): Promise<void> {
    if (partners.length === 0) return
    await this.lock(tx)
    await change(tx, partnerQualityTable, { partnerId: In([...partners]) }, { assessedAt: 0 })
  }

  /** Who judges, or says that something is due, waits for others who do. */
  async lock(tx: Tx): Promise<number> {
    const lock = this.#deps.store.engine === 'postgres' ? ' FOR UPDATE' : ''
    const [head] = await rows<{ seq: number | string }>(
      tx,
      `SELECT seq FROM quality_head WHERE id = 'head'${lock}`,
    )
    return Number(head?.seq ?? 0)
  }

  /** What changed in the records of partners makes them due. */
  async #followFeed(): Promise<void> {
    const { store } = this.#deps
    const [news] = await rows<{ seq: number | string }>(
      store.reader,
      `SELECT h.seq FROM partner_change_head h, quality_head q
       WHERE h.id = 'head' AND q.id = 'head' AND h.seq > q.seq`,
    )
    if (!news) return
    await store.transact(async (tx) => {
      const after = await this.lock(tx)
      await rows(
        tx,
        `UPDATE partner_quality SET assessed_at = 0 WHERE partner_id IN (
           SELECT p.id FROM partner p JOIN partner_change c ON c.partner = p.did
           WHERE c.seq > ? AND c.seq <= ?)`,
        [after, Number(news.seq)],
      )
      await rows(tx, "UPDATE quality_head SET seq = ? WHERE id = 'head' AND seq < ?", [
        ...[Number(news.seq), Number(news.seq)],
      ])
    })
  }

  async #due(only?: string): Promise<string[]> {
    const { store, clock } = this.#deps
    const found = await rows<{ id: string }>(
      store.reader,
      `SELECT p.id FROM partner p LEFT JOIN partner_quality q ON q.partner_id = p.id
       WHERE ${only === undefined ? '' : 'p.id = ? AND'} (q.partner_id IS NULL OR p.updated_at >= q.assessed_at
         OR p.network_checked_at >= q.assessed_at OR q.next_at <= ?)
       ORDER BY p.id LIMIT ${AT_A_TIME}`,
      [...(only === undefined ? [] : [only]), clock.now()],
    )
    return found.map(({ id }) => id)
  }

  async #assess(ids: readonly string[]): Promise<void> {
    const { store, clock, partners, valuesOf } = this.#deps
    // A change at this very moment counts as a later one.
    const now = clock.now()
    const looked = await Promise.all(
      (await partners.byIds(ids)).map(async (partner) => ({
        partner,
        values: partner.row.did === null ? [] : await valuesOf(partner.row.did),
      })),
    )
    await store.transact(async (tx) => {
      await this.lock(tx)
      const neighbours = await this.#writeKeys(tx, looked)
      const duplicates = await this.#deps.duplicates.countFor(tx, ids)
      const bounces = await this.#clearBounces(tx, looked, now)
      await this.#writeDifferences(tx, looked, now)
      const judged = looked.map(({ partner, values }) => {
        const partnerId = partner.row.id
        const own = bounces.filter((bounce) => bounce.partnerId === partnerId)
        const found = { values, bounces: own, duplicates: duplicates.get(partnerId) ?? 0 }
        const { reasons, nextAt } = judge(partner, found, this.#deps.rules, now)
        return { partnerId, points: pointsOf(reasons), reasons, assessedAt: now, nextAt }
      })
      await tx.delete(partnerQualityTable, { partnerId: In([...ids]) })
      await insertAll(tx, partnerQualityTable, judged)
      await this.markDue(tx, neighbours)
    })
  }

  /** @returns others whose look-alikes changed with these */
  async #writeKeys(tx: Tx, looked: readonly Looked[]): Promise<string[]> {
    const { duplicates, marks } = this.#deps
    const ids = looked.map(({ partner }) => partner.row.id)
    const before = await tx.findBy(partnerKeyTable, { partnerId: In(ids) })
    const changed = looked.flatMap(({ partner: { row, content } }) => {
      const keys = marks.keysOf(row.id, content)
      const old = before.filter(({ partnerId }) => partnerId === row.id)
      return saying(keys) === saying(old) ? [] : [{ id: row.id, keys }]
    })
    if (changed.length === 0) return []
    const theirs = changed.map(({ id }) => id)
    const left = await duplicates.neighbours(tx, theirs)
    await tx.delete(partnerKeyTable, { partnerId: In(theirs) })
    await insertAll(
      tx,
      partnerKeyTable,
      changed.flatMap(({ keys }) => keys),
    )
    const met = await duplicates.neighbours(tx, theirs)
    return [...new Set([...left, ...met])].filter((id) => !ids.includes(id))
  }

  /** A bounce is about a value: another value has not bounced. @returns those that stand */
  async #clearBounces(tx: Tx, looked: readonly Looked[], now: number): Promise<BounceRow[]> {
    const ids = looked.map(({ partner }) => partner.row.id)
    const open = await tx.findBy(bounceTable, { partnerId: In(ids), clearedAt: IsNull() })
    const standing: BounceRow[] = []
    for (const bounce of open) {
      const of = looked.find(({ partner }) => partner.row.id === bounce.partnerId)
      if (of && this.marksOf(of, bounce).includes(bounce.mark)) standing.push(bounce)
      else await change(tx, bounceTable, { id: bounce.id, clearedAt: IsNull() }, { clearedAt: now })
    }
    return standing
  }

  /** The marks of what is there now, of a field of our copy or of a claim. */
  marksOf(
    { partner, values }: Looked,
    { what, whose, subject }: Pick<BounceRow, 'what' | 'whose' | 'subject'>,
  ): string[] {
    const { marks } = this.#deps
    if (whose === 'theirs')
      return values
        .filter((one) => one.claim === what && one.subject === subject)
        .map(({ value }) => marks.of(what, value))
    const field = what as OwnField
    const own = ownValues(partner.content)[field]
    return own === undefined ? [] : [marks.of(`own ${what}`, comparable(field, own))]
  }

  /** New ones are told to the company's own systems: names, no values. */
  async #writeDifferences(tx: Tx, looked: readonly Looked[], since: number): Promise<void> {
    const ids = looked.map(({ partner }) => partner.row.id)
    const before = await tx.findBy(partnerDifferenceTable, { partnerId: In(ids) })
    const now = looked.flatMap(({ partner, values }) =>
      differencesOf(partner, values).map(({ field, claim, grant }): PartnerDifferenceRow => {
        const partnerId = partner.row.id
        return { id: madeOf(partnerId, claim, grant), partnerId, field, claim, grantId: grant, since }
      }),
    )
    const wasThere = new Set(before.map(({ id }) => id))
    const isThere = new Set(now.map(({ id }) => id))
    const gone = before.filter(({ id }) => !isThere.has(id))
    const added = now.filter(({ id }) => !wasThere.has(id))
    if (gone.length > 0) await tx.delete(partnerDifferenceTable, { id: In(gone.map(({ id }) => id)) })
    await insertAll(tx, partnerDifferenceTable, added)
    for (const { partnerId, field, claim, grantId } of added) {
      const did = looked.find(({ partner }) => partner.row.id === partnerId)?.partner.row.did ?? partnerId
      await this.#deps.announce(tx, {
        type: 'nl.regie.partner.difference',
        ...{ subject: did, orderBy: did },
        data: { partner: did, id: partnerId, field, claims: [claim], grant: grantId },
      })
    }
  }
}

interface Looked {
  readonly partner: Partner
  readonly values: readonly InsideValue[]
}

const saying = (keys: readonly PartnerKeyRow[]): string =>
  keys
    .map(({ kind, mark }) => `${kind} ${mark}`)
    .sort()
    .join()
