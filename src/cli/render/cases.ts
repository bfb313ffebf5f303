import { oneLine } from '../text.ts'
import { type NamedParty, partyText } from './access-requests.ts'
import { commandsText, type Fact, factsText, paragraph, parts } from './facts.ts'
import { momentText } from './moment.ts'
import type { Renderer } from './renderer.ts'
import { meaning, say, sayAll } from './say.ts'
import { tableText } from './table.ts'
import { cell } from './value.ts'
import type { View } from './view.ts'

interface Case {
  readonly id: string
  readonly side: 'asking' | 'owning'
  readonly partner: NamedParty
  readonly question: string
  readonly title: { readonly nl: string; readonly en: string } | null
  readonly about: string | null
  readonly state: string
  readonly opened_by: string
  readonly opened_at: string
  readonly until: string
}

const questionText = ({ title, question }: Case, { language }: View): string =>
  oneLine(title?.[language] ?? question)

const caseFacts = (one: Case, view: View): Fact[] => [
  [say(view, 'the case'), oneLine(one.id)],
  [say(view, 'with'), partyText(one.partner)],
  [say(view, 'question'), questionText(one, view)],
  [say(view, 'about'), one.about && oneLine(one.about)],
  [say(view, 'until'), momentText(one.until, view)],
]

const closeLine = ({ id }: Case, view: View): string =>
  commandsText([[say(view, 'close it'), `${view.regie} cases close ${oneLine(id)}`]])

/** A case we opened with a partner. */
export const renderAsked: Renderer = (value, view) => {
  const { case: one } = value as { case: Case }
  const text = say(view, 'Opened. {name} was asked for what this question needs, and nothing else.', {
    name: partyText(one.partner),
  })
  return parts(paragraph(text, view), factsText(caseFacts(one, view), view), closeLine(one, view))
}

/** Cases an owner opened, one for each of those whose data it is. */
export const renderOpened: Renderer = (value, view) => {
  const { items, grants, not_held: notHeld } = value as Opened
  return parts(
    paragraph(say(view, 'Opened. What this question needs can now be seen, until the case is closed.'), view),
    ...items.map((one) => parts(factsText(caseFacts(one, view), view), closeLine(one, view))),
    factsText([[say(view, 'grant'), grants.map(oneLine)]], view),
    notHeld.length > 0 && factsText([[say(view, 'not there'), notHeld.map(oneLine)]], view),
  )
}

interface Opened {
  readonly items: readonly Case[]
  readonly grants: readonly string[]
  readonly not_held: readonly string[]
}

export const renderClosed: Renderer = (value, view) => {
  const one = value as Case
  const text = say(view, 'Closed. What was granted for it opens nothing any more; {name} is told.', {
    name: partyText(one.partner),
  })
  return parts(paragraph(text, view), factsText(caseFacts(one, view), view))
}

export const renderAllCases: Renderer = (value, view) => {
  const { items } = value as { items: readonly Case[] }
  if (items.length === 0) return say(view, '(no cases)')
  const head = sayAll(view, 'id', 'state', 'partner', 'question', 'about', 'who asks', 'opened', 'until')
  const rows = items.map((one) => [
    oneLine(one.id),
    meaning(view, `case_${one.state}`),
    partyText(one.partner),
    questionText(one, view),
    oneLine(one.about ?? ''),
    meaning(view, `case_${one.side}`),
    cell(one.opened_at, view),
    cell(one.until, view),
  ])
  return tableText({ head, rows, id: 0 }, view)
}

/** Whether a stated value came true. */
export const renderRated: Renderer = (value, view) => {
  const {
    grant,
    came_true: cameTrue,
    note,
  } = value as { grant: string; came_true: string; note: string | null }
  const facts: Fact[] = [
    [say(view, 'grant'), oneLine(grant)],
    [say(view, 'it came true'), meaning(view, `came_true_${cameTrue}`)],
    [say(view, 'your note'), note && oneLine(note)],
  ]
  const text = say(view, 'Written down. The next requests of this asker show it to you.')
  return parts(paragraph(text, view), factsText(facts, view))
}
