import { type PartnerRole, partnerRoles } from '../core/index.ts'
import type { Activity, Evidence } from './import/index.ts'

/** What a partner is. `organisation` is whoever is in business; its legal form is for registration to find out. */
export type PartnerKind = 'organisation' | 'person'

/** Whether a partner is in the trust network, as far as we know; `unknown` when the trust anchor did not answer. */
export type NetworkState = 'in_network' | 'not_in_network' | 'unknown'

/** What is kept sealed of a partner: personal and confidential values. Absent is undefined, never empty. */
export interface PartnerDetails {
  /** The name, where it is a person's. */
  readonly name?: string
  readonly contact?: string
  readonly email?: string
  readonly phone?: string
  readonly website?: string
  readonly iban?: string
  readonly bic?: string
  readonly street?: string
  readonly postcode?: string
  readonly city?: string
  readonly country?: string
}

/** What our books say of our dealings with a partner. */
export interface PartnerBooks {
  readonly activity: Activity
  readonly evidence?: Evidence
  /** Day of the latest booking in those books: later books know better. */
  readonly until?: string
}

/** What an import knows of a partner, and what of that is kept. */
export interface PartnerContent {
  readonly kind: PartnerKind
  readonly name: string
  readonly kvk?: string
  readonly vat?: string
  readonly roles: readonly PartnerRole[]
  readonly books: PartnerBooks
  readonly details: Omit<PartnerDetails, 'name'>
}

/**
 * What we know after an import: what it says counts, what it does not say stays. Doing it twice is doing it once, so
 * that the same files change nothing.
 */
export function mergeContent(known: PartnerContent, told: PartnerContent): PartnerContent {
  const { kvk = known.kvk, vat = known.vat } = told
  return {
    kind: known.kind === 'organisation' ? known.kind : told.kind,
    name: told.name,
    ...(kvk === undefined ? {} : { kvk }),
    ...(vat === undefined ? {} : { vat }),
    roles: partnerRoles.filter((role) => known.roles.includes(role) || told.roles.includes(role)),
    books: laterBooks(known.books, told.books),
    details: { ...known.details, ...told.details },
  }
}

/** A list without bookings knows nothing about activity, and last year's books know less than this year's. */
function laterBooks(known: PartnerBooks, told: PartnerBooks): PartnerBooks {
  if (told.activity === 'unknown') return known
  const isOlder = known.until !== undefined && told.until !== undefined && told.until < known.until
  return isOlder && known.activity !== 'unknown' ? known : told
}

/** The content with its members in one order, to compare by. */
export function contentKey(content: PartnerContent): string {
  return JSON.stringify(sorted(content))
}

const sorted = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(
        Object.entries(value)
          .filter(([, member]) => member !== undefined)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([name, member]) => [name, sorted(member)]),
      )
    : value

/** A name to search by: without capitals, accents and doubled blanks. */
export const searchName = (name: string): string =>
  name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/\s+/gu, ' ').trim()

/** Whether the import brought a person we did not hold: the month begins for her. */
export const namesAnother = (known: PartnerContent, told: PartnerContent): boolean =>
  told.details.contact !== undefined && told.details.contact !== known.details.contact
