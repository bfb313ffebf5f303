import { Refusal } from '../core/index.ts'
import { type JsonValue, type ParsedJws, parseBase64urlJson, parseJws } from '../jose/index.ts'
import { MAX_DEPTH } from './names.ts'

/** A disclosure as received, with what it says (RFC 9901, section 4.2). */
export interface Disclosure {
  /** The base64url text: the digest is over this, never over a text written again. */
  readonly encoded: string
  readonly content: JsonValue
}

/** An SD-JWT or SD-JWT+KB that was read and not verified. */
export interface SdJwt {
  readonly issuerSigned: ParsedJws
  readonly disclosures: readonly Disclosure[]
  /** The text before the key binding, with its last tilde: what `sd_hash` is over. */
  readonly boundText: string
  /** The Key Binding JWT; null when there is none. */
  readonly keyBinding: ParsedJws | null
}

const MAX_SD_JWT_CHARS = 256 * 1024
const MAX_KEY_BINDING_CHARS = 16 * 1024
const MAX_DISCLOSURES = 512

/**
 * Reads an SD-JWT in compact form (RFC 9901, section 4). Verifies nothing: what can be read may still be forged.
 * @throws Refusal `sd_jwt_malformed`, `sd_jwt_too_large`, `sd_jwt_too_many_disclosures`, `jws_…`, `json_…`,
 *   `base64url_invalid`
 */
export function parseSdJwt(compact: string): SdJwt {
  if (typeof compact !== 'string') throw malformed()
  requireReadableSize(compact.length, 0)
  const end = compact.lastIndexOf('~')
  if (end === -1) throw malformed()
  const [issuerJwt = '', ...disclosures] = compact.slice(0, end).split('~', MAX_DISCLOSURES + 2)
  requireReadableSize(compact.length, disclosures.length)
  return {
    issuerSigned: parseJws(issuerJwt, { maxBytes: MAX_SD_JWT_CHARS }),
    disclosures: disclosures.map(parseDisclosure),
    boundText: compact.slice(0, end + 1),
    keyBinding:
      end === compact.length - 1
        ? null
        : parseJws(compact.slice(end + 1), { maxBytes: MAX_KEY_BINDING_CHARS }),
  }
}

/**
 * What is larger is not read, so must not be issued either.
 * @throws Refusal `sd_jwt_too_large`, `sd_jwt_too_many_disclosures`
 */
export function requireReadableSize(characters: number, disclosures: number): void {
  if (characters > MAX_SD_JWT_CHARS)
    throw new Refusal('invalid', 'sd_jwt_too_large', 'this SD-JWT is too large')
  if (disclosures > MAX_DISCLOSURES)
    throw new Refusal('invalid', 'sd_jwt_too_many_disclosures', 'this SD-JWT has too many disclosures')
}

const malformed = () => new Refusal('invalid', 'sd_jwt_malformed', 'this is not a compact SD-JWT')

function parseDisclosure(encoded: string): Disclosure {
  if (encoded === '') throw malformed()
  // The array around salt, name and value is one level more than the claim itself may have.
  const content = parseBase64urlJson(encoded, { maxDepth: MAX_DEPTH + 1 })
  return { encoded, content }
}
