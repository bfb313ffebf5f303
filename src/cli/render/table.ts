import type { View } from './view.ts'
import { lengthOf, wrap } from './wrap.ts'

/** A table of texts: columns aligned, numbers to the right, two spaces between, no lines. */
export interface Table {
  readonly head: readonly string[]
  /** A cell may hold line ends. */
  readonly rows: readonly (readonly string[])[]
  /** Place of the column that is there to be copied: it is never folded. */
  readonly id?: number
}

const GAP = 2
/** A column is not made narrower than a moment, or than its own longest word: an id, a claim, a shortened DID. */
const LEAST = 16
const LONGEST_WORD = 36
const NUMBER = /^(?:-?\d+(?:\.\d+)?)?$/

/**
 * A table that fits the terminal: as it is; else with the ids on lines of their own and long cells folded; else a
 * block for each row. Nothing is cut off. Columns with nothing in them are left out.
 */
export function tableText(table: Table, { width }: Pick<View, 'width'> = {}): string {
  const full = withoutEmpty(table)
  const natural = naturalWidths(full)
  if (width === undefined || total(natural) <= width) return aligned(full, natural)
  const { table: rest, ids } = full.id === undefined ? { table: full } : withoutId(full, full.id)
  const widths = narrowed(rest, naturalWidths(rest), width)
  return widths ? aligned(rest, widths, ids) : blocks(full, width)
}

const total = (widths: readonly number[]): number => widths.reduce((sum, one) => sum + one + GAP, -GAP)

function withoutEmpty({ head, rows, id }: Table): Table {
  const kept = head.flatMap((_, at) => (rows.some((row) => (row[at] ?? '') !== '') ? [at] : []))
  const pick = (cells: readonly string[]) => kept.map((at) => cells[at] ?? '')
  const place = id === undefined ? -1 : kept.indexOf(id)
  return { head: pick(head), rows: rows.map(pick), ...(place >= 0 && { id: place }) }
}

function withoutId({ head, rows }: Table, at: number): { table: Table; ids?: readonly string[] } {
  const rest = (cells: readonly string[]) => cells.filter((_, other) => other !== at)
  return { table: { head: rest(head), rows: rows.map(rest) }, ids: rows.map((row) => row[at] ?? '') }
}

const widthOf = (cell: string): number => Math.max(...cell.split('\n').map(lengthOf))

const naturalWidths = ({ head, rows }: Table): number[] =>
  head.map((title, at) => Math.max(widthOf(title), ...rows.map((row) => widthOf(row[at] ?? ''))))

/** Takes from the widest column first. @returns undefined when it does not fit however much is folded */
function narrowed({ head, rows }: Table, natural: readonly number[], width: number): number[] | undefined {
  const least = natural.map((most, at) => {
    const words = rows.flatMap((row) => (row[at] ?? '').split(/\s/)).map(lengthOf)
    const word = Math.min(LONGEST_WORD, Math.max(0, ...words))
    return Math.min(most, Math.max(LEAST, word, lengthOf(head[at] ?? '')))
  })
  const widths = [...natural]
  while (total(widths) > width) {
    const room = widths.map((one, at) => (one > (least[at] ?? 0) ? one : 0))
    const widest = Math.max(...room)
    if (widest === 0) return undefined
    widths[room.indexOf(widest)] = widest - 1
  }
  return widths
}

function aligned({ head, rows }: Table, widths: readonly number[], ids?: readonly string[]): string {
  const isNumber = head.map((_, at) => rows.every((row) => NUMBER.test(row[at] ?? '')))
  const lines = (cells: readonly string[]): string[] => {
    const folded = cells.map((cell, at) => wrap(cell, widths[at]))
    return Array.from({ length: Math.max(...folded.map((one) => one.length)) }, (_, line) =>
      folded
        .map((one, at) => pad(one[line] ?? '', widths[at] ?? 0, isNumber[at] ?? false))
        .join(' '.repeat(GAP))
        .trimEnd(),
    )
  }
  const body = rows.flatMap((row, at) => [...lines(row), ...(ids ? [`  ${ids[at]}`] : [])])
  return [...lines(head.map((title) => title.toUpperCase())), ...body].join('\n')
}

/** A block for each row: its id, and under it names and values. */
function blocks({ head, rows, id }: Table, width: number): string {
  const own = head.map((title, at) => ({ title, at })).filter(({ at }) => at !== id)
  const label = Math.max(...own.map(({ title }) => lengthOf(title))) + GAP
  const indent = id === undefined ? '' : '  '
  return rows
    .map((row) => {
      const lines = own.flatMap(({ title, at }) =>
        wrap(row[at] ?? '', Math.max(LEAST, width - label - indent.length)).map(
          (line, nth) => `${indent}${(nth === 0 ? title : '').padEnd(label)}${line}`,
        ),
      )
      return [...(id === undefined ? [] : [row[id] ?? '']), ...lines.map((line) => line.trimEnd())].join('\n')
    })
    .join('\n\n')
}

const pad = (text: string, width: number, right: boolean): string => {
  const blank = ' '.repeat(Math.max(0, width - lengthOf(text)))
  return right ? blank + text : text + blank
}
