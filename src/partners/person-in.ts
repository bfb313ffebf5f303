import { endOfMonths } from '../core/index.ts'
import { isSoleTraderVat, namesSoleTrader } from './import/index.ts'
import type { PartnerContent } from './partner.ts'

/** Kinds of data that an import brings of a person. */
type Kind =
  | 'name'
  | 'company'
  | 'email'
  | 'phone'
  | 'address'
  | 'website'
  | 'bank_account'
  | 'vat_number'
  | 'kvk_number'
  | 'dealings'

/** Who a partner's row is about, as far as that is a person. */
export interface PersonIn {
  readonly name: string
  readonly email?: string
  /** The company she is contact person of; null where she is the partner, as a consumer or a sole trader. */
  readonly company: string | null
  readonly kinds: readonly Kind[]
}

/**
 * The person whom a partner's row names: whoever is the partner herself, also in business as a sole trader, or else its
 * contact person. What the row says of a company is not about its contact person, but for her e-mail and telephone.
 */
export function personIn(content: PartnerContent): PersonIn | null {
  const { kind, name, vat, kvk, books, details } = content
  const isHerself =
    kind === 'person' || namesSoleTrader(name) || (vat !== undefined && isSoleTraderVat(vat, name))
  if (!isHerself && details.contact === undefined) return null
  const has: readonly (readonly [Kind, boolean])[] = [
    ['name', true],
    ['company', !isHerself],
    ['email', details.email !== undefined],
    ['phone', details.phone !== undefined],
    ['address', isHerself && (details.street ?? details.postcode ?? details.city) !== undefined],
    ['website', isHerself && details.website !== undefined],
    ['bank_account', isHerself && details.iban !== undefined],
    ['vat_number', isHerself && vat !== undefined],
    ['kvk_number', isHerself && kvk !== undefined],
    ['dealings', isHerself && books.evidence !== undefined],
  ]
  return {
    name: details.contact ?? name,
    ...(details.email !== undefined && { email: details.email }),
    company: isHerself ? null : name,
    kinds: has.flatMap(([one, isThere]) => (isThere ? [one] : [])),
  }
}

/**
 * When somebody must have been told at the latest that we hold her data and where they came from: a month after we
 * got them (GDPR, article 14(3)(a)). Undefined when the content names nobody.
 */
export function informBy(content: PartnerContent, now: number): number | undefined {
  return personIn(content) ? endOfMonths(now, 1) : undefined
}
