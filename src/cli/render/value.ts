import { oneLine, printable, words } from '../text.ts'
import { tableText } from './table.ts'

type Row = Readonly<Record<string, unknown>>

export interface RenderOptions {
  /** Columns of the terminal, when there is one. */
  readonly width?: number
}

/** Any answer for people: lists as a table, objects as name and value, the rest as text. */
export function renderValue(value: unknown, options: RenderOptions = {}): string {
  if (value === undefined || value === null) return 'done'
  if (Array.isArray(value))
    return value.every(isRow) ? renderRows(value, options) : value.map(cell).join('\n')
  if (!isRow(value)) return printable(String(value))
  if (Array.isArray(value.items) && value.items.every(isRow)) return renderRows(value.items, options)
  const entries = Object.entries(value)
  return entries.length === 0 ? 'done' : renderObject(value, options, '')
}

/** One table of rows; members of objects in them are columns of their own. */
export function renderRows(rows: readonly Row[], options: RenderOptions = {}): string {
  if (rows.length === 0) return '(none)'
  const flat = rows.map((row) => flatten(row))
  const names = [...new Set(flat.flatMap((row) => Object.keys(row)))]
  const filled = names.filter((name) => flat.some((row) => cell(row[name]) !== ''))
  return tableText(
    { head: filled.map(label), rows: flat.map((row) => filled.map((name) => cell(row[name]))) },
    options.width,
  )
}

function renderObject(value: Row, options: RenderOptions, indent: string): string {
  const entries = Object.entries(value).filter(([, one]) => one !== undefined)
  const short = entries.filter(([, one]) => !isLong(one))
  const width = Math.max(0, ...short.map(([name]) => label(name).length))
  return entries
    .map(([name, one]) => {
      if (!isLong(one)) return `${indent}${label(name).padEnd(width)}  ${cell(one)}`.trimEnd()
      return `${indent}${label(name)}:\n${indented(one, options, `${indent}  `)}`
    })
    .join('\n')
}

function indented(value: unknown, options: RenderOptions, indent: string): string {
  if (isRow(value)) return renderObject(value, options, indent)
  const inner = options.width === undefined ? undefined : Math.max(20, options.width - indent.length)
  const text = renderValue(value, inner === undefined ? {} : { width: inner })
  return text
    .split('\n')
    .map((line) => indent + line)
    .join('\n')
}

/** What takes lines of its own: objects with something in them, lists of objects, texts of several lines. */
const isLong = (value: unknown): boolean =>
  Array.isArray(value)
    ? value.length > 0 && value.some(isRow)
    : isRow(value)
      ? Object.keys(value).length > 0
      : typeof value === 'string' && value.includes('\n')

/** A member's name for people; names may come from elsewhere too. */
const label = (name: string): string => oneLine(words(name))

const isRow = (value: unknown): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function flatten(row: Row): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).flatMap(([name, value]) =>
      isRow(value) ? Object.entries(value).map(([inner, one]) => [`${name} ${inner}`, one]) : [[name, value]],
    ),
  )
}

const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/

/** A value on one line. */
export function cell(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'string') return MOMENT.test(value) ? momentText(value) : oneLine(value)
  if (Array.isArray(value)) return value.map(cell).join(', ')
  if (isRow(value))
    return Object.entries(value)
      .map(([name, one]) => `${label(name)} ${cell(one)}`)
      .join(', ')
  return String(value)
}

/** A moment in the reader's own time, to the second. */
function momentText(iso: string): string {
  const at = new Date(iso)
  const two = (n: number) => String(n).padStart(2, '0')
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`
}
