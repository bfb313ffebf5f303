import type { Renderer } from './renderer.ts'
import { tableText } from './table.ts'
import { cell } from './value.ts'

interface Preview {
  readonly rows: readonly {
    readonly key: string
    readonly name: string
    readonly kind: string
    readonly activity: {
      readonly state: string
      readonly last_date: string | null
      readonly count: number | null
      readonly revenue: string | null
      readonly spend: string | null
      readonly balance: string | null
    }
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
  readonly warnings: readonly { readonly file: string; readonly code: string; readonly params?: object }[]
}

const head = [
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
]

/** What an import would bring: each relation with what says that it is active, and the bad rows with the reason. */
export const renderImportPreview: Renderer = (value, options) => {
  const { rows, rejected, counts, warnings } = value as Preview
  const table = rows.map(({ activity, ...row }) => [
    row.proposed ? '*' : '',
    cell(row.key),
    row.kind === 'organisation'
      ? cell(row.name)
      : `${cell(row.name)} (${cell(row.kind.replaceAll('_', ' '))})`,
    cell(activity.state),
    cell(activity.last_date),
    cell(activity.count),
    cell(activity.revenue),
    cell(activity.spend),
    cell(activity.balance),
    cell(row.network_state.replaceAll('_', ' ')),
    cell(row.action),
  ])
  const parts = [
    rows.length > 0 ? tableText({ head, rows: table }, options.width) : '(no relations)',
    lines('Seem to be the same:', rows.filter(({ duplicates }) => duplicates.length > 0).map(alike)),
    lines('Left out:', rows.filter(({ notices }) => notices.length > 0).map(leftOut)),
    lines('Bad rows, not imported:', rejected.map(badRow)),
    lines(
      'Warnings:',
      warnings.map(({ file, code, params }) => `${cell(file)}: ${cell(code)} ${cell(params)}`),
    ),
    summary(counts),
  ]
  return parts.filter((part) => part !== undefined).join('\n\n')
}

type Row = Preview['rows'][number]

const lines = (title: string, all: readonly string[]): string | undefined =>
  all.length > 0 ? [title, ...all.map((line) => `  ${line.trimEnd()}`)].join('\n') : undefined

const alike = ({ key, name, duplicates }: Row): string =>
  `${cell(name)} (${cell(key)}) and ${duplicates
    .map((other) => `${cell(other.name)} (${cell(other.key)}) by ${cell(other.on)}`)
    .join(', ')}`

const leftOut = ({ name, key, notices }: Row): string => `${cell(name)} (${cell(key)}): ${cell(notices)}`

const badRow = ({ file, line, source_id, name, reasons }: Preview['rejected'][number]): string => {
  const at = line === null ? cell(file) : `${cell(file)}, line ${line}`
  const who = [source_id, name]
    .filter((one) => one !== null)
    .map(cell)
    .join(' ')
  return `${at}${who ? `, ${who}` : ''}: ${reasons.map(({ message }) => cell(message)).join('; ')}`
}

function summary(counts: Preview['counts']): string {
  const n = (name: string) => String(counts[name] ?? 0)
  return [
    `${n('records')} records: ${n('relations')} good, ${n('rejected')} bad.`,
    `${n('active')} active, ${n('dormant')} dormant, ${n('inactive')} inactive, ${n('unknown')} unknown.`,
    `${n('new')} new, ${n('changed')} changed, ${n('same')} the same. Active companies (*): ${n('proposed')}.`,
  ].join('\n')
}
