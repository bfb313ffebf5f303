import type { Did, PartnerRole } from '../core/index.ts'
import { isJsonObject } from '../jose/index.ts'
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

/** What our own copy of a partner says, by names of our own. */
export type OwnField = 'name' | 'email' | 'phone' | 'website' | 'iban' | 'kvk' | 'vat' | 'address'

/** A value of our copy that we took over from what the partner lets us see. Times in ms. */
export interface TakenValue {
  readonly claim: string
  readonly grantId: string
  /** Who said so: the partner, or who attests it. */
  readonly source: Did
  /** When it was read. */
  readonly asOf: number
  readonly at: number
  /** What we had before, as it is compared; null when nothing. Books that still say that know less. */
  readonly was: string | null
}

/** Which values of our copy are not from our books. */
export interface Taken {
  /** How old what comes from our books is. */
  readonly importedAt: number
  readonly fields: Readonly<Partial<Record<OwnField, TakenValue>>>
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
  readonly taken?: Taken
}

/** The content with its members in one order, to compare by. */
export function contentKey(content: PartnerContent): string {
  return JSON.stringify(sorted(content))
}

const sorted = (value: unknown): unknown =>
  isJsonObject(value)
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
