import { oneLine } from '../text.ts'
import { factsText, paragraph, parts } from './facts.ts'
import type { Renderer } from './renderer.ts'
import { meaning, say, sayAll } from './say.ts'
import { tableText } from './table.ts'
import { cell, renderValue } from './value.ts'

interface Hosted {
  /** What the lines in the log of the host say. */
  readonly id: string
  readonly slug: string
  readonly state: string
  readonly url: string
  readonly moved_to: string | null
  readonly created_at: string
}

/** One node that is run for somebody else. */
export const renderHosted: Renderer = (value, view) => {
  const { id, slug, state, url, moved_to: movedTo, created_at: at } = value as Hosted
  return factsText(
    [
      [say(view, 'hosted node'), oneLine(slug)],
      [say(view, 'id'), oneLine(id)],
      [say(view, 'state'), meaning(view, `hosted_${state}`)],
      [say(view, 'address'), oneLine(url)],
      [say(view, 'moved to'), movedTo && oneLine(movedTo)],
      [say(view, 'made at'), cell(at, view)],
    ],
    view,
    '',
  )
}

export const renderHostedList: Renderer = (value, view) => {
  const { items } = value as { readonly items: readonly Hosted[] }
  const rows = items.map((one) => [
    oneLine(one.id),
    oneLine(one.slug),
    meaning(view, `hosted_${one.state}`),
    oneLine(one.moved_to ?? one.url),
    cell(one.created_at, view),
  ])
  const head = sayAll(view, 'id', 'hosted node', 'state', 'address', 'made at')
  return tableText({ head, rows }, view)
}

/** A node that was just made: what its administrator begins with is told this once. */
export const renderHostedMade: Renderer = (value, view) => {
  const made = value as {
    readonly id: string
    readonly slug: string
    readonly url: string
    readonly account: string
    readonly activation: string
  }
  return parts(
    factsText(
      [
        [say(view, 'hosted node'), oneLine(made.slug)],
        [say(view, 'id'), oneLine(made.id)],
        [say(view, 'address'), oneLine(made.url)],
        [say(view, 'account'), oneLine(made.account)],
        [say(view, 'one-use code'), oneLine(made.activation)],
      ],
      view,
      '',
    ),
    paragraph(
      say(view, 'Give the code to its administrator alone: regie activate makes account and key hers.'),
      view,
    ),
    paragraph(say(view, 'With a browser, on this page:'), view),
    `${oneLine(made.url)}/app/welcome#${oneLine(made.activation)}`,
  )
}

/** A node that left: where its file is. */
export const renderDeparture: Renderer = (value, view) => {
  const { file, ticket } = value as { readonly file?: string; readonly ticket?: string }
  if (file === undefined && ticket === undefined) return renderValue(value, view)
  return parts(
    factsText(
      [
        [say(view, 'written to'), file ? oneLine(file) : null],
        [say(view, 'ticket'), ticket ? oneLine(ticket) : null],
      ],
      view,
      '',
    ),
    file !== undefined &&
      paragraph(say(view, 'Now, where it will live: regie import-node, and regie start.'), view),
  )
}

/** A node that was brought in. */
export const renderImportedNode: Renderer = (value, view) => {
  const made = value as {
    readonly name: string
    readonly dataDir: string
    readonly url: string
    readonly rows: number
  }
  return factsText(
    [
      [say(view, 'hosted node'), oneLine(made.name)],
      [say(view, 'data folder'), oneLine(made.dataDir)],
      [say(view, 'address'), oneLine(made.url)],
      [say(view, 'rows taken over'), String(made.rows)],
    ],
    view,
    '',
  )
}
