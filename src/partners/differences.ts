import type { z } from 'zod'
import { isoTime } from '../core/index.ts'
import { type PartnerContent, searchName } from './partner.ts'
import type { PartnerRow } from './partner-table.ts'
import type { differenceOutput, SharedValue } from './shared-values.ts'

type Difference = z.input<typeof differenceOutput>
type Field = Difference['field']

/** Which of our fields says the same as a claim of the organisation itself. */
const fieldOf: Readonly<Record<string, Field>> = {
  'company-profile.name': 'name',
  'company-profile.email': 'email',
  'company-profile.phone_number': 'phone',
  'company-profile.website': 'website',
  'company-profile.iban': 'iban',
  'company-profile.address': 'address',
  'company-registration.name': 'name',
  'company-registration.kvk_number': 'kvk',
  'company-registration.vat_number': 'vat',
  'company-registration.address': 'address',
}

/**
 * Where what we imported is not what the partner itself lets us see: which fields, and how old both are. What the caller
 * may not see is not compared: by changing our copy one could guess at it.
 */
export function differencesOf(
  { row, content }: { readonly row: PartnerRow; readonly content: PartnerContent },
  shared: readonly SharedValue[],
): Difference[] {
  return shared.flatMap(({ claim, subject, value, asOf, grantId }) => {
    const field = Object.hasOwn(fieldOf, claim) ? fieldOf[claim] : undefined
    if (field === undefined || subject !== row.did || value === null || grantId === null) return []
    const ours = oursOf(content)[field]
    const theirs = comparable(field, value)
    if (ours === undefined || theirs === undefined || comparable(field, ours) === theirs) return []
    const ages = { ours_as_of: isoTime(row.updatedAt), theirs_as_of: isoTime(asOf) }
    return [{ field, claim, grant: grantId, ...ages }]
  })
}

const oursOf = ({ name, kvk, vat, details }: PartnerContent): Partial<Record<Field, unknown>> => {
  const { email, phone, website, iban, street, postcode, city, country } = details
  const address = { street_address: street, postal_code: postcode, locality: city, country }
  const hasAddress = street !== undefined || city !== undefined
  return { name, kvk, vat, email, phone, website, iban, ...(hasAddress && { address }) }
}

/** A value without what is only a way of writing it; undefined for what cannot be compared. */
function comparable(field: Field, value: unknown): string | undefined {
  if (field === 'address') return comparableAddress(value)
  if (typeof value !== 'string') return undefined
  if (field === 'name' || field === 'email') return searchName(value)
  if (field === 'phone') return value.replace(/[^\d+]/g, '').replace(/^(?:\+31|0031)0?|^0(?!0)/, '+31')
  if (field === 'website')
    return value
      .toLowerCase()
      .replace(/^https?:\/\//, '')
      .replace(/^www\./, '')
      .replace(/\/+$/, '')
  return letters(value)
}

function comparableAddress(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { street_address, postal_code, locality, country } = value as Record<string, unknown>
  return [street_address, postal_code, locality, country ?? 'NL']
    .map((part) => (typeof part === 'string' ? letters(part) : ''))
    .join(' ')
}

const letters = (text: string): string => searchName(text).replace(/[^\p{L}\p{N}]/gu, '')
