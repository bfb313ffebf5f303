import { createHash, type Hash } from 'node:crypto'
import {
  type Activity,
  type ActivityMonths,
  addEvidence,
  classify,
  type Evidence,
  later,
} from './activity.ts'
import type { ColumnMapping } from './csv-layout.ts'
import { type CsvRow, readCsv } from './csv-reader.ts'
import type { Content } from './decode.ts'
import type { RawRelation, Role } from './relation.ts'
import { type ImportWarning, readXaf, type XafFile } from './xaf-reader.ts'

/** A file to import. `name` is what people call it; it comes back in the preview and in the errors file. */
export type ImportSource =
  | { readonly kind: 'xaf'; readonly name: string; readonly content: Content }
  | {
      readonly kind: 'csv'
      readonly name: string
      readonly content: Content
      /** What kind of list it is: debtors are customers, creditors suppliers. */
      readonly roles?: readonly Role[]
      /** Which column holds which field, for a package we do not know. */
      readonly mapping?: ColumnMapping
    }

export interface SourceWarning {
  readonly source: string
  readonly code: ImportWarning['code'] | 'source_given_twice'
  readonly params?: Readonly<Record<string, number>>
}

/** A file that was read. */
export interface ReadFile {
  /** From 1, in the order given. */
  readonly ordinal: number
  readonly name: string
  /** Where its numbers mean something: the administration, or the layout of a list. */
  readonly scope: string
  /** What an audit file says about activity. */
  readonly books?: Pick<XafFile, 'evidence' | 'latestBooking' | 'warnings'>
  /** Its records, made as they are asked for. */
  readonly records: () => Iterable<FileRecord>
}

export type FileRecord =
  | { readonly raw: RawRelation; readonly end?: { readonly endLine: number } }
  | { readonly unreadable: Extract<CsvRow, { problem: unknown }> }

/** Reads the files one after the other; a file that is given twice counts once. */
export async function readSources(
  sources: readonly ImportSource[],
): Promise<{ files: readonly ReadFile[]; warnings: readonly SourceWarning[] }> {
  const files: ReadFile[] = []
  const warnings: SourceWarning[] = []
  const seen = new Set<string>()
  for (const [i, source] of sources.entries()) {
    const hash = createHash('sha256')
    const ordinal = i + 1
    const file = await readOne(source, hashed(source.content, hash), ordinal)
    const digest = hash.digest('base64')
    if (seen.has(digest)) {
      warnings.push({ source: source.name, code: 'source_given_twice' })
      continue
    }
    seen.add(digest)
    files.push(file)
    for (const warning of file.books?.warnings ?? []) warnings.push({ source: source.name, ...warning })
  }
  return { files, warnings }
}

async function readOne(source: ImportSource, content: Content, ordinal: number): Promise<ReadFile> {
  const { name } = source
  if (source.kind === 'xaf') {
    const { relations, administration, evidence, latestBooking, warnings } = await readXaf(content)
    const scope = administration ? `xaf:${administration}` : `xaf#${ordinal}`
    const books = { evidence, warnings, ...(latestBooking === undefined ? {} : { latestBooking }) }
    return { ordinal, name, scope, books, records: eachOf(relations, (raw) => ({ raw })) }
  }
  const { layout, rows } = await readCsv(content, source.mapping)
  const roles = source.roles ?? []
  const records = eachOf(rows, (row): FileRecord => {
    if ('problem' in row) return { unreadable: row }
    return {
      raw: { source: 'csv', fields: row.fields, roles, line: row.line },
      end: { endLine: row.endLine },
    }
  })
  return { ordinal, name, scope: `csv:${layout}`, records }
}

const eachOf = <T>(items: Iterable<T>, make: (item: T) => FileRecord): (() => Iterable<FileRecord>) =>
  function* () {
    for (const item of items) yield make(item)
  }

async function* hashed(content: Content, hash: Hash): AsyncGenerator<Uint8Array> {
  for await (const chunk of content) {
    hash.update(chunk)
    yield chunk
  }
}

/** Looks up a relation's activity over all files of its administration: packages export one year a file. */
export function activities(
  files: readonly ReadFile[],
  months: ActivityMonths,
): (file: ReadFile, sourceId: string) => { activity: Activity; evidence?: Evidence } {
  const books = new Map<string, { latest: string | undefined; evidence: Map<string, Evidence> }>()
  for (const file of files) {
    if (file.books === undefined) continue
    const book = books.get(file.scope) ?? { latest: undefined, evidence: new Map() }
    book.latest = later(book.latest, file.books.latestBooking)
    for (const [id, evidence] of file.books.evidence) {
      const known = book.evidence.get(id)
      book.evidence.set(id, known ? addEvidence(known, evidence) : evidence)
    }
    books.set(file.scope, book)
  }
  return (file, sourceId) => {
    const book = books.get(file.scope)
    if (book === undefined) return { activity: 'unknown' }
    const evidence = book.evidence.get(sourceId)
    const activity = classify(evidence?.last, book.latest, months)
    return evidence ? { activity, evidence } : { activity }
  }
}
