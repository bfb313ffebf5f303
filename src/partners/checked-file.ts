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
  readSources,
  type SourceWarning,
  showableFields,
} from './import/index.ts'

/**
 * A file after reading, fit to be kept for a while: what may hold a BSN is out of it, and of the ledger only each
 * relation's totals are left.
 */
export interface CheckedFile {
  readonly head: FileHead
  readonly good: readonly GoodRecord[]
  readonly bad: readonly BadRecord[]
}

export interface FileHead {
  readonly name: string
  readonly format: ImportSource['kind']
  /** Where its numbers mean something; null when the file does not say which administration it is of. */
  readonly scope: string | null
  readonly books: {
    /** Day of the latest booking. */
    readonly until: string | null
    readonly evidence: readonly (readonly [sourceId: string, evidence: Evidence])[]
  } | null
  readonly warnings: readonly Pick<SourceWarning, 'code' | 'params'>[]
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

/** Records checked before others get their turn. */
const AT_A_TIME = 500

/**
 * Reads a file and checks its records one by one.
 * @throws Refusal of the readers: `xaf_…`, `csv_…`, with the line where there is one
 */
export async function checkFile(source: ImportSource): Promise<CheckedFile> {
  const { files, warnings } = await readSources([source])
  const [file] = files
  if (!file) throw new Error('a source that was read gives a file')
  const good: GoodRecord[] = []
  const bad: BadRecord[] = []
  let nr = 0
  for (const record of file.records()) {
    if (++nr % AT_A_TIME === 0) await setImmediate()
    const checked = checkRecord(record, nr)
    if ('relation' in checked) good.push(checked)
    else bad.push(checked)
  }
  return { head: headOf(file, source.kind, warnings), good, bad }
}

function headOf(
  { name, scope, books }: ReadFile,
  format: ImportSource['kind'],
  warnings: readonly SourceWarning[],
): FileHead {
  return {
    name,
    format,
    // What readSources calls an administration that has no name of its own, after its place among the files.
    scope: scope.startsWith('xaf#') ? null : scope,
    books: books ? { until: books.latestBooking ?? null, evidence: [...books.evidence] } : null,
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
