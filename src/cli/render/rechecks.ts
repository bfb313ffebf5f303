import { oneLine } from '../text.ts'
import { factsText } from './facts.ts'
import type { Renderer } from './renderer.ts'
import { meaning, say, sayAll } from './say.ts'
import { shortDid } from './short.ts'
import { tableText } from './table.ts'
import { cell } from './value.ts'
import type { View } from './view.ts'

interface Recheck {
  readonly id: string
  readonly case: string
  readonly organisation: string
  readonly at: string
  readonly fields: readonly string[]
  readonly state: string
  readonly verdict: string | null
}

const fieldsText = (fields: readonly string[], view: View): string =>
  fields.map((field) => meaning(view, `register_${field}`)).join(', ')

/** What the yearly look found. */
export const renderRechecks: Renderer = (value, view) => {
  const { items } = value as { items: readonly Recheck[] }
  if (items.length === 0) return say(view, '(nothing differs)')
  const head = sayAll(view, 'id', 'on', 'organisation', 'DIFFERS', 'state')
  const rows = items.map((one) => [
    oneLine(one.id),
    cell(one.at, view),
    shortDid(oneLine(one.organisation)),
    fieldsText(one.fields, view),
    meaning(view, `recheck_${one.state}`),
  ])
  return tableText({ head, rows, id: 0 }, view)
}

export const renderRecheck: Renderer = (value, view) => {
  const one = value as Recheck
  return factsText(
    [
      [say(view, 'organisation'), shortDid(oneLine(one.organisation))],
      [say(view, 'case'), oneLine(one.case)],
      [say(view, 'DIFFERS'), fieldsText(one.fields, view)],
      [say(view, 'state'), meaning(view, `recheck_${one.state}`)],
      [say(view, 'reason'), one.verdict && oneLine(one.verdict)],
    ],
    view,
  )
}
