import { passesElevenTest, passesMod97 } from './checks.ts'
import { namesLegalEntity } from './legal-form.ts'

/** What a VAT number turned out to be. Only `ok` carries the number. */
export type VatVerdict =
  | { readonly kind: 'ok'; readonly vat: string }
  /** It may hold a citizen number (BSN) and must not be stored; `masked` may be shown. */
  | { readonly kind: 'bsn_shaped'; readonly masked: string }
  | { readonly kind: 'invalid'; readonly code: 'vat_format' | 'vat_check' }

/**
 * Judges a VAT number. Dutch ones pass by mod 97 (btw-id) or by the eleven-test over the nine digits; a number that
 * passes only the latter is a legal entity's or a sole trader's from before 2020, which contains the BSN. It is kept
 * only if the number lies in a range of the RSIN or the name says a legal form.
 * @param country ISO code of the registration, used when the number has no prefix
 */
export function judgeVat(text: string, name: string, country?: string): VatVerdict {
  const compact = text.replace(/[\s.\-_/]/g, '').toUpperCase()
  const vat = withPrefix(compact, country)
  if (vat.startsWith('NL')) return judgeDutch(vat, name)
  if (!/^[A-Z]{2}[A-Z0-9]{2,15}$/.test(vat) || !/\d/.test(vat)) return { kind: 'invalid', code: 'vat_format' }
  const check = foreignChecks[vat.slice(0, 2)]
  return check === undefined || check(vat.slice(2))
    ? { kind: 'ok', vat }
    : { kind: 'invalid', code: 'vat_check' }
}

function withPrefix(compact: string, country: string | undefined): string {
  if (/^\d{9}B\d{2}$/.test(compact)) return `NL${compact}`
  return /^\d/.test(compact) && country ? `${country}${compact}` : compact
}

function judgeDutch(vat: string, name: string): VatVerdict {
  const match = /^NL(\d{9})B(\d{2})$/.exec(vat)
  const digits = match?.[1]
  if (digits === undefined) return { kind: 'invalid', code: 'vat_format' }
  const eleven = passesElevenTest(digits)
  const mod97 = passesMod97(vat)
  if (!eleven) return mod97 ? { kind: 'ok', vat } : { kind: 'invalid', code: 'vat_check' }
  // Check digits of mod 97 run from 02 to 98: a "B01" that passes it does so by accident.
  if (mod97 && match?.[2] !== '01') return { kind: 'ok', vat }
  if (inRsinRange(digits) || namesLegalEntity(name)) return { kind: 'ok', vat }
  return { kind: 'bsn_shaped', masked: `NL*******${vat.slice(9)}` }
}

/**
 * True for a btw-id, which since 2020 only natural persons in business have: it passes mod 97 and holds no BSN. An RSIN
 * passes mod 97 by accident one time in a hundred: then its range or the name tells.
 */
export function isSoleTraderVat(vat: string, name: string): boolean {
  const match = /^NL(\d{9})B(\d{2})$/.exec(vat)
  const digits = match?.[1]
  if (digits === undefined || match?.[2] === '01' || !passesMod97(vat)) return false
  return !(passesElevenTest(digits) && inRsinRange(digits)) && !namesLegalEntity(name)
}

/**
 * Ranges given to legal entities and partnerships, never to persons: 8........ and 00........ (a BSN, once sofi
 * number, has eight or nine significant digits and none begins with 8).
 */
export const inRsinRange = (digits: string): boolean => digits.startsWith('8') || digits.startsWith('00')

const foreignChecks: Readonly<Record<string, (rest: string) => boolean>> = {
  /** Belgium: ten digits, the last two are 97 minus the others modulo 97. */
  BE: (rest) => /^[01]\d{9}$/.test(rest) && 97 - (Number(rest.slice(0, 8)) % 97) === Number(rest.slice(8)),
  /** Germany: nine digits, the last by ISO 7064 mod 11,10. */
  DE: (rest) => /^[1-9]\d{8}$/.test(rest) && germanCheckDigit(rest.slice(0, 8)) === Number(rest.slice(8)),
}

function germanCheckDigit(digits: string): number {
  let product = 10
  for (const digit of digits) {
    const sum = (Number(digit) + product) % 10 || 10
    product = (sum * 2) % 11
  }
  return (11 - product) % 10
}

/**
 * Blots out everything in free text that could be a citizen number: nine digits that stand alone or in a Dutch
 * VAT number, pass the eleven-test and lie outside the RSIN's ranges. For records that cannot be taken apart.
 */
export function maskBsn(text: string): string {
  return text.replace(
    /(?<![\p{L}\p{N}])((?:N[ .-]?L[ .-]?)?)(\d(?:[ .-]?\d){8})(?=[ .-]?B[ .-]?\d|(?![\p{L}\p{N}]))/giu,
    (found, prefix: string, number: string) => {
      const digits = number.replace(/\D/g, '')
      if (!passesElevenTest(digits) || inRsinRange(digits)) return found
      return `${prefix}*******${digits.slice(7)}`
    },
  )
}
