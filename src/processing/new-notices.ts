import type { Audit } from '../audit/index.ts'
import { type Caller, type Clock, newId } from '../core/index.ts'
import {
  change,
  In,
  insertAll,
  MoreThanOrEqual,
  Not,
  type Reader,
  type Store,
  type Tx,
} from '../store/index.ts'
import type { Vault } from '../vault/index.ts'
import { dueAfterImport } from './due-date.ts'
import { type NoticeContent, sealNotice } from './notice-content.ts'
import { marksOf, type PersonMarks } from './person-marks.ts'
import type { Announce, DataKind, ImportedPerson } from './ports.ts'
import { type SourceNoticeRow, sourceNoticeTable } from './processing-tables.ts'

export interface NewNoticesDeps {
  readonly store: Store
  readonly vault: Vault
  readonly clock: Clock
  readonly audit: Audit
  readonly scope: () => Promise<string>
  readonly announce: Announce
}

/** Ids of two partners, and who the one that goes named. */
export interface MovedPersons {
  readonly stays: string
  readonly goes: string
  readonly names: readonly string[]
}

const AT_A_TIME = 200

/** Whom an import obliges us to tell: each person once, and again only of kinds of data she was not told of. */
export class NewNotices {
  readonly #deps: NewNoticesDeps
  readonly #markKey: Buffer

  constructor(deps: NewNoticesDeps) {
    this.#deps = deps
    this.#markKey = deps.vault.deriveKey('regie source notice mark')
  }

  /**
   * Works out who must be told after an import.
   * @returns writes it, in the transaction of the import; imports come one after another
   */
  async prepare(persons: readonly ImportedPerson[]): Promise<(tx: Tx, by: Caller) => Promise<void>> {
    const marked = persons.map((person) => ({ person, ...marksOf(this.#markKey, person) }))
    const told = await this.#toldOf(this.#deps.store.reader, marked)
    const candidates = marked.filter(({ person, ...marks }) => untold(person, marks, told).length > 0)
    const scope = candidates.length > 0 ? await this.#deps.scope() : ''
    const sealed = await Promise.all(
      candidates.map(async (one) => {
        const id = newId()
        return { ...one, id, sealed: await sealNotice(this.#deps.vault, scope, id, contentOf(one.person)) }
      }),
    )
    return (tx, by) => this.#write(tx, by, sealed)
  }

  /** A partner went into another: its persons are told once, also where both rows named them. */
  async moved(tx: Tx, { stays, goes, names }: MovedPersons): Promise<void> {
    for (const name of names) {
      const [from, to] = [goes, stays].map(
        (partnerId) => marksOf(this.#markKey, { partnerId, name }).placeMark,
      )
      await change(tx, sourceNoticeTable, { partnerId: goes, placeMark: from ?? '' }, { placeMark: to ?? '' })
    }
    await change(tx, sourceNoticeTable, { partnerId: goes }, { partnerId: stays })
  }

  /** Of these partners those of whom a person was told, or need not be. */
  async settledAt(tx: Tx, partners: readonly string[]): Promise<string[]> {
    const found = await tx.find(sourceNoticeTable, {
      where: { partnerId: In([...partners]), state: Not('open') },
      select: { id: true, partnerId: true },
    })
    return found.map(({ partnerId }) => partnerId)
  }

  /** An import is taken back: who is not in the list by it has to be told nothing. */
  async withdraw(tx: Tx, partners: readonly string[], since: number): Promise<void> {
    if (partners.length === 0) return
    const made = { partnerId: In([...partners]), state: 'open' as const, importedAt: MoreThanOrEqual(since) }
    await tx.delete(sourceNoticeTable, made)
  }

  async #write(tx: Tx, by: Caller, candidates: readonly Candidate[]): Promise<void> {
    const { clock, audit, announce } = this.#deps
    const told = await this.#toldOf(tx, candidates)
    const now = clock.now()
    const made: SourceNoticeRow[] = []
    for (const { id, person, placeMark, mailMark, sealed } of candidates) {
      const kinds = untold(person, { placeMark, mailMark }, told)
      if (kinds.length === 0) continue
      remember(told, { placeMark, mailMark }, kinds)
      made.push({
        ...{ id, partnerId: person.partnerId, placeMark, mailMark, kinds, sealed, importedAt: now },
        ...{ ...dueAfterImport(now), state: 'open', how: null },
        ...{ settledAt: null, overdueToldAt: null },
      })
    }
    if (made.length === 0) return
    await insertAll(tx, sourceNoticeTable, made)
    await audit.record(tx, by, 'source_notice.made', { count: made.length })
    const events = made.map(({ id, partnerId: partner, dueAt }) => ({
      type: 'nl.regie.source_notice.made' as const,
      subject: id,
      data: { notice: id, partner, due_at: dueAt },
    }))
    await announce(tx, events)
  }

  /** Kinds of data that who carries these marks was, or is to be, told of. */
  async #toldOf(reader: Reader, marked: readonly PersonMarks[]): Promise<Map<string, Set<DataKind>>> {
    const told = new Map<string, Set<DataKind>>()
    for (let at = 0; at < marked.length; at += AT_A_TIME) {
      const some = marked.slice(at, at + AT_A_TIME)
      const found = await reader.find(sourceNoticeTable, {
        where: [
          { placeMark: In(some.map(({ placeMark }) => placeMark)) },
          { mailMark: In(some.flatMap(({ mailMark }) => mailMark ?? [])) },
        ],
      })
      for (const { placeMark, mailMark, kinds } of found) remember(told, { placeMark, mailMark }, kinds)
    }
    return told
  }
}

interface Candidate extends PersonMarks {
  readonly id: string
  readonly person: ImportedPerson
  readonly sealed: Buffer
}

const contentOf = ({ name, email, company, sources }: ImportedPerson): NoticeContent => ({
  ...{ name, company, sources },
  ...(email !== undefined && { email }),
})

type Marks = { readonly placeMark: string | null; readonly mailMark: string | null }

const untold = (
  { kinds }: ImportedPerson,
  { placeMark, mailMark }: Marks,
  told: ReadonlyMap<string, ReadonlySet<DataKind>>,
): DataKind[] =>
  kinds.filter((kind) => ![placeMark, mailMark].some((mark) => mark && told.get(mark)?.has(kind)))

function remember(
  told: Map<string, Set<DataKind>>,
  { placeMark, mailMark }: Marks,
  kinds: readonly DataKind[],
): void {
  for (const mark of [placeMark, mailMark])
    if (mark) told.set(mark, new Set([...(told.get(mark) ?? []), ...kinds]))
}
