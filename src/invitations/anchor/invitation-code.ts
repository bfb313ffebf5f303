import { createHash, randomBytes } from 'node:crypto'

/** Read out over the telephone it is heard right: no I, L, O or U (Crockford's base 32). 100 bits. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const CODE_LENGTH = 20

export const newCode = (): string => codeOf(randomBytes(CODE_LENGTH))

/** A code of these bytes, 20 or more: five bits of each. */
export function codeOf(bytes: Uint8Array): string {
  const letters = Array.from(bytes.subarray(0, CODE_LENGTH), (byte) => ALPHABET[byte % ALPHABET.length])
  return (letters.join('').match(/.{5}/g) ?? []).join('-')
}

/** Of a code as it was read out or typed: in whatever case, with or without its dashes. */
export function hashOf(code: string): string {
  const plain = code
    .toUpperCase()
    .replace(/[^0-9A-Z]/g, '')
    .replaceAll('O', '0')
    .replace(/[IL]/g, '1')
  return createHash('sha256').update(`regie invitation code ${plain}`).digest('base64url')
}
