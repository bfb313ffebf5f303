import { oneLine } from '../text.ts'
import { purposeText } from './access-requests.ts'
import { paragraph, parts } from './facts.ts'
import { dayText } from './moment.ts'
import type { Renderer } from './renderer.ts'
import { meaning, say, sayAll } from './say.ts'
import { aloneDid, shortDid } from './short.ts'
import { tableText } from './table.ts'
import { cell, stacked } from './value.ts'
import type { View } from './view.ts'

interface Side {
  readonly live_grants: number
  readonly past_grants: number
  readonly by_persons: number
  readonly claims: number
  readonly purposes: number
  readonly looks: number
}

interface Reciprocal {
  readonly partner: { readonly did: string; readonly name: string }
  readonly gave: Side
  readonly got: Side
  readonly balance: { readonly state: string; readonly threshold: number }
}

interface Period {
  readonly period: { readonly since: string; readonly until: string }
}

interface Grant {
  readonly id: string
  readonly claims: readonly string[]
  readonly purpose: readonly string[]
  readonly state: string
  readonly until: string
}

/** What we and each partner let the other see, who is out of balance first. */
export const renderReciprocity: Renderer = (value, view) => {
  const { items, period } = value as Period & { items: readonly Reciprocal[] }
  const [first] = items
  if (!first) return say(view, '(nobody gave anybody anything)')
  const head = sayAll(view, 'partner', 'they see', 'we see', 'they looked', 'we looked', 'balance')
  const rows = items.map(({ partner, gave, got, balance }) => [
    oneLine(partner.name) || shortDid(oneLine(partner.did)),
    ...[gave.claims, got.claims, gave.looks, got.looks].map(String),
    meaning(view, balance.state),
  ])
  return parts(tableText({ head, rows }, view), ruleText(first, period, view))
}

/** The same of one partner, grant by grant. */
export const renderBalance: Renderer = (value, view) => {
  const one = value as Reciprocal & Period & { gave_grants: readonly Grant[]; got_grants: readonly Grant[] }
  const head = ['', ...sayAll(view, 'what they see', 'what we see')]
  const both = (label: string, of: (side: Side) => number) => [
    label,
    String(of(one.gave)),
    String(of(one.got)),
  ]
  const rows = [
    both(say(view, 'claims'), ({ claims }) => claims),
    both(say(view, 'purposes'), ({ purposes }) => purposes),
    both(say(view, 'open grants'), ({ live_grants }) => live_grants),
    both(say(view, 'ended grants'), ({ past_grants }) => past_grants),
    both(say(view, 'of which by people'), ({ by_persons }) => by_persons),
    both(say(view, 'times looked'), ({ looks }) => looks),
  ]
  return parts(
    `${oneLine(one.partner.name)}\n${aloneDid(oneLine(one.partner.did))}`,
    tableText({ head, rows }, view),
    meaning(view, one.balance.state),
    ruleText(one, one.period, view),
    grantsText(say(view, 'What we let them see:'), one.gave_grants, view),
    grantsText(say(view, 'What they let us see:'), one.got_grants, view),
  )
}

const ruleText = ({ balance }: Reciprocal, { since, until }: Period['period'], view: View): string =>
  paragraph(
    say(
      view,
      'Out of balance from {n} claims more on one side. Looks from {since} to {until} do not decide.',
      {
        ...{ n: balance.threshold, since: dayText(since, view), until: dayText(until, view) },
      },
    ),
    view,
  )

function grantsText(title: string, grants: readonly Grant[], view: View): string {
  if (grants.length === 0) return ''
  const head = sayAll(view, 'id', 'claims', 'for what', 'until', 'state')
  const rows = grants.map(({ id, claims, purpose, until, state }) => [
    ...[oneLine(id), stacked(claims), purposeText(purpose, view), cell(until, view), meaning(view, state)],
  ])
  return `${title}\n${tableText({ head, rows, id: 0 }, view)}`
}
