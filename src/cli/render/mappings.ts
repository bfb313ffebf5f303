import { oneLine } from '../text.ts'
import { commandsText, type Fact, factsText, paragraph, parts } from './facts.ts'
import { momentText } from './moment.ts'
import type { Renderer } from './renderer.ts'
import { label, say, sayAll } from './say.ts'
import { tableText } from './table.ts'
import { stacked } from './value.ts'
import type { View } from './view.ts'

interface Mapping {
  readonly id: string
  readonly name: string | null
  readonly mapping: Readonly<Record<string, string>>
  readonly headings: readonly string[] | null
  readonly updated_at: string
}

/** What is remembered of the columns of lists. */
export const renderMappings: Renderer = (value, view) => {
  const { items } = value as { items: readonly Mapping[] }
  if (items.length === 0) return say(view, '(no columns are remembered)')
  const head = sayAll(view, 'id', 'name', 'columns', 'changed on')
  const rows = items.map(({ id, name, mapping, updated_at: at }) => [
    oneLine(id),
    oneLine(name ?? ''),
    stacked(columns(mapping, view)),
    momentText(at, view),
  ])
  return tableText({ head, rows, id: 0 }, view)
}

/** One of them, and how to change it. */
export const renderMapping: Renderer = (value, view) => {
  const { id, name, mapping, headings, updated_at: at } = value as Mapping
  const facts: Fact[] = [
    ['id', oneLine(id)],
    [say(view, 'columns'), columns(mapping, view)],
    [say(view, 'headings'), headings?.map(oneLine)],
    [say(view, 'changed on'), momentText(at, view)],
  ]
  return parts(
    oneLine(name ?? ''),
    factsText(facts, view),
    commandsText([[say(view, 'forget'), `${view.regie} partners mappings forget ${oneLine(id)}`]]),
  )
}

export const renderForgotten: Renderer = (value, view) => {
  const { id } = value as { id: string }
  return paragraph(
    say(view, '{id} is forgotten: say it again with the next list.', { id: oneLine(id) }),
    view,
  )
}

const columns = (mapping: Mapping['mapping'], view: View): string[] =>
  Object.entries(mapping).map(([field, heading]) => `${label(view, plain(field))}: ${oneLine(heading)}`)

/** `sourceId` in words. */
const plain = (field: string): string => field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
