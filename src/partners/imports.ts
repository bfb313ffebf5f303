import { createHash } from 'node:crypto'
import type { Audit } from '../audit/index.ts'
import { type Caller, type Clock, newId, Refusal } from '../core/index.ts'
import { insertAll, type Store, type Tx } from '../store/index.ts'
import type { BadRecord, FileHead } from './checked-file.ts'
import {
  type ColumnMapping,
  type Content,
  type ImportSource,
  type RawFields,
  type Role,
  writeErrorsCsv,
} from './import/index.ts'
import { countFiles, countIn, type PreviewCounts } from './import-counts.ts'
import { badId, ImportFiles, type SealedFile } from './import-files.ts'
import {
  actionOf,
  type Choice,
  type PlannedAction,
  type PlannedChange,
  pickProposals,
  planChanges,
} from './import-plan.ts'
import {
  addCounts,
  type ImportedPerson,
  type ImportResult,
  planRows,
  type SourceFile,
} from './import-rows.ts'
import { alreadyApplied, ImportSessions } from './import-sessions.ts'
import { type Along, ImportUndo, type ImportUndoDeps, type Undone } from './import-undo.ts'
import { type IncomingFile, receiveFile } from './incoming-file.ts'
import { Mappings } from './mappings/mappings.ts'
import { parseMapping } from './mappings/parse-mapping.ts'
import { mergedKeys } from './merged-keys.ts'
import { askNetwork, type NetworkAnswers, type RegistryPort } from './network.ts'
import { changeList } from './partner-list.ts'
import { type PartnerImportRow, partnerTable } from './partner-table.ts'
import type { Proposal } from './proposal.ts'
import { changedMeanwhile, ProposalIndex, type ProposalLine } from './proposal-index.ts'
import { askedOnce, type SealedPartnerDeps } from './sealed-partner.ts'

export interface ImportsDeps extends SealedPartnerDeps {
  readonly store: Store
  readonly clock: Clock
  readonly audit: Audit
  readonly registry: Pick<RegistryPort, 'findByKvk'>
  /**
   * Works out which of these persons must be told where their data came from.
   * @returns writes that, in the transaction of the import
   */
  readonly inform: (persons: readonly ImportedPerson[]) => Promise<(tx: Tx, by: Caller) => Promise<void>>
  readonly inUse: ImportUndoDeps['inUse']
  readonly undone: ImportUndoDeps['undone']
}

const ROWS_AT_A_TIME = 500
/** Bad records shown in a preview; all of them are in the errors file. */
const MAX_REJECTED = 1_000

export interface UploadedFile {
  readonly name: string
  /** What a list's relations are to us. */
  readonly roles?: readonly Role[]
  /** See {@link parseMapping}. */
  readonly mapping?: string
  /** What people know that mapping by. */
  readonly mappingName?: string
  readonly content: Content
}

/** A file that was read, in numbers. */
export interface ReadReport {
  readonly id: string
  readonly name: string
  readonly format: 'xaf' | 'csv'
  readonly relations: number
  readonly rejected: number
  readonly warnings: FileHead['warnings']
}

/** A record that was kept apart, and of which file it is. */
export interface RejectedRecord {
  readonly id: string
  readonly head: FileHead
  readonly record: BadRecord
}

/** A bad record as somebody mended it: all its fields. */
export interface MendedRecord {
  readonly id: string
  readonly fields: RawFields
}

/** What came of mending: records that come along now, and bad ones that are left. */
export interface Mended {
  readonly mended: number
  readonly rejected: number
}

/** What an import would do, before it is done. */
export interface ImportPreview {
  readonly heads: readonly FileHead[]
  /** How many are what, of all that would come. */
  readonly counts: PreviewCounts
  readonly page: readonly PlannedChange[]
  /** What looks like something of this page and is not on it. */
  readonly lookAlikes: readonly PlannedChange[]
  readonly next: string | null
  /** The first bad records, on the first page. */
  readonly rejected: readonly RejectedRecord[]
  readonly answers: NetworkAnswers
}

/** The coordinator's imports: files are read, looked through, and what is picked becomes the list of partners. */
export class Imports {
  readonly #deps: ImportsDeps
  readonly #files: ImportFiles
  readonly #sessions: ImportSessions
  /** Which columns of which lists hold what. */
  readonly mappings: Mappings
  readonly #undo: ImportUndo

  constructor(deps: ImportsDeps) {
    this.#deps = { ...deps, scope: askedOnce(deps.scope) }
    this.#files = new ImportFiles(this.#deps)
    this.mappings = new Mappings(deps)
    this.#sessions = new ImportSessions({ ...deps, files: this.#files })
    this.#undo = new ImportUndo({ ...deps, sessions: this.#sessions })
  }

  /** Begins an import. @throws Refusal `invalid_activity_months` */
  create(caller: Caller, options: PartnerImportRow['options']): Promise<string> {
    return this.#sessions.create(caller, options)
  }

  /**
   * Reads a file into the import. A broken file leaves the import as it was; one that was read before counts once.
   * @throws Refusal `import_unknown`, `import_applied`, `import_expired`, `import_too_large`, `csv_mapping_invalid` and
   *   those of the readers
   */
  async upload(caller: Caller, importId: string, file: UploadedFile): Promise<ReadReport> {
    const { store, clock, audit } = this.#deps
    await this.#sessions.requireOpen(importId)
    const given = file.mapping === undefined ? undefined : parseMapping(file.mapping)
    const incoming = await receiveFile(file.content)
    const head = incoming.kind === 'csv' ? await incoming.listHead() : undefined
    const mapping = head && (given ?? (await this.mappings.find(head.signature)))
    const sealed = await this.#files.read(importId, sourceOf(file, incoming, mapping))
    const report = reportOf(sealed)
    return store.transact(async (tx) => {
      const now = clock.now()
      if (!(await this.#files.insert(tx, importId, incoming.digest(), sealed, now)))
        return { ...report, warnings: [...report.warnings, { code: 'source_given_twice' as const }] }
      await this.#sessions.addFile(tx, importId, report.relations + report.rejected)
      if (head && given) await this.mappings.remember(tx, head, given, file.mappingName)
      const { format, relations, rejected } = report
      await audit.record(tx, caller, 'partners.file_read', { import: importId, format, relations, rejected })
      return report
    })
  }

  /**
   * What the import would bring, companies that are active first.
   * @throws Refusal `import_unknown`, `import_applied`, `import_expired`, `import_changed`, `invalid_cursor`
   */
  async preview(
    importId: string,
    page: { cursor?: string; limit: number; show?: PlannedAction },
  ): Promise<ImportPreview> {
    const { files, index } = await this.#read(await this.#sessions.requireOpen(importId))
    const heads = files.map(({ head }) => head)
    const counts = countFiles(heads)
    const actions = new Map<string, PlannedAction>()
    for await (const some of index.open(index.lines.map(({ key }) => key)))
      for (const one of await planChanges(this.#deps, some)) {
        countIn(counts, one)
        actions.set(one.proposal.key, actionOf(one))
      }
    const lines = page.show ? index.lines.filter(({ key }) => actions.get(key) === page.show) : index.lines
    const start = page.cursor === undefined ? 0 : lines.findIndex(({ key }) => key === page.cursor) + 1
    if (page.cursor !== undefined && start === 0)
      throw new Refusal('invalid', 'invalid_cursor', 'the cursor is not of this preview')
    const shown = lines.slice(start, start + page.limit)
    const found = await this.#plan(
      index,
      shown.map(({ key }) => key),
    )
    const others = [...found.values()]
      .flatMap(({ proposal }) => proposal.duplicates.map(({ key }) => key))
      .filter((key) => !found.has(key))
    return {
      ...{ heads, counts, lookAlikes: [...(await this.#plan(index, others)).values()] },
      page: shown.flatMap(({ key }) => found.get(key) ?? []),
      next: start + page.limit >= lines.length ? null : (shown.at(-1)?.key ?? null),
      rejected: page.cursor === undefined ? await this.#rejected(importId, MAX_REJECTED) : [],
      answers: await this.#askNetwork(shown),
    }
  }

  async #plan(index: ProposalIndex, keys: readonly string[]): Promise<Map<string, PlannedChange>> {
    const found = new Map<string, PlannedChange>()
    for await (const some of index.open(keys))
      for (const one of await planChanges(this.#deps, some)) found.set(one.proposal.key, one)
    return found
  }

  /**
   * Makes what is picked partners, in one transaction. Asked again with the same choice it answers the same.
   * @throws Refusal `import_unknown`, `import_applied`, `import_expired`, `import_changed`, `import_nothing_picked`,
   *   `import_key_unknown`, `import_row_not_a_partner`, `partners_busy`
   */
  async apply(caller: Caller, importId: string, choice: Choice, along?: Along): Promise<ImportResult> {
    const picked = digestOf(choice)
    const before = await this.#sessions.require(importId)
    if (before.state === 'applied') return resultOf(before, picked)
    const row = await this.#sessions.requireOpen(importId)
    const { files, index } = await this.#read(row)
    const chosen = pickProposals(index.lines, choice)
    const answers = await this.#askNetwork(chosen)
    const done = await changeList(
      this.#deps.store,
      async () => {
        const partnerKey = await mergedKeys(this.#deps)
        // Merged since it was read: what was picked is another choice now.
        if (chosen.some(({ key }) => partnerKey(key) !== key)) throw changedMeanwhile()
      },
      async (tx) => {
        if (!(await this.#sessions.close(tx, row, picked))) return null
        const result = {
          ...{ new: 0, changed: 0, same: 0, merged: 0, toInform: null },
          skipped: index.lines.length - chosen.length,
          rejected: files.reduce((sum, { head }) => sum + head.rejected, 0),
        }
        const proposals = index.open(chosen.map(({ key }) => key))
        const sources = files.map(({ head: { name, format } }) => ({ name, format }))
        return this.#write(
          tx,
          caller,
          row,
          { proposals, answers, sources, result, total: chosen.length },
          along,
        )
      },
    )
    if (done) return done
    const after = await this.#sessions.require(importId)
    if (after.state === 'applied') return resultOf(after, picked)
    throw changedMeanwhile()
  }

  /**
   * Reads bad records once more as somebody mended them: those that are right now come along, the others stay apart.
   * @throws Refusal `import_unknown`, `import_applied`, `import_expired`, `import_too_large`, `import_changed`
   */
  async mend(caller: Caller, importId: string, mended: readonly MendedRecord[]): Promise<Mended> {
    const { store, clock, audit } = this.#deps
    await this.#sessions.requireOpen(importId)
    const fieldsOf = new Map(mended.map(({ id, fields }) => [id, fields]))
    const bad = await this.#rejected(importId, Number.POSITIVE_INFINITY)
    const found = bad.filter(({ id }) => fieldsOf.has(id))
    if (found.length < fieldsOf.size) throw changedMeanwhile()
    const without = await this.#files.withoutBad(importId, new Set(fieldsOf.keys()))
    const read: SealedFile[] = []
    for (const head of new Set(found.map(({ head }) => head))) {
      const rows = found.filter((one) => one.head === head)
      const csv = writeErrorsCsv(
        rows.map(({ id, record: { line, problems } }) => ({
          ...{ source: head.name, problems, fields: fieldsOf.get(id) ?? {} },
          ...(line !== undefined && { line }),
        })),
      )
      const { name, roles } = head
      const source = { kind: 'csv', name, content: textContent(csv), ...(roles && { roles }) } as const
      read.push(await this.#files.read(importId, source))
    }
    const counts = {
      mended: read.reduce((sum, { head }) => sum + head.relations, 0),
      rejected: bad.length - found.length + read.reduce((sum, { head }) => sum + head.rejected, 0),
    }
    await store.transact(async (tx) => {
      if (!(await without(tx))) throw changedMeanwhile()
      for (const file of read) {
        await this.#files.insert(tx, importId, newId(), file, clock.now())
        await this.#sessions.addFile(tx, importId, 0)
      }
      await audit.record(tx, caller, 'partners.records_mended', { import: importId, ...counts })
    })
    return counts
  }

  /** The newest imports, what came of them and until when they can be undone. */
  async list(): Promise<readonly (PartnerImportRow & { readonly undoUntil: number | null })[]> {
    const now = this.#deps.clock.now()
    const found = await this.#sessions.list()
    return Promise.all(
      found.map(async (row) => {
        const canUndo = row.state === 'applied' && row.expiresAt > now && (await this.#undo.isKept(row.id))
        return { ...row, undoUntil: canUndo ? row.expiresAt : null }
      }),
    )
  }

  /** See {@link ImportUndo.undo}. */
  undo(caller: Caller, importId: string, along?: Along): Promise<Undone> {
    return this.#undo.undo(caller, importId, along)
  }

  /** The bad records as a CSV file to mend and import again. @throws Refusal `import_unknown`, `import_expired` */
  async errors(importId: string): Promise<string> {
    await this.#sessions.requireKept(importId)
    const bad = await this.#rejected(importId, Number.POSITIVE_INFINITY)
    return writeErrorsCsv(bad.map(({ head, record }) => ({ source: head.name, ...record })))
  }

  /** Throws away what was read of imports that are a day old. */
  sweep(): Promise<void> {
    return this.#sessions.sweep()
  }

  async #read(row: PartnerImportRow) {
    const files = await this.#files.records(row.id)
    const { activeMonths, dormantMonths } = row.options
    const months = { active: activeMonths, dormant: dormantMonths }
    const index = await ProposalIndex.of(files, months, await mergedKeys(this.#deps))
    const now = await this.#sessions.requireOpen(row.id)
    if (now.files !== row.files) throw changedMeanwhile()
    return { files, index }
  }

  #askNetwork(lines: readonly ProposalLine[]): Promise<NetworkAnswers> {
    return askNetwork(
      this.#deps.registry,
      lines.flatMap(({ kvk }) => kvk ?? []),
    )
  }

  /** Bad records with what is known of their file, the first ones. */
  async #rejected(importId: string, most: number): Promise<RejectedRecord[]> {
    const heads = new Map<string, FileHead>()
    for (const { fileId, open } of await this.#files.parts(importId, 'head')) {
      const head = await open()
      if (head) heads.set(fileId, head)
    }
    const found: RejectedRecord[] = []
    for (const { fileId, open } of await this.#files.parts(importId, 'bad')) {
      const head = heads.get(fileId)
      if (found.length >= most || !head) break
      for (const record of (await open()) ?? []) found.push({ id: badId(fileId, record), head, record })
    }
    return found.slice(0, most)
  }

  /** All in one transaction, yet never more of it in memory than is opened together. */
  async #write(
    tx: Tx,
    caller: Caller,
    row: PartnerImportRow,
    { proposals, answers, sources, result, total }: ToWrite,
    along?: Along,
  ): Promise<ImportResult> {
    const { inform, audit, clock } = this.#deps
    const now = clock.now()
    let done = result
    let written = 0
    let seen = 0
    for await (const some of proposals) {
      along?.signal.throwIfAborted()
      const { fresh, changed, before, persons, counts } = await planRows(
        this.#deps,
        some,
        answers,
        sources,
        now,
      )
      await insertAll(tx, partnerTable, fresh)
      for (let at = 0; at < changed.length; at += ROWS_AT_A_TIME)
        await tx.upsert(partnerTable, changed.slice(at, at + ROWS_AT_A_TIME), ['id'])
      await this.#undo.remember(tx, row.id, [
        ...fresh.map((after) => ({ after, before: null })),
        ...changed.flatMap((after) => {
          const was = before.get(after.id)
          return was ? [{ after, before: was }] : []
        }),
      ])
      await (await inform(persons))(tx, caller)
      done = addCounts(done, counts)
      written += fresh.length + changed.length
      seen += some.length
      along?.told({ done: seen, total })
    }
    await this.#files.deleteGood(tx, row.id)
    await this.#sessions.setResult(tx, row, done)
    const { toInform: _, ...counts } = done
    await audit.record(tx, caller, 'partners.imported', { import: row.id, ...counts, written })
    return done
  }
}

interface ToWrite {
  readonly proposals: AsyncIterable<readonly Proposal[]>
  readonly answers: NetworkAnswers
  readonly sources: readonly SourceFile[]
  readonly result: ImportResult
  readonly total: number
}

const sourceOf = (
  { name, roles }: UploadedFile,
  { kind, content }: IncomingFile,
  mapping: ColumnMapping | undefined,
): ImportSource =>
  kind === 'xaf'
    ? { kind, name, content }
    : { kind, name, content, ...(roles && { roles }), ...(mapping && { mapping }) }

const reportOf = ({ id, head }: SealedFile): ReadReport => {
  const { name, format, relations, rejected, warnings } = head
  return { id, name, format, relations, rejected, warnings }
}

async function* textContent(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}

const digestOf = (choice: Choice): string =>
  createHash('sha256')
    .update(JSON.stringify(typeof choice === 'string' ? choice : [...choice].sort()))
    .digest('base64url')

function resultOf(row: PartnerImportRow, picked: string): ImportResult {
  if (row.picked !== picked) throw alreadyApplied()
  return row.result as ImportResult
}
