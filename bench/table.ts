import type { BenchRow } from './row.ts'

const headings = ['what', 'ours', 'peer or limit', 'ratio', 'target', '', 'beside it'] as const

/** The rows as a table in Markdown: for a terminal and for the README. */
export function tableOf(rows: readonly BenchRow[]): string {
  const cells = [headings, ...rows.map(cellsOf)]
  const widths = headings.map((_, column) => Math.max(3, ...cells.map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  const [head, ...body] = cells.map(line)
  return [head, `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...body].join('\n')
}

const cellsOf = ({ name, ours, peer, unit, ratio, target, ok, note }: BenchRow): readonly string[] => [
  name,
  `${short(ours)} ${unit}`,
  short(peer),
  ratio.toFixed(2),
  target,
  ok ? 'ok' : 'NOT MET',
  note ?? '',
]

/** Three significant figures; more of them would only show what else the machine did. */
function short(value: number): string {
  if (!Number.isFinite(value)) return '–'
  if (Math.abs(value) >= 100) return String(Math.round(value))
  return String(Number(value.toPrecision(3)))
}
