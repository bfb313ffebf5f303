import { oneLine, printable } from '../text.ts'
import { factsText } from './facts.ts'
import { dayText, isDay, isMoment, momentText } from './moment.ts'
import { label, say } from './say.ts'
import { aloneDid, shortDid, shortSigned } from './short.ts'
import { tableText } from './table.ts'
import { narrower, plainView, type View } from './view.ts'

type Row = Readonly<Record<string, unknown>>

/** Any answer for people: lists as a table, objects as name and value, the rest as text. */
export function renderValue(value: unknown, view: View = plainView): string {
  if (value === undefined || value === null) return say(view, 'done')
  if (Array.isArray(value))
    return value.every(isRow) ? renderRows(value, view) : value.map((one) => cell(one, view)).join('\n')
  if (!isRow(value)) return printable(String(value))
  if (Array.isArray(value.items) && value.items.every(isRow)) return renderRows(value.items, view)
  return renderMembers(value, view) || say(view, 'done')
}

/** One table of rows; members of objects in them are columns of their own. */
export function renderRows(rows: readonly Row[], view: View = plainView): string {
  if (rows.length === 0) return say(view, '(none)')
  const flat = rows.map((row) => flatten(row, view))
  const names = [...new Set(flat.flatMap((row) => Object.keys(row)))]
  const id = names.indexOf('id')
  const table = {
    head: names.map((name) => label(view, name)),
    rows: flat.map((row) => names.map((name) => cell(row[name], view))),
    ...(id >= 0 && { id }),
  }
  return tableText(table, view)
}

/** Names and values, what is in them moved in. */
export function renderMembers(value: Row, view: View, indent = ''): string {
  const entries = Object.entries(value).filter(([, one]) => !isNothing(one))
  const lines: string[] = []
  let short: (readonly [string, string])[] = []
  const flush = () => {
    if (short.length > 0) lines.push(factsText(short, view, indent))
    short = []
  }
  const width = Math.max(
    0,
    ...entries.filter(([, one]) => !isLong(one)).map(([name]) => label(view, name).length),
  )
  for (const [name, one] of entries) {
    if (!isLong(one)) short.push([label(view, name).padEnd(width), alone(one, view)])
    else {
      flush()
      lines.push(`${indent}${label(view, name)}:`, indented(one, view, `${indent}  `))
    }
  }
  flush()
  return lines.join('\n')
}

function indented(value: unknown, view: View, indent: string): string {
  if (isRow(value)) return renderMembers(value, view, indent)
  return renderValue(value, narrower(view, indent.length))
    .split('\n')
    .map((line) => indent + line)
    .join('\n')
}

const isNothing = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === '' ||
  (Array.isArray(value) && value.length === 0) ||
  (isRow(value) && Object.values(value).every(isNothing))

/** What takes lines of its own: objects with something in them, lists of objects, texts of several lines. */
const isLong = (value: unknown): boolean =>
  Array.isArray(value)
    ? value.some(isRow)
    : isRow(value)
      ? nameOf(value) === undefined && labelOf(value, 'en') === undefined
      : typeof value === 'string' && value.includes('\n')

const isRow = (value: unknown): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A party is its name; one that has none is its DID. */
function nameOf(value: Row): string | undefined {
  const { did, name, ...rest } = value
  if (typeof did !== 'string' || Object.keys(rest).length > 0) return undefined
  return typeof name === 'string' && name !== '' ? name : did
}

/** A text in several languages is the one in the reader's. */
function labelOf(value: Row, language: 'en' | 'nl'): string | undefined {
  const { en, nl, ...rest } = value
  if (typeof en !== 'string' || typeof nl !== 'string' || Object.keys(rest).length > 0) return undefined
  return language === 'nl' ? nl : en
}

function flatten(row: Row, view: View): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).flatMap(([name, value]) =>
      isRow(value) && nameOf(value) === undefined && labelOf(value, view.language) === undefined
        ? Object.entries(value).map(([inner, one]) => [`${name} ${inner}`, one])
        : [[name, value]],
    ),
  )
}

/** A value on one line. */
export function cell(value: unknown, view: Pick<View, 'language'> = plainView): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'boolean') return say(view, value ? 'yes' : 'no')
  if (typeof value === 'string') return textCell(value, view)
  if (Array.isArray(value)) return value.map((one) => cell(one, view)).join(', ')
  if (!isRow(value)) return String(value)
  const short = nameOf(value) ?? labelOf(value, view.language)
  if (short !== undefined) return cell(short, view)
  return Object.entries(value)
    .filter(([, one]) => !isNothing(one))
    .map(([name, one]) => `${label(view, name)} ${cell(one, view)}`)
    .join(', ')
}

function textCell(text: string, view: Pick<View, 'language'>): string {
  if (isMoment(text)) return momentText(text, view)
  return isDay(text) ? dayText(text, view) : shortDid(shortSigned(oneLine(text)))
}

/** A value on a line of its own, where a DID may be longer; a party with its name and DID. */
export function alone(value: unknown, view: Pick<View, 'language'>): string {
  if (typeof value === 'string' && value.startsWith('did:')) return aloneDid(oneLine(value))
  if (isRow(value) && typeof value.name === 'string' && typeof value.did === 'string' && nameOf(value))
    return `${oneLine(value.name)} (${shortDid(oneLine(value.did))})`
  return cell(value, view)
}

/** Texts under each other where they are many or long, else on one line. */
export function stacked(texts: readonly string[]): string {
  const line = texts.map(oneLine).join(', ')
  return line.length <= ONE_LINE ? line : texts.map(oneLine).join('\n')
}

const ONE_LINE = 34
