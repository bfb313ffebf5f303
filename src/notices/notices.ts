import type { Audit } from '../audit/index.ts'
import { type Caller, type Clock, type Did, newId, Refusal } from '../core/index.ts'
import {
  change,
  In,
  IsNull,
  insertAll,
  LessThan,
  LessThanOrEqual,
  Not,
  type Store,
  type Tx,
} from '../store/index.ts'
import { type NoticeRow, noticeTable } from './notice-table.ts'

export interface NoticesDeps {
  readonly store: Store
  readonly clock: Clock
  readonly audit: Audit
  /** Tells an organisation, after the commit and until it is taken. */
  readonly tell: (tx: Tx, notice: NoticeRow) => Promise<unknown>
}

/** A grant, as far as telling its holder goes. */
export interface NoticedGrant {
  readonly id: string
  readonly grantorParty: string
  readonly grantee: Did
  readonly granteeName: string
}

export interface Corrected {
  readonly grant: NoticedGrant
  readonly claims: NoticeRow['claims']
}

/** A node answers in seconds, and who was away for a weekend by Monday: who says nothing for longer is asked why. */
const ANSWER_MS = 3 * 86_400_000

/** Whether a recipient was told and did not say in time what it made of it. */
export const isUnanswered = ({ state, toldAt }: NoticeRow, now: number): boolean =>
  state === 'told' && toldAt !== null && toldAt <= now - ANSWER_MS

type Tried = { readonly kind: 'delivered' } | { readonly kind: 'refused' | 'failed'; readonly code: string }

const unsettled = {
  state: 'waiting' as const,
  outcomeCode: null,
  attempts: 0,
  lastError: null,
  toldAt: null,
  settledAt: null,
}

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
  async ended(tx: Tx, by: Caller | 'system', grant: NoticedGrant, reason: string): Promise<void> {
    await this.#send(tx, by, [this.#new('ended', grant, { claims: [], reason })])
  }

  /** What one try to tell came to. */
  async tried(id: string, outcome: Tried): Promise<void> {
    const { store, clock } = this.#deps
    await store.transact(async (tx) => {
      const row = await tx.findOneBy(noticeTable, { id })
      if (row?.state !== 'waiting') return
      const set = afterTry(outcome, clock.now())
      // The recipient may have answered meanwhile.
      const attempts = row.attempts + 1
      if ((await change(tx, noticeTable, { id, state: 'waiting' }, { ...set, attempts })) === 0) return
      if (set.state) await this.#record(tx, row, set.state)
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
    const { tell: id, outcome, reason } = answer
    const row = await tx.findOneBy(noticeTable, { id, recipient: from })
    if (!row) return
    const now = this.#deps.clock.now()
    const set: Partial<NoticeRow> = {
      state: outcome,
      outcomeCode: outcome === 'impossible' ? (reason ?? 'not_said') : null,
      settledAt: now,
      lastError: null,
    }
    // Whatever it is by now: that it arrived may be written down at the same moment.
    const open = { id, recipient: from, state: Not(In(['acknowledged', outcome])) }
    if ((await change(tx, noticeTable, open, set)) === 0) return
    await change(tx, noticeTable, { id, toldAt: IsNull() }, { toldAt: now })
    await this.#record(tx, row, outcome)
  }

  /** Newest first. */
  async list(
    subjects: readonly string[],
    { cursor, limit }: { cursor?: string; limit: number },
    filter: { grant?: string; state?: NoticeRow['state']; unanswered?: boolean },
  ): Promise<NoticeRow[]> {
    return this.#deps.store.reader.find(noticeTable, {
      where: {
        subjectParty: In([...subjects]),
        ...(cursor && { id: LessThan(cursor) }),
        ...(filter.grant && { grantId: filter.grant }),
        ...(filter.state && { state: filter.state }),
        ...(filter.unanswered && {
          state: 'told' as const,
          toldAt: LessThanOrEqual(this.#deps.clock.now() - ANSWER_MS),
        }),
      },
      order: { id: 'DESC' },
      take: limit,
    })
  }

  /**
   * Tells once more what did not arrive, or what the recipient could do nothing with: that is said anew, since the same
   * thing again is no news to it.
   * @throws Refusal `notice_unknown`, `notice_acknowledged`, `notice_under_way`
   */
  async resend(subjects: readonly string[], id: string, by: Caller): Promise<NoticeRow> {
    const { store, audit, tell, clock } = this.#deps
    return store.transact(async (tx) => {
      const row = await tx.findOneBy(noticeTable, { id })
      if (!row || !subjects.includes(row.subjectParty))
        throw new Refusal('not_found', 'notice_unknown', 'there is no such notice')
      if (row.state === 'acknowledged')
        throw new Refusal('conflict', 'notice_acknowledged', 'this recipient was told, and acted on it')
      const again: NoticeRow =
        row.state === 'waiting'
          ? { ...row, lastError: null }
          : { ...row, ...unsettled, id: newId(), createdAt: clock.now() }
      if (row.state !== 'waiting') await tx.insert(noticeTable, again)
      // Each try of ours needs one that failed before it.
      else if (
        (await change(
          tx,
          noticeTable,
          { id, state: 'waiting', lastError: Not(IsNull()) },
          { lastError: null },
        )) === 0
      )
        throw new Refusal('conflict', 'notice_under_way', 'this is on its way')
      await tell(tx, again)
      await audit.record(tx, by, 'notice.resent', {
        notice: again.id,
        of: id,
        recipient: row.recipient,
      })
      return again
    })
  }

  #new(
    kind: NoticeRow['kind'],
    grant: NoticedGrant,
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
      ...unsettled,
      reason,
      createdAt: this.#deps.clock.now(),
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

function afterTry(outcome: Tried, now: number): Partial<NoticeRow> {
  if (outcome.kind === 'failed') return { lastError: outcome.code }
  if (outcome.kind === 'delivered') return { state: 'told', toldAt: now, lastError: null }
  return { state: 'impossible', outcomeCode: outcome.code, settledAt: now, lastError: null }
}
