import { errorsLayout } from './csv-layout.ts'
import { describeProblem, type Field, fields, type Problem } from './problem.ts'
import type { RawFields } from './relation.ts'

/** What the errors file says about a record that was kept apart. */
export interface ErrorRow {
  readonly source: string
  readonly line?: number
  readonly problems: readonly Problem[]
  /** The values as found, without what may hold a BSN. */
  readonly fields: RawFields
  /** The record as it stood in the file, when it could not be taken apart; without what may hold a BSN. */
  readonly raw?: string
}

const heading = ['Bestand', 'Regel', 'Reden', 'Foutcode']

/**
 * The bad records as a CSV file (UTF-8 with byte order mark, `;`, CRLF): mend it in a spreadsheet and import it again.
 * Every cell is quoted; a cell that a spreadsheet would take for a formula gets a `'` in front.
 */
export function writeErrorsCsv(rows: readonly ErrorRow[]): string {
  const head = [...heading, ...fields.map((field) => errorsLayout[field]), 'Oorspronkelijke regel']
  const lines = rows.map((row) => [
    row.source,
    row.line === undefined ? '' : String(row.line),
    row.problems.map(({ code }) => describeProblem(code, 'nl')).join('; '),
    row.problems.map(({ code }) => code).join(' '),
    ...fields.map((field: Field) => row.fields[field] ?? ''),
    row.raw ?? '',
  ])
  return `\uFEFF${[head, ...lines].map((cells) => cells.map(cell).join(';')).join('\r\n')}\r\n`
}

const cell = (text: string): string => `"${guard(text).replaceAll('"', '""')}"`

/** Beginnings a spreadsheet reads as a formula (OWASP, CSV Injection), also behind a `'` of the text itself. */
const FORMULA = /^'*\s*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|^'*[\t\r\n]/

const guard = (text: string): string => (FORMULA.test(text) ? `'${text}` : text)

/** Takes off the `'` that {@link writeErrorsCsv} put in front. */
export const unguard = (text: string): string =>
  text.startsWith("'") && FORMULA.test(text.slice(1)) ? text.slice(1) : text
