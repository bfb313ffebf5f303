import { Refusal } from '../core/index.ts'

const ALPHABET = /^[A-Za-z0-9_-]*$/
/** What may end a text of 4n+2 and 4n+3 characters: the characters whose unused low bits are zero. */
const LAST_OF_TWO = /[AQgw]$/
const LAST_OF_THREE = /[AEIMQUYcgkosw048]$/

/** Bytes as base64url without padding (RFC 4648, section 5). */
export function encodeBase64url(data: Uint8Array | string): string {
  return typeof data === 'string'
    ? Buffer.from(data, 'utf8').toString('base64url')
    : Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64url')
}

/**
 * The bytes of unpadded base64url. Node's own decoder skips padding, whitespace and foreign characters, so that
 * one value would have many spellings; here there is exactly one.
 * @throws Refusal `base64url_invalid`
 */
export function decodeBase64url(text: string): Buffer {
  requireCanonical(text)
  return Buffer.from(text, 'base64url')
}

/** Short texts are decoded here, because making a Buffer for each costs more than decoding it. */
const scratch = Buffer.allocUnsafeSlow(1024)

/**
 * The UTF-8 text in unpadded base64url; bytes that are not UTF-8 come out as U+FFFD.
 * @throws Refusal `base64url_invalid`
 */
export function decodeBase64urlText(text: string): string {
  requireCanonical(text)
  if (text.length > scratch.length) return Buffer.from(text, 'base64url').toString('utf8')
  return scratch.toString('utf8', 0, scratch.write(text, 'base64url'))
}

function requireCanonical(text: string): void {
  const tail = text.length % 4
  const isCanonical =
    ALPHABET.test(text) &&
    (tail === 0 || (tail === 2 && LAST_OF_TWO.test(text)) || (tail === 3 && LAST_OF_THREE.test(text)))
  if (!isCanonical)
    throw new Refusal('invalid', 'base64url_invalid', 'this is not unpadded, canonical base64url')
}
