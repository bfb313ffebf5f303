import type { Audit } from '../audit/index.ts'
import { type Caller, type Clock, Refusal } from '../core/index.ts'
import type { DocumentLanguage } from '../documents/index.ts'
import { change, LessThan, placeholders, type Reader, rows, type Store, type Tx } from '../store/index.ts'
import type { Vault } from '../vault/index.ts'
import { type DueBecause, dueAtFirst } from './due-date.ts'
import { type NoticeContent, openNotice, sealNotice } from './notice-content.ts'
import { missingFor, type NoticeFacts, type NoticeText, noticeText } from './notice-text.ts'
import type { Announce, DataKind } from './ports.ts'
import { type SourceNoticeRow, type SourceNoticeState, sourceNoticeTable } from './processing-tables.ts'

export interface SourceNoticesDeps {
  readonly store: Store
  readonly vault: Vault
  readonly clock: Clock
  readonly audit: Audit
  readonly scope: () => Promise<string>
  readonly announce: Announce
  /** Ids of the contact persons of these partners who have rows of their own; the partners room answers. */
  readonly contactsOf: (reader: Reader, partnerIds: readonly string[]) => Promise<readonly string[]>
  /** What every letter says, as it is now. */
  readonly letter: () => Promise<Omit<NoticeFacts, 'person' | 'kinds' | 'sources' | 'importedAt'>>
}

/** How an employee told her. */
export const waysOfTelling = ['mail', 'letter', 'phone', 'in_person', 'other'] as const
/** Why she need not be told, AVG article 14(5). */
export const whyNot = ['has_information', 'impossible', 'required_by_law', 'professional_secrecy'] as const

export interface SourceNotice {
  readonly row: SourceNoticeRow
  /** Null once she was erased. */
  readonly content: NoticeContent | null
}

export interface NoticeFilter {
  readonly state?: SourceNoticeState
  readonly overdue?: boolean
  readonly partner?: string
}

const AT_A_TIME = 200

/** Persons whom an import brought are told where their data came from, each once (AVG, article 14). */
export class SourceNotices {
  readonly #deps: SourceNoticesDeps

  constructor(deps: SourceNoticesDeps) {
    this.#deps = deps
  }

  /** She is contacted, or her data goes to somebody: then what is still open for these partners is due at once. */
  async becomesDue(
    tx: Tx,
    by: Caller | 'system',
    { partnerIds, because }: { readonly partnerIds: readonly string[]; readonly because: DueBecause },
  ): Promise<number> {
    if (partnerIds.length === 0) return 0
    const { clock, audit, announce } = this.#deps
    const rowIds = [...partnerIds, ...(await this.#deps.contactsOf(tx, partnerIds))]
    const due = await dueAtFirst(tx, rowIds, because, clock.now())
    for (const { id } of due) await audit.record(tx, by, 'source_notice.due', { notice: id, because })
    const events = due.map(({ id, partner_id: partner }) => ({
      type: 'nl.regie.source_notice.due' as const,
      subject: id,
      data: { notice: id, partner, because },
    }))
    await announce(tx, events)
    return due.length
  }

  /** Newest first. */
  async list(
    { state, overdue, partner }: NoticeFilter,
    page: { readonly cursor?: string; readonly limit: number },
  ): Promise<{ items: SourceNotice[]; next: string | null }> {
    const found = await this.#deps.store.reader.find(sourceNoticeTable, {
      where: {
        ...(state && { state }),
        ...(overdue && { state: 'open' as const, dueAt: LessThan(this.#deps.clock.now()) }),
        ...(partner && { partnerId: partner }),
        ...(page.cursor && { id: LessThan(page.cursor) }),
      },
      order: { id: 'DESC' },
      take: page.limit,
    })
    const items = await Promise.all(found.map((row) => this.#open(row)))
    return { items, next: items.length === page.limit ? (items.at(-1)?.row.id ?? null) : null }
  }

  /**
   * A notice with its letter: as it was sent, or as it would be now.
   * @throws Refusal `source_notice_unknown`
   */
  async get(
    id: string,
    language: DocumentLanguage,
  ): Promise<SourceNotice & { readonly letter: NoticeText | null; readonly missing: readonly string[] }> {
    const row = await this.#deps.store.reader.findOneBy(sourceNoticeTable, { id })
    if (!row) throw unknown()
    const notice = await this.#open(row)
    if (!notice.content) return { ...notice, letter: null, missing: [] }
    const facts = await this.#facts(row, notice.content)
    return { ...notice, letter: noticeText(facts, language), missing: missingFor(facts) }
  }

  /**
   * An employee told her, with the letter as it is now: that is kept.
   * @throws Refusal `source_notice_unknown`, `source_notice_incomplete`, `source_notice_settled`
   */
  async sent(
    by: Caller,
    id: string,
    { how, language }: { readonly how: (typeof waysOfTelling)[number]; readonly language: DocumentLanguage },
  ): Promise<SourceNotice> {
    const { content, letter, missing } = await this.get(id, language)
    if (!content || !letter) throw settled()
    if (missing.length > 0)
      throw new Refusal(
        'unprocessable',
        'source_notice_incomplete',
        'say first what the letter must tell: see the settings of processing',
        { params: { missing } },
      )
    const kept = { ...content, sent: { language, text: letter.text } }
    return this.#settle(by, id, 'sent', how, kept)
  }

  /** She need not be told. @throws Refusal `source_notice_unknown`, `source_notice_settled` */
  async notNeeded(
    by: Caller,
    id: string,
    { why, reason }: { readonly why: (typeof whyNot)[number]; readonly reason: string },
  ): Promise<SourceNotice> {
    const { content } = await this.get(id, 'nl')
    if (!content) throw settled()
    return this.#settle(by, id, 'not_needed', why, { ...content, reason })
  }

  /**
   * Whoever a partner's row names is erased: what names her goes, that she was told, or was not yet, stays. A row names
   * one person at a time: of who was named before her nothing is held but this, and it goes too.
   */
  async erase(tx: Tx, by: Caller | 'system', partnerId: string): Promise<void> {
    const { clock, audit } = this.#deps
    const gone = { placeMark: null, mailMark: null, sealed: null }
    const settledAt = clock.now()
    await change(tx, sourceNoticeTable, { partnerId, state: 'open' }, { state: 'erased', settledAt })
    if ((await change(tx, sourceNoticeTable, { partnerId }, gone)) > 0)
      await audit.record(tx, by, 'source_notice.erased', { partner: partnerId })
  }

  /** Tells systems, once, of whom it is too late to tell in time. */
  async announceOverdue(): Promise<void> {
    const { store, clock, announce } = this.#deps
    const now = clock.now()
    const late = await rows<{ id: string }>(
      store.reader,
      `SELECT id FROM source_notice WHERE state = 'open' AND due_at < ? AND overdue_told_at IS NULL
       ORDER BY due_at LIMIT ${AT_A_TIME}`,
      [now],
    )
    if (late.length === 0) return
    await store.transact(async (tx) => {
      const told = await rows<{ id: string; partner_id: string }>(
        tx,
        `UPDATE source_notice SET overdue_told_at = ? WHERE id IN (${placeholders(late.length)})
         AND state = 'open' AND overdue_told_at IS NULL RETURNING id, partner_id`,
        [now, ...late.map(({ id }) => id)],
      )
      await announce(
        tx,
        told.map(({ id, partner_id: partner }) => ({
          type: 'nl.regie.source_notice.overdue' as const,
          subject: id,
          data: { notice: id, partner },
        })),
      )
    })
  }

  /** What imports brought of persons, for the record of processing. */
  async summary(): Promise<{ persons: number; kinds: DataKind[]; changedAt: number | null }> {
    const { reader } = this.#deps.store
    const [found, [counted]] = await Promise.all([
      rows<{ kinds: string }>(
        reader,
        'SELECT DISTINCT kinds FROM source_notice WHERE place_mark IS NOT NULL',
      ),
      rows<{ n: number | string; at: number | string | null }>(
        reader,
        'SELECT count(DISTINCT place_mark) AS n, max(imported_at) AS at FROM source_notice',
      ),
    ])
    const kinds = new Set(found.flatMap((row) => JSON.parse(row.kinds) as DataKind[]))
    const at = counted?.at ?? null
    return {
      persons: Number(counted?.n ?? 0),
      kinds: [...kinds],
      changedAt: at === null ? null : Number(at),
    }
  }

  async #settle(
    by: Caller,
    id: string,
    state: 'sent' | 'not_needed',
    how: string,
    content: NoticeContent,
  ): Promise<SourceNotice> {
    const { store, vault, clock, audit, scope } = this.#deps
    const sealed = await sealNotice(vault, await scope(), id, content)
    return store.transact(async (tx) => {
      const set = { state, how, sealed, settledAt: clock.now() }
      if ((await change(tx, sourceNoticeTable, { id, state: 'open' }, set)) === 0) throw settled()
      await audit.record(tx, by, `source_notice.${state}`, { notice: id, how })
      const row = await tx.findOneBy(sourceNoticeTable, { id })
      if (!row) throw unknown()
      return { row, content }
    })
  }

  async #facts(row: SourceNoticeRow, content: NoticeContent): Promise<NoticeFacts> {
    const { name, company, sources } = content
    const { kinds, importedAt } = row
    return { ...(await this.#deps.letter()), person: { name, company }, kinds, sources, importedAt }
  }

  async #open(row: SourceNoticeRow): Promise<SourceNotice> {
    return { row, content: await openNotice(this.#deps.vault, row) }
  }
}

const unknown = () => new Refusal('not_found', 'source_notice_unknown', 'there is no such notice')
const settled = () =>
  new Refusal('conflict', 'source_notice_settled', 'this was settled before: nobody is told twice')
