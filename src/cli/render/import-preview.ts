import { oneLine } from '../text.ts'
import { paragraph, parts } from './facts.ts'
import { type Activity, evidenceText, fits, inNetwork, nameText } from './partners.ts'
import type { Renderer } from './renderer.ts'
import { meaning, say, sayAll } from './say.ts'
import { tableText } from './table.ts'
import { cell } from './value.ts'
import type { View } from './view.ts'
import { wrap } from './wrap.ts'

interface Preview {
  readonly rows: readonly {
    readonly key: string
    readonly name: string
    readonly kind: string
    readonly activity: Activity
    readonly action: string
    readonly proposed: boolean
    readonly network_state: string
    readonly notices: readonly string[]
    readonly duplicates: readonly {
      readonly key: string
      readonly name: string
      readonly on: readonly string[]
    }[]
  }[]
  readonly rejected: readonly {
    readonly file: string
    readonly line: number | null
    readonly source_id: string | null
    readonly name: string | null
    readonly reasons: readonly { readonly message: string; readonly code: string }[]
  }[]
  readonly counts: Readonly<Record<string, number>>
  readonly warnings: readonly {
    readonly file: string
    readonly code: string
    readonly params?: { readonly count?: number }
  }[]
}

type Row = Preview['rows'][number]

/** What an import would bring: each relation with what says that it is active, and the bad rows with the reason. */
export const renderImportPreview: Renderer = (value, view) => {
  const { rows, counts } = value as Preview
  return parts(
    rows.length > 0 ? relationsText(rows, view) : say(view, '(no relations)'),
    problemsText(value, view),
    summary(counts, view),
  )
}

/** Only what somebody should look at: doubles, what was left out, bad rows. */
export const problemsText: Renderer = (value, view) => {
  const { rows, rejected, warnings } = value as Preview
  return parts(
    lines(
      say(view, 'Seem to be the same:'),
      rows.flatMap((row) => alike(row, view)),
      view,
    ),
    lines(
      say(view, 'Left out:'),
      rows.flatMap((row) => leftOut(row, view)),
      view,
    ),
    lines(
      say(view, 'Bad rows, not imported:'),
      rejected.map((row) => badRow(row, view)),
      view,
    ),
    lines(
      say(view, 'Warnings:'),
      warnings.map(
        ({ file, code, params }) =>
          `${oneLine(file)}: ${meaning(view, code)}${params?.count ? ` (${params.count})` : ''}`,
      ),
      view,
    ),
  )
}

/** All figures in columns where the terminal is wide enough for them, else put into words. */
function relationsText(rows: readonly Row[], view: View): string {
  const wide = wideTable(rows, view)
  return fits(wide, view) ? wide : narrowTable(rows, view)
}

function wideTable(rows: readonly Row[], view: View): string {
  const head = sayAll(
    view,
    'pick',
    'key',
    'name',
    'activity',
    'last',
    'count',
    'revenue',
    'spend',
    'open',
    'network',
    'import',
  )
  const body = rows.map(({ activity, ...row }) => [
    row.proposed ? '*' : '',
    oneLine(row.key),
    nameText(row, view),
    meaning(view, activity.state),
    cell(activity.last_date, view),
    cell(activity.count),
    cell(activity.revenue),
    cell(activity.spend),
    cell(activity.balance),
    meaning(view, row.network_state),
    meaning(view, `import_${row.action}`),
  ])
  return tableText({ head, rows: body })
}

function narrowTable(rows: readonly Row[], view: View): string {
  const head = sayAll(view, 'pick', 'name', 'activity', 'evidence')
  const body = rows.map(({ activity, ...row }) => [
    row.proposed ? '*' : '',
    [nameText(row, view), [oneLine(row.key), ...inNetwork(row, view)].join(', ')].join('\n'),
    [
      meaning(view, activity.state),
      ...(row.action === 'new' ? [] : [meaning(view, `import_${row.action}`)]),
    ].join('\n'),
    evidenceText(activity, view),
  ])
  return tableText({ head, rows: body }, view)
}

function lines(title: string, all: readonly string[], view: View): string | undefined {
  if (all.length === 0) return undefined
  const room = view.width && view.width - 4
  const folded = all.map((one) => wrap(one.trimEnd(), room).join('\n    '))
  return [title, ...folded.map((one) => `  ${one}`)].join('\n')
}

const named = ({ name, key }: { name: string; key: string }): string => `${oneLine(name)} (${oneLine(key)})`

/** Each pair once. */
const alike = (row: Row, view: View): string[] =>
  row.duplicates
    .filter(({ key }) => row.key < key)
    .map((other) => {
      const on = other.on.map((one) => meaning(view, `same_${one}`)).join(', ')
      return say(view, '{one} and {other}: the same {what}', {
        one: named(row),
        other: named(other),
        what: on,
      })
    })

const leftOut = (row: Row, view: View): string[] =>
  row.notices.map((notice) => `${named(row)}: ${meaning(view, notice)}`)

function badRow({ file, line, source_id, name, reasons }: Preview['rejected'][number], view: View): string {
  const at = line === null ? oneLine(file) : say(view, '{file}, line {line}', { file: oneLine(file), line })
  const who = [source_id, name]
    .filter((one) => one !== null)
    .map((one) => oneLine(one))
    .join(' ')
  // The node's sentence is in English.
  const why = reasons.map(({ message, code }) =>
    view.language === 'en' ? oneLine(message) : meaning(view, code),
  )
  return `${at}${who ? `, ${who}` : ''}: ${why.join('; ')}`
}

function summary(counts: Preview['counts'], view: View): string {
  const n = (name: string) => counts[name] ?? 0
  return [
    say(view, '{all} records: {good} good, {bad} bad.', {
      all: n('records'),
      good: n('relations'),
      bad: n('rejected'),
    }),
    say(view, '{active} active, {dormant} dormant, {inactive} inactive, {unknown} unknown.', counts),
    say(view, '{new} new, {changed} changed, {same} the same. Active companies (*): {proposed}.', counts),
  ]
    .map((line) => paragraph(line, view))
    .join('\n')
}
