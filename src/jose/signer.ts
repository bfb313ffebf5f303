import { type KeyObject, sign } from 'node:crypto'
import { type Alg, algOfJwk, publicJwkOf } from './jwk.ts'

/** Something that signs with one key: a key in memory, or one in a key store. */
export interface Signer {
  readonly alg: Alg
  /** The JWS header parameter `kid`: how a verifier finds the public key, such as a DID URL. */
  readonly kid: string
  /** The signature as JWS wants it: for ES256 and ES256K r and s of 32 bytes each, for EdDSA 64 bytes. */
  sign(data: Uint8Array): Uint8Array | Promise<Uint8Array>
}

/**
 * A signer over a private key in memory; its `alg` follows from the key.
 * @throws Refusal `jwk_unsupported` for other curves
 */
export function createSigner(privateKey: KeyObject, kid: string): Signer {
  const alg = algOfJwk(publicJwkOf(privateKey))
  return { alg, kid, sign: (data) => signWith(privateKey, alg, data) }
}

/** One signature in JWS form, for key stores that hold the key themselves. */
export function signWith(privateKey: KeyObject, alg: Alg, data: Uint8Array): Uint8Array {
  return alg === 'EdDSA'
    ? sign(null, data, privateKey)
    : sign('sha256', data, { key: privateKey, dsaEncoding: 'ieee-p1363' })
}
