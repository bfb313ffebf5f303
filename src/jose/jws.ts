import { BoundedMap, Refusal } from '../core/index.ts'
import { decodeBase64url } from './base64url.ts'
import {
  type JsonObject,
  type JsonValue,
  parseBase64urlJson,
  parseJsonObject,
  requireJsonObject,
} from './json.ts'
import type { Signer } from './signer.ts'

/** The protected header of a JWS (RFC 7515, section 4). */
export interface JwsHeader extends JsonObject {
  readonly alg: string
}

/** A JWS that was read and not verified. */
export interface ParsedJws {
  readonly header: JwsHeader
  readonly payload: JsonObject
  readonly payloadBytes: Uint8Array
  /** The ASCII text the signature is over: header, dot, payload. */
  readonly signingInput: string
  readonly signature: Uint8Array
}

export interface JwsLimits {
  /** Size of the whole token in characters; 64 KiB unless told. */
  readonly maxBytes?: number
}

const MAX_JWS_BYTES = 64 * 1024

/**
 * Reads a JWS in compact serialization whose payload is a JSON object (RFC 7515, section 7.1). Verifies nothing.
 * @throws Refusal `jws_malformed`, `jws_too_large`, `jws_header_invalid`, `base64url_invalid`, `json_…`
 */
export function parseJws(compact: string, { maxBytes = MAX_JWS_BYTES }: JwsLimits = {}): ParsedJws {
  if (typeof compact !== 'string') throw malformed()
  if (compact.length > maxBytes) throw new Refusal('invalid', 'jws_too_large', 'this token is too large')
  const first = compact.indexOf('.')
  const second = compact.indexOf('.', first + 1)
  if (first <= 0 || second <= first + 1 || compact.includes('.', second + 1)) throw malformed()
  const payloadBytes = decodeBase64url(compact.slice(first + 1, second))
  return {
    header: parseHeader(compact.slice(0, first), maxBytes),
    payload: parseJsonObject(payloadBytes, { maxBytes }),
    payloadBytes,
    signingInput: compact.slice(0, second),
    signature: decodeBase64url(compact.slice(second + 1)),
  }
}

const malformed = () => new Refusal('invalid', 'jws_malformed', 'this is not a compact JWS')

/**
 * Headers seen before: whoever signs writes the same one each time, and what it says depends on its text alone.
 * Shared by the whole process, so frozen.
 */
const knownHeaders = new BoundedMap<JwsHeader>(500)
const MAX_KNOWN_CHARS = 512

function parseHeader(encoded: string, maxBytes: number): JwsHeader {
  const known = knownHeaders.get(encoded)
  if (known) return known
  const header = requireHeader(requireJsonObject(parseBase64urlJson(encoded, { maxBytes })))
  if (encoded.length <= MAX_KNOWN_CHARS) knownHeaders.set(encoded, freeze(header))
  return header
}

function requireHeader(header: JsonObject): JwsHeader {
  for (const name of ['alg', 'typ', 'kid'] as const)
    if (typeof header[name] !== 'string' && (name === 'alg' || header[name] !== undefined))
      throw new Refusal('invalid', 'jws_header_invalid', `the header parameter ${name} must be a string`)
  return header as JwsHeader
}

function freeze<T extends JsonValue>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(freeze)
  return value
}

/** What the caller decides about a header; `alg` is the signer's. `kid: undefined` leaves the signer's kid out. */
export interface HeaderInput {
  readonly typ: string
  readonly kid?: string | undefined
  readonly alg?: never
  readonly [parameter: string]: unknown
}

/** Signs a payload, as given or as JSON. @returns the compact serialization (RFC 7515, section 7.1) */
export async function signJws(
  header: HeaderInput,
  payload: object | Uint8Array,
  signer: Signer,
): Promise<string> {
  const protectedHeader = JSON.stringify({ alg: signer.alg, kid: signer.kid, ...header })
  const body =
    payload instanceof Uint8Array ? Buffer.from(payload) : Buffer.from(JSON.stringify(payload), 'utf8')
  const signingInput = `${Buffer.from(protectedHeader, 'utf8').toString('base64url')}.${body.toString('base64url')}`
  const signature = await signer.sign(Buffer.from(signingInput, 'latin1'))
  return `${signingInput}.${Buffer.from(signature).toString('base64url')}`
}
