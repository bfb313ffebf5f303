import { oneLine } from '../text.ts'
import { commandsText, type Fact, factsText, paragraph, parts } from './facts.ts'
import type { Renderer } from './renderer.ts'
import { meaning, say, sayAll } from './say.ts'
import { tableText } from './table.ts'
import { cell } from './value.ts'
import type { View } from './view.ts'

interface OpenOffer {
  readonly id: string
  readonly type: string
  readonly state: string
  readonly created_at: string
  readonly expires_at: string
  readonly renewable_days?: number | null
}

/** An offer with its link and, where it was just made, its transaction code. */
export const renderShownOffer: Renderer = (value, view) => {
  const { link, tx_code: code, ...offer } = value as OpenOffer & { link: string; tx_code?: string | null }
  const warning = code
    ? 'Whoever has the link can redeem it. The transaction code is shown this once: pass it on another way.'
    : 'Whoever has the link can redeem it.'
  return parts(
    factsText([...factsOf(offer, view), ...codeFact(code, view)], view, ''),
    // Folded it could not be copied.
    factsText([[say(view, 'the link, for a wallet'), oneLine(link)]], { ...view, width: undefined }, ''),
    paragraph(say(view, warning), view),
    commandsText([[say(view, 'see what came of it'), `${view.regie} issuing list`]]),
  )
}

const codeFact = (code: string | null | undefined, view: View): Fact[] =>
  code ? [[say(view, 'transaction code'), oneLine(code)]] : []

export const renderOpenOffer: Renderer = (value, view) =>
  factsText(factsOf(value as OpenOffer, view), view, '')

function factsOf(
  { id, type, state, expires_at: until, renewable_days: days }: OpenOffer,
  view: View,
): Fact[] {
  return [
    ['id', oneLine(id)],
    [say(view, 'credential'), oneLine(type)],
    [say(view, 'state'), meaning(view, `open_offer_${state}`)],
    [say(view, 'can be taken until'), cell(until, view)],
    [say(view, 'days it can be renewed'), days ? String(days) : null],
  ]
}

/** What was offered to whoever redeems it. */
export const renderOpenOffers: Renderer = (value, view) => {
  const { items } = value as { items: readonly OpenOffer[] }
  if (items.length === 0) return say(view, '(nothing was offered)')
  const head = sayAll(view, 'id', 'state', 'credential', 'made', 'can be taken until')
  const rows = items.map((offer) => [
    oneLine(offer.id),
    meaning(view, `open_offer_${offer.state}`),
    oneLine(offer.type),
    cell(offer.created_at, view),
    cell(offer.expires_at, view),
  ])
  return tableText({ head, rows, id: 0 }, view)
}
