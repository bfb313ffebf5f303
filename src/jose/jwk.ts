import { createPublicKey, hash, type KeyObject } from 'node:crypto'
import { BoundedMap, Refusal } from '../core/index.ts'
import { decodeBase64url } from './base64url.ts'
import { isEd25519Point } from './ed25519-point.ts'

/** What everything but the chain is signed with: a secp256k1 key is there for its transactions alone. */
export const offChainAlgs = ['ES256', 'EdDSA'] as const
/** Signature algorithms we sign and verify with (RFC 7518, RFC 8037, RFC 8812). */
export const algs = [...offChainAlgs, 'ES256K'] as const
export type Alg = (typeof algs)[number]

/** A public signing key with its required members only (RFC 7517, RFC 8037, RFC 8812). Coordinates are base64url. */
export type PublicJwk =
  | { readonly kty: 'EC'; readonly crv: 'P-256' | 'secp256k1'; readonly x: string; readonly y: string }
  | { readonly kty: 'OKP'; readonly crv: 'Ed25519'; readonly x: string }

const algOfCurve = { 'P-256': 'ES256', secp256k1: 'ES256K', Ed25519: 'EdDSA' } as const

/** 32 bytes as base64url, in their one spelling: the two bits that are left over are zero. */
const COORDINATE = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/

interface LoadedKey {
  readonly jwk: PublicJwk
  readonly key: KeyObject
}

/**
 * Importing a key and proving that it is a point on its curve costs as much as a verification. The result depends
 * on the key alone, so it is shared by the whole process.
 */
const loaded = new BoundedMap<LoadedKey>(4096)
const keys = new WeakMap<PublicJwk, KeyObject>()

/**
 * A public key from untrusted JSON. Members that are not part of the key are left out; those that contradict
 * signing are refused.
 * @throws Refusal `jwk_invalid`, `jwk_private`, `jwk_unsupported`, `jwk_alg_mismatch`, `jwk_not_for_signing`,
 *   `jwk_not_on_curve`
 */
export function parsePublicJwk(value: unknown): PublicJwk {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Refusal('invalid', 'jwk_invalid', 'a JWK is a JSON object')
  const members = value as Record<string, unknown>
  if (members.d !== undefined || members.k !== undefined)
    throw new Refusal('invalid', 'jwk_private', 'this JWK holds a private or secret key')
  const { jwk } = load(readPublicJwk(members))
  if (members.alg !== undefined && members.alg !== algOfJwk(jwk))
    throw new Refusal('invalid', 'jwk_alg_mismatch', 'the alg of this JWK is not the one of its curve')
  if (members.use !== undefined && members.use !== 'sig') throw notForSigning()
  if (
    members.key_ops !== undefined &&
    !(Array.isArray(members.key_ops) && members.key_ops.includes('verify'))
  )
    throw notForSigning()
  return jwk
}

const notForSigning = () =>
  new Refusal('invalid', 'jwk_not_for_signing', 'this JWK is not meant for verifying signatures')

/** The one algorithm a key signs with. */
export const algOfJwk = (jwk: PublicJwk): Alg => algOfCurve[jwk.crv]

/** The SHA-256 thumbprint of a key, base64url (RFC 7638). */
export function jwkThumbprint(jwk: PublicJwk): string {
  // The members RFC 7638 wants, in its order, without whitespace.
  const members =
    jwk.kty === 'EC'
      ? { crv: jwk.crv, kty: jwk.kty, x: jwk.x, y: jwk.y }
      : { crv: jwk.crv, kty: jwk.kty, x: jwk.x }
  return hash('sha256', JSON.stringify(members), 'base64url')
}

/** True when two JWKs are the same key. */
export const isSameKey = (a: PublicJwk, b: PublicJwk): boolean => identity(a) === identity(b)

/**
 * The key as node:crypto wants it; kept, so that a key seen again costs a look-up.
 * @throws Refusal `jwk_invalid`, `jwk_not_on_curve`
 */
export const importPublicKey = (jwk: PublicJwk): KeyObject => keys.get(jwk) ?? load(jwk).key

/**
 * The public JWK of a key pair's private or public half.
 * @throws Refusal `jwk_unsupported` for other curves, `jwk_private` for a secret key
 */
export function publicJwkOf(key: KeyObject): PublicJwk {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key
  return parsePublicJwk(publicKey.export({ format: 'jwk' }))
}

/**
 * The form of a public key from untrusted JSON, not whether it lies on its curve: for a key that is used once, by what
 * finds that out itself.
 * @throws Refusal `jwk_invalid`, `jwk_unsupported`
 */
export function readPublicJwk({ kty, crv, x, y }: Record<string, unknown>): PublicJwk {
  if (typeof kty !== 'string' || typeof crv !== 'string')
    throw new Refusal('invalid', 'jwk_invalid', 'a JWK needs kty and crv')
  if (kty === 'EC' && (crv === 'P-256' || crv === 'secp256k1'))
    return Object.freeze({ kty, crv, x: coordinate(x), y: coordinate(y) })
  if (kty === 'OKP' && crv === 'Ed25519') {
    if (y !== undefined) throw new Refusal('invalid', 'jwk_invalid', 'an Ed25519 JWK has no y')
    return Object.freeze({ kty, crv, x: coordinate(x) })
  }
  throw unsupported()
}

const unsupported = () =>
  new Refusal('invalid', 'jwk_unsupported', 'only P-256, secp256k1 and Ed25519 keys are supported')

function coordinate(value: unknown): string {
  if (typeof value === 'string' && COORDINATE.test(value)) return value
  throw new Refusal('invalid', 'jwk_invalid', 'a coordinate of this JWK is not 32 bytes of base64url')
}

const identity = (jwk: PublicJwk): string =>
  jwk.kty === 'EC' ? `${jwk.crv}.${jwk.x}.${jwk.y}` : `${jwk.crv}.${jwk.x}`

function load(jwk: PublicJwk): LoadedKey {
  const id = identity(jwk)
  const known = loaded.get(id)
  if (known) return known
  const entry = { jwk, key: create(jwk) }
  loaded.set(id, entry)
  // A JWK that cannot change needs no look-up by what it says.
  if (Object.isFrozen(jwk)) keys.set(jwk, entry.key)
  return entry
}

function create(jwk: PublicJwk): KeyObject {
  if (jwk.crv === 'Ed25519' && !isEd25519Point(decodeBase64url(jwk.x))) throw notOnCurve()
  try {
    return createPublicKey({ key: { ...jwk }, format: 'jwk' })
  } catch (cause) {
    throw notOnCurve(cause)
  }
}

const notOnCurve = (cause?: unknown) =>
  new Refusal('invalid', 'jwk_not_on_curve', 'this JWK is not a usable point on its curve', { cause })
