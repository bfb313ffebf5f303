import { oneLine, printable } from '../text.ts'
import { commandsText, type Fact, factsText, paragraph, parts } from './facts.ts'
import type { Renderer } from './renderer.ts'
import { meaning, say, sayAll } from './say.ts'
import { tableText } from './table.ts'
import { cell, renderMembers } from './value.ts'
import type { View } from './view.ts'

interface Notice {
  readonly id: string
  readonly name: string | null
  readonly email: string | null
  readonly company: string | null
  readonly kinds: readonly string[]
  readonly sources: readonly { readonly name: string }[]
  readonly state: string
  readonly due_at: string
  readonly because: string
  readonly overdue: boolean
  readonly how: string | null
  readonly reason: string | null
}

/** Who must be told where her data came from, and by when. */
export const renderInforming: Renderer = (value, view) => {
  const { items } = value as { items: readonly Notice[] }
  if (items.length === 0) return say(view, '(nobody has to be told where her data came from)')
  const head = sayAll(view, 'id', 'name', 'company', 'state', 'at the latest', 'since')
  const rows = items.map((notice) => [
    oneLine(notice.id),
    oneLine(notice.name ?? ''),
    oneLine(notice.company ?? ''),
    stateText(notice, view),
    notice.state === 'open' ? cell(notice.due_at, view) : '',
    notice.state === 'open' ? meaning(view, notice.because) : '',
  ])
  return tableText({ head, rows, id: 0 }, view)
}

/** What became of telling one person. */
export const renderInformed: Renderer = (value, view) => noticeText(value as Notice, view)

/** The letter, to be copied; with what is still to be said. */
export const renderLetter: Renderer = (value, view) => {
  const letter = value as Notice & { missing: readonly string[]; text: string | null }
  const { id, missing, text, state } = letter
  return parts(
    noticeText(letter, view),
    text === null ? null : paragraph(printable(text), view),
    missing.length > 0 &&
      paragraph(say(view, 'Say this first: {members}', { members: missing.map(oneLine).join(', ') }), view),
    commandsText(
      missing.length > 0
        ? [[say(view, 'say it'), `${view.regie} processing set --help`]]
        : state === 'open'
          ? [[say(view, 'when it is sent'), `${view.regie} informing sent ${oneLine(id)} --how mail`]]
          : [[say(view, 'all of them'), `${view.regie} informing list`]],
    ),
  )
}

/** How many persons must be told now. */
export const renderMoment: Renderer = (value, view) => {
  const { due } = value as { due: number }
  // Another shape than this version knows is shown as it is.
  if (typeof due !== 'number') throw new TypeError('not a number of persons')
  return parts(
    say(view, 'Persons who must be told now: {due}.', { due }),
    commandsText([[say(view, 'who they are'), `${view.regie} informing list --overdue`]]),
  )
}

/** What the company says of its processing. */
export const renderProcessingSettings: Renderer = (value, view) => {
  const { settings } = value as { settings: Readonly<Record<string, unknown>> }
  return parts(
    renderMembers(settings, view) || say(view, '(nothing was said yet)'),
    commandsText([[say(view, 'say it'), `${view.regie} processing set --help`]]),
  )
}

/** The record of processing: the table or page as it is, to be written to a file; else what is in it in short. */
export const renderProcessingRecord: Renderer = (value, view) => {
  const { record, content } = value as { record: ProcessingRecord; content: string | null }
  if (content !== null) return printable(content)
  const rows = record.activities.map(({ code, recipients, data, last_change }) => [
    oneLine(code),
    cell(data.length),
    recipients.map(({ name }) => oneLine(name)).join('\n'),
    cell(last_change, view),
  ])
  const open = record.to_be_filled_in.map(({ activity, field }) =>
    oneLine(activity === null ? field : `${field} (${activity})`),
  )
  return parts(
    tableText({ head: sayAll(view, 'activity', 'kinds of data', 'partners', 'last change'), rows }, view),
    open.length > 0 && factsText([[say(view, 'to be filled in'), open]], view, ''),
    commandsText([[say(view, 'as a page'), `${view.regie} processing record --format html`]]),
  )
}

interface ProcessingRecord {
  readonly activities: readonly {
    readonly code: string
    readonly data: readonly unknown[]
    readonly recipients: readonly { readonly name: string }[]
    readonly last_change: string | null
  }[]
  readonly to_be_filled_in: readonly { readonly activity: string | null; readonly field: string }[]
}

function noticeText(notice: Notice, view: View): string {
  const facts: Fact[] = [
    ['id', oneLine(notice.id)],
    [say(view, 'name'), oneLine(notice.name ?? '')],
    [say(view, 'e-mail'), oneLine(notice.email ?? '')],
    [say(view, 'company'), oneLine(notice.company ?? '')],
    [say(view, 'kinds of data'), notice.kinds.map((kind) => meaning(view, kind)).join(', ')],
    [say(view, 'came from'), notice.sources.map(({ name }) => oneLine(name))],
    [say(view, 'state'), stateText(notice, view)],
    [say(view, 'at the latest'), notice.state === 'open' ? cell(notice.due_at, view) : ''],
    [say(view, 'why'), oneLine(notice.reason ?? '')],
  ]
  return factsText(facts, view, '')
}

const stateText = ({ state, overdue, how }: Notice, view: View): string =>
  [overdue ? 'informing_overdue' : `informing_${state}`, how]
    .flatMap((code) => (code === null ? [] : [meaning(view, code)]))
    .join(': ')
