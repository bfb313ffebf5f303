import { generateKeyPairSync, type JsonWebKey, type KeyObject, webcrypto } from 'node:crypto'
import { CompactEncrypt, compactDecrypt } from 'jose'
import { isRefusal, Refusal } from '../core/index.ts'
import { decodeBase64url } from './base64url.ts'
import { isJsonObject, type JsonObject, parseJsonObject } from './json.ts'
import { importPublicKey, type PublicJwk, parsePublicJwk, readPublicJwk } from './jwk.ts'

const { subtle } = webcrypto
type CryptoKey = webcrypto.CryptoKey

/** The one key management algorithm: OpenID4VC HAIP 1.0, section 5, wants it of everybody. */
export const KEY_AGREEMENT = 'ECDH-ES'
export const contentEncryptions = ['A128GCM', 'A256GCM'] as const
export type ContentEncryption = (typeof contentEncryptions)[number]

/** A public key that others encrypt to. */
export interface EncryptionJwk {
  readonly kty: 'EC'
  readonly crv: 'P-256'
  readonly x: string
  readonly y: string
  readonly use: 'enc'
  readonly alg: typeof KEY_AGREEMENT
  readonly kid?: string
}

export interface EncryptionKey {
  readonly privateKey: KeyObject
  readonly publicJwk: EncryptionJwk
}

/** A key pair for one conversation. @param kid how the one who encrypts says which key it took */
export function newEncryptionKey(kid: string): EncryptionKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return { privateKey, publicJwk: encryptionJwk(publicKey.export({ format: 'jwk' }), kid) }
}

/** A key pair of {@link newStoredKey}, as it lies with its conversation. */
export interface StoredKey {
  readonly publicJwk: EncryptionJwk
  /** The private half, base64url (RFC 7518, section 6.2.2.1). */
  readonly d: string
}

/** As {@link newEncryptionKey}, for a conversation that is kept in between. */
export function newStoredKey(kid: string): StoredKey {
  const { d = '', ...point } = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
    format: 'jwk',
  })
  return { publicJwk: encryptionJwk(point, kid), d }
}

/** The private key as the library wants it: any other form it would export and import again each time. */
export const openStoredKey = ({ publicJwk: { kty, crv, x, y }, d }: StoredKey): Promise<CryptoKey> =>
  subtle.importKey('jwk', { kty, crv, x, y, d }, { name: 'ECDH', namedCurve: crv }, false, ['deriveBits'])

/** A key we made lies on its curve: that need not be proven. */
const encryptionJwk = (point: JsonWebKey, kid: string): EncryptionJwk => ({
  ...requireP256(readPublicJwk({ ...point })),
  use: 'enc',
  alg: KEY_AGREEMENT,
  kid,
})

/**
 * A key to encrypt to, from untrusted JSON; without `alg` it is taken for {@link KEY_AGREEMENT}.
 * @throws Refusal `jwk_…`, `jwe_key_unsupported`
 */
export function parseEncryptionJwk(value: unknown): EncryptionJwk {
  const { use, alg, key_ops: ops, kid, ...key } = isJsonObject(value) ? value : {}
  const point = pointOf(key)
  if ((use ?? 'enc') !== 'enc' || (alg ?? KEY_AGREEMENT) !== KEY_AGREEMENT || ops !== undefined)
    throw unsupportedKey()
  return {
    ...point,
    use: 'enc',
    alg: KEY_AGREEMENT,
    ...(typeof kid === 'string' && kid.length > 0 && { kid }),
  }
}

const pointOf = (value: unknown): Point => requireP256(parsePublicJwk(value))

type Point = Pick<EncryptionJwk, 'kty' | 'crv' | 'x' | 'y'>

function requireP256(point: PublicJwk): Point {
  if (point.crv === 'P-256') return { kty: 'EC', crv: point.crv, x: point.x, y: point.y }
  throw unsupportedKey()
}

const unsupportedKey = () =>
  new Refusal('invalid', 'jwe_key_unsupported', `only P-256 keys for ${KEY_AGREEMENT} are encrypted to`)

export interface EncryptFor {
  readonly recipient: EncryptionJwk
  readonly enc: ContentEncryption
}

/**
 * How to encrypt to somebody: the first of their keys that we know, with the first content encryption of ours that they
 * take. Null where there is none.
 * @param keys untrusted JSON
 * @param encs their `enc_values_supported`
 */
export function findRecipient(keys: readonly unknown[], encs: readonly string[]): EncryptFor | null {
  const enc = contentEncryptions.find((name) => encs.includes(name))
  const [recipient] = keys.flatMap(knownKey)
  return recipient && enc ? { recipient, enc } : null
}

function knownKey(value: unknown): EncryptionJwk[] {
  try {
    return [parseEncryptionJwk(value)]
  } catch (error) {
    if (isRefusal(error)) return []
    throw error
  }
}

/** Encrypts a JSON object as a compact JWE (RFC 7516, section 7.1), with a fresh ephemeral key. */
export const encryptJwe = (payload: object, to: EncryptFor): Promise<string> =>
  encrypt(JSON.stringify(payload), to)

/**
 * Encrypts a token that is signed already: a nested JWT (RFC 7519, section 5.2).
 * @param typ of the whole, such as that of the token inside
 */
export const encryptNested = (jwt: string, typ: string, to: EncryptFor): Promise<string> =>
  encrypt(jwt, to, { typ, cty: 'JWT' })

function encrypt(text: string, { recipient, enc }: EncryptFor, more: object = {}): Promise<string> {
  const { kty, crv, x, y, kid } = recipient
  return new CompactEncrypt(new TextEncoder().encode(text))
    .setProtectedHeader({ alg: KEY_AGREEMENT, enc, ...(kid !== undefined && { kid }), ...more })
    .encrypt(importPublicKey({ kty, crv, x, y }))
}

export interface DecryptWith {
  /** The private key of this `kid`, or of the conversation where the header names none; null where there is none. */
  readonly keyOf: (kid: string | undefined) => KeyObject | null | Promise<KeyObject | CryptoKey | null>
  /** Size of the whole token in characters. */
  readonly maxBytes: number
}

export interface DecryptedJwe {
  readonly enc: ContentEncryption
  readonly kid: string | undefined
  readonly payload: JsonObject
}

/** What a header may say; whatever else changes what the rest means is refused, `zip` and `crit` before all. */
const HEADER_MEMBERS = new Set(['alg', 'enc', 'epk', 'kid', 'apu', 'apv', 'typ', 'cty'])

/**
 * Decrypts a compact JWE that was encrypted to one of our keys.
 * @throws Refusal `jwe_malformed`, `jwe_too_large`, `jwe_header_invalid`, `jwe_alg_unsupported`, `jwe_key_unknown`,
 *   `jwe_not_decrypted`, `json_…`, `jwk_…`
 */
export async function decryptJwe(compact: string, by: DecryptWith): Promise<DecryptedJwe> {
  const { enc, kid, bytes } = await decrypt(compact, by)
  return { enc, kid, payload: parseJsonObject(bytes, { maxBytes: by.maxBytes }) }
}

/**
 * Decrypts what {@link encryptNested} makes. @returns the token inside, which is yet to be verified
 * @throws Refusal `jwe_…`, `jwk_…`
 */
export const decryptNested = async (compact: string, by: DecryptWith): Promise<string> =>
  Buffer.from((await decrypt(compact, by)).bytes).toString('latin1')

/** Whether a token is encrypted, by how many parts it has (RFC 7516, section 9). */
export const isJwe = (compact: string): boolean => compact.split('.', 6).length === 5

async function decrypt(compact: string, { keyOf, maxBytes }: DecryptWith) {
  const { enc, kid } = headerOf(compact, maxBytes)
  const key = await keyOf(kid)
  if (!key) throw new Refusal('invalid', 'jwe_key_unknown', 'this is not encrypted to a key of ours')
  const bytes = await compactDecrypt(compact, key, {
    keyManagementAlgorithms: [KEY_AGREEMENT],
    contentEncryptionAlgorithms: [...contentEncryptions],
  }).then(
    ({ plaintext }) => plaintext,
    (cause: unknown) => {
      throw new Refusal('invalid', 'jwe_not_decrypted', 'this cannot be decrypted', { cause })
    },
  )
  return { enc, kid, bytes }
}

function headerOf(compact: string, maxBytes: number) {
  if (compact.length > maxBytes) throw new Refusal('invalid', 'jwe_too_large', 'this token is too large')
  const parts = compact.split('.')
  // With ECDH-ES there is no encrypted key. The library passes over what is no base64url: it is looked at here.
  if (parts.length !== 5 || parts[1] !== '') throw malformed()
  const [header] = parts.filter((_, at) => at !== 1).map((part) => decodeBase64url(part))
  if (!header) throw malformed()
  const { alg, enc, kid, epk, ...more } = parseJsonObject(header, { maxBytes })
  if (Object.keys(more).some((name) => !HEADER_MEMBERS.has(name))) throw invalidHeader()
  if (kid !== undefined && typeof kid !== 'string') throw invalidHeader()
  const found = contentEncryptions.find((name) => name === enc)
  if (alg !== KEY_AGREEMENT || !found)
    throw new Refusal('invalid', 'jwe_alg_unsupported', `use ${KEY_AGREEMENT} with A128GCM or A256GCM`)
  // Whether it is a point of the curve is found out where it is used: seen once, it is not worth proving it here.
  requireP256(readPublicJwk(isJsonObject(epk) ? epk : {}))
  return { enc: found, kid }
}

const malformed = () => new Refusal('invalid', 'jwe_malformed', 'this is not a compact JWE')
const invalidHeader = () =>
  new Refusal('invalid', 'jwe_header_invalid', 'the header of this JWE has what we do not take')
