import { Refusal } from '../core/index.ts'
import { isJsonObject, type JsonObject, type ParsedJws, parseJws } from '../jose/index.ts'
import { VC_JOSE, VC_JWT, type VcFormat } from './names.ts'

/** A credential that was read and not verified. */
export interface ParsedVcJwt {
  readonly format: VcFormat
  readonly jws: ParsedJws
  /** The credential: the `vc` claim, or the payload itself. */
  readonly document: JsonObject
  /** Who it says to be from; null where it does not say. */
  readonly issuer: string | null
  readonly kid: string | null
}

const MAX_VC_CHARS = 256 * 1024

/**
 * Reads a credential of either format in compact form. Verifies nothing.
 * @throws Refusal `vc_malformed`, `jws_…`, `json_…`, `base64url_invalid`
 */
export function parseVcJwt(compact: string, maxBytes = MAX_VC_CHARS): ParsedVcJwt {
  const jws = parseJws(compact, { maxBytes })
  const { payload, header } = jws
  const kid = header.kid === undefined ? null : String(header.kid)
  // What it is, only one of the two forms can say: a token of the other kind must not pass for it.
  if (Object.hasOwn(payload, 'vc')) {
    if (!isJsonObject(payload.vc) || payload.vp !== undefined) throw malformed()
    const issuer = typeof payload.iss === 'string' ? payload.iss : null
    return { format: VC_JWT, jws, document: payload.vc, issuer, kid }
  }
  if (!Array.isArray(payload['@context']) || payload.vp !== undefined) throw malformed()
  return { format: VC_JOSE, jws, document: payload, issuer: idOf(payload.issuer), kid }
}

/** The id of something named by its id alone, or by an object with one. */
export function idOf(value: unknown): string | null {
  const id = isJsonObject(value) ? value.id : value
  return typeof id === 'string' ? id : null
}

const malformed = () => new Refusal('invalid', 'vc_malformed', 'this is not a W3C credential in a JWT')
