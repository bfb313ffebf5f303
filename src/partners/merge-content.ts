import { partnerRoles } from '../core/index.ts'
import { comparable, ownValues, withOwnValue } from './own-fields.ts'
import type { OwnField, PartnerBooks, PartnerContent, Taken } from './partner.ts'

/**
 * What we know after an import: what it says counts, what it does not say stays. Doing it twice is doing it once, so
 * that the same files change nothing.
 */
export function mergeContent(known: PartnerContent, told: PartnerContent): PartnerContent {
  const { taken } = known
  return taken ? keepTaken(known, taken, mergeBooks(known, told)) : mergeBooks(known, told)
}

function mergeBooks(known: PartnerContent, told: PartnerContent): PartnerContent {
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

/** What was taken over stays while the books say what they said then; once they say something else, that counts. */
function keepTaken(known: PartnerContent, taken: Taken, merged: PartnerContent): PartnerContent {
  const ours = ownValues(known)
  const told = ownValues(merged)
  const kept = Object.entries(taken.fields).filter(([name, value]) => {
    const field = name as OwnField
    const says = told[field] === undefined ? null : (comparable(field, told[field]) ?? null)
    return says === value.was || says === (comparable(field, ours[field]) ?? null)
  })
  const content = kept.reduce(
    (so, [field]) => withOwnValue(so, field as OwnField, ours[field as OwnField]) ?? so,
    merged,
  )
  return kept.length === 0 ? content : { ...content, taken: { ...taken, fields: Object.fromEntries(kept) } }
}

/** Since when our copy says what it says of a field, in ms. */
export function agedSince(
  { updatedAt }: { readonly updatedAt: number },
  { taken }: Pick<PartnerContent, 'taken'>,
  field: OwnField,
): number {
  return taken?.fields[field]?.asOf ?? taken?.importedAt ?? updatedAt
}

/** A list without bookings knows nothing about activity, and last year's books know less than this year's. */
function laterBooks(known: PartnerBooks, told: PartnerBooks): PartnerBooks {
  if (told.activity === 'unknown') return known
  const isOlder = known.until !== undefined && told.until !== undefined && told.until < known.until
  return isOlder && known.activity !== 'unknown' ? known : told
}
