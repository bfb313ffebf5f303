import { oneLine } from '../text.ts'
import { type NamedParty, partyText } from './access-requests.ts'
import { commandsText, type Fact, factsText, parts } from './facts.ts'
import { momentText } from './moment.ts'
import type { Renderer } from './renderer.ts'
import { meaning, say, sayAll } from './say.ts'
import { tableText } from './table.ts'
import { cell } from './value.ts'
import type { View } from './view.ts'

interface Agreement {
  readonly id: string
  readonly partner: NamedParty
  readonly state: string
  readonly version: number
  readonly waits_for: string
  readonly from: string | null
  readonly until: string | null
  readonly deposit_error: string | null
}

interface Shown extends Agreement {
  readonly terms: { readonly title: string; readonly body: string }
  readonly steps: readonly {
    readonly kind: string
    readonly by: string
    readonly text: string | null
    readonly refused: string | null
    readonly at: string
  }[]
}

/** Agreements with partners, and who is to do something. */
export const renderAgreements: Renderer = (value, view) => {
  const { items } = value as { items: readonly Agreement[] }
  if (items.length === 0) return say(view, '(no agreements)')
  const head = sayAll(view, 'id', 'partner', 'version', 'state', 'waits for')
  const rows = items.map((one) => [
    oneLine(one.id),
    partyText(one.partner),
    String(one.version),
    meaning(view, `agreement_${one.state}`),
    meaning(view, `waits_${one.waits_for}`),
  ])
  return tableText({ head, rows, id: 0 }, view)
}

/** One that something was just done with. */
export const renderAgreement: Renderer = (value, view) => {
  const one = value as Agreement
  const show = [say(view, 'read it'), `${view.regie} agreements show ${oneLine(one.id)}`] as const
  return parts(factsText(factsOf(one, view), view), commandsText([show]))
}

/** One with its text, and what was done and said. */
export const renderShownAgreement: Renderer = (value, view) => {
  const one = value as Shown
  const head = sayAll(view, 'at', 'what', 'who', 'text')
  const rows = one.steps.map((step) => [
    cell(step.at, view),
    meaning(view, `step_${step.kind}`),
    oneLine(step.by),
    [step.text, step.refused && meaning(view, step.refused)]
      .filter(Boolean)
      .map((text) => oneLine(String(text)))
      .join(' · '),
  ])
  return parts(
    factsText([[say(view, 'title'), oneLine(one.terms.title)], ...factsOf(one, view)], view),
    one.terms.body.split('\n').map(oneLine).join('\n'),
    tableText({ head, rows }, view),
  )
}

/** What changed between two versions. */
export const renderAgreementChanges: Renderer = (value, view) => {
  const { pieces } = value as { pieces: readonly { change: string; text: string }[] }
  const mark: Readonly<Record<string, string>> = { added: '+ ', removed: '- ' }
  const changed = pieces.filter(({ change }) => change !== 'same')
  if (changed.length === 0) return say(view, '(nothing changed)')
  return changed
    .flatMap(({ change, text }) =>
      text
        .trimEnd()
        .split('\n')
        .map((line) => (mark[change] ?? '') + oneLine(line)),
    )
    .join('\n')
}

const factsOf = (one: Agreement, view: View): Fact[] => [
  [say(view, 'id'), oneLine(one.id)],
  [say(view, 'partner'), partyText(one.partner)],
  [say(view, 'version'), String(one.version)],
  [say(view, 'state'), meaning(view, `agreement_${one.state}`)],
  [say(view, 'waits for'), meaning(view, `waits_${one.waits_for}`)],
  [say(view, 'from'), one.from && momentText(one.from, view)],
  [say(view, 'until'), one.until && momentText(one.until, view)],
  [say(view, 'note'), one.deposit_error && meaning(view, one.deposit_error)],
]
