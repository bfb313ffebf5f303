import type { Audit } from '../audit/index.ts'
import { type Caller, type Clock, type Did, newId, Refusal } from '../core/index.ts'
import { change, In, insertAll, LessThan, type Store, type Tx } from '../store/index.ts'
import { type NoticeRow, noticeTable } from './notice-table.ts'

export interface NoticesDeps {
  readonly store: Store
  readonly clock: Clock
  readonly audit: Audit
  /** Tells an organisation, after the commit and until it is taken. */
  readonly tell: (tx: Tx, notice: NoticeRow) => Promise<unknown>
}

/** A grant, as far as telling its holder goes. */
export interface Told {
  readonly id: string
  readonly grantorParty: string
  readonly grantee: Did
  readonly granteeName: string
}

export interface Corrected {
  readonly grant: Told
  readonly claims: NoticeRow['claims']
}

type Tried = { readonly kind: 'delivered' } | { readonly kind: 'refused' | 'failed'; readonly code: string }

/** Who was told of a correction or of the end of a grant, and what each made of it (AVG, articles 16 and 19). */
export class Notices {
  readonly #deps: NoticesDeps

  constructor(deps: NoticesDeps) {
    this.#deps = deps
  }

  /** Tells everybody who holds, or held, a grant over what was corrected, in the transaction of the correction. */
  async corrected(tx: Tx, by: Caller | 'system', all: readonly Corrected[]): Promise<void> {
    const made = all.map(({ grant, claims }) => this.#new('corrected', grant, { claims, reason: null }))
    await this.#send(tx, by, made)
  }

  /** Tells who held a grant that it ended, in the transaction that ends it. */
  async ended(tx: Tx, by: Caller | 'system', grant: Told, reason: string): Promise<void> {
    await this.#send(tx, by, [this.#new('ended', grant, { claims: [], reason })])
  }

  /** What one try to tell came to. */
  async tried(id: string, outcome: Tried): Promise<void> {
    const { store, clock } = this.#deps
    await store.transact(async (tx) => {
      const row = await tx.findOneBy(noticeTable, { id })
      if (row?.state !== 'waiting') return
      const now = clock.now()
      const attempts = row.attempts + 1
      const set =
        outcome.kind === 'delivered'
          ? { state: 'told' as const, toldAt: now, lastError: null }
          : outcome.kind === 'refused'
            ? { state: 'impossible' as const, reason: outcome.code, settledAt: now, lastError: null }
            : { lastError: outcome.code }
      await change(tx, noticeTable, { id, state: 'waiting' }, { ...set, attempts })
      if (outcome.kind !== 'failed') await this.#record(tx, row, set.state ?? row.state)
    })
  }

  /** Whether this organisation was told this. */
  async isExpected(from: Did, id: string): Promise<boolean> {
    return this.#deps.store.reader.existsBy(noticeTable, { id, recipient: from })
  }

  /** The recipient says what it did; the first answer counts, except that what was impossible may still be done. */
  async settled(
    tx: Tx,
    from: Did,
    answer: { tell: string; outcome: 'acknowledged' | 'impossible'; reason?: string },
  ): Promise<void> {
    const row = await tx.findOneBy(noticeTable, { id: answer.tell, recipient: from })
    if (!row || row.state === 'acknowledged' || row.state === answer.outcome) return
    const now = this.#deps.clock.now()
    const set = { state: answer.outcome, settledAt: now, toldAt: row.toldAt ?? now, lastError: null }
    const reason = answer.outcome === 'impossible' ? (answer.reason ?? 'not_said') : row.reason
    await change(tx, noticeTable, { id: row.id, state: row.state }, { ...set, reason })
    await this.#record(tx, row, answer.outcome)
  }

  /** Newest first. */
  async list(
    subjects: readonly string[],
    { cursor, limit }: { cursor?: string; limit: number },
    filter: { grant?: string; state?: NoticeRow['state'] },
  ): Promise<NoticeRow[]> {
    return this.#deps.store.reader.find(noticeTable, {
      where: {
        subjectParty: In([...subjects]),
        ...(cursor && { id: LessThan(cursor) }),
        ...(filter.grant && { grantId: filter.grant }),
        ...(filter.state && { state: filter.state }),
      },
      order: { id: 'DESC' },
      take: limit,
    })
  }

  /** Tells once more what did not arrive. @throws Refusal `notice_unknown`, `notice_settled` */
  async resend(subjects: readonly string[], id: string, by: Caller): Promise<NoticeRow> {
    const { store, audit, tell } = this.#deps
    return store.transact(async (tx) => {
      const row = await tx.findOneBy(noticeTable, { id })
      if (!row || !subjects.includes(row.subjectParty))
        throw new Refusal('not_found', 'notice_unknown', 'there is no such notice')
      if (row.state === 'acknowledged' || row.state === 'told')
        throw new Refusal('conflict', 'notice_settled', 'this recipient was told')
      const again: NoticeRow = { ...row, state: 'waiting', settledAt: null }
      await change(tx, noticeTable, { id, state: row.state }, { state: 'waiting', settledAt: null })
      await tell(tx, again)
      await audit.record(tx, by, 'notice.resent', { notice: id, recipient: row.recipient })
      return again
    })
  }

  #new(
    kind: NoticeRow['kind'],
    grant: Told,
    { claims, reason }: Pick<NoticeRow, 'claims' | 'reason'>,
  ): NoticeRow {
    return {
      id: newId(),
      kind,
      grantId: grant.id,
      subjectParty: grant.grantorParty,
      recipient: grant.grantee,
      recipientName: grant.granteeName,
      claims,
      state: 'waiting',
      reason,
      attempts: 0,
      lastError: null,
      createdAt: this.#deps.clock.now(),
      toldAt: null,
      settledAt: null,
    }
  }

  async #send(tx: Tx, by: Caller | 'system', made: readonly NoticeRow[]): Promise<void> {
    if (made.length === 0) return
    await insertAll(tx, noticeTable, made)
    for (const notice of made) await this.#deps.tell(tx, notice)
    await this.#deps.audit.recordAll(
      tx,
      made.map(({ id, kind, grantId, recipient }) => ({
        caller: by,
        action: `notice.${kind}`,
        data: { notice: id, grant: grantId, recipient },
      })),
    )
  }

  #record(tx: Tx, { id, recipient }: NoticeRow, state: string): Promise<void> {
    return this.#deps.audit.record(tx, 'system', `notice.${state}`, { notice: id, recipient })
  }
}
