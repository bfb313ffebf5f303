/**
 * A CSV file that Dutch spreadsheets open as it is: UTF-8 with byte order mark, `;`, CRLF. Every cell is quoted; a cell
 * that a spreadsheet would take for a formula gets a `'` in front.
 */
export const writeCsv = (rows: readonly (readonly string[])[]): string =>
  `\uFEFF${rows.map((cells) => cells.map(cell).join(';')).join('\r\n')}\r\n`

const cell = (text: string): string => `"${guard(text).replaceAll('"', '""')}"`

/** Beginnings a spreadsheet reads as a formula (OWASP, CSV Injection), also behind a `'` of the text itself. */
const FORMULA = /^'*\s*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|^'*[\t\r\n]/

const guard = (text: string): string => (FORMULA.test(text) ? `'${text}` : text)

/** Takes off the `'` that {@link writeCsv} put in front of a cell. */
export const unguard = (text: string): string =>
  text.startsWith("'") && FORMULA.test(text.slice(1)) ? text.slice(1) : text
