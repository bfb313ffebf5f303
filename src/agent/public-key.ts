import { createPublicKey, ECDH, type JsonWebKey } from 'node:crypto'
import { decodeBase58 } from './base58.ts'

/** A public key as a DID document may hold it: also of kinds we do not verify with. */
export type DocumentJwk = Readonly<Record<string, unknown>> & { readonly kty: string; readonly crv: string }

interface KeyKind {
  readonly crv: string
  /** OpenSSL's name of an elliptic curve whose points come compressed; absent for keys that are plain bytes. */
  readonly curve?: string
  readonly bytes: number
}

/** Multicodec codes of the keys we read (https://github.com/multiformats/multicodec). */
const kindOfCode: ReadonlyMap<number, KeyKind> = new Map([
  [0xed, { crv: 'Ed25519', bytes: 32 }],
  [0xec, { crv: 'X25519', bytes: 32 }],
  [0xe7, { crv: 'secp256k1', curve: 'secp256k1', bytes: 33 }],
  [0x1200, { crv: 'P-256', curve: 'prime256v1', bytes: 33 }],
  [0x1201, { crv: 'P-384', curve: 'secp384r1', bytes: 49 }],
  [0x1202, { crv: 'P-521', curve: 'secp521r1', bytes: 67 }],
])

/** The key in a multibase text (`z` and base58 only), or null when it is no key that we read. */
export function jwkOfMultibase(text: string): DocumentJwk | null {
  if (!text.startsWith('z')) return null
  const bytes = decodeBase58(text.slice(1))
  if (!bytes) return null
  // All our codes take one or two bytes as a varint; the second one may not be a needless zero.
  const [first = 0, second = 0] = bytes
  const long = first > 0x7f
  if (long && (second === 0 || second > 0x7f)) return null
  const kind = kindOfCode.get(long ? (first & 0x7f) | (second << 7) : first)
  return kind ? jwkOfBytes(kind, bytes.subarray(long ? 2 : 1)) : null
}

/** The key in raw bytes (a compressed or uncompressed point for elliptic curves), or null when it is none. */
export function jwkOfRaw(crv: 'Ed25519' | 'secp256k1', bytes: Uint8Array): DocumentJwk | null {
  if (crv === 'Ed25519') return jwkOfBytes({ crv, bytes: 32 }, bytes)
  return jwkOfBytes({ crv, curve: 'secp256k1', bytes: bytes.length === 65 ? 65 : 33 }, bytes)
}

function jwkOfBytes(kind: KeyKind, bytes: Uint8Array): DocumentJwk | null {
  if (bytes.length !== kind.bytes) return null
  if (kind.curve === undefined) return usable({ kty: 'OKP', crv: kind.crv, x: base64url(bytes) })
  try {
    const point = Buffer.from(
      ECDH.convertKey(bytes, kind.curve, undefined, undefined, 'uncompressed') as Buffer,
    )
    const half = (point.length - 1) / 2
    const x = base64url(point.subarray(1, 1 + half))
    return usable({ kty: 'EC', crv: kind.crv, x, y: base64url(point.subarray(1 + half)) })
  } catch {
    return null
  }
}

/** The JWK, when it is a key node:crypto can load: the point lies on its curve. */
export function usable(jwk: DocumentJwk): DocumentJwk | null {
  try {
    createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' })
    return jwk
  } catch {
    return null
  }
}

const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url')
