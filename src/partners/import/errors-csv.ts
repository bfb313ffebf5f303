import { writeCsv } from '../../documents/index.ts'
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

/** The bad records as a CSV file: mend it in a spreadsheet and import it again. */
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
  return writeCsv([head, ...lines])
}
