import { createHmac } from 'node:crypto'
import { endOfDay } from '../core/index.ts'
import type { ContactMarkRow } from './contact-table.ts'
import { type PartnerContent, type PartnerDetails, searchName } from './partner.ts'
import { personIn } from './person-in.ts'

/** What a person whom a partner's row names is called, or null where it names nobody. */
export const namedIn = (content: PartnerContent): string | null => personIn(content)?.name || null

/** Whether the partner is a person herself, also one in business. */
const isHerself = (content: PartnerContent): boolean => personIn(content)?.company === null

/** Tells persons in a partner's row apart without their names. */
export const contactMark = (key: Buffer, partnerId: string, name: string): string =>
  createHmac('sha256', key)
    .update(`contact ${partnerId} ${searchName(name)}`)
    .digest('base64url')

/** What takes the place of a person's natural key: the same person in a later import is still found. */
export const erasedKey = (key: Buffer, naturalKey: string): string =>
  `erased:${createHmac('sha256', key).update(`natural key ${naturalKey}`).digest('base64url')}`

/** What of a person must be found in the books: who was invoiced, where, and under which number. */
export type KeptOfPerson = Pick<
  PartnerDetails,
  'name' | 'street' | 'postcode' | 'city' | 'country' | 'iban' | 'bic'
> & { readonly vat?: string; readonly kvk?: string }

const booked = ['street', 'postcode', 'city', 'country', 'iban', 'bic'] as const

/** What the books must keep of a person who was dealt with; null where nothing was booked. */
export function keptOf(content: PartnerContent): KeptOfPerson | null {
  const { name, vat, kvk, details, books } = content
  if (!isHerself(content) || !books.evidence) return null
  const kept = booked.flatMap((field) => (details[field] === undefined ? [] : [[field, details[field]]]))
  return { name, ...Object.fromEntries(kept), ...(vat && { vat }), ...(kvk && { kvk }) }
}

/**
 * Until when the books keep it: seven years after the year of the last booking, ten where it is about real estate (AWR,
 * article 52(4); Wet OB, article 34a). In ms.
 */
export function keptUntil({ books }: PartnerContent, isRealEstate: boolean): number {
  const year = Number((books.evidence?.lastAny ?? books.evidence?.last ?? books.until ?? '').slice(0, 4))
  return endOfDay(`${year + (isRealEstate ? 10 : 7)}-12-31`)
}

/** The content without the person. */
export function withoutPerson(content: PartnerContent): PartnerContent {
  if (isHerself(content)) {
    const { vat: _vat, kvk: _kvk, ...rest } = content
    return { ...rest, name: '', details: {} }
  }
  const { contact: _contact, email: _email, phone: _phone, ...details } = content.details
  return { ...content, details }
}

export type Marked = Pick<ContactMarkRow, 'noMarketingAt' | 'restrictedAt' | 'erasedAt'>

/** As it is shown while she disputes it: that there is somebody, and not who. */
export const asShown = (content: PartnerContent, marked: Marked | null): PartnerContent =>
  marked?.restrictedAt ? withoutPerson(content) : content
