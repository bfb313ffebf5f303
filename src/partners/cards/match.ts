import { plainName } from '../import/index.ts'
import type { Card } from './vcard.ts'

/** A partner as far as finding whose card it is goes. */
export interface Known {
  readonly id: string
  readonly name: string
  readonly emails: readonly string[]
  readonly website?: string
}

/** Anybody has an address there: it says nothing about a company. */
const publicDomains: ReadonlySet<string> = new Set(
  'gmail.com googlemail.com outlook.com hotmail.com hotmail.nl live.nl live.com msn.com yahoo.com icloud.com me.com mac.com proton.me protonmail.com ziggo.nl kpnmail.nl planet.nl xs4all.nl home.nl hetnet.nl telfort.nl casema.nl chello.nl upcmail.nl gmx.net gmx.de web.de telenet.be skynet.be'.split(
    ' ',
  ),
)

export type CardMatch =
  | { readonly partnerId: string; readonly on: 'organisation' | 'email_domain' }
  | { readonly partnerId: null; readonly why: 'nobody' | 'several' }

/**
 * Whose contact persons are on cards: the partner of that name, or else the one with mail addresses or a website in the
 * domain of the card's. Where several could be meant nobody is, and somebody is asked.
 */
export function matcherOf(known: readonly Known[]): (card: Card) => CardMatch {
  const byName = new Map<string, Set<string>>()
  const byDomain = new Map<string, Set<string>>()
  const add = (map: Map<string, Set<string>>, key: string | undefined, id: string) => {
    if (key) map.set(key, (map.get(key) ?? new Set()).add(id))
  }
  for (const { id, name, emails, website } of known) {
    add(byName, plainName(name), id)
    for (const email of emails) add(byDomain, domainOf(email), id)
    if (website) add(byDomain, URL.parse(website)?.hostname.replace(/^www\./, ''), id)
  }
  return ({ organisation, email }) => {
    const named = byName.get(organisation === undefined ? '' : plainName(organisation))
    if (named?.size === 1) return { partnerId: [...named][0] ?? '', on: 'organisation' }
    const mailed = byDomain.get((email && domainOf(email)) ?? '')
    // Of several with one name the address may say which.
    const meant = [...(mailed ?? [])].filter((id) => !named || named.has(id))
    const [only] = meant
    if (only && meant.length === 1) return { partnerId: only, on: 'email_domain' }
    return { partnerId: null, why: (named ?? mailed) ? 'several' : 'nobody' }
  }
}

function domainOf(email: string): string | undefined {
  const domain = email.split('@').at(-1)?.trim().toLowerCase()
  return domain && !publicDomains.has(domain) ? domain : undefined
}
