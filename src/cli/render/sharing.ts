import { oneLine } from '../text.ts'
import { type NamedParty, partyText } from './access-requests.ts'
import { commandsText, factsText, parts } from './facts.ts'
import { momentText } from './moment.ts'
import type { Renderer } from './renderer.ts'
import { label, meaning, say, sayAll } from './say.ts'
import { tableText } from './table.ts'
import { cell } from './value.ts'
import type { View } from './view.ts'

type Claims = Readonly<Record<string, unknown>>

/** A list of ours: what holds for all of it, and a row for each thing in it. */
export const renderList: Renderer = (value, view) => {
  const { id, list, claims, until } = value as { id: string; list: string; claims: Claims; until: string }
  const plain = Object.entries(claims).filter(([, one]) => !Array.isArray(one))
  const items = Object.values(claims).find(Array.isArray) as readonly Claims[] | undefined
  return parts(
    factsText(
      [
        [say(view, 'list'), meaning(view, `list_${list}`)],
        [say(view, 'id'), oneLine(id)],
        [say(view, 'valid until'), momentText(until, view)],
        ...plain.map(([name, one]) => [label(view, name), cell(one, view)] as const),
      ],
      view,
    ),
    items && items.length > 0 && rowsText(items, view),
    commandsText([[say(view, 'withdraw'), `${view.regie} lists withdraw ${oneLine(list)}`]]),
  )
}

function rowsText(items: readonly Claims[], view: View): string {
  const names = [...new Set(items.flatMap((item) => Object.keys(item)))]
  const rows = items.map((item) => names.map((name) => cell(item[name], view)))
  return tableText({ head: names.map((name) => label(view, name)), rows }, view)
}

interface Statement {
  readonly id: string
  readonly customer: NamedParty
  readonly claims: Claims
  readonly state: string
  readonly at: string
}

/** One that was made or taken back. */
export const renderStatement: Renderer = (value, view) => {
  const { id, customer, claims, state } = value as Statement
  return parts(
    factsText(
      [
        [say(view, 'statement to'), partyText(customer)],
        [say(view, 'id'), oneLine(id)],
        [say(view, 'state'), meaning(view, `statement_${state}`)],
        ...claimFacts(claims, view),
      ],
      view,
    ),
    commandsText([[say(view, 'whether it was taken'), `${view.regie} offers list`]]),
  )
}

export const renderStatements: Renderer = (value, view) => {
  const { items } = value as { items: readonly Statement[] }
  if (items.length === 0) return say(view, '(nothing was stated)')
  const head = sayAll(view, 'id', 'statement to', 'state', 'made', 'what')
  const rows = items.map((one) => [
    oneLine(one.id),
    partyText(one.customer),
    meaning(view, `statement_${one.state}`),
    momentText(one.at, view),
    claimsText(one.claims, view),
  ])
  return tableText({ head, rows, id: 0 }, view)
}

/** What partners state to us, and whether they stand by it. */
export const renderReceivedStatements: Renderer = (value, view) => {
  const { items } = value as {
    items: readonly (Pick<Statement, 'id' | 'claims'> & {
      readonly partner: NamedParty
      readonly valid: boolean
      readonly issued_at: string
    })[]
  }
  if (items.length === 0) return say(view, '(nobody stated anything to us)')
  const head = sayAll(view, 'id', 'attested by', 'state', 'issued', 'what')
  const rows = items.map((one) => [
    oneLine(one.id),
    partyText(one.partner),
    meaning(view, one.valid ? 'statement_current' : 'statement_withdrawn'),
    momentText(one.issued_at, view),
    claimsText(one.claims, view),
  ])
  return tableText({ head, rows, id: 0 }, view)
}

interface Figures {
  readonly claim: string
  readonly period: string
  readonly grouping: string
  readonly figures: readonly (Claims & { readonly group: string })[]
  readonly withheld: readonly { readonly group: string; readonly code: string }[]
}

export const renderFigures: Renderer = (value, view) => figuresText(value as Figures, view)

export const renderAllFigures: Renderer = (value, view) => {
  const { rules, items } = value as {
    rules: { min_group: number; max_share: number }
    items: readonly Figures[]
  }
  const said = say(view, 'A group is {min} customers at least, none of them more than {max} % of it.', {
    min: rules.min_group,
    max: rules.max_share,
  })
  return parts(said, ...items.map((one) => figuresText(one, view)))
}

function figuresText({ claim, period, grouping, figures, withheld }: Figures, view: View): string {
  const head = sayAll(view, 'group', 'customers', 'mean', 'median', 'sum')
  const rows = figures.map(({ group, customers, mean, median, sum }) => [
    meaning(view, group),
    ...[customers, mean, median, sum].map((n) => cell(n, view)),
  ])
  const left = withheld.map(({ group, code }) => `${meaning(view, group)}: ${meaning(view, code)}`)
  return parts(
    `${label(view, claim)}, ${oneLine(period)} (${meaning(view, `by_${grouping}`)})`,
    tableText({ head, rows }, view),
    left.length > 0 && factsText([[say(view, 'not told of'), left]], view),
  )
}

const claimFacts = (claims: Claims, view: View) =>
  Object.entries(claims).map(([name, one]) => [label(view, name), cell(one, view)] as const)

const claimsText = (claims: Claims, view: View): string =>
  claimFacts(claims, view)
    .map(([name, one]) => `${name} ${one}`)
    .join(', ')
