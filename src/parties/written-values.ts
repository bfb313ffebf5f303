import { electronicFormatIBAN, isValidIBAN } from 'ibantools'
import { Refusal } from '../core/index.ts'

/**
 * A telephone number as people in the Netherlands write it, in the form of a credential (E.164).
 * @throws Refusal `phone_number_malformed`, which says the form
 */
export function phoneNumberFrom(text: string): string {
  // The nought that is only dialled inside the country: +31 (0)6 …
  const dialled = text.trim().replace(/^((?:\+|00)\d{1,3})\s*\(0\)/, '$1')
  const digits = dialled.replace(/[\s()./\u2010-\u2015-]/g, '').replace(/^00/, '+')
  const number = /^0[1-9]\d{8}$/.test(digits) ? `+31${digits.slice(1)}` : digits.replace(/^\+310/, '+31')
  if (/^\+31(?!\d{9}$)/.test(number) || !/^\+[1-9]\d{6,14}$/.test(number))
    throw new Refusal(
      'invalid',
      'phone_number_malformed',
      'a telephone number is written as 06-12345678, 010-2041234 or +31102041234',
    )
  return number
}

/** @throws Refusal `iban_malformed`, which says the form */
export function ibanFrom(text: string): string {
  const iban = electronicFormatIBAN(text)
  if (iban && isValidIBAN(iban)) return iban
  throw new Refusal('invalid', 'iban_malformed', 'an IBAN is written as NL02 ABNA 0123 4567 89')
}

/** An address without `https://` before it gets that. @throws Refusal `website_malformed`, which says the form */
export function websiteFrom(text: string): string {
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`
  const url = URL.parse(address)
  if (url && /^https?:$/.test(url.protocol) && /\.[a-z]{2,}$/i.test(url.hostname) && !/\s/.test(text))
    return address
  throw new Refusal('invalid', 'website_malformed', 'a website is written as https://www.example.nl')
}

/** @throws Refusal `email_malformed`, which says the form */
export function emailFrom(text: string): string {
  if (/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text)) return text
  throw new Refusal('invalid', 'email_malformed', 'an e-mail address is written as name@example.nl')
}

const readers: Readonly<Record<string, (text: string) => string>> = {
  phone_number: phoneNumberFrom,
  iban: ibanFrom,
  website: websiteFrom,
  email: emailFrom,
  invoice_email: emailFrom,
}

/** What somebody wrote, each value as credentials have it. @throws Refusal `phone_number_malformed` and others */
export const asWritten = <T extends object>(input: T): T =>
  Object.fromEntries(
    Object.entries(input).map(([name, value]) => {
      const read = Object.hasOwn(readers, name) ? readers[name] : undefined
      return [name, read && typeof value === 'string' ? read(value) : value]
    }),
  ) as T
