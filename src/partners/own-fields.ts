import { judgeVat } from './import/index.ts'
import { type OwnField, type PartnerContent, searchName } from './partner.ts'

/** Which of our fields says the same as a claim of the organisation itself. */
const fieldOf: Readonly<Record<string, OwnField>> = {
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

export const ownFieldOf = (claim: string): OwnField | undefined =>
  Object.hasOwn(fieldOf, claim) ? fieldOf[claim] : undefined

/** What we have of each field; an address as a claim would say it. */
export const ownValues = ({
  name,
  kvk,
  vat,
  details,
}: PartnerContent): Partial<Record<OwnField, unknown>> => {
  const { email, phone, website, iban, street, postcode, city, country } = details
  const address = { street_address: street, postal_code: postcode, locality: city, country }
  const hasAddress = street !== undefined || city !== undefined
  return { name, kvk, vat, email, phone, website, iban, ...(hasAddress && { address }) }
}

/** A value without what is only a way of writing it; undefined for what cannot be compared. */
export function comparable(field: OwnField, value: unknown): string | undefined {
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

/**
 * Our copy with another value for a field; undefined for what our copy cannot hold: another KVK number is another
 * company, and a VAT number that may hold a citizen number (BSN) is not stored.
 */
export function withOwnValue(
  content: PartnerContent,
  field: OwnField,
  value: unknown,
): PartnerContent | undefined {
  if (field === 'address') return withAddress(content, value)
  if (typeof value !== 'string' || field === 'kvk') return undefined
  if (field === 'name') return { ...content, name: value }
  if (field !== 'vat') return { ...content, details: { ...content.details, [field]: value } }
  const verdict = judgeVat(value, content.name)
  return verdict.kind === 'ok' ? { ...content, vat: verdict.vat } : undefined
}

function withAddress(content: PartnerContent, value: unknown): PartnerContent | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { street, postcode, city, country, ...details } = content.details
  const { street_address, postal_code, locality, country: land } = value as Record<string, unknown>
  const said = { street: street_address, postcode: postal_code, city: locality, country: land }
  const texts = Object.entries(said).filter(([, part]) => typeof part === 'string' && part !== '')
  return texts.length > 0 ? { ...content, details: { ...details, ...Object.fromEntries(texts) } } : undefined
}
