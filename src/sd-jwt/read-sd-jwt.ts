import type { JsonObject, JwsHeader } from '../jose/index.ts'
import type { ConcretePath } from './claim-path.ts'
import { parseSdJwt, type SdJwt } from './parse-sd-jwt.ts'
import { unfoldSdJwt } from './unfold.ts'

export interface ReadSdJwt {
  readonly header: JwsHeader
  /** All claims with every disclosure that came along. */
  readonly payload: JsonObject
  /** Which of them are there by a disclosure, so can be left out. */
  readonly disclosedPaths: readonly ConcretePath[]
}

/**
 * What an SD-JWT says, for a holder who looks into his own credential. No signature and no time is verified.
 * @throws Refusal as parseSdJwt and unfoldSdJwt do
 */
export function readSdJwt(input: string | SdJwt): ReadSdJwt {
  const sdJwt = typeof input === 'string' ? parseSdJwt(input) : input
  const { payload, disclosed } = unfoldSdJwt(sdJwt)
  return { header: sdJwt.issuerSigned.header, payload, disclosedPaths: disclosed.map(({ path }) => path) }
}
