import { factsText, parts } from './facts.ts'
import { day, nameText, type ShownInvitation, stateText } from './invitations.ts'
import type { Renderer } from './renderer.ts'
import { say, sayAll } from './say.ts'
import { tableText } from './table.ts'
import type { View } from './view.ts'
import { lengthOf, wrap } from './wrap.ts'

interface Column {
  readonly state: string
  readonly count: number
  readonly overdue: number
  readonly unread: number
  readonly items: readonly ShownInvitation[]
}
interface Board {
  readonly columns: readonly Column[]
  readonly steps: readonly {
    readonly state: string
    readonly median_days: number | null
    readonly p80_days: number | null
    readonly count: number
  }[]
}

const GAP = 2
const NARROWEST = 16
const WIDEST = 26

/** A column for each state in which something is; where they do not fit beside each other, under each other. */
export const renderBoard: Renderer = (value, view) => {
  const { columns, steps } = value as Board
  const filled = columns.filter(({ count }) => count > 0)
  if (filled.length === 0) return say(view, '(nobody is invited)')
  const open = filled.filter(({ items }) => items.length > 0)
  const width = widthFor(open.length, view)
  const over = filled.filter(({ items }) => items.length === 0)
  return parts(
    width === null ? stacked(open, view) : sideBySide(open, width, view),
    over.length > 0 &&
      factsText(
        over.map(({ state, count }) => [stateText(state, view), String(count)]),
        view,
        '',
      ),
    say(view, '! overdue   * unread messages'),
    tableText(
      {
        head: sayAll(view, 'step', 'days, the middle one', 'four of five within', 'known'),
        rows: steps.map(({ state, median_days, p80_days, count }) => [
          stateText(state, view),
          median_days === null ? say(view, 'too few to say') : String(median_days),
          p80_days === null ? '' : String(p80_days),
          String(count),
        ]),
      },
      view,
    ),
  )
}

function widthFor(count: number, { width = 160 }: View): number | null {
  if (count === 0) return null
  const each = Math.floor((width - GAP * (count - 1)) / count)
  return each < NARROWEST ? null : Math.min(WIDEST, each)
}

const headOf = ({ state, count, overdue, unread }: Column, view: View): string =>
  `${stateText(state, view)} ${count}${overdue > 0 ? ` !${overdue}` : ''}${unread > 0 ? ` *${unread}` : ''}`

const cardOf = (one: ShownInvitation, view: View): string => {
  const marks = `${one.overdue ? '! ' : ''}${one.unread > 0 ? '* ' : ''}`
  const next = one.expected.next
    ? `\n${say(view, 'next: {day}', { day: day(one.expected.next.at, view) })}`
    : ''
  return `${marks}${nameText(one, view)}${next}`
}

function sideBySide(columns: readonly Column[], width: number, view: View): string {
  const cells = columns.map((column) => {
    const shown = column.items.flatMap((one) => ['', ...wrap(cardOf(one, view), width)])
    const rest = column.count - column.items.length
    const more = rest > 0 ? ['', ...wrap(say(view, 'and {count} more', { count: rest }), width)] : []
    return { head: [...wrap(headOf(column, view).toUpperCase(), width)], body: [...shown, ...more] }
  })
  const heads = Math.max(...cells.map(({ head }) => head.length))
  const lines = cells.map(({ head, body }) => [
    ...head,
    ...Array(heads - head.length).fill(''),
    '─'.repeat(width),
    ...body,
  ])
  const height = Math.max(...lines.map(({ length }) => length))
  return Array.from({ length: height }, (_, at) =>
    lines
      .map((one) => pad(one[at] ?? '', width))
      .join(' '.repeat(GAP))
      .trimEnd(),
  ).join('\n')
}

const stacked = (columns: readonly Column[], view: View): string =>
  columns
    .map((column) => {
      const cards = column.items.flatMap((one) => [
        ...wrap(cardOf(one, view).replace('\n', ', '), view.width && view.width - 2),
      ])
      return [headOf(column, view).toUpperCase(), ...cards.map((line) => `  ${line}`)].join('\n')
    })
    .join('\n\n')

const pad = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - lengthOf(text)))
