import type { DIDDocument } from 'did-resolver'
import { asDid, type Did, isRefusal, Refusal } from '../core/index.ts'
import {
  decodeBase64url,
  encodeBase64url,
  type JsonObject,
  type PublicJwk,
  parseJsonObject,
} from '../jose/index.ts'
import { keyDocument, type Relationship, signingRelationships } from './did-key.ts'
import { type DocumentJwk, usable } from './public-key.ts'

const PREFIX = 'did:jwk:'

/** Members of private and secret keys (RFC 7518, section 6). */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']

/** The did:jwk of a key: always the same, since our member order is fixed. */
export const didJwkOf = (jwk: PublicJwk): Did => asDid(PREFIX + encodeBase64url(JSON.stringify(ordered(jwk))))

/** The id of a did:jwk's only verification method. */
export const methodOfDidJwk = (did: Did): string => `${did}#0`

/**
 * The document a did:jwk stands for (the did:jwk method); nothing is fetched.
 * @throws Refusal `did_jwk_invalid`
 */
export function resolveDidJwk(did: Did): DIDDocument {
  const jwk = parse(did.slice(PREFIX.length))
  if (PRIVATE_MEMBERS.some((member) => jwk[member] !== undefined)) throw invalid()
  const { kty, crv } = jwk
  if (typeof kty !== 'string' || typeof crv !== 'string') throw invalid()
  const publicKeyJwk: DocumentJwk = { ...jwk, kty, crv }
  if (!usable(publicKeyJwk)) throw invalid()
  return keyDocument(did, methodOfDidJwk(did), publicKeyJwk, relationshipsOf(publicKeyJwk))
}

function relationshipsOf({ crv, use }: DocumentJwk): readonly Relationship[] {
  if (use === 'enc' || crv === 'X25519') return ['keyAgreement']
  const canAgree = use === undefined && crv !== 'Ed25519'
  return canAgree ? [...signingRelationships, 'keyAgreement'] : signingRelationships
}

function parse(encoded: string): JsonObject {
  try {
    return parseJsonObject(decodeBase64url(encoded), { maxDepth: 4, maxBytes: 2048 })
  } catch (error) {
    if (isRefusal(error)) throw invalid(error)
    throw error
  }
}

const ordered = (jwk: PublicJwk): PublicJwk =>
  jwk.kty === 'EC'
    ? { crv: jwk.crv, kty: jwk.kty, x: jwk.x, y: jwk.y }
    : { crv: jwk.crv, kty: jwk.kty, x: jwk.x }

const invalid = (cause?: unknown): Refusal =>
  new Refusal('unprocessable', 'did_jwk_invalid', 'this did:jwk holds no usable public key', { cause })
