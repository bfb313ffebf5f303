import { hash } from 'node:crypto'
import { Refusal } from '../core/index.ts'
import { type Signer, signJws } from '../jose/index.ts'
import { type ClaimPath, isWithin, selectClaims } from './claim-path.ts'
import { hashNameOf, KEY_BINDING_TYP } from './names.ts'
import { type Disclosure, parseSdJwt, type SdJwt } from './parse-sd-jwt.ts'
import { unfoldSdJwt } from './unfold.ts'

export interface KeyBindingInput {
  /** The verifier the presentation is for. */
  readonly aud: string
  /** The verifier's nonce. */
  readonly nonce: string
  /** Seconds since the epoch. */
  readonly iat: number
  /** Signs with the key in the credential's `cnf`. */
  readonly signer: Signer
  /** Further claims, such as the digest of a request. */
  readonly extra?: Readonly<Record<string, unknown>>
}

/**
 * A presentation of the claims named and of nothing else (RFC 9901, section 7.2). A path selects a claim with
 * everything inside it; what it lies in is disclosed as far as needed to reach it. Indices count in the whole
 * credential. The issuer's signature is not verified here.
 * @param paths which claims; none means only what is always visible
 * @throws Refusal `sd_jwt_path_invalid`, `sd_jwt_path_not_found`, `sd_jwt_has_key_binding`,
 *   `key_binding_input_invalid`, and those of parseSdJwt and unfoldSdJwt
 */
export async function presentSdJwt(
  credential: string | SdJwt,
  paths: readonly ClaimPath[],
  keyBinding?: KeyBindingInput,
): Promise<string> {
  const sdJwt = typeof credential === 'string' ? parseSdJwt(credential) : credential
  if (sdJwt.keyBinding)
    throw new Refusal('invalid', 'sd_jwt_has_key_binding', 'this is a presentation already, not a credential')
  const boundText = [issuerJwtOf(sdJwt), ...selectDisclosures(sdJwt, paths), ''].join('~')
  return keyBinding ? boundText + (await signKeyBinding(boundText, sdJwt, keyBinding)) : boundText
}

const issuerJwtOf = ({ boundText }: SdJwt): string => boundText.slice(0, boundText.indexOf('~'))

function selectDisclosures(sdJwt: SdJwt, paths: readonly ClaimPath[]): readonly string[] {
  const { payload, disclosed } = unfoldSdJwt(sdJwt)
  const wanted = paths.flatMap((path) => {
    if (path.length === 0)
      throw new Refusal('invalid', 'sd_jwt_path_invalid', 'this is not a path to a claim')
    const claims = selectClaims(payload, path)
    if (claims.length === 0)
      throw new Refusal('invalid', 'sd_jwt_path_not_found', 'the credential has no such claim')
    return claims.map((claim) => claim.path)
  })
  const selected = new Set<Disclosure>()
  for (const { path, disclosure } of disclosed)
    if (wanted.some((claim) => isWithin(claim, path) || isWithin(path, claim))) selected.add(disclosure)
  return sdJwt.disclosures.filter((disclosure) => selected.has(disclosure)).map(({ encoded }) => encoded)
}

async function signKeyBinding(boundText: string, sdJwt: SdJwt, input: KeyBindingInput): Promise<string> {
  const { aud, nonce, iat, signer, extra } = input
  if (aud === '' || nonce === '' || !Number.isSafeInteger(iat))
    throw new Refusal(
      'invalid',
      'key_binding_input_invalid',
      'key binding needs an audience, a nonce and a time',
    )
  const sd_hash = hash(hashNameOf(sdJwt.issuerSigned.payload._sd_alg), boundText, 'base64url')
  // The verifier takes the key from the credential's cnf: a kid would only say more about the holder.
  const header = { typ: KEY_BINDING_TYP, kid: undefined }
  return signJws(header, { ...extra, iat, aud, nonce, sd_hash }, signer)
}
