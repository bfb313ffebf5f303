import { hash, verify } from 'node:crypto'
import { isRefusal, Refusal } from '../core/index.ts'
import { type Alg, algOfJwk, importPublicKey, jwkThumbprint, type PublicJwk } from './jwk.ts'
import type { ParsedJws } from './jws.ts'
import type { SignatureCache } from './signature-cache.ts'

export interface VerifyJwsOptions {
  /** The media type or types the token may declare (RFC 8725, section 3.11); null says out loud: any or none. */
  readonly typ: string | readonly string[] | null
  /** Narrows the algorithms further than the key does. */
  readonly allowedAlgs?: readonly Alg[]
  /** Skips the arithmetic for a token and key that verified before; every other check is always made. */
  readonly cache?: SignatureCache
}

/** r and s, or R and S, of 32 bytes each: the same length for all three algorithms. */
const SIGNATURE_BYTES = 64

/**
 * Verifies who signed a token and what kind of token it is; claims and times are the caller's.
 * The key pins the algorithm: what the header says can only be wrong, never choose.
 * @throws Refusal `jws_alg_not_allowed`, `jws_alg_mismatch`, `jws_crit_unsupported`, `jws_typ_mismatch`,
 *   `jws_signature_invalid`, `jwk_not_on_curve`
 */
export function verifyJws(jws: ParsedJws, jwk: PublicJwk, options: VerifyJwsOptions): void {
  checkAlg(jws, algOfJwk(jwk), options.allowedAlgs)
  // No extension is understood here, so any crit, an empty or misspelt one too, must be refused.
  if (jws.header.crit !== undefined)
    throw new Refusal('invalid', 'jws_crit_unsupported', 'the token demands an extension we do not know')
  checkTyp(jws, options.typ)
  if (!isSigned(jws, jwk, options.cache))
    throw new Refusal('invalid', 'jws_signature_invalid', 'the signature does not match')
}

/** Whether this key signed it, in this form: of several keys one has to find out which. */
export function isSignedWith(jws: ParsedJws, jwk: PublicJwk, options: VerifyJwsOptions): boolean {
  try {
    verifyJws(jws, jwk, options)
    return true
  } catch (error) {
    if (isRefusal(error)) return false
    throw error
  }
}

function checkAlg({ header }: ParsedJws, alg: Alg, allowed: readonly Alg[] | undefined): void {
  if (header.alg === 'none' || (allowed && !allowed.includes(alg)))
    throw new Refusal('invalid', 'jws_alg_not_allowed', 'this signature algorithm is not allowed')
  if (header.alg !== alg)
    throw new Refusal('invalid', 'jws_alg_mismatch', 'the token names another algorithm than its key has')
}

function checkTyp({ header }: ParsedJws, typ: VerifyJwsOptions['typ']): void {
  if (typ === null) return
  const wanted = typeof typ === 'string' ? header.typ === typ : typ.includes(String(header.typ))
  if (!wanted || header.typ === undefined)
    throw new Refusal('invalid', 'jws_typ_mismatch', 'this is another kind of token than expected')
}

function isSigned(jws: ParsedJws, jwk: PublicJwk, cache: SignatureCache | undefined): boolean {
  if (jws.signature.byteLength !== SIGNATURE_BYTES) return false
  if (!cache) return verifySignature(jwk, Buffer.from(jws.signingInput, 'latin1'), jws.signature)
  const signed = Buffer.concat([Buffer.from(`${jws.signingInput}.`, 'latin1'), jws.signature])
  const digest = `${hash('sha256', signed, 'base64url')}.${jwkThumbprint(jwk)}`
  if (cache.has(digest)) return true
  if (!verifySignature(jwk, Buffer.from(jws.signingInput, 'latin1'), jws.signature)) return false
  cache.add(digest)
  return true
}

/**
 * True when the raw signature (JWS form) over the data is this key's.
 * @throws Refusal `jwk_not_on_curve`
 */
export function verifySignature(jwk: PublicJwk, data: Uint8Array, signature: Uint8Array): boolean {
  const key = importPublicKey(jwk)
  return jwk.crv === 'Ed25519'
    ? verify(null, data, key, signature)
    : verify('sha256', data, { key, dsaEncoding: 'ieee-p1363' }, signature)
}
