import { Refusal } from '../core/index.ts'

/** Characters that may end a text of 4n+2 and 4n+3 characters: those whose unused low bits are zero. */
const LAST_OF_TWO = /[AQgw]$/
const LAST_OF_THREE = /[AEIMQUYcgkosw048]$/
const ALPHABET = /^[A-Za-z0-9_-]*$/

/** Bytes as base64url without padding (RFC 4648, section 5). */
export function encodeBase64url(data: Uint8Array | string): string {
  return typeof data === 'string'
    ? Buffer.from(data, 'utf8').toString('base64url')
    : Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64url')
}

/** True when the text is the one and only unpadded base64url form of some bytes. */
export function isBase64url(text: string): boolean {
  if (!ALPHABET.test(text)) return false
  const tail = text.length & 3
  if (tail === 0) return true
  if (tail === 1) return false
  return tail === 2 ? LAST_OF_TWO.test(text) : LAST_OF_THREE.test(text)
}

/**
 * The bytes of unpadded base64url. Node's own decoder skips padding, whitespace and foreign characters, so that
 * one value would have many spellings; here there is exactly one.
 * @throws Refusal `base64url_invalid`
 */
export function decodeBase64url(text: string): Buffer {
  if (!isBase64url(text))
    throw new Refusal('invalid', 'base64url_invalid', 'this is not unpadded, canonical base64url')
  return Buffer.from(text, 'base64url')
}
