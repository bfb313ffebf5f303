import { createHash, createPrivateKey, generateKeyPairSync, type JsonWebKey, randomUUID } from 'node:crypto'
import { seconds } from '../core/index.ts'
import {
  createSigner,
  jwkThumbprint,
  type PublicJwk,
  publicJwkOf,
  type Signer,
  signJws,
} from '../jose/index.ts'
import { DPOP_TYP } from './names.ts'

/** What a client signs DPoP proofs with everywhere: every server that takes DPoP takes it. */
export const DPOP_ALG = 'ES256'

/** A client's key that tokens are bound to. */
export interface DpopKey {
  readonly jwk: PublicJwk
  readonly jkt: string
  readonly signer: Signer
}

/** A new private key, as JWK: to be kept sealed, where it must outlive the process. */
export const newDpopKey = (): JsonWebKey =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' })

export function openDpopKey(privateJwk: JsonWebKey): DpopKey {
  const privateKey = createPrivateKey({ key: privateJwk, format: 'jwk' })
  const jwk = publicJwkOf(privateKey)
  return { jwk, jkt: jwkThumbprint(jwk), signer: createSigner(privateKey, '') }
}

/** A proof for one request (RFC 9449, section 4.2). */
export function createDpopProof(
  { jwk, signer }: DpopKey,
  request: {
    readonly method: 'POST'
    readonly url: string
    /** Milliseconds since the epoch. */
    readonly now: number
    /** The access token it goes with. */
    readonly token?: string
    /** What the server asked for with `DPoP-Nonce`. */
    readonly nonce?: string
  },
): Promise<string> {
  const { method, url, now, token, nonce } = request
  const { origin, pathname } = new URL(url)
  const payload = {
    jti: randomUUID(),
    htm: method,
    htu: `${origin}${pathname}`,
    iat: seconds(now),
    ...(token !== undefined && { ath: createHash('sha256').update(token).digest('base64url') }),
    ...(nonce !== undefined && { nonce }),
  }
  return signJws({ typ: DPOP_TYP, kid: undefined, jwk }, payload, signer)
}
