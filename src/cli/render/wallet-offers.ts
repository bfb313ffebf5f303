import { oneLine } from '../text.ts'
import { commandsText, type Fact, factsText, paragraph, parts } from './facts.ts'
import type { Renderer } from './renderer.ts'
import { meaning, say, sayAll } from './say.ts'
import { tableText } from './table.ts'
import { cell } from './value.ts'
import type { View } from './view.ts'

interface WalletOffer {
  readonly id: string
  readonly for: string
  readonly state: string
  readonly reason: string | null
  readonly issuer: {
    readonly url: string
    readonly says_its_name_is: string | null
    readonly signed_by: string | null
    readonly trusted: boolean
  }
  readonly grant: string | null
  readonly tx_code: { readonly length: number | null; readonly description: string | null } | null
  readonly offers: readonly {
    readonly id: string
    readonly name: string | null
    readonly readable: boolean
  }[]
  readonly renews: boolean
  readonly credentials: readonly string[]
  readonly created_at: string
  readonly expires_at: string
  readonly link?: string | null
}

/** An offer of an issuer, who it says it is, and what can be done with it. */
export const renderWalletOffer: Renderer = (value, view) => {
  const offer = value as WalletOffer
  const { link } = offer
  return parts(
    factsText(factsOf(offer, view), view, ''),
    !offer.issuer.trusted &&
      offer.state === 'waiting' &&
      paragraph(say(view, 'You do not know this issuer: what it says of itself nobody checked.'), view),
    // Folded it could not be copied.
    link && `${say(view, 'Open this in a browser, once:')}\n${oneLine(link)}`,
    offer.state === 'waiting' && commandsText(waysOn(offer, view)),
  )
}

function factsOf(offer: WalletOffer, view: View): Fact[] {
  const { issuer, tx_code: code } = offer
  return [
    ['id', oneLine(offer.id)],
    [say(view, 'state'), meaning(view, `wallet_offer_${offer.state}`)],
    [say(view, 'because'), offer.reason && meaning(view, offer.reason)],
    [say(view, 'issuer'), cell(issuer.url)],
    [say(view, 'says its name is'), issuer.says_its_name_is && oneLine(issuer.says_its_name_is)],
    [say(view, 'signed by'), issuer.signed_by && cell(issuer.signed_by)],
    [say(view, 'known'), say(view, issuer.trusted ? 'yes, and trusted' : 'no')],
    [say(view, 'offers'), offer.offers.map((one) => named(one, view))],
    [say(view, 'for'), say(view, offer.for === 'me' ? 'yourself' : 'your organisation')],
    [
      say(view, 'asks for'),
      code && (code.description ? oneLine(code.description) : say(view, 'a transaction code')),
    ],
    [say(view, 'takes the place of'), offer.renews ? say(view, 'one that ends soon') : null],
    [say(view, 'received'), offer.credentials.map(oneLine)],
    [say(view, 'can be taken until'), offer.state === 'waiting' ? cell(offer.expires_at, view) : null],
  ]
}

const named = ({ id, name, readable }: WalletOffer['offers'][number], view: View): string =>
  `${oneLine(name ?? id)}${readable ? '' : ` (${say(view, 'left out: a format we do not read')})`}`

function waysOn({ id, tx_code: code }: WalletOffer, view: View): [string, string][] {
  const accept = `${view.regie} wallet offers accept ${id}${code ? ' --tx-code …' : ''}`
  return [
    [say(view, 'take it'), accept],
    [say(view, 'leave it'), `${view.regie} wallet offers decline ${id}`],
  ]
}

/** Offers that wait, and what came of the others. */
export const renderWalletOffers: Renderer = (value, view) => {
  const { items } = value as { items: readonly WalletOffer[] }
  if (items.length === 0) return say(view, '(nobody offers anything)')
  const head = sayAll(view, 'id', 'state', 'issuer', 'credential', 'came in', 'because')
  const rows = items.map((offer) => [
    oneLine(offer.id),
    meaning(view, `wallet_offer_${offer.state}`),
    cell(offer.issuer.url),
    offer.offers.map(({ id }) => oneLine(id)).join(', '),
    cell(offer.created_at, view),
    offer.reason ? meaning(view, offer.reason) : '',
  ])
  return tableText({ head, rows, id: 0 }, view)
}

interface Held {
  readonly id: string
  readonly type: string
  readonly title: Readonly<Record<string, string>> | null
  readonly issuer: { readonly id: string; readonly name: string | null; readonly is_holder: boolean }
  readonly expires_at: string | null
  readonly standing: string
}

/** What she holds, of whom she has it, and whether it holds. */
export const renderCredentials: Renderer = (value, view) => {
  const { items } = value as { items: readonly Held[] }
  const head = sayAll(view, 'id', 'credential', 'issuer', 'state', 'until')
  const rows = items.map(({ id, type, title, issuer, expires_at: until, standing }) => [
    oneLine(id),
    oneLine(title?.[view.language] ?? type),
    issuer.is_holder ? say(view, 'yourself') : oneLine(issuer.name ?? issuer.id),
    meaning(view, `held_${standing}`),
    cell(until, view),
  ])
  return tableText({ head, rows, id: 0 }, view)
}

export const renderRemoved: Renderer = (value, view) =>
  `${say(view, 'set aside')}: ${oneLine((value as { id: string }).id)}`
