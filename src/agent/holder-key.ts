import { createECDH, createPrivateKey, type KeyObject } from 'node:crypto'
import { Refusal } from '../core/index.ts'

/** The private half of a P-256 holder key (RFC 7518, section 6.2); members are 32 bytes as base64url. */
export interface PrivateHolderKey {
  readonly kty: 'EC'
  readonly crv: 'P-256'
  readonly x: string
  readonly y: string
  readonly d: string
}

export function privateHolderKeyOf(key: KeyObject): PrivateHolderKey {
  const { x = '', y = '', d = '' } = key.export({ format: 'jwk' })
  return { kty: 'EC', crv: 'P-256', x, y, d }
}

/**
 * A key that comes from elsewhere. OpenSSL takes a public half that is another key's, so it is made anew here.
 * @throws Refusal `holder_key_invalid`
 */
export function importPrivateHolderKey({ kty, crv, x, y, d }: PrivateHolderKey): KeyObject {
  try {
    const ecdh = createECDH('prime256v1')
    ecdh.setPrivateKey(d, 'base64url')
    const point = ecdh.getPublicKey()
    const isIts = point.subarray(1, 33).toString('base64url') === x
    if (!isIts || point.subarray(33).toString('base64url') !== y) throw invalid()
    return createPrivateKey({ key: { kty, crv, x, y, d }, format: 'jwk' })
  } catch (cause) {
    throw invalid(cause)
  }
}

const invalid = (cause?: unknown) =>
  new Refusal('unprocessable', 'holder_key_invalid', 'the two halves of this key do not belong together', {
    cause,
  })
