import { Refusal } from '../core/index.ts'

/** The media type of an SD-JWT VC (draft-ietf-oauth-sd-jwt-vc, section 2.2.1). */
export const SD_JWT_VC_TYP = 'dc+sd-jwt'

/** The media type of a Key Binding JWT (RFC 9901, section 4.3). */
export const KEY_BINDING_TYP = 'kb+jwt'

/** How many objects and arrays may lie inside each other, disclosures unfolded. */
export const MAX_DEPTH = 32

/**
 * Names that mean something to SD-JWT itself and cannot be claims (RFC 9901, section 4.1); `__proto__` cannot be
 * one either, because naming a member so would change what the object is.
 */
const reserved = new Set(['_sd', '...', '_sd_alg', '__proto__'])

export const isReservedName = (name: string): boolean => reserved.has(name)

/** Whether a credential is authentic and valid must not depend on what is disclosed (RFC 9901, section 9.7). */
const always = new Set(['iss', 'aud', 'nbf', 'exp', 'cnf'])
/** SD-JWT VC adds its type and status (draft-ietf-oauth-sd-jwt-vc, section 2.2.2.2). */
const alwaysInVc = new Set([...always, 'vct', 'vct#integrity', 'status'])

/**
 * Refuses to make selectively disclosable what must always be visible. Single entries of `aud` may be.
 * @throws Refusal `sd_jwt_not_disclosable`
 */
export function requireDisclosable(path: readonly (string | number | null)[], typ: unknown): void {
  const [first] = path
  const names = typ === SD_JWT_VC_TYP ? alwaysInVc : always
  if (typeof first !== 'string' || !names.has(first)) return
  if (first === 'aud' && path.length === 2) return
  throw new Refusal('invalid', 'sd_jwt_not_disclosable', 'this claim may not be selectively disclosable', {
    params: { claim: first },
  })
}

/** Hash algorithms `_sd_alg` may name (IANA Named Information Hash Algorithm Registry), as node:crypto calls them. */
const hashNames = new Map([
  ['sha-256', 'sha256'],
  ['sha-384', 'sha384'],
  ['sha-512', 'sha512'],
])

/**
 * The hash of a payload's digests; SHA-256 when it does not say (RFC 9901, section 4.1.1).
 * @throws Refusal `sd_jwt_hash_unsupported`
 */
export function hashNameOf(sdAlg: unknown): string {
  const name = hashNames.get(sdAlg === undefined ? 'sha-256' : String(sdAlg))
  if (name === undefined || (sdAlg !== undefined && typeof sdAlg !== 'string'))
    throw new Refusal('invalid', 'sd_jwt_hash_unsupported', 'the digests use a hash we do not accept')
  return name
}
