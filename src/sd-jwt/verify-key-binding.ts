import { hash } from 'node:crypto'
import { CLOCK_SKEW_S, isRefusal, Refusal } from '../core/index.ts'
import {
  type Alg,
  checkTimes,
  isJsonObject,
  type JsonObject,
  type ParsedJws,
  type PublicJwk,
  parsePublicJwk,
  verifyJws,
} from '../jose/index.ts'
import { hashNameOf, KEY_BINDING_TYP } from './names.ts'
import type { SdJwt } from './parse-sd-jwt.ts'

/** What a Key Binding JWT must say. At least one of nonce and audience, none of them empty. */
export interface KeyBindingExpectation {
  readonly nonce?: string
  readonly aud?: string
  /** How old it may be, in seconds; 300 unless told. */
  readonly maxAgeS?: number
}

/**
 * Whether a presentation must prove who presents it, decided by the verifier and never by what came in
 * (RFC 9901, section 7.3). `optional`: one that is there must be genuine, for whomever and whenever it was made.
 */
export type KeyBindingPolicy = 'forbidden' | 'optional' | KeyBindingExpectation

export interface KeyBinding {
  readonly holderKey: PublicJwk
  readonly aud: string
  readonly nonce: string
  /** Seconds since the epoch. */
  readonly iat: number
  /** All claims of the Key Binding JWT, the extra ones too. */
  readonly claims: JsonObject
}

export interface VerifyKeyBindingOptions {
  readonly policy: KeyBindingPolicy
  /** Seconds since the epoch. */
  readonly now: number
  /** Seconds two clocks may differ; 30 unless told. */
  readonly skew?: number
  readonly allowedAlgs?: readonly Alg[]
}

const MAX_AGE_S = 300

/**
 * Verifies who presents an SD-JWT whose issuer's signature was verified before: the holder's key is read from it.
 * @returns null when the policy wants none and there is none
 * @throws Refusal `kb_missing`, `kb_unexpected`, `kb_expectation_empty`, `kb_holder_key_missing`,
 *   `kb_claims_malformed`, `kb_nonce_mismatch`, `kb_aud_mismatch`, `kb_sd_hash_mismatch`, `kb_too_old`,
 *   `kb_typ_mismatch`, `kb_alg_mismatch`, `kb_alg_not_allowed`, `kb_crit_unsupported`, `kb_signature_invalid`,
 *   `kb_issued_in_future`, `kb_expired`, `kb_not_yet_valid`, `kb_time_malformed`, `jwk_…`
 */
export function verifyKeyBinding(sdJwt: SdJwt, options: VerifyKeyBindingOptions): KeyBinding | null {
  const { policy, now, skew = CLOCK_SKEW_S, allowedAlgs } = options
  const jws = requireWanted(sdJwt.keyBinding, policy)
  if (!jws) return null
  const claims = claimsOf(jws)
  if (claims.sdHash !== hash(hashNameOf(sdJwt.issuerSigned.payload._sd_alg), sdJwt.boundText, 'base64url'))
    throw refusal('kb_sd_hash_mismatch', 'the key binding is over other disclosures')
  if (typeof policy === 'object') checkExpected(claims, policy, now, skew)
  const holderKey = holderKeyOf(sdJwt.issuerSigned.payload)
  inItsOwnWords(() => {
    checkTimes(jws.payload, now, skew)
    verifyJws(jws, holderKey, { typ: KEY_BINDING_TYP, allowedAlgs })
  })
  return { holderKey, aud: claims.aud, nonce: claims.nonce, iat: claims.iat, claims: jws.payload }
}

const refusal = (code: string, message: string) => new Refusal('invalid', code, message)

function requireWanted(jws: ParsedJws | null, policy: KeyBindingPolicy): ParsedJws | null {
  if (policy === 'forbidden' && jws) throw refusal('kb_unexpected', 'a key binding came where none was asked')
  if (typeof policy !== 'object') return jws
  const { nonce, aud } = policy
  // An empty or absent expectation would let any key binding pass.
  if ((nonce === undefined && aud === undefined) || nonce === '' || aud === '')
    throw refusal(
      'kb_expectation_empty',
      'a key binding is checked against a nonce or an audience that is not empty',
    )
  if (!jws) throw refusal('kb_missing', 'the presentation does not prove who presents it')
  return jws
}

interface Claims {
  readonly aud: string
  readonly nonce: string
  readonly iat: number
  readonly sdHash: string
}

function claimsOf({ payload }: ParsedJws): Claims {
  const { aud, nonce, iat, sd_hash: sdHash } = payload
  const isComplete =
    typeof aud === 'string' &&
    typeof nonce === 'string' &&
    typeof iat === 'number' &&
    typeof sdHash === 'string' &&
    aud !== '' &&
    nonce !== ''
  if (!isComplete) throw refusal('kb_claims_malformed', 'the key binding lacks iat, aud, nonce or sd_hash')
  return { aud, nonce, iat, sdHash }
}

function checkExpected(claims: Claims, wanted: KeyBindingExpectation, now: number, skew: number): void {
  if (wanted.nonce !== undefined && claims.nonce !== wanted.nonce)
    throw refusal('kb_nonce_mismatch', 'the key binding is for another request')
  if (wanted.aud !== undefined && claims.aud !== wanted.aud)
    throw refusal('kb_aud_mismatch', 'the key binding is for another audience')
  if (!(claims.iat >= now - (wanted.maxAgeS ?? MAX_AGE_S) - skew))
    throw refusal('kb_too_old', 'the key binding was made too long ago')
}

function holderKeyOf({ cnf }: JsonObject): PublicJwk {
  if (!isJsonObject(cnf) || !isJsonObject(cnf.jwk))
    throw refusal('kb_holder_key_missing', 'the credential names no key of its holder')
  return parsePublicJwk(cnf.jwk)
}

/** Lets the caller tell the holder's token from the issuer's: `jws_expired` becomes `kb_expired`. */
function inItsOwnWords(check: () => void): void {
  try {
    check()
  } catch (error) {
    if (isRefusal(error) && error.code.startsWith('jws_'))
      throw new Refusal(error.kind, `kb_${error.code.slice(4)}`, `key binding: ${error.message}`)
    throw error
  }
}
