import { createHash } from 'node:crypto'
import { CLOCK_SKEW_S, type Clock, isRefusal, milliseconds, seconds } from '../core/index.ts'
import {
  jwkThumbprint,
  offChainAlgs,
  type ParsedJws,
  parseJws,
  parsePublicJwk,
  verifyJws,
} from '../jose/index.ts'
import { DPOP_TYP } from './names.ts'
import { OAuthRefusal, type TokenScheme } from './oauth-refusal.ts'
import type { Once } from './once.ts'
import type { Tickets } from './tickets.ts'

const MAX_PROOF_CHARS = 4 * 1024
const MAX_JTI_CHARS = 256
/** How old a proof may be that carries no nonce of ours. */
const MAX_AGE_S = 60
const NONCE_VALID_MS = 5 * 60_000

/** A DPoP proof that verified. It counts once: {@link DpopProof.once} is to be used up with what it is used for. */
export interface DpopProof {
  /** SHA-256 thumbprint of its key (RFC 7638), what a token is bound to. */
  readonly jkt: string
  readonly once: Once
}

export interface DpopExpectation {
  readonly method: 'POST'
  /** The endpoint, as metadata name it. */
  readonly url: string
  /** Whose endpoint it is: its nonces are no good elsewhere. */
  readonly party: string
  /** Where it comes with an access token: that token, and the key it is bound to. */
  readonly token?: { readonly text: string; readonly jkt: string }
}

export interface DpopDeps {
  readonly clock: Clock
  readonly dpopNonces: Tickets
}

export const newDpopNonce = (party: string, { clock, dpopNonces }: DpopDeps): string =>
  dpopNonces.create(party, clock.now() + NONCE_VALID_MS)

/**
 * Verifies a DPoP proof (RFC 9449, section 4.3). When it was made is believed of the client's clock for a minute;
 * beyond that the client is given a nonce, which says when by our own clock (section 11.1).
 * @throws OAuthRefusal `invalid_dpop_proof`, `use_dpop_nonce`
 */
export function verifyDpop(compact: string, expected: DpopExpectation, deps: DpopDeps): DpopProof {
  const challenge = expected.token ? ('DPoP' as const) : undefined
  try {
    const jws = parseJws(compact, { maxBytes: MAX_PROOF_CHARS })
    const jwk = parsePublicJwk(jws.header.jwk)
    verifyJws(jws, jwk, { typ: DPOP_TYP, allowedAlgs: offChainAlgs })
    const jkt = jwkThumbprint(jwk)
    const jti = checkClaims(jws, jkt, expected)
    const expiresAt = endOf(jws, expected, deps)
    return { jkt, once: { key: `dpop:${digest(`${jkt} ${jti}`)}`, expiresAt } }
  } catch (error) {
    if (!isRefusal(error)) throw error
    if (error instanceof OAuthRefusal) throw error
    throw new OAuthRefusal('invalid_dpop_proof', error.code, error.message, {
      cause: error,
      ...(challenge && { challenge }),
    })
  }
}

/** @returns the proof's `jti` */
function checkClaims({ payload }: ParsedJws, jkt: string, { method, url, token }: DpopExpectation): string {
  const { jti, htm, htu, ath } = payload
  if (typeof jti !== 'string' || jti === '' || jti.length > MAX_JTI_CHARS)
    throw invalid('dpop_jti_missing', 'the proof has no usable jti', token)
  if (htm !== method) throw invalid('dpop_htm_mismatch', 'the proof is for another method', token)
  if (typeof htu !== 'string' || !isSameEndpoint(htu, url))
    throw invalid('dpop_htu_mismatch', 'the proof is for another address', token)
  if (token && ath !== digest(token.text))
    throw invalid('dpop_ath_mismatch', 'the proof is for another access token', token)
  if (token && jkt !== token.jkt)
    throw new OAuthRefusal('invalid_token', 'dpop_key_differs', 'the token is bound to another key', {
      challenge: 'DPoP',
    })
  return jti
}

/** Until when the proof could be used again, in milliseconds: so long it is remembered. */
function endOf({ payload }: ParsedJws, { party, token }: DpopExpectation, deps: DpopDeps): number {
  const { iat, nonce } = payload
  if (typeof iat !== 'number' || !Number.isFinite(iat))
    throw invalid('dpop_iat_missing', 'the proof does not say when it was made', token)
  const challenge = token && { challenge: 'DPoP' as const }
  const useNonce = (code: string) =>
    new OAuthRefusal('use_dpop_nonce', code, 'make the proof again, with the nonce in DPoP-Nonce', {
      ...challenge,
      dpopNonce: newDpopNonce(party, deps),
    })
  if (nonce !== undefined) {
    const ticket = typeof nonce === 'string' ? deps.dpopNonces.read(party, nonce) : null
    if (!ticket || ticket.isExpired) throw useNonce('dpop_nonce_invalid')
    return ticket.expiresAt
  }
  const age = seconds(deps.clock.now()) - iat
  if (age > MAX_AGE_S + CLOCK_SKEW_S || age < -CLOCK_SKEW_S) throw useNonce('dpop_iat_outside')
  return milliseconds(Math.ceil(iat) + MAX_AGE_S + 2 * CLOCK_SKEW_S)
}

/** Compared without query and fragment, after normalization (RFC 9449, section 4.3, check 9). */
function isSameEndpoint(htu: string, url: string): boolean {
  const asked = URL.parse(htu)
  const own = new URL(url)
  return (
    asked !== null && asked.username === '' && asked.origin === own.origin && asked.pathname === own.pathname
  )
}

/** `ath`: what of an access token is in a proof (RFC 9449, section 4.2). */
const digest = (text: string): string => createHash('sha256').update(text).digest('base64url')

const invalid = (code: string, message: string, token: unknown) =>
  new OAuthRefusal('invalid_dpop_proof', code, message, token ? { challenge: 'DPoP' as TokenScheme } : {})
