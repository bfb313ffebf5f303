import { isRefusal, Refusal } from '../core/index.ts'
import {
  checkTimes,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type ParsedJws,
  type PublicJwk,
  parseJws,
  type Signer,
  signJws,
  verifyJws,
} from '../jose/index.ts'
import {
  contextOf,
  ENVELOPE,
  ENVELOPED,
  JWT_TYP,
  PRESENTATION,
  VC_JOSE,
  VC_JWT,
  type VcFormat,
  VP_JOSE_TYP,
} from './names.ts'
import { idOf } from './parse-vc-jwt.ts'
import { typesOf } from './read-vc.ts'
import { requireTyp } from './verify-vc-jwt.ts'

/** A presentation that was read and not verified. */
export interface ParsedVpJwt {
  readonly format: VcFormat
  readonly jws: ParsedJws
  /** Who it says to be from. */
  readonly holder: string | null
  readonly kid: string | null
  /** The credentials in it, each a JWT. */
  readonly credentials: readonly string[]
}

/** What a presentation is made for. */
export interface VpBinding {
  readonly nonce: string
  readonly aud: string
}

const MAX_VP_CHARS = 384 * 1024
const MAX_CREDENTIALS = 20
const MAX_AGE_S = 300
const LIFETIME_S = 300

/** Presents credentials of one format, bound to a verifier and a nonce. `now` in seconds since the epoch. */
export function presentVcJwt(
  format: VcFormat,
  credentials: readonly string[],
  { holder, nonce, aud, now, signer }: VpBinding & { holder: string; now: number; signer: Signer },
): Promise<string> {
  const registered = { iss: holder, aud, nonce, iat: now, exp: now + LIFETIME_S }
  const type = [PRESENTATION]
  if (format === VC_JWT) {
    const vp = { '@context': [contextOf[VC_JWT]], type, holder, verifiableCredential: credentials }
    return signJws({ typ: JWT_TYP }, { ...registered, nbf: now, vp }, signer)
  }
  const verifiableCredential = credentials.map((compact) => ({
    '@context': contextOf[VC_JOSE],
    type: ENVELOPED,
    id: `${ENVELOPE}${compact}`,
  }))
  const vp = { '@context': [contextOf[VC_JOSE]], type, holder, verifiableCredential }
  return signJws({ typ: VP_JOSE_TYP, cty: 'vp' }, { ...vp, ...registered }, signer)
}

/** @throws Refusal `vp_malformed`, `jws_…`, `json_…`, `base64url_invalid` */
export function parseVpJwt(compact: string): ParsedVpJwt {
  const jws = parseJws(compact, { maxBytes: MAX_VP_CHARS })
  const { payload, header } = jws
  if (payload.vc !== undefined) throw malformed()
  const isJwt = Object.hasOwn(payload, 'vp')
  const vp = isJwt ? payload.vp : payload
  if (!isJsonObject(vp)) throw malformed()
  const format = isJwt ? VC_JWT : VC_JOSE
  documentOf(vp, format)
  return {
    format,
    jws,
    holder: holderOf(payload, vp),
    kid: header.kid === undefined ? null : String(header.kid),
    credentials: credentialsOf(vp, format),
  }
}

/** Whether a text is a presentation rather than a credential; what cannot be read is neither. */
export function isVpJwt(compact: string): boolean {
  try {
    const { payload } = parseJws(compact, { maxBytes: MAX_VP_CHARS })
    return payload.vp !== undefined || [payload.type].flat().includes(PRESENTATION)
  } catch (error) {
    if (isRefusal(error)) return false
    throw error
  }
}

/**
 * Verifies who presents, to whom and for which nonce; each credential in it is still to be verified.
 * @param holderKey a current authentication key of the holder, found by holder and `kid`
 * @throws Refusal `jws_…`, `kb_nonce_mismatch`, `kb_aud_mismatch`, `kb_too_old`
 */
export function verifyVpJwt(
  { jws, format }: ParsedVpJwt,
  holderKey: PublicJwk,
  { nonce, aud, now }: Partial<VpBinding> & { now: number },
): void {
  requireTyp(jws.header, format === VC_JWT ? JWT_TYP : VP_JOSE_TYP, format === VC_JWT, 'vp')
  verifyJws(jws, holderKey, { typ: null })
  const { payload } = jws
  checkTimes(payload, now)
  // Without a nonce its age is all that tells a presentation from one that was shown before.
  const madeAt = typeof payload.iat === 'number' ? payload.iat : nonce === undefined ? 0 : now
  if (madeAt < now - MAX_AGE_S)
    throw new Refusal('invalid', 'kb_too_old', 'this presentation was made too long ago')
  if (nonce !== undefined && (nonce === '' || payload.nonce !== nonce))
    throw new Refusal('invalid', 'kb_nonce_mismatch', 'made for another request')
  if (aud !== undefined && (aud === '' || !isFor(payload.aud, aud)))
    throw new Refusal('invalid', 'kb_aud_mismatch', 'made for another verifier')
}

/** One audience, be it in an array of one: made for several it could be shown to the others. */
const isFor = (value: JsonValue | undefined, aud: string) =>
  Array.isArray(value) ? value.length === 1 && value[0] === aud : value === aud

function documentOf(vp: JsonObject, format: VcFormat): void {
  try {
    typesOf(vp, contextOf[format], PRESENTATION)
  } catch (error) {
    if (isRefusal(error)) throw malformed()
    throw error
  }
}

/** @throws Refusal `vp_malformed` where `iss` and `holder` name different ones */
function holderOf({ iss }: JsonObject, { holder }: JsonObject): string | null {
  const named = holder === undefined ? null : idOf(holder)
  const signer = typeof iss === 'string' ? iss : named
  if ((holder !== undefined && named !== signer) || (iss !== undefined && typeof iss !== 'string'))
    throw malformed()
  return signer
}

function credentialsOf({ verifiableCredential: value }: JsonObject, format: VcFormat): readonly string[] {
  const all = [value ?? []].flat() as readonly JsonValue[]
  if (all.length === 0 || all.length > MAX_CREDENTIALS) throw malformed()
  return all.map((one) => {
    const compact = format === VC_JWT ? one : envelopedIn(one)
    if (typeof compact !== 'string') throw malformed()
    return compact
  })
}

/** VCDM 2.0, section "Enveloped Verifiable Credentials": a data URL of its media type. */
function envelopedIn(value: JsonValue): string | null {
  if (!isJsonObject(value) || typeof value.id !== 'string' || !value.id.startsWith(ENVELOPE)) return null
  const isEnveloped = [value.type].flat().includes(ENVELOPED)
  const contexts = [value['@context']].flat()
  return isEnveloped && contexts[0] === contextOf[VC_JOSE] ? value.id.slice(ENVELOPE.length) : null
}

const malformed = () => new Refusal('invalid', 'vp_malformed', 'this is not a W3C presentation in a JWT')
