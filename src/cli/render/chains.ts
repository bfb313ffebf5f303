import { oneLine } from '../text.ts'
import { type NamedParty, partyText, purposeText } from './access-requests.ts'
import { commandsText, type Fact, factsText, paragraph, parts } from './facts.ts'
import { type Lookers, lookersOf } from './lookers.ts'
import { momentText } from './moment.ts'
import type { Renderer } from './renderer.ts'
import { meaning, say, sayAll } from './say.ts'
import { tableText } from './table.ts'
import { cell, stacked } from './value.ts'
import type { View } from './view.ts'

interface Chain extends Lookers {
  readonly id: string
  readonly grant: string
  readonly state: string
  readonly ended: string | null
  readonly to: NamedParty
  readonly claims: readonly string[]
  readonly purpose: readonly string[]
  readonly until: string
}
interface Link extends Chain {
  readonly on_behalf_of: NamedParty
  readonly since: string
  readonly last_look: string | null
  readonly kept_out: boolean
}
interface Delegation extends Chain {
  readonly owner: NamedParty
}

const stateOf = ({ state, ended }: Chain, view: View): string => meaning(view, ended ?? state)

/** Who reads under our grants on behalf of whom. */
export const renderLinks: Renderer = (value, view) => {
  const { items } = value as { items: readonly Link[] }
  if (items.length === 0) return say(view, '(no intermediary reads your data)')
  const head = sayAll(
    view,
    'id',
    'state',
    'who reads',
    'on behalf of',
    'claims',
    'who may look',
    'reads since',
    'until',
    'last look',
  )
  const rows = items.map((link) => [
    oneLine(link.id),
    stateOf(link, view),
    partyText(link.to),
    partyText(link.on_behalf_of),
    stacked(link.claims),
    stacked(lookersOf(link)),
    cell(link.since, view),
    momentText(link.until, view),
    cell(link.last_look, view),
  ])
  return tableText({ head, rows, id: 0 }, view)
}

/** A link that was cut just now, and what that does not do. */
export const renderCut: Renderer = (value, view) => {
  const link = value as Link
  const names = { to: partyText(link.to), principal: partyText(link.on_behalf_of) }
  return parts(
    paragraph(say(view, 'Cut: {to} reads nothing of this any more. {principal} still can.', names), view),
    factsText(factsOf(link, view), view),
    commandsText([
      [say(view, 'let them read again later'), `${view.regie} access allow ${oneLine(link.id)}`],
      [say(view, 'take the grant back'), `${view.regie} access revoke ${oneLine(link.grant)}`],
      [say(view, 'who looked'), `${view.regie} log`],
    ]),
  )
}

/** An intermediary that was cut, and may be let in anew. */
export const renderAllowed: Renderer = (value, view) => {
  const link = value as Link
  const names = { to: partyText(link.to), principal: partyText(link.on_behalf_of) }
  const text =
    'Allowed again: {principal} can pass this on to {to} anew, and is told. What you cut stays cut.'
  return parts(paragraph(say(view, text, names), view), factsText(factsOf(link, view), view))
}

/** Who reads on our behalf. */
export const renderDelegations: Renderer = (value, view) => {
  const { items } = value as { items: readonly Delegation[] }
  if (items.length === 0) return say(view, '(nobody reads on your behalf)')
  const head = sayAll(view, 'id', 'state', 'who reads', 'whose data', 'claims', 'who may look', 'until')
  const rows = items.map((delegation) => [
    oneLine(delegation.id),
    stateOf(delegation, view),
    partyText(delegation.to),
    partyText(delegation.owner),
    stacked(delegation.claims),
    stacked(lookersOf(delegation)),
    momentText(delegation.until, view),
  ])
  return tableText({ head, rows, id: 0 }, view)
}

/** One delegation, made or taken back just now. */
export const renderDelegation: Renderer = (value, view) => {
  const delegation = value as Delegation
  const names = { to: partyText(delegation.to), owner: partyText(delegation.owner) }
  const isEnded = delegation.state === 'ended'
  return parts(
    paragraph(
      isEnded
        ? say(view, 'Taken back: {to} reads nothing on your behalf any more; {owner} is told.', names)
        : say(view, '{owner} is told first; then {to} can read on your behalf.', names),
      view,
    ),
    factsText(factsOf(delegation, view), view),
    !isEnded &&
      commandsText([
        [say(view, 'how it stands'), `${view.regie} delegations list`],
        [say(view, 'take it back'), `${view.regie} delegations withdraw ${oneLine(delegation.id)}`],
      ]),
  )
}

const factsOf = (chain: Chain, view: View): Fact[] => [
  [say(view, 'id'), oneLine(chain.id)],
  [say(view, 'grant'), oneLine(chain.grant)],
  [say(view, 'claims'), chain.claims.map(oneLine)],
  [say(view, 'for what'), purposeText(chain.purpose, view)],
  [say(view, 'who may look'), lookersOf(chain).join(', ')],
  [say(view, 'until'), momentText(chain.until, view)],
]
