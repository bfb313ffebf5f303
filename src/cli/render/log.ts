import { type Actor, actorText, type NamedParty, partyText, purposeText } from './access-requests.ts'
import type { Renderer } from './renderer.ts'
import { meaning, say, sayAll } from './say.ts'
import { tableText } from './table.ts'
import { cell, stacked } from './value.ts'

interface Log {
  readonly items: readonly {
    readonly at: string
    readonly asker: NamedParty
    readonly on_behalf_of: NamedParty | null
    readonly actor: Actor | null
    readonly claims: readonly string[]
    readonly purpose: readonly string[]
    readonly outcome: string
    readonly codes: readonly string[]
  }[]
}

/** Who looked: when, which employee of which company, at what, why, and whether it was let in. */
export const renderLog: Renderer = (value, view) => {
  const { items } = value as Log
  if (items.length === 0) return say(view, '(nobody looked)')
  const head = sayAll(view, 'when', 'who', 'of', 'looked at', 'for what', 'outcome')
  const rows = items.map(({ at, asker, on_behalf_of: principal, actor, claims, purpose, outcome, codes }) => [
    cell(at, view),
    actor ? actorText(actor) : '',
    [partyText(asker), ...(principal ? [`${say(view, 'on behalf of')} ${partyText(principal)}`] : [])].join(
      '\n',
    ),
    stacked(claims),
    purposeText(purpose, view),
    [meaning(view, outcome), ...codes.map((code) => meaning(view, code))].join(': '),
  ])
  return tableText({ head, rows }, view)
}
