import { oneLine } from '../text.ts'
import type { Renderer } from './renderer.ts'
import { meaning, say, sayAll } from './say.ts'
import { tableText } from './table.ts'
import { cell } from './value.ts'

interface Offers {
  readonly items: readonly {
    readonly id: string
    readonly subject: string
    readonly types: readonly string[]
    readonly state: string
    readonly attempts: number
    readonly last_error: string | null
    readonly created_at: string
    readonly redeemed_at: string | null
  }[]
}

/** What we offered to others and whether they took it. */
export const renderOffers: Renderer = (value, view) => {
  const { items } = value as Offers
  if (items.length === 0) return say(view, '(nothing was offered)')
  const head = sayAll(view, 'id', 'state', 'credential', 'offered to', 'made', 'taken', 'tries', 'last error')
  const rows = items.map((offer) => [
    oneLine(offer.id),
    meaning(view, `offer_${offer.state}`),
    offer.types.map(oneLine).join(', '),
    cell(offer.subject),
    cell(offer.created_at, view),
    cell(offer.redeemed_at, view),
    cell(offer.attempts),
    offer.last_error ? meaning(view, offer.last_error) : '',
  ])
  return tableText({ head, rows, id: 0 }, view)
}
