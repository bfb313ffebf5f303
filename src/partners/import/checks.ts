import { electronicFormatIBAN, isValidBIC, isValidIBAN } from 'ibantools'

/** A checked value, or the stable code of what is wrong with it. */
export type Checked =
  | { readonly value: string }
  | { readonly code: string; readonly params?: Readonly<Record<string, string | number>> }

/**
 * The number of the Dutch trade register: eight digits, kept as text. "KvK", dots and blanks come off;
 * a digit that is missing is never filled in.
 */
export function checkKvk(text: string): Checked {
  const digits = text.replace(/^\s*k\.?v\.?k\.?[-\s]*(?:nummer|nr)?[.:\s]*/i, '').replace(/[.\s]/g, '')
  if (!/^\d+$/.test(digits)) return { code: 'kvk_format' }
  if (digits.length !== 8) return { code: 'kvk_digits', params: { digits: digits.length } }
  return /^0+$/.test(digits) ? { code: 'kvk_format' } : { value: digits }
}

/** The number of an establishment (vestigingsnummer): twelve digits. */
export function checkEstablishment(text: string): Checked {
  const digits = text.replace(/[.\s]/g, '')
  return /^\d{12}$/.test(digits) ? { value: digits } : { code: 'establishment_format' }
}

/** RSIN, the tax number of a legal entity or partnership: nine digits that pass the eleven-test. */
export function checkRsin(text: string): Checked {
  const digits = text.replace(/[.\s]/g, '')
  if (!/^\d{9}$/.test(digits)) return { code: 'rsin_format' }
  return passesElevenTest(digits) ? { value: digits } : { code: 'rsin_check' }
}

/** EUID of a company in the Dutch trade register (Directive (EU) 2017/1132, BRIS). */
export const euidOf = (kvk: string): string => `NLNHR.${kvk}`

/** True for the EUID of a Dutch company. */
export const isDutchEuid = (text: string): boolean => /^NLNHR\.\d{8}$/.test(text)

/** IBAN (ISO 13616): country format and mod 97; blanks and lower case are put right. */
export function checkIban(text: string): Checked {
  const iban = electronicFormatIBAN(text)
  if (iban === null || !/^[A-Z]{2}\d{2}[A-Z0-9]{1,30}$/.test(iban)) return { code: 'iban_format' }
  return isValidIBAN(iban) ? { value: iban } : { code: 'iban_check' }
}

/** BIC (ISO 9362): 8 or 11 characters. */
export function checkBic(text: string): Checked {
  const bic = text.replace(/\s/g, '').toUpperCase()
  return isValidBIC(bic) ? { value: bic } : { code: 'bic_format' }
}

const ATOM = String.raw`[^\s@<>()[\]\\,;:".\p{Cc}]`
const LABEL = String.raw`[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?`
const EMAIL = new RegExp(String.raw`^${ATOM}+(?:\.${ATOM}+)*@(?:${LABEL}\.)+[\p{L}\p{N}-]{2,63}$`, 'u')

/** Exactly one mail address, without a display name. */
export function checkEmail(text: string): Checked {
  return text.length <= 254 && EMAIL.test(text) ? { value: text } : { code: 'email_not_one_address' }
}

/** The eleven-test of BSN and RSIN: nine digits, weights 9 to 2 and -1, divisible by eleven; not all zeros. */
export function passesElevenTest(digits: string): boolean {
  if (!/^\d{9}$/.test(digits) || digits === '000000000') return false
  const sum = [...digits].reduce((total, digit, i) => total + Number(digit) * (i === 8 ? -1 : 9 - i), 0)
  return sum % 11 === 0
}

/** ISO 7064 mod 97-10 over digits and letters (A = 10 ... Z = 35): true when the remainder is one. */
export function passesMod97(text: string): boolean {
  let remainder = 0
  for (const char of text) {
    const value = Number.parseInt(char, 36)
    if (Number.isNaN(value)) return false
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97
  }
  return remainder === 1
}
