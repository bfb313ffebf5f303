import { isRefusal, Refusal } from '../core/index.ts'
import { type JsonObject, type PublicJwk, type SignatureCache, verifyJws } from '../jose/index.ts'
import { JWT_TYP, VC_JOSE, VC_JWT } from './names.ts'
import type { ParsedVcJwt } from './parse-vc-jwt.ts'
import { checkVcTimes, readVc, type VcContent } from './read-vc.ts'

export interface VerifyVcOptions {
  /** A current key of the issuer, which the caller found by issuer and `kid`. */
  readonly issuerKey: PublicJwk
  /** Seconds since the epoch. */
  readonly now: number
  readonly cache?: SignatureCache
}

/** In the order they are made; a report names the first that failed. */
type VcCheck = 'issuer_signature' | 'claims' | 'times'

export type VcReport =
  | { readonly ok: true; readonly content: VcContent }
  | { readonly ok: false; readonly check: VcCheck; readonly code: string; readonly message: string }

/** Verifies a credential; what can be read and is not genuine, of one meaning and in its time is an answer. */
export function verifyVcJwt(vc: ParsedVcJwt, { issuerKey, now, cache }: VerifyVcOptions): VcReport {
  let check: VcCheck = 'issuer_signature'
  try {
    requireTyp(vc.jws.header, vc.format === VC_JWT ? JWT_TYP : VC_JOSE, vc.format === VC_JWT, 'vc')
    verifyJws(vc.jws, issuerKey, { typ: null, ...(cache && { cache }) })
    check = 'claims'
    // Neither data model leaves room for two ways to secure one credential (both, section "Securing").
    if (Object.hasOwn(vc.document, 'proof'))
      throw new Refusal('invalid', 'vc_document_invalid', 'a credential in a JWT has no other proof')
    const content = readVc(vc)
    check = 'times'
    checkVcTimes(vc, content, now)
    return { ok: true, content }
  } catch (error) {
    if (!isRefusal(error)) throw error
    return { ok: false, check, code: error.code, message: error.message }
  }
}

/** @throws Refusal `jws_typ_mismatch` */
export function requireTyp(
  { typ, cty }: JsonObject,
  wanted: string,
  isOptional: boolean,
  content: string,
): void {
  const isRight = typ === wanted || (isOptional && typ === undefined)
  if (!isRight || (cty !== undefined && cty !== content && !isOptional))
    throw new Refusal('invalid', 'jws_typ_mismatch', 'this is another kind of token than expected')
}
