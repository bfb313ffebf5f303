import { CLOCK_SKEW_S, type Clock, type Did, isDid, isRefusal, seconds } from '../core/index.ts'
import {
  checkTimes,
  offChainAlgs,
  type ParsedJws,
  type PublicJwk,
  parseJws,
  type Signer,
  signJws,
  verifyJws,
} from '../jose/index.ts'
import { OAuthRefusal } from '../oauth/index.ts'
import { PROOF_TYP } from './names.ts'
import type { Nonce, Nonces } from './nonces.ts'

/** Finds a current key of a DID. @throws Refusal when it is none, or the DID cannot be resolved */
export type RequireKey = (kid: string, purpose: 'authentication') => Promise<PublicJwk>

export interface ProofDeps {
  readonly clock: Clock
  readonly nonces: Nonces
  readonly requireKey: RequireKey
  /** The key of who has a certificate of an anchor for holders; without it certificates name no key. @throws Refusal `certificate_…` */
  readonly certifiedHolder?: ((x5c: unknown) => Promise<PublicJwk>) | undefined
}

export interface ProofClaims {
  /** The Credential Issuer Identifier. */
  readonly audience: string
  readonly issuerParty: string
  /** The client the access token was given to; null when it is anonymous. */
  readonly clientId: string | null
}

export interface ProofExpectation extends Omit<ProofClaims, 'clientId'> {
  /** Whose key it must be. */
  readonly subject: Did
}

export interface VerifiedProof {
  readonly key: PublicJwk
  readonly nonce: Nonce
}

export const MAX_PROOF_CHARS = 8 * 1024
const MAX_AGE_S = 300
/** Other ways to name or vouch for the key: with them, whose key it is would be for the proof itself to say. */
const OTHER_KEY_PARAMETERS = ['jwk', 'x5c', 'x5u', 'jku', 'x5t', 'x5t#S256', 'trust_chain', 'key_attestation']

/** A proof that one has the key of a DID now (OpenID4VCI 1.0, appendix F.1). */
export async function createProof(input: {
  readonly signer: Signer
  readonly audience: string
  /** Null where the issuer gives none out. */
  readonly nonce: string | null
  /** The client the token was given to; null where it is anonymous. */
  readonly clientId: string | null
  /** To name the key in full, in the place of the signer's `kid`. */
  readonly jwk?: PublicJwk
  /** ms */
  readonly now: number
}): Promise<string> {
  const { signer, audience, nonce, clientId, jwk, now } = input
  const payload = {
    aud: audience,
    iat: seconds(now),
    ...(nonce !== null && { nonce }),
    ...(clientId !== null && { iss: clientId }),
  }
  return signJws({ typ: PROOF_TYP, ...(jwk && { kid: undefined, jwk }) }, payload, signer)
}

/**
 * Verifies a proof of possession. The cheap checks come first, and no DID is resolved but the subject's own.
 * @throws OAuthRefusal `invalid_proof`, `invalid_nonce`; a Refusal of kind `unavailable` when the DID cannot be asked now
 */
export async function verifyProof(
  compact: string,
  expected: ProofExpectation,
  deps: ProofDeps,
): Promise<VerifiedProof> {
  const { jws, kid } = readProof(compact)
  if (didOf(kid) !== expected.subject)
    throw invalid('proof_of_another_party', 'this offer was made for another party')
  const nonce = checkProofClaims(jws, { ...expected, clientId: null }, deps)
  const key = await requireProofKey(kid, deps)
  invalidProofUnless(() => verifyJws(jws, key, { typ: PROOF_TYP, allowedAlgs: offChainAlgs }))
  return { key, nonce }
}

function readProof(compact: string): { jws: ParsedJws; kid: string } {
  const jws = invalidProofUnless(() => parseJws(compact, { maxBytes: MAX_PROOF_CHARS }))
  const { kid, typ } = jws.header
  if (typ !== PROOF_TYP) throw invalid('proof_typ_mismatch', 'this is not a proof of possession')
  if (typeof kid !== 'string' || OTHER_KEY_PARAMETERS.some((name) => Object.hasOwn(jws.header, name)))
    throw invalid('proof_kid_required', 'the proof must name its key with kid alone')
  return { jws, kid }
}

function didOf(kid: string): Did | null {
  const did = kid.split('#', 1)[0]
  return isDid(did) ? did : null
}

/**
 * What a proof says, beside whose key it is: for whom, when, and with which nonce (OpenID4VCI 1.0, appendix F.1).
 * @throws OAuthRefusal `invalid_proof`, `invalid_nonce`
 */
export function checkProofClaims({ payload }: ParsedJws, expected: ProofClaims, deps: ProofDeps): Nonce {
  const { aud, iat, iss, nonce } = payload
  const now = seconds(deps.clock.now())
  if (aud !== expected.audience) throw invalid('proof_aud_mismatch', 'the proof is for another issuer')
  // Required to be absent when the client is anonymous (OpenID4VCI 1.0, appendix F.1).
  if (iss !== undefined && iss !== expected.clientId)
    throw invalid('proof_iss_unexpected', 'the proof names another client than the one that has the token')
  if (typeof iat !== 'number') throw invalid('proof_iat_missing', 'the proof does not say when it was made')
  invalidProofUnless(() => checkTimes(payload, now))
  if (now - iat > MAX_AGE_S + CLOCK_SKEW_S) throw invalid('proof_too_old', 'the proof was made too long ago')
  if (typeof nonce !== 'string') throw invalid('proof_nonce_missing', 'the proof has no nonce')
  return deps.nonces.require(expected.issuerParty, nonce)
}

/** @throws OAuthRefusal `invalid_proof`; a Refusal of kind `unavailable` when the DID cannot be asked now */
export async function requireProofKey(kid: string, deps: ProofDeps): Promise<PublicJwk> {
  try {
    return await deps.requireKey(kid, 'authentication')
  } catch (error) {
    if (!isRefusal(error) || error.status >= 500) throw error
    throw new OAuthRefusal('invalid_proof', error.code, error.message, { cause: error })
  }
}

/** What our own rooms refuse about a proof, in the protocol's words. */
export function invalidProofUnless<T>(check: () => T): T {
  try {
    return check()
  } catch (error) {
    if (!isRefusal(error)) throw error
    throw new OAuthRefusal('invalid_proof', error.code, error.message, { cause: error })
  }
}

const invalid = (code: string, message: string) => new OAuthRefusal('invalid_proof', code, message)
