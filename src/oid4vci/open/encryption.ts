import { createECDH, createHmac, createPrivateKey } from 'node:crypto'
import { isRefusal } from '../../core/index.ts'
import {
  contentEncryptions,
  decryptJwe,
  type EncryptFor,
  type EncryptionKey,
  encryptJwe,
  isJsonObject,
  type JsonObject,
  KEY_AGREEMENT,
  parseEncryptionJwk,
} from '../../jose/index.ts'
import { OAuthRefusal } from '../../oauth/index.ts'
import type { Vault } from '../../vault/index.ts'

const MAX_TOKEN_CHARS = 64 * 1024
const KID = 'request-1'

/** The order of P-256: a private key lies between 1 and it. */
const ORDER = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551')

/**
 * The keys credential requests are encrypted to, one for each party. Derived from the master key: every process of a
 * node has the same, and none is kept.
 */
export class RequestKeys {
  readonly #seed: Buffer
  readonly #keys = new Map<string, EncryptionKey>()

  constructor(vault: Pick<Vault, 'deriveKey'>) {
    this.#seed = vault.deriveKey('regie oid4vci request encryption')
  }

  of(party: string): EncryptionKey {
    const known = this.#keys.get(party)
    if (known) return known
    const key = this.#derive(party)
    this.#keys.set(party, key)
    return key
  }

  #derive(party: string): EncryptionKey {
    for (let counter = 0; ; counter++) {
      const scalar = createHmac('sha256', this.#seed).update(`${counter}:${party}`).digest()
      const value = BigInt(`0x${scalar.toString('hex')}`)
      if (value === 0n || value >= ORDER) continue
      const ecdh = createECDH('prime256v1')
      ecdh.setPrivateKey(scalar)
      const point = ecdh.getPublicKey()
      const x = point.subarray(1, 33).toString('base64url')
      const y = point.subarray(33).toString('base64url')
      const jwk = { kty: 'EC', crv: 'P-256', x, y } as const
      const privateKey = createPrivateKey({ key: { ...jwk, d: scalar.toString('base64url') }, format: 'jwk' })
      return { privateKey, publicJwk: { ...parseEncryptionJwk(jwk), kid: KID } }
    }
  }
}

/**
 * What is in an encrypted request (OpenID4VCI 1.0, section 10).
 * @throws OAuthRefusal `invalid_encryption_parameters`
 */
export async function decryptRequest(
  compact: string,
  { privateKey, publicJwk }: EncryptionKey,
): Promise<JsonObject> {
  return orInvalid(async () => {
    const keyOf = (kid: string | undefined) => (kid === publicJwk.kid ? privateKey : null)
    return (await decryptJwe(compact.trim(), { keyOf, maxBytes: MAX_TOKEN_CHARS })).payload
  })
}

/**
 * How the answer is to be encrypted; null when it is not.
 * @param wasEncrypted whether the request was: one that was not could have had the wallet's key exchanged on its way
 * @throws OAuthRefusal `invalid_encryption_parameters`
 */
export async function responseEncryptionOf(
  body: JsonObject,
  wasEncrypted: boolean,
): Promise<EncryptFor | null> {
  const asked = body.credential_response_encryption
  if (asked === undefined) return null
  if (!isJsonObject(asked)) throw invalid('encryption_malformed', 'this does not say how to encrypt')
  if (!wasEncrypted)
    throw invalid('request_not_encrypted', 'to have the answer encrypted, encrypt the request')
  if (asked.zip !== undefined) throw invalid('zip_unsupported', 'answers are not compressed')
  const enc = contentEncryptions.find((name) => name === asked.enc)
  if (!enc) throw invalid('enc_unsupported', `use ${contentEncryptions.join(' or ')}`)
  if (!isJsonObject(asked.jwk) || asked.jwk.alg !== KEY_AGREEMENT)
    throw invalid('encryption_alg_unsupported', `the key must be one for ${KEY_AGREEMENT}`)
  const recipient = await orInvalid(async () => parseEncryptionJwk(asked.jwk))
  return { recipient, enc }
}

export const encryptResponse = (body: object, to: EncryptFor): Promise<string> => encryptJwe(body, to)

async function orInvalid<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (!isRefusal(error) || error instanceof OAuthRefusal) throw error
    throw new OAuthRefusal('invalid_encryption_parameters', error.code, error.message, { cause: error })
  }
}

const invalid = (code: string, message: string) =>
  new OAuthRefusal('invalid_encryption_parameters', code, message)
