import { createHmac, createPrivateKey, createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto'

/** What one webhook is signed with, as Standard Webhooks 1.0 writes it. */
export interface SigningKeys {
  /** `whsec_` and the base64 of 32 random bytes; both sides have it. */
  readonly secret: string
  /** `whsk_` and the base64 of an Ed25519 seed; it never leaves the node. */
  readonly privateKey: string
}

/** Keys as they sign: reading the private one takes longer than all else about a call. */
export interface Signer {
  readonly secret: Buffer
  readonly privateKey: KeyObject
}

/** Standard Webhooks 1.0, "Webhook headers". */
export interface SignedHeaders {
  readonly 'webhook-id': string
  readonly 'webhook-timestamp': string
  readonly 'webhook-signature': string
}

const KEY_BYTES = 32
/** PKCS #8 of an Ed25519 key, up to the seed (RFC 8410, section 7). */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex')

export const newSigningKeys = (): SigningKeys => ({
  secret: `whsec_${randomBytes(KEY_BYTES).toString('base64')}`,
  privateKey: `whsk_${randomBytes(KEY_BYTES).toString('base64')}`,
})

export const signerOf = ({ secret, privateKey }: SigningKeys): Signer => ({
  secret: bytesOf(secret, 'whsec_'),
  privateKey: createPrivateKey({
    key: Buffer.concat([PKCS8, bytesOf(privateKey, 'whsk_')]),
    format: 'der',
    type: 'pkcs8',
  }),
})

/** `whpk_` and the base64 of the public key: a receiver that has it needs no secret. */
export function publicKeyOf({ privateKey }: Signer): string {
  const { x = '' } = createPublicKey(privateKey).export({ format: 'jwk' })
  return `whpk_${Buffer.from(x, 'base64url').toString('base64')}`
}

/**
 * Signs what is sent with every one of the keys, by HMAC-SHA256 (`v1`) and by Ed25519 (`v1a`).
 * @param id the same for every try, so that who saw it before can tell; without a full stop
 * @param timestamp of this try, in seconds
 * @param signers newest first; who has the key of any of them can verify
 */
export function signedHeaders(
  { id, timestamp, body }: { readonly id: string; readonly timestamp: number; readonly body: string },
  signers: readonly Signer[],
): SignedHeaders {
  const content = Buffer.from(`${id}.${timestamp}.${body}`)
  const signatures = signers.flatMap(({ secret, privateKey }) => [
    `v1,${createHmac('sha256', secret).update(content).digest('base64')}`,
    `v1a,${sign(null, content, privateKey).toString('base64')}`,
  ])
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signatures.join(' '),
  }
}

function bytesOf(text: string, prefix: string): Buffer {
  if (!text.startsWith(prefix)) throw new Error(`a key does not begin with ${prefix}`)
  return Buffer.from(text.slice(prefix.length), 'base64')
}
