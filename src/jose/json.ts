import { isUtf8 } from 'node:buffer'
import { Refusal } from '../core/index.ts'
import { decodeBase64url, decodeBase64urlText } from './base64url.ts'

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject
export interface JsonObject {
  readonly [member: string]: JsonValue
}

export interface JsonLimits {
  /** How many arrays and objects may lie inside each other; 32 unless told. */
  readonly maxDepth?: number
  /** Size in bytes of UTF-8; 256 KiB unless told. */
  readonly maxBytes?: number
}

export const MAX_JSON_DEPTH = 32
const MAX_JSON_BYTES = 256 * 1024

const REPLACEMENT = '\uFFFD'
const LONE_SURROGATE = /\p{Surrogate}/u

/** A JSON object, as opposed to an array, null or a scalar. */
export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * Parses JSON that has one meaning only: what `JSON.parse` lets pass and other parsers read differently is refused.
 * A member named `__proto__` is refused too, so that results can be merged and copied without harm.
 * @throws Refusal `json_too_large`, `json_invalid_utf8`, `json_too_deep`, `json_invalid`, `json_duplicate_member`,
 *   `json_forbidden_member`, `json_invalid_number`, `json_invalid_string`
 */
export function parseJsonStrict(input: string | Uint8Array, limits: JsonLimits = {}): JsonValue {
  const maxBytes = limits.maxBytes ?? MAX_JSON_BYTES
  const size = typeof input === 'string' ? Buffer.byteLength(input) : input.byteLength
  if (size > maxBytes) throw tooLarge()
  return parseText(typeof input === 'string' ? input : decodeUtf8(input), limits.maxDepth)
}

/**
 * As {@link parseJsonStrict}, for JSON in base64url, the form of JOSE.
 * @throws Refusal `base64url_invalid` and those of parseJsonStrict
 */
export function parseBase64urlJson(encoded: string, limits: JsonLimits = {}): JsonValue {
  if (Math.floor(encoded.length * 0.75) > (limits.maxBytes ?? MAX_JSON_BYTES)) throw tooLarge()
  const text = decodeBase64urlText(encoded)
  // Only where the bytes were wrong, or held that very character, does it come out of decoding.
  if (text.includes(REPLACEMENT)) return parseJsonStrict(decodeBase64url(encoded), limits)
  return parseText(text, limits.maxDepth)
}

/**
 * As {@link parseJsonStrict}, for what must be an object.
 * @throws Refusal `json_not_object` and those of parseJsonStrict
 */
export const parseJsonObject = (input: string | Uint8Array, limits?: JsonLimits): JsonObject =>
  requireJsonObject(parseJsonStrict(input, limits))

/** @throws Refusal `json_not_object` */
export function requireJsonObject(value: JsonValue): JsonObject {
  if (!isJsonObject(value)) throw new Refusal('invalid', 'json_not_object', 'this must be a JSON object')
  return value
}

const tooLarge = () => new Refusal('invalid', 'json_too_large', 'this JSON text is too large')

function decodeUtf8(bytes: Uint8Array): string {
  if (!isUtf8(bytes)) throw new Refusal('invalid', 'json_invalid_utf8', 'this is not valid UTF-8')
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
}

function parseText(text: string, maxDepth = MAX_JSON_DEPTH): JsonValue {
  const members = countMembers(text, maxDepth)
  const value = parse(text)
  // An escape is the only way to write half a surrogate pair, and the only reason to look for one.
  const found = inspect(value, text.includes('\\u'))
  // Every colon outside a string names a member; a name written twice leaves fewer members than colons.
  if (found !== members)
    throw new Refusal('invalid', 'json_duplicate_member', 'a member occurs twice in one JSON object')
  return value
}

function parse(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue
  } catch {
    // The engine's message quotes the input, so it is not kept as cause.
    throw new Refusal('invalid', 'json_invalid', 'this is not valid JSON')
  }
}

/** Counts the colons outside strings, and refuses nesting before a parser has to follow it. */
function countMembers(text: string, maxDepth: number): number {
  let members = 0
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at)
    if (char === 0x22) at = endOfString(text, at)
    else if (char === 0x3a) members++
    else if (char === 0x7b || char === 0x5b) {
      if (++depth > maxDepth) throw new Refusal('invalid', 'json_too_deep', 'this JSON is nested too deep')
    } else if (char === 0x7d || char === 0x5d) depth--
  }
  return members
}

/** Where the string that starts at `start` has its closing quote; the end of the text when it has none. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let slashes = 0
    while (text.charCodeAt(end - 1 - slashes) === 0x5c) slashes++
    if (slashes % 2 === 0) return end
  }
  return text.length
}

/** Looks at every value once and returns how many members the objects have together. */
function inspect(value: JsonValue, hasEscapes: boolean): number {
  if (typeof value === 'string') {
    if (hasEscapes && LONE_SURROGATE.test(value)) throw invalidString()
    return 0
  }
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return 0
    throw new Refusal('invalid', 'json_invalid_number', 'a number is out of range')
  }
  if (typeof value !== 'object' || value === null) return 0
  let members = 0
  if (Array.isArray(value)) {
    for (const item of value as readonly JsonValue[]) members += inspect(item, hasEscapes)
    return members
  }
  const object = value as JsonObject
  for (const name of Object.keys(object)) {
    if (name === '__proto__')
      throw new Refusal('invalid', 'json_forbidden_member', 'a member may not be named __proto__')
    if (hasEscapes && LONE_SURROGATE.test(name)) throw invalidString()
    members += 1 + inspect(object[name] as JsonValue, hasEscapes)
  }
  return members
}

const invalidString = () =>
  new Refusal('invalid', 'json_invalid_string', 'a string has half of a surrogate pair')
