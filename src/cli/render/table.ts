/** A table of texts: columns aligned, numbers to the right, two spaces between, no lines. */
export interface Table {
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

const MIN_COLUMN = 10
const NUMBER = /^(?:-?\d+(?:\.\d+)?)?$/

/**
 * @param width columns of the terminal; without one nothing is cut off
 */
export function tableText({ head, rows }: Table, width?: number): string {
  const widths = head.map((title, at) =>
    Math.max(...[title, ...rows.map((row) => row[at] ?? '')].map(length)),
  )
  const fixed = head.map((title) => title === 'id' || title.endsWith(' id'))
  if (width !== undefined) narrow(widths, fixed, width)
  const isNumber = head.map((_, at) => rows.every((row) => NUMBER.test(row[at] ?? '')))
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, at) => pad(cut(cell, widths[at] ?? 0), widths[at] ?? 0, isNumber[at] ?? false))
      .join('  ')
      .trimEnd()
  return [head.map((title) => title.toUpperCase()), ...rows].map(line).join('\n')
}

/** Takes from the widest column first; ids stay whole, they are there to be copied. */
function narrow(widths: number[], fixed: readonly boolean[], width: number): void {
  const total = () => widths.reduce((sum, one) => sum + one + 2, -2)
  while (total() > width) {
    const free = widths.map((one, at) => (fixed[at] ? 0 : one))
    const widest = Math.max(...free)
    if (widest <= MIN_COLUMN) return
    widths[free.indexOf(widest)] = Math.max(MIN_COLUMN, widest - Math.max(1, total() - width))
  }
}

const length = (text: string): number => [...text].length
const pad = (text: string, width: number, right: boolean): string => {
  const blank = ' '.repeat(Math.max(0, width - length(text)))
  return right ? blank + text : text + blank
}
const cut = (text: string, width: number): string =>
  length(text) > width ? `${[...text].slice(0, width - 1).join('')}…` : text
