import { createHmac } from 'node:crypto'
import type { ImportedPerson } from './ports.ts'

/** Under which she is known again; null where what it takes is not known. */
export interface PersonMarks {
  readonly placeMark: string
  readonly mailMark: string | null
}

/**
 * Marks of a person that say nothing without the key: of her name with the partner that names her, and of her name with
 * her e-mail address, since an address such as info@ is many people's.
 */
export function marksOf(
  key: Buffer,
  { partnerId, name, email }: Pick<ImportedPerson, 'partnerId' | 'name' | 'email'>,
): PersonMarks {
  const mark = (...parts: readonly string[]) =>
    createHmac('sha256', key).update(JSON.stringify(parts)).digest('base64url').slice(0, 32)
  const known = plain(name)
  return {
    placeMark: mark('place', partnerId, known),
    mailMark: email === undefined ? null : mark('mail', plain(email), known),
  }
}

const plain = (text: string): string =>
  text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/\s+/gu, ' ').trim()
