import { parse } from 'csv-parse/sync'
import type { Line, LineQueue } from './csv-lines.ts'
import { limits } from './limits.ts'
import type { Problem } from './problem.ts'

/** One record of a CSV file: its cells, or why it cannot be taken apart. */
export type CsvRecord = {
  /** Physical lines of the record, from 1. */
  readonly line: number
  readonly endLine: number
  readonly raw: string
} & ({ readonly cells: readonly string[] } | { readonly problem: Problem })

/**
 * The next record that is not blank, or undefined at the end. A quote that is never closed costs the line that opens
 * it, not the records after it: reading goes on at the next line.
 * @param columns how many cells a record has; undefined while reading the header
 */
export async function takeRecord(
  queue: LineQueue,
  separator: string,
  columns?: number,
): Promise<CsvRecord | undefined> {
  for (let first = await queue.take(); first !== undefined; first = await queue.take()) {
    if (!first.cut && isBlank(first.text, separator)) continue
    return first.text.includes('"') ? await quotedRecord(first, queue, separator, columns) : plain(first)
  }
  return undefined

  function plain(line: Line): CsvRecord {
    return line.cut ? bad([line], { code: 'record_too_long' }) : record([line], separator, columns)
  }
}

async function quotedRecord(
  first: Line,
  queue: LineQueue,
  separator: string,
  columns: number | undefined,
): Promise<CsvRecord> {
  if (first.cut) return bad([first], { code: 'record_too_long' })
  const lines = [first]
  let open = endsInQuotes(first.text, separator, false)
  let size = first.text.length
  while (open) {
    const next = await queue.peek(lines.length - 1)
    size += next?.text.length ?? 0
    if (next === undefined || lines.length >= limits.recordLines || size > limits.record)
      return bad([first], { code: 'quote_not_closed' })
    lines.push(next)
    open = endsInQuotes(next.text, separator, true)
  }
  const whole = record(lines, separator, columns)
  const second = lines[1]
  if ('problem' in whole && second !== undefined) {
    // Two records glued together by a forgotten quote: the second one is sound by itself.
    const alone = record([second], separator, columns)
    if ('cells' in alone && columns !== undefined) return bad([first], { code: 'quote_not_closed' })
  }
  queue.skip(lines.length - 1)
  return whole
}

function record(lines: readonly Line[], separator: string, columns: number | undefined): CsvRecord {
  const raw = lines.map((line) => line.text).join('\n')
  const cells = split(raw, separator)
  if (!Array.isArray(cells)) return bad(lines, cells)
  if (columns !== undefined && cells.length !== columns)
    return bad(lines, { code: 'column_count', params: { expected: columns, found: cells.length } })
  return { ...place(lines), raw, cells }
}

function split(raw: string, separator: string): string[] | Problem {
  if (!raw.includes('"')) return raw.split(separator)
  try {
    const options = { delimiter: separator, trim: true, relax_column_count: true, record_delimiter: '\0' }
    const records: unknown = parse(raw, options)
    const cells: unknown = Array.isArray(records) ? records[0] : undefined
    return Array.isArray(cells) ? cells.map(String) : { code: 'quote_in_field' }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    return { code: code === 'CSV_QUOTE_NOT_CLOSED' ? 'quote_not_closed' : 'quote_in_field' }
  }
}

function bad(lines: readonly Line[], problem: Problem): CsvRecord {
  const raw = lines.map((line) => line.text).join('\n')
  return { ...place(lines), raw, problem }
}

const place = (lines: readonly Line[]) => ({ line: lines[0]?.nr ?? 0, endLine: lines.at(-1)?.nr ?? 0 })

/** Blank lines, and the lines of nothing but separators that spreadsheets leave behind. */
const isBlank = (text: string, separator: string): boolean => text.replaceAll(separator, '').trim() === ''

/** True when a quoted field is still open at the end of the line. A quote counts only where a field begins. */
function endsInQuotes(text: string, separator: string, opened: boolean): boolean {
  let open = opened
  let atStart = !opened
  for (let i = 0; i < text.length; i++) {
    const char = text[i]
    if (open) {
      if (char !== '"') continue
      if (text[i + 1] === '"') i++
      else open = false
    } else if (char === separator) atStart = true
    else if (char === '"' && atStart) {
      open = true
      atStart = false
    } else if (char !== ' ' && char !== '\t') atStart = false
  }
  return open
}
