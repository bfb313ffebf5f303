import { Refusal } from '../../core/index.ts'
import { unguard } from '../../documents/index.ts'
import {
  type ColumnMapping,
  type Columns,
  type CsvLayout,
  findColumns,
  recogniseLayout,
} from './csv-layout.ts'
import { LineQueue } from './csv-lines.ts'
import { takeRecord } from './csv-records.ts'
import { type Content, decodeCsv } from './decode.ts'
import { limits } from './limits.ts'
import { Packed } from './packed.ts'
import type { Field, Problem } from './problem.ts'
import type { RawFields } from './relation.ts'

/** A record of the list: its fields, or why it could not be taken apart (then `raw` is all there is). */
export type CsvRow = { readonly line: number; readonly endLine: number; readonly raw: string } & (
  | { readonly fields: RawFields }
  | { readonly problem: Problem }
)

export interface CsvFile {
  readonly layout: CsvLayout
  readonly separator: string
  /** In the order of the file, blank lines left out. */
  readonly rows: Iterable<CsvRow>
}

/** What stands at the head of a CSV file: enough to ask somebody for a column mapping. */
export interface CsvHeader {
  readonly separator: string
  readonly headings: readonly string[]
  readonly layout?: CsvLayout
}

/**
 * Reads a debtor or creditor list. A bad record is kept with its line number and reason; the others go on.
 * @param mapping which column holds which field; without it the layouts of SnelStart and e-Boekhouden and our own
 * errors file are recognised
 * @throws Refusal `csv_empty`, `csv_not_text`, `csv_header_unreadable`, `csv_columns_unknown`,
 * `csv_mapping_incomplete`, `csv_mapping_column_missing`, `csv_too_many_records`, `csv_too_many_bad_records`
 */
export async function readCsv(content: Content, mapping?: ColumnMapping): Promise<CsvFile> {
  const queue = new LineQueue(decodeCsv(content))
  const header = await takeHeader(queue)
  const columns = findColumns(header.headings, mapping)
  const rows = new Packed<CsvRow>()
  let bad = 0
  for (;;) {
    const record = await takeRecord(queue, header.separator, columns.count)
    if (record === undefined) return { layout: columns.layout, separator: header.separator, rows }
    const { line, endLine } = record
    const raw = record.raw.slice(0, limits.raw)
    if ('problem' in record) {
      if (++bad > limits.rejected) throw tooMany('csv_too_many_bad_records', limits.rejected)
      rows.push({ line, endLine, raw, problem: record.problem })
    } else rows.push({ line, endLine, raw: '', fields: pick(record.cells, columns) })
    if (rows.length > limits.relations) throw tooMany('csv_too_many_records', limits.relations)
  }
}

/** Reads only the head of a file. @throws Refusal `csv_empty`, `csv_not_text`, `csv_header_unreadable` */
export async function readCsvHeader(content: Content): Promise<CsvHeader> {
  const { separator, headings } = await takeHeader(new LineQueue(decodeCsv(content)))
  const layout = recogniseLayout(headings)
  return { separator, headings, ...(layout ? { layout } : {}) }
}

async function takeHeader(queue: LineQueue): Promise<{ separator: string; headings: readonly string[] }> {
  for (let first = await queue.peek(0); first !== undefined; first = await queue.peek(0)) {
    // Spreadsheets may say their separator on a line of its own.
    if (first.text.trim() !== '' && !/^"?sep=.?"?\s*$/i.test(first.text)) break
    queue.skip(1)
  }
  const first = await queue.peek(0)
  if (first === undefined) throw new Refusal('invalid', 'csv_empty', 'the file holds no lines')
  const separator = detectSeparator(first.text)
  const record = separator === undefined ? undefined : await takeRecord(queue, separator)
  if (
    separator === undefined ||
    record === undefined ||
    'problem' in record ||
    record.cells.length > limits.columns
  )
    throw new Refusal(
      'unprocessable',
      'csv_header_unreadable',
      'the first line must hold the headings of the columns, separated by ; or , or tabs',
    )
  return { separator, headings: record.cells.map((cell) => cell.trim()) }
}

/** Of `;`, `,` and tab the one that occurs most in the headings, outside quotes. */
function detectSeparator(line: string): string | undefined {
  const bare = line.replace(/"[^"]*"/g, '')
  const counts = [';', ',', '\t'].map((char) => ({ char, count: bare.split(char).length - 1 }))
  const best = counts.reduce((a, b) => (b.count > a.count ? b : a))
  return best.count > 0 ? best.char : undefined
}

function pick(cells: readonly string[], columns: Columns): RawFields {
  const entries = Object.entries(columns.at).flatMap(([field, index]) => {
    const cell = cells[index]
    if (cell === undefined || cell.trim() === '') return []
    return [[field as Field, columns.layout === 'errors' ? unguard(cell) : cell] as const]
  })
  return Object.fromEntries(entries)
}

function tooMany(code: string, limit: number): Refusal {
  return new Refusal('too_large', code, 'the file holds more of these records than can be imported at once', {
    params: { limit },
  })
}
