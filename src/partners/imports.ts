import { createHash } from 'node:crypto'
import type { Audit } from '../audit/index.ts'
import { type Caller, type Clock, Refusal } from '../core/index.ts'
import { insertAll, type Store, type Tx } from '../store/index.ts'
import type { BadRecord, FileHead } from './checked-file.ts'
import {
  type ColumnMapping,
  type Content,
  type ImportSource,
  type Role,
  writeErrorsCsv,
} from './import/index.ts'
import { countFiles, countIn, type PreviewCounts } from './import-counts.ts'
import { ImportFiles, type SealedFile } from './import-files.ts'
import { type Choice, type PlannedChange, pickProposals, planChanges } from './import-plan.ts'
import {
  addCounts,
  type ImportedPerson,
  type ImportResult,
  planRows,
  type SourceFile,
} from './import-rows.ts'
import { alreadyApplied, ImportSessions } from './import-sessions.ts'
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

/** What an import would do, before it is done. */
export interface ImportPreview {
  readonly heads: readonly FileHead[]
  /** How many are what, of all that would come. */
  readonly counts: PreviewCounts
  readonly page: readonly PlannedChange[]
  /** What looks like something of this page and is not on it. */
  readonly lookAlikes: readonly PlannedChange[]
  readonly next: string | null
  /** Bad records with the name of their file: the first ones, on the first page. */
  readonly rejected: readonly (readonly [file: string, record: BadRecord])[]
  readonly answers: NetworkAnswers
}

/** The coordinator's imports: files are read, looked through, and what is picked becomes the list of partners. */
export class Imports {
  readonly #deps: ImportsDeps
  readonly #files: ImportFiles
  readonly #sessions: ImportSessions
  /** Which columns of which lists hold what. */
  readonly mappings: Mappings

  constructor(deps: ImportsDeps) {
    this.#deps = { ...deps, scope: askedOnce(deps.scope) }
    this.#files = new ImportFiles(this.#deps)
    this.mappings = new Mappings(deps)
    this.#sessions = new ImportSessions({ ...deps, files: this.#files })
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
  async preview(importId: string, page: { cursor?: string; limit: number }): Promise<ImportPreview> {
    const { files, index } = await this.#read(await this.#sessions.requireOpen(importId))
    const { lines } = index
    const start = page.cursor === undefined ? 0 : lines.findIndex(({ key }) => key === page.cursor) + 1
    if (page.cursor !== undefined && start === 0)
      throw new Refusal('invalid', 'invalid_cursor', 'the cursor is not of this preview')
    const shown = lines.slice(start, start + page.limit)
    const wanted = new Set(shown.map(({ key }) => key))
    const found = new Map<string, PlannedChange>()
    const heads = files.map(({ head }) => head)
    const counts = countFiles(heads)
    for await (const some of index.open(lines.map(({ key }) => key)))
      for (const one of await planChanges(this.#deps, some)) {
        countIn(counts, one)
        if (wanted.has(one.proposal.key)) found.set(one.proposal.key, one)
      }
    const others = [...found.values()]
      .flatMap(({ proposal }) => proposal.duplicates.map(({ key }) => key))
      .filter((key) => !wanted.has(key))
    const lookAlikes: PlannedChange[] = []
    for await (const some of index.open(others)) lookAlikes.push(...(await planChanges(this.#deps, some)))
    return {
      ...{ heads, counts, lookAlikes },
      page: shown.flatMap(({ key }) => found.get(key) ?? []),
      next: start + page.limit >= lines.length ? null : (shown.at(-1)?.key ?? null),
      rejected: page.cursor === undefined ? await this.#rejected(importId, MAX_REJECTED) : [],
      answers: await this.#askNetwork(shown),
    }
  }

  /**
   * Makes what is picked partners, in one transaction. Asked again with the same choice it answers the same.
   * @throws Refusal `import_unknown`, `import_applied`, `import_expired`, `import_changed`, `import_nothing_picked`,
   *   `import_key_unknown`, `import_row_not_a_partner`, `partners_busy`
   */
  async apply(caller: Caller, importId: string, choice: Choice): Promise<ImportResult> {
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
        return this.#write(tx, caller, row, { proposals, answers, sources, result })
      },
    )
    if (done) return done
    const after = await this.#sessions.require(importId)
    if (after.state === 'applied') return resultOf(after, picked)
    throw changedMeanwhile()
  }

  /** The bad records as a CSV file to mend and import again. @throws Refusal `import_unknown`, `import_expired` */
  async errors(importId: string): Promise<string> {
    await this.#sessions.requireKept(importId)
    const bad = await this.#rejected(importId, Number.POSITIVE_INFINITY)
    return writeErrorsCsv(bad.map(([source, record]) => ({ source, ...record })))
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

  /** Bad records with the name of their file, the first ones. */
  async #rejected(importId: string, most: number): Promise<[file: string, record: BadRecord][]> {
    const nameOf = new Map<string, string>()
    for (const { fileId, open } of await this.#files.parts(importId, 'head'))
      nameOf.set(fileId, (await open())?.name ?? '')
    const found: [string, BadRecord][] = []
    for (const { fileId, open } of await this.#files.parts(importId, 'bad')) {
      if (found.length >= most) break
      for (const record of (await open()) ?? []) found.push([nameOf.get(fileId) ?? '', record])
    }
    return found.slice(0, most)
  }

  /** All in one transaction, yet never more of it in memory than is opened together. */
  async #write(
    tx: Tx,
    caller: Caller,
    row: PartnerImportRow,
    { proposals, answers, sources, result }: ToWrite,
  ): Promise<ImportResult> {
    const { inform, audit, clock } = this.#deps
    const now = clock.now()
    let done = result
    let written = 0
    for await (const some of proposals) {
      const { fresh, changed, persons, counts } = await planRows(this.#deps, some, answers, sources, now)
      await insertAll(tx, partnerTable, fresh)
      for (let at = 0; at < changed.length; at += ROWS_AT_A_TIME)
        await tx.upsert(partnerTable, changed.slice(at, at + ROWS_AT_A_TIME), ['id'])
      await (await inform(persons))(tx, caller)
      done = addCounts(done, counts)
      written += fresh.length + changed.length
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

const digestOf = (choice: Choice): string =>
  createHash('sha256')
    .update(JSON.stringify(typeof choice === 'string' ? choice : [...choice].sort()))
    .digest('base64url')

function resultOf(row: PartnerImportRow, picked: string): ImportResult {
  if (row.picked !== picked) throw alreadyApplied()
  return row.result as ImportResult
}
