import { setImmediate } from 'node:timers/promises'
import {
  type Evidence,
  type FileRecord,
  type ImportedRelation,
  type ImportSource,
  maskBsn,
  type Notice,
  normaliseRelation,
  type Problem,
  type RawFields,
  type ReadFile,
  type Role,
  readSources,
  type SourceWarning,
  showableFields,
} from './import/index.ts'

/**
 * What is kept of a file for a while. What may hold a BSN is out of it, and of the ledger only each relation's totals
 * are left.
 */
export interface FileContent {
  readonly head: FileHead
  /** What is booked on each relation. */
  readonly books: readonly (readonly [sourceId: string, evidence: Evidence])[]
  readonly good: readonly GoodRecord[]
  readonly bad: readonly BadRecord[]
}

export type PortionKind = Exclude<keyof FileContent, 'head'>

/** Some of the records of a file, as they are read. */
export type Portion = {
  readonly [kind in PortionKind]: { readonly kind: kind; readonly records: FileContent[kind] }
}[PortionKind]

export interface FileHead {
  readonly name: string
  readonly format: ImportSource['kind']
  /** Where its numbers mean something; null when the file does not say which administration it is of. */
  readonly scope: string | null
  readonly books: {
    /** Day of the latest booking. */
    readonly until: string | null
  } | null
  readonly warnings: readonly Pick<SourceWarning, 'code' | 'params'>[]
  /** What the relations of a list are to us, as was said with it. */
  readonly roles?: readonly Role[]
  /** Good records, and bad ones. */
  readonly relations: number
  readonly rejected: number
}

export interface GoodRecord {
  readonly nr: number
  readonly relation: ImportedRelation
  readonly notices: readonly Notice[]
}

export interface BadRecord {
  readonly nr: number
  readonly line?: number
  readonly problems: readonly Problem[]
  readonly notices: readonly Notice[]
  readonly fields: RawFields
  readonly raw?: string
}

/** Records kept together, after which others get their turn. */
const PORTION = 1_000

/**
 * Reads a file and checks its records one by one: no more than a portion of them is there at once.
 * @param keep is handed the portions, in the order of the file
 * @throws Refusal of the readers: `xaf_…`, `csv_…`, with the line where there is one
 */
export async function checkFile(
  source: ImportSource,
  keep: (portion: Portion) => Promise<void>,
): Promise<FileHead> {
  const { files, warnings } = await readSources([source])
  const [file] = files
  if (!file) throw new Error('a source that was read gives a file')
  for (const records of portionsOf(file.books?.evidence ?? [])) await keep({ kind: 'books', records })
  const counts = { relations: 0, rejected: 0 }
  let nr = 0
  for (const records of portionsOf(file.records())) {
    await setImmediate()
    const good: GoodRecord[] = []
    const bad: BadRecord[] = []
    for (const record of records) {
      const checked = checkRecord(record, ++nr)
      if ('relation' in checked) good.push(checked)
      else bad.push(checked)
    }
    if (good.length > 0) await keep({ kind: 'good', records: good })
    if (bad.length > 0) await keep({ kind: 'bad', records: bad })
    counts.relations += good.length
    counts.rejected += bad.length
  }
  const roles = source.kind === 'csv' && source.roles ? { roles: source.roles } : {}
  return { ...headOf(file, source.kind, warnings), ...roles, ...counts }
}

function* portionsOf<T>(items: Iterable<T>): Generator<T[]> {
  let portion: T[] = []
  for (const item of items) {
    if (portion.push(item) < PORTION) continue
    yield portion
    portion = []
  }
  if (portion.length > 0) yield portion
}

function headOf(
  { name, scope, books }: ReadFile,
  format: ImportSource['kind'],
  warnings: readonly SourceWarning[],
): Omit<FileHead, 'relations' | 'rejected'> {
  return {
    name,
    format,
    // What readSources calls an administration that has no name of its own, after its place among the files.
    scope: scope.startsWith('xaf#') ? null : scope,
    books: books ? { until: books.latestBooking ?? null } : null,
    warnings: warnings.map(({ code, params }) => ({ code, ...(params && { params }) })),
  }
}

function checkRecord(record: FileRecord, nr: number): GoodRecord | BadRecord {
  if ('unreadable' in record) {
    const { line, raw, problem } = record.unreadable
    return { nr, line, problems: [problem], notices: [], fields: {}, raw: maskBsn(raw) }
  }
  const { raw } = record
  const normalised = normaliseRelation(raw)
  const { notices } = normalised
  if ('relation' in normalised) return { nr, relation: normalised.relation, notices }
  const fields = showableFields(raw, notices)
  const line = raw.line === undefined ? {} : { line: raw.line }
  return { nr, ...line, problems: normalised.problems, notices, fields }
}
