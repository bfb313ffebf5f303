import { asVct, isRefusal, Refusal, type Vct } from '../core/index.ts'
import {
  type Alg,
  checkTimes,
  isJsonObject,
  type JsonObject,
  type JwsHeader,
  type PublicJwk,
  type SignatureCache,
  verifyJws,
} from '../jose/index.ts'
import type { ConcretePath } from './claim-path.ts'
import { SD_JWT_VC_TYP } from './names.ts'
import { parseSdJwt, type SdJwt } from './parse-sd-jwt.ts'
import { unfoldSdJwt } from './unfold.ts'
import { type KeyBinding, type KeyBindingPolicy, verifyKeyBinding } from './verify-key-binding.ts'

export interface VerifyIssuerOptions {
  /** The issuer's current key, which the caller found by `iss` and `kid`: that it is his is the caller's to know. */
  readonly issuerKey: PublicJwk
  /** The media type or types accepted in the header. */
  readonly typ: string | readonly string[]
  readonly allowedAlgs?: readonly Alg[]
  /** Lets presentations of one credential share one verification of its issuer's signature. */
  readonly cache?: SignatureCache
}

export interface VerifySdJwtOptions extends VerifyIssuerOptions {
  readonly keyBinding: KeyBindingPolicy
  /** Seconds since the epoch. */
  readonly now: number
  /** Seconds two clocks may differ; 30 unless told. */
  readonly skew?: number
  /** Top-level claims without which the SD-JWT is refused (RFC 9901, section 9.7), such as `exp`. */
  readonly requiredClaims?: readonly string[]
}

/** In the order they are made; a report names the first that failed. */
export type SdJwtCheck = 'issuer_signature' | 'disclosures' | 'claims' | 'times' | 'key_binding'

export type SdJwtReport<Payload extends JsonObject = JsonObject> =
  | {
      readonly ok: true
      readonly header: JwsHeader
      /** All claims, the always visible and the disclosed; without digests. */
      readonly payload: Payload
      /** Where the disclosed claims are in the payload. */
      readonly disclosedPaths: readonly ConcretePath[]
      readonly keyBinding: KeyBinding | null
    }
  | { readonly ok: false; readonly check: SdJwtCheck; readonly code: string; readonly message: string }

/** The claims of an SD-JWT VC, of which only `vct` is always there. */
export interface SdJwtVcPayload extends JsonObject {
  readonly vct: Vct
}

/**
 * Verifies an SD-JWT or SD-JWT+KB (RFC 9901, sections 7.1 and 7.3). What can be read and is not genuine, valid and
 * in its time is an answer; only what cannot be read is refused.
 * @throws Refusal as parseSdJwt does
 */
export function verifySdJwt(input: string | SdJwt, options: VerifySdJwtOptions): SdJwtReport {
  return verify(input, options, (payload) => payload)
}

/**
 * As {@link verifySdJwt} for an SD-JWT VC: its `typ` is `dc+sd-jwt` and its `vct` is there
 * (draft-ietf-oauth-sd-jwt-vc, sections 2.2 and 2.4).
 * @throws Refusal as parseSdJwt does
 */
export function verifySdJwtVc(
  input: string | SdJwt,
  options: Omit<VerifySdJwtOptions, 'typ'>,
): SdJwtReport<SdJwtVcPayload> {
  return verify(input, { ...options, typ: SD_JWT_VC_TYP }, requireVcClaims)
}

/**
 * The issuer's half alone: typ, algorithm and signature, without disclosures, times and key binding.
 * @throws Refusal `jws_…`
 */
export function verifyIssuerSigned({ issuerSigned }: SdJwt, options: VerifyIssuerOptions): void {
  verifyJws(issuerSigned, options.issuerKey, options)
}

function verify<Payload extends JsonObject>(
  input: string | SdJwt,
  options: VerifySdJwtOptions,
  requireClaims: (payload: JsonObject) => Payload,
): SdJwtReport<Payload> {
  const sdJwt = typeof input === 'string' ? parseSdJwt(input) : input
  const { now, skew, allowedAlgs } = options
  let check: SdJwtCheck = 'issuer_signature'
  try {
    verifyIssuerSigned(sdJwt, options)
    check = 'disclosures'
    const { payload, disclosed } = unfoldSdJwt(sdJwt)
    check = 'claims'
    requirePresent(payload, options.requiredClaims ?? [])
    const claims = requireClaims(payload)
    check = 'times'
    checkTimes(payload, now, skew)
    check = 'key_binding'
    const keyBinding = verifyKeyBinding(sdJwt, { policy: options.keyBinding, now, skew, allowedAlgs })
    const disclosedPaths = disclosed.map(({ path }) => path)
    return { ok: true, header: sdJwt.issuerSigned.header, payload: claims, disclosedPaths, keyBinding }
  } catch (error) {
    if (!isRefusal(error)) throw error
    return { ok: false, check, code: error.code, message: error.message }
  }
}

function requirePresent(payload: JsonObject, names: readonly string[]): void {
  for (const claim of names)
    if (!Object.hasOwn(payload, claim))
      throw new Refusal('invalid', 'sd_jwt_claim_missing', 'a claim that must be there is not', {
        params: { claim },
      })
}

/** @throws Refusal `sd_jwt_vct_missing`, `invalid_vct`, `sd_jwt_claim_malformed` */
function requireVcClaims(payload: JsonObject): SdJwtVcPayload {
  if (payload.vct === undefined)
    throw new Refusal('invalid', 'sd_jwt_vct_missing', 'the credential has no type')
  for (const claim of ['iss', 'sub', 'jti', 'vct#integrity'])
    if (payload[claim] !== undefined && typeof payload[claim] !== 'string') throw malformed(claim)
  for (const claim of ['cnf', 'status'])
    if (payload[claim] !== undefined && !isJsonObject(payload[claim])) throw malformed(claim)
  asVct(payload.vct)
  return payload as SdJwtVcPayload
}

const malformed = (claim: string) =>
  new Refusal('invalid', 'sd_jwt_claim_malformed', 'a registered claim has the wrong shape', {
    params: { claim },
  })
