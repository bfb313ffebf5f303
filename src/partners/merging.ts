import type { Audit } from '../audit/index.ts'
import { type Caller, type Clock, Refusal } from '../core/index.ts'
import { change, rows, type Store, type Tx } from '../store/index.ts'
import { contactMark, namedIn } from './contact.ts'
import { contactKey } from './contacts.ts'
import { mergedContent } from './merged-content.ts'
import { mergeKey, mergeMark } from './merged-keys.ts'
import { partnerMergeTable } from './merged-table.ts'
import { changeList } from './partner-list.ts'
import { type PartnerRow, partnerTable } from './partner-table.ts'
import { openContent, type SealedPartnerDeps, sealContent } from './sealed-partner.ts'

/** A partner of ours went into another; `names` are those of persons in its row. */
export interface Merged {
  readonly stays: string
  readonly goes: string
  readonly names: readonly string[]
}

export interface MergingDeps extends SealedPartnerDeps {
  readonly store: Store
  readonly clock: Clock
  readonly audit: Audit
  /** What other rooms hold of the one that goes becomes that of the one that stays, in the same transaction. */
  readonly moved: (tx: Tx, merged: Merged) => Promise<void>
}

/** Makes one partner of two, and remembers it: what later files say of either is of the one that stayed. */
export class Merging {
  readonly #deps: MergingDeps

  constructor(deps: MergingDeps) {
    this.#deps = deps
  }

  /**
   * @param staysId id of the partner that stays: its values count, the other's fill the gaps
   * @returns the id of the one that stays
   * @throws Refusal `partner_unknown`, `same_partner`, `partners_differ`, `partner_restricted`, `partners_busy`
   */
  async merge(caller: Caller, staysId: string, goesId: string): Promise<string> {
    const { store, audit } = this.#deps
    if (staysId === goesId)
      throw new Refusal('invalid', 'same_partner', 'a partner is not another than itself')
    await changeList(
      store,
      () => this.#plan(staysId, goesId),
      async (tx, { row, goes, names }) => {
        await this.#keepMarks(tx, row.id, goes.id, names)
        await this.#remember(tx, row.id, goes)
        await tx.delete(partnerTable, { id: goes.id })
        await change(tx, partnerTable, { id: row.id }, row)
        await this.#deps.moved(tx, { stays: row.id, goes: goes.id, names })
        await audit.record(tx, caller, 'partner.merged', { partner: row.id, gone: goes.id })
      },
    )
    return staysId
  }

  async #plan(
    staysId: string,
    goesId: string,
  ): Promise<{ row: PartnerRow; goes: PartnerRow; names: readonly string[] }> {
    const { reader } = this.#deps.store
    const [stays, goes] = await Promise.all(
      [staysId, goesId].map((id) => reader.findOneBy(partnerTable, { id })),
    )
    if (!stays || !goes) throw new Refusal('not_found', 'partner_unknown', 'there is no such partner')
    requireOne(stays, goes)
    await this.#requireUndisputed(goesId)
    const [own, other] = await Promise.all([openContent(this.#deps, stays), openContent(this.#deps, goes)])
    const name = namedIn(other)
    const row = {
      ...stays,
      ...(await sealContent(this.#deps, stays.id, mergedContent(own, other))),
      ...(stays.did === null && networkOf(goes)),
      informDueAt: earliest(stays.informDueAt, goes.informDueAt),
      createdAt: Math.min(stays.createdAt, goes.createdAt),
      updatedAt: this.#deps.clock.now(),
    }
    return { row, goes, names: name === null ? [] : [name] }
  }

  /** While somebody disputes what a row says of her, it stays where she knows it. */
  async #requireUndisputed(id: string): Promise<void> {
    const [disputed] = await rows(
      this.#deps.store.reader,
      'SELECT id FROM contact_mark WHERE partner_id = ? AND restricted_at IS NOT NULL LIMIT 1',
      [id],
    )
    if (disputed)
      throw new Refusal(
        'conflict',
        'partner_restricted',
        'the person named there disputes her data: answer her request first',
      )
  }

  /** Who wants no marketing does not want it at the partner that stays either. */
  async #keepMarks(tx: Tx, staysId: string, goesId: string, names: readonly string[]): Promise<void> {
    const key = contactKey(this.#deps)
    for (const name of names) {
      const mark = contactMark(key, staysId, name)
      await rows(
        tx,
        `INSERT INTO contact_mark (id, partner_id, mark, no_marketing_at)
         SELECT ?, ?, ?, no_marketing_at FROM contact_mark WHERE id = ? AND no_marketing_at IS NOT NULL
         ON CONFLICT (id) DO UPDATE SET no_marketing_at = excluded.no_marketing_at RETURNING id`,
        [`${staysId} ${mark}`, staysId, mark, `${goesId} ${contactMark(key, goesId, name)}`],
      )
    }
  }

  async #remember(tx: Tx, partnerId: string, goes: PartnerRow): Promise<void> {
    const mark = mergeMark(mergeKey(this.#deps.vault), goes.naturalKey)
    await change(tx, partnerMergeTable, { partnerId: goes.id }, { partnerId })
    const said = { mark, goneId: goes.id, partnerId, mergedAt: this.#deps.clock.now() }
    await tx.upsert(partnerMergeTable, said, ['mark'])
  }
}

/** Another KVK number or DID is another party, and a person is no company. */
function requireOne(a: PartnerRow, b: PartnerRow): void {
  const differ = (one: string | null, other: string | null) => one !== null && other !== null && one !== other
  if (a.kind === b.kind && !differ(a.kvk, b.kvk) && !differ(a.did, b.did)) return
  throw new Refusal(
    'conflict',
    'partners_differ',
    'these have different KVK numbers or DIDs, or one is a person',
  )
}

const networkOf = ({ networkState, did, wallet, networkCheckedAt }: PartnerRow) =>
  did === null ? {} : { networkState, did, wallet, networkCheckedAt }

const earliest = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (a ?? b) : Math.min(a, b)
