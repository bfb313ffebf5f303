import { createHash } from 'node:crypto'
import type { Audit } from '../audit/index.ts'
import { type Caller, type Clock, Refusal } from '../core/index.ts'
import type { Store, Tx } from '../store/index.ts'
import { type CheckedFile, checkFile } from './checked-file.ts'
import { parseMapping, rememberedMapping, rememberMapping } from './csv-mapping.ts'
import {
  type ColumnMapping,
  type Content,
  type ImportSource,
  type Role,
  writeErrorsCsv,
} from './import/index.ts'
import { ImportFiles } from './import-files.ts'
import { type Choice, type PlannedChange, pickProposals, planChanges } from './import-plan.ts'
import { type ImportedPerson, type ImportPlan, type ImportResult, planImport } from './import-rows.ts'
import { alreadyApplied, ImportSessions } from './import-sessions.ts'
import { type IncomingFile, receiveFile } from './incoming-file.ts'
import { mergedKeys } from './merged-keys.ts'
import { askNetwork, type NetworkAnswers, type RegistryPort } from './network.ts'
import { changeList } from './partner-list.ts'
import { type PartnerImportRow, partnerTable } from './partner-table.ts'
import { type Proposal, proposalsOf } from './proposals.ts'
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

export interface UploadedFile {
  readonly name: string
  /** What a list's relations are to us. */
  readonly roles?: readonly Role[]
  /** See {@link parseMapping}. */
  readonly mapping?: string
  readonly content: Content
}

/** A file that was read, in numbers. */
export interface ReadReport {
  readonly id: string
  readonly name: string
  readonly format: 'xaf' | 'csv'
  readonly relations: number
  readonly rejected: number
  readonly warnings: CheckedFile['head']['warnings']
}

/** What an import would do, before it is done. */
export interface ImportPreview {
  readonly files: readonly CheckedFile[]
  readonly planned: readonly PlannedChange[]
  /** The part of `planned` that this page shows. */
  readonly page: readonly PlannedChange[]
  readonly next: string | null
  readonly answers: NetworkAnswers
}

/** The coordinator's imports: files are read, looked through, and what is picked becomes the list of partners. */
export class Imports {
  readonly #deps: ImportsDeps
  readonly #files: ImportFiles
  readonly #sessions: ImportSessions

  constructor(deps: ImportsDeps) {
    this.#deps = { ...deps, scope: askedOnce(deps.scope) }
    this.#files = new ImportFiles(this.#deps)
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
    const signature = incoming.kind === 'csv' ? await incoming.signature() : undefined
    const mapping = signature && (given ?? (await rememberedMapping(store, signature)))
    const checked = await checkFile(sourceOf(file, incoming, mapping))
    const sealed = await this.#files.seal(importId, checked)
    const report = reportOf(sealed.id, checked)
    return store.transact(async (tx) => {
      const now = clock.now()
      if (!(await this.#files.insert(tx, importId, incoming.digest(), sealed, now)))
        return { ...report, warnings: [...report.warnings, { code: 'source_given_twice' as const }] }
      await this.#sessions.addFile(tx, importId, checked.good.length + checked.bad.length)
      if (signature && given) await rememberMapping(tx, signature, given, now)
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
    const { files, proposals } = await this.#read(await this.#sessions.requireOpen(importId))
    const start = page.cursor === undefined ? 0 : proposals.findIndex(({ key }) => key === page.cursor) + 1
    if (page.cursor !== undefined && start === 0)
      throw new Refusal('invalid', 'invalid_cursor', 'the cursor is not of this preview')
    const planned = await planChanges(this.#deps, proposals)
    const shown = planned.slice(start, start + page.limit)
    const isLast = start + page.limit >= planned.length
    const answers = await this.#askNetwork(shown.map(({ proposal }) => proposal))
    return {
      files,
      planned,
      page: shown,
      next: isLast ? null : (shown.at(-1)?.proposal.key ?? null),
      answers,
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
    const { files, proposals } = await this.#read(row)
    const chosen = pickProposals(proposals, choice)
    const answers = await this.#askNetwork(chosen)
    const skipped = proposals.length - chosen.length
    const heads = files.map(({ head: { name, format } }) => ({ name, format }))
    const rejected = files.reduce((sum, { bad }) => sum + bad.length, 0)
    const done = await changeList(
      this.#deps.store,
      async () => {
        const now = this.#deps.clock.now()
        const partnerKey = await mergedKeys(this.#deps)
        // Merged since it was read: what was picked is another choice now.
        if (chosen.some(({ key }) => partnerKey(key) !== key)) throw changedMeanwhile()
        const plan = await planImport(this.#deps, chosen, answers, { skipped, rejected, files: heads }, now)
        return { ...plan, inform: await this.#deps.inform(plan.persons) }
      },
      async (tx, plan) => {
        if (!(await this.#sessions.close(tx, row, picked, plan.result))) return null
        await this.#write(tx, caller, importId, plan)
        await plan.inform(tx, caller)
        return plan.result
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
    const files = await this.#files.load(importId, ['head', 'bad'])
    return writeErrorsCsv(
      files.flatMap(({ head, bad }) => bad.map((record) => ({ source: head.name, ...record }))),
    )
  }

  /** Throws away what was read of imports that are a day old. */
  sweep(): Promise<void> {
    return this.#sessions.sweep()
  }

  async #read(row: PartnerImportRow): Promise<{ files: CheckedFile[]; proposals: Proposal[] }> {
    const files = await this.#files.load(row.id)
    const { activeMonths, dormantMonths } = row.options
    const months = { active: activeMonths, dormant: dormantMonths }
    const proposals = proposalsOf(files, months, await mergedKeys(this.#deps))
    const now = await this.#sessions.requireOpen(row.id)
    if (now.files !== row.files) throw changedMeanwhile()
    return { files, proposals }
  }

  #askNetwork(proposals: readonly Proposal[]): Promise<NetworkAnswers> {
    return askNetwork(
      this.#deps.registry,
      proposals.flatMap(({ content: { kvk } }) => kvk ?? []),
    )
  }

  async #write(tx: Tx, caller: Caller, importId: string, { rows, result }: ImportPlan): Promise<void> {
    for (let at = 0; at < rows.length; at += ROWS_AT_A_TIME)
      await tx.upsert(partnerTable, rows.slice(at, at + ROWS_AT_A_TIME), ['id'])
    await this.#files.deleteGood(tx, importId)
    const { toInform: _, ...counts } = result
    await this.#deps.audit.record(tx, caller, 'partners.imported', {
      import: importId,
      ...counts,
      written: rows.length,
    })
  }
}

const sourceOf = (
  { name, roles }: UploadedFile,
  { kind, content }: IncomingFile,
  mapping: ColumnMapping | '' | undefined,
): ImportSource =>
  kind === 'xaf'
    ? { kind, name, content }
    : { kind, name, content, ...(roles && { roles }), ...(mapping && { mapping }) }

const reportOf = (id: string, { head, good, bad }: CheckedFile): ReadReport => ({
  id,
  name: head.name,
  format: head.format,
  relations: good.length,
  rejected: bad.length,
  warnings: head.warnings,
})

const digestOf = (choice: Choice): string =>
  createHash('sha256')
    .update(JSON.stringify(typeof choice === 'string' ? choice : [...choice].sort()))
    .digest('base64url')

function resultOf(row: PartnerImportRow, picked: string): ImportResult {
  if (row.picked !== picked) throw alreadyApplied()
  return row.result as ImportResult
}

const changedMeanwhile = () =>
  new Refusal('conflict', 'import_changed', 'the import changed in the meantime: look at it again')
