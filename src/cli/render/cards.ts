import { oneLine } from '../text.ts'
import { parts } from './facts.ts'
import type { Renderer } from './renderer.ts'
import { meaning, say, sayAll } from './say.ts'
import { tableText } from './table.ts'
import { cell } from './value.ts'

interface Cards {
  readonly cards: readonly {
    readonly nr: number
    readonly name: string
    readonly organisation: string | null
    readonly action: string
  }[]
  readonly rejected: readonly { readonly nr: number; readonly reason: string }[]
}

/** Whose contact persons were on vCards, and of which somebody must say it. */
export const renderCards: Renderer = (value, view) => {
  const { cards, rejected } = value as Cards
  const rows = [
    ...cards.map((one) => [
      String(one.nr),
      oneLine(one.name),
      cell(one.organisation),
      meaning(view, `card_${one.action}`),
    ]),
    ...rejected.map(({ nr, reason }) => [String(nr), '', '', meaning(view, reason)]),
  ]
  const asked = cards.filter(({ action }) => action === 'asked').map(({ nr }) => nr)
  return parts(
    tableText({ head: sayAll(view, 'number', 'name', 'organisation', 'result'), rows }, view),
    asked.length > 0 &&
      say(view, 'Say whose they are: --partner <name> --cards {numbers}', { numbers: asked.join(',') }),
  )
}
