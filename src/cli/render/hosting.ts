import { oneLine } from '../text.ts'
import { factsText, paragraph, parts } from './facts.ts'
import { momentText } from './moment.ts'
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
export const renderHostedHere: Renderer = (value, view) => {
  const { hosted } = value as { readonly hosted: boolean }
  if (typeof hosted !== 'boolean') throw new Error('an answer we do not know')
  return say(view, hosted ? 'Another runs this node for you.' : 'This node is your own.')
}

/** A backup that was made. */
export const renderBackup: Renderer = (value, view) => {
  const { file } = value as { readonly file: string }
  return parts(
    factsText([[say(view, 'written to'), oneLine(file)]], view, ''),
    paragraph(
      say(view, 'Who has this file and its passphrase has the keys of this node: keep them apart.'),
      view,
    ),
  )
}

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
    readonly takenAt?: string | null
  }
  const facts = factsText(
    [
      [say(view, made.takenAt ? 'node' : 'hosted node'), oneLine(made.name)],
      [say(view, 'data folder'), oneLine(made.dataDir)],
      [say(view, 'address'), oneLine(made.url)],
      [say(view, 'rows taken over'), String(made.rows)],
      [say(view, 'as it was at'), made.takenAt ? momentText(made.takenAt, view) : null],
    ],
    view,
    '',
  )
  return made.takenAt
    ? parts(
        facts,
        paragraph(
          say(
            view,
            'What was done since then is not in it: take back again what was taken back, and look who asked what.',
          ),
          view,
        ),
      )
    : facts
}
