import { oneLine } from '../text.ts'
import { paragraph, parts } from './facts.ts'
import type { Renderer } from './renderer.ts'
import { say, sayAll } from './say.ts'
import { tableText } from './table.ts'
import { cell } from './value.ts'

interface Version {
  readonly version: number
  readonly effective: string
  readonly digest: string
}

/** Every version there is. */
export const renderPolicyVersions: Renderer = (value, view) => {
  const { items } = value as { readonly items: readonly Version[] }
  const head = sayAll(view, 'version', 'in force since', 'digest')
  const rows = items.map(({ version, effective, digest }) => [
    String(version),
    cell(effective, view),
    oneLine(digest),
  ])
  return tableText({ head, rows, id: 2 }, view)
}

interface Diff {
  readonly from: number
  readonly to: number
  readonly documents: readonly {
    readonly title: string
    readonly change: 'same' | 'changed' | 'added' | 'removed'
    readonly lines: readonly { readonly change: 'same' | 'added' | 'removed'; readonly text: string }[]
  }[]
}

const SIGN = { added: '+ ', removed: '- ' } as const

/** What changed between two versions: of each document what came and what went. */
export const renderPolicyDiff: Renderer = (value, view) => {
  const { from, to, documents } = value as Diff
  const changed = documents.filter(({ change }) => change !== 'same')
  if (changed.length === 0)
    return paragraph(say(view, 'Nothing changed from version {from} to version {to}.', { from, to }), view)
  return parts(
    ...changed.flatMap(({ title, lines }) => [
      oneLine(title).toUpperCase(),
      lines
        .flatMap(({ change, text }) => (change === 'same' ? [] : [`${SIGN[change]}${oneLine(text)}`]))
        .join('\n'),
    ]),
  )
}
