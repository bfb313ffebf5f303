import { type Clock, type Did, Refusal } from '../core/index.ts'
import { insertAll, rows, type Store, select, type Tx } from '../store/index.ts'
import { type ChangeKind, type PartnerChangeRow, partnerChangeTable } from './record-table.ts'

/** Something changed in the record of a partner. */
export type RecordChange = Readonly<PartnerChangeRow>

export interface NewChange {
  readonly partner: Did
  readonly grantId: string
  readonly kind: ChangeKind
  readonly claims: readonly string[]
}

export interface ChangeFeedDeps {
  readonly store: Store
  readonly clock: Clock
  /** Is told of each change, in the transaction that makes it. */
  readonly changed: (tx: Tx, change: RecordChange) => Promise<void>
}

/** What changed in the records of partners, in the order in which it was committed. */
export class ChangeFeed {
  readonly #deps: ChangeFeedDeps

  constructor(deps: ChangeFeedDeps) {
    this.#deps = deps
  }

  /**
   * Makes everybody else wait who changes a record, until this transaction ends: so numbers are given in the order of
   * commits, and what decides about a value does not change meanwhile. Taken before anything else is locked.
   */
  async lock(tx: Tx): Promise<void> {
    // On SQLite writers wait for each other anyway.
    if (this.#deps.store.engine === 'postgres')
      await rows(tx, "SELECT seq FROM partner_change_head WHERE id = 'head' FOR UPDATE")
  }

  /** Numbers and writes changes, in a transaction that holds the {@link lock}. */
  async append(tx: Tx, changes: readonly NewChange[]): Promise<void> {
    if (changes.length === 0) return
    const [head] = await rows<{ seq: number | string }>(
      tx,
      "UPDATE partner_change_head SET seq = seq + ? WHERE id = 'head' RETURNING seq",
      [changes.length],
    )
    if (!head) throw new Error('the head of the change feed is missing')
    const before = Number(head.seq) - changes.length
    const at = this.#deps.clock.now()
    const written = changes.map((change, nth): PartnerChangeRow => ({ ...change, seq: before + nth + 1, at }))
    await insertAll(tx, partnerChangeTable, written)
    for (const change of written) await this.#deps.changed(tx, change)
  }

  /**
   * Oldest first, those that came after number `after`.
   * @throws Refusal `changes_too_old` when some of them are removed: they must not be skipped without a word
   */
  async list(after: number, limit: number): Promise<RecordChange[]> {
    const { reader } = this.#deps.store
    const found = await select(reader, partnerChangeTable, 'seq > ? ORDER BY seq LIMIT ?', [after, limit])
    // Looked at last: what is removed between the two looks is not skipped.
    const heads = await rows<{ id: string; seq: number | string }>(
      reader,
      'SELECT id, seq FROM partner_change_head',
    )
    const seqOf = (id: string) => Number(heads.find((head) => head.id === id)?.seq ?? 0)
    if (after < seqOf('pruned'))
      throw new Refusal(
        'gone',
        'changes_too_old',
        'some changes after that are not kept any more: read the partners anew, then go on after resume_after',
        { params: { resume_after: String(seqOf('head')) } },
      )
    return found
  }
}
