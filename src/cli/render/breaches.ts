import { oneLine, printable } from '../text.ts'
import { commandsText, type Fact, factsText, parts } from './facts.ts'
import type { Renderer } from './renderer.ts'
import { meaning, say, sayAll } from './say.ts'
import { aloneDid } from './short.ts'
import { tableText } from './table.ts'
import { cell, renderMembers } from './value.ts'
import type { View } from './view.ts'

interface Breach {
  readonly id: string
  readonly state: string
  readonly title: string
  readonly discovered_at: string
  readonly deadline_at: string
  readonly overdue: boolean
  readonly scope: { readonly from: string; readonly until: string }
  readonly authority: { readonly report: boolean } | null
  readonly persons: { readonly report: boolean } | null
  readonly reported_at: string | null
  readonly persons_told_at: string | null
  readonly missing: readonly string[]
}

/** The cases, with their clocks. */
export const renderBreaches: Renderer = (value, view) => {
  const { items } = value as { items: readonly Breach[] }
  if (items.length === 0) return say(view, '(no breach was ever recorded)')
  const head = sayAll(view, 'id', 'state', 'what happened', 'discovered', 'report by', 'still needed')
  const rows = items.map((breach) => [
    oneLine(breach.id),
    stateText(breach, view),
    oneLine(breach.title),
    cell(breach.discovered_at, view),
    cell(breach.deadline_at, view),
    breach.missing.map((one) => meaning(view, `breach_${one}`)).join('\n'),
  ])
  return tableText({ head, rows, id: 0 }, view)
}

/** One case, and what comes next. */
export const renderBreach: Renderer = (value, view) => {
  const breach = value as Breach
  const id = oneLine(breach.id)
  const facts: Fact[] = [
    ['id', id],
    [say(view, 'what happened'), oneLine(breach.title)],
    [say(view, 'state'), stateText(breach, view)],
    [say(view, 'from'), cell(breach.scope.from, view)],
    [say(view, 'up to'), cell(breach.scope.until, view)],
    [say(view, 'discovered'), cell(breach.discovered_at, view)],
    [say(view, 'report by'), cell(breach.deadline_at, view)],
    [say(view, 'to the AP'), decisionText(breach.authority, breach.reported_at, view)],
    [say(view, 'to the persons'), decisionText(breach.persons, breach.persons_told_at, view)],
    [say(view, 'still needed'), breach.missing.map((one) => meaning(view, `breach_${one}`))],
  ]
  return parts(
    factsText(facts, view, ''),
    commandsText([
      [say(view, 'whose data'), `${view.regie} breaches affected ${id}`],
      [say(view, 'the report'), `${view.regie} breaches report ${id} --format html`],
    ]),
  )
}

/** Whose data a breach may have reached; names of claims only. */
export const renderAffected: Renderer = (value, view) => {
  const { items } = value as {
    items: readonly {
      readonly subject: { readonly kind: string; readonly id: string; readonly partner: string | null }
      readonly claims: readonly string[]
      readonly looks: number
      readonly first_at: string
      readonly last_at: string
    }[]
  }
  if (items.length === 0) return say(view, '(the log shows nobody)')
  const head = sayAll(view, 'who', 'of', 'claims', 'looks', 'first', 'last')
  const rows = items.map(({ subject, claims, looks, first_at, last_at }) => [
    aloneDid(oneLine(subject.id)),
    meaning(view, `affected_${subject.kind}`),
    claims.map(oneLine).join('\n'),
    cell(looks),
    cell(first_at, view),
    cell(last_at, view),
  ])
  return tableText({ head, rows }, view)
}

/** The report: the page itself where that was asked, to be written to a file; its facts otherwise. */
export const renderBreachReport: Renderer = (value, view) => {
  const { report, html } = value as { report: Readonly<Record<string, unknown>>; html: string | null }
  if (typeof report !== 'object') throw new TypeError('not a report')
  return html === null ? renderMembers(report, view) : printable(html)
}

const stateText = ({ state, overdue }: Breach, view: View): string =>
  meaning(view, overdue ? 'breach_overdue' : `breach_${state}`)

const decisionText = (decision: { report: boolean } | null, doneAt: string | null, view: View): string => {
  if (decision === null) return say(view, 'not decided yet')
  if (!decision.report) return say(view, 'no')
  return doneAt === null ? say(view, 'yes, and still to be done') : cell(doneAt, view)
}
