import { hash } from 'node:crypto'
import { Refusal } from '../core/index.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../jose/index.ts'
import type { ConcretePath } from './claim-path.ts'
import { hashNameOf, isReservedName, MAX_DEPTH, requireDisclosable } from './names.ts'
import type { Disclosure, SdJwt } from './parse-sd-jwt.ts'

export interface DisclosedClaim {
  /** Where the claim is in the unfolded payload. */
  readonly path: ConcretePath
  readonly disclosure: Disclosure
}

export interface Unfolded {
  /** The payload with every disclosure in its place and every digest taken out. */
  readonly payload: JsonObject
  readonly disclosed: readonly DisclosedClaim[]
}

/**
 * Puts the disclosures where their digests are (RFC 9901, section 7.1, steps 3 to 5).
 * @throws Refusal `sd_jwt_hash_unsupported`, `sd_jwt_hash_misplaced`, `sd_jwt_digests_malformed`,
 *   `sd_jwt_digest_repeated`, `sd_jwt_disclosure_malformed`, `sd_jwt_disclosure_repeated`,
 *   `sd_jwt_disclosure_misplaced`, `sd_jwt_disclosure_unreferenced`, `sd_jwt_reserved_name`,
 *   `sd_jwt_claim_collision`, `sd_jwt_not_disclosable`, `sd_jwt_too_deep`
 */
export function unfoldSdJwt({ issuerSigned, disclosures }: SdJwt): Unfolded {
  const unfolding = new Unfolding(
    byDigest(disclosures, issuerSigned.payload._sd_alg),
    issuerSigned.header.typ,
  )
  const payload = unfolding.topLevel(issuerSigned.payload)
  if (unfolding.disclosed.length !== disclosures.length)
    throw refusal('sd_jwt_disclosure_unreferenced', 'a disclosure belongs to no digest')
  return { payload, disclosed: unfolding.disclosed }
}

const refusal = (code: string, message: string) => new Refusal('invalid', code, message)

function byDigest(disclosures: readonly Disclosure[], sdAlg: unknown): Map<string, Disclosure> {
  const hashName = hashNameOf(sdAlg)
  const found = new Map<string, Disclosure>()
  for (const disclosure of disclosures) found.set(hash(hashName, disclosure.encoded, 'base64url'), disclosure)
  if (found.size !== disclosures.length)
    throw refusal('sd_jwt_disclosure_repeated', 'a disclosure occurs more than once')
  return found
}

/** Salt, name and value (RFC 9901, section 4.2.1). */
function memberOf({ content }: Disclosure): readonly [salt: string, name: string, value: JsonValue] {
  if (isElement(content)) throw misplaced()
  if (!isMember(content)) throw malformed()
  if (isReservedName(content[1])) throw refusal('sd_jwt_reserved_name', 'a disclosure uses a reserved name')
  return content
}

/** Salt and value (RFC 9901, section 4.2.2). */
function elementOf({ content }: Disclosure): readonly [salt: string, value: JsonValue] {
  if (isMember(content)) throw misplaced()
  if (!isElement(content)) throw malformed()
  return content
}

const isMember = (content: JsonValue): content is readonly [string, string, JsonValue] =>
  Array.isArray(content) &&
  content.length === 3 &&
  typeof content[0] === 'string' &&
  typeof content[1] === 'string'

const isElement = (content: JsonValue): content is readonly [string, JsonValue] =>
  Array.isArray(content) && content.length === 2 && typeof content[0] === 'string'

const malformed = () =>
  refusal('sd_jwt_disclosure_malformed', 'a disclosure is neither salt, name, value nor salt, value')

const misplaced = () =>
  refusal('sd_jwt_disclosure_misplaced', 'a disclosure of a member stands for an element, or the reverse')

/** One walk over one payload. */
class Unfolding {
  readonly disclosed: DisclosedClaim[] = []
  /** The disclosures by their digests; null for a digest that was met already. */
  readonly #digests: Map<string, Disclosure | null>
  readonly #typ: unknown
  readonly #path: (string | number)[] = []
  #depth = 0

  constructor(digests: Map<string, Disclosure>, typ: unknown) {
    this.#digests = digests
    this.#typ = typ
  }

  topLevel(payload: JsonObject): JsonObject {
    return this.#object(payload, true)
  }

  #nested(value: readonly JsonValue[] | JsonObject): JsonValue {
    if (++this.#depth >= MAX_DEPTH) throw refusal('sd_jwt_too_deep', 'the claims are nested too deep')
    const unfolded = Array.isArray(value) ? this.#array(value) : this.#object(value as JsonObject, false)
    this.#depth--
    return unfolded
  }

  #object(object: JsonObject, isTopLevel: boolean): JsonObject {
    const claims: Record<string, JsonValue> = {}
    for (const name of Object.keys(object)) {
      if (isReservedName(name)) this.#checkReserved(name, isTopLevel)
      else claims[name] = this.#at(name, object[name] as JsonValue)
    }
    // After the visible claims, so that a disclosure cannot take the name of one.
    if (object._sd !== undefined) this.#members(object._sd, claims)
    return claims
  }

  #checkReserved(name: string, isTopLevel: boolean): void {
    if (name === '_sd' || (name === '_sd_alg' && isTopLevel)) return
    if (name === '_sd_alg') throw refusal('sd_jwt_hash_misplaced', '_sd_alg is only allowed at the top')
    throw refusal('sd_jwt_reserved_name', 'a claim uses a reserved name')
  }

  #members(digests: JsonValue, claims: Record<string, JsonValue>): void {
    if (!Array.isArray(digests)) throw refusal('sd_jwt_digests_malformed', '_sd is not a list of digests')
    for (const digest of digests as readonly JsonValue[]) {
      const disclosure = this.#find(digest)
      if (!disclosure) continue
      const [, name, value] = memberOf(disclosure)
      if (Object.hasOwn(claims, name))
        throw refusal('sd_jwt_claim_collision', 'a disclosure has the name of a claim that is there already')
      claims[name] = this.#disclose(name, value, disclosure)
    }
  }

  #array(items: readonly JsonValue[]): readonly JsonValue[] {
    const elements: JsonValue[] = []
    for (const item of items) {
      if (!isJsonObject(item) || item['...'] === undefined) {
        elements.push(this.#at(elements.length, item))
        continue
      }
      if (Object.keys(item).length !== 1)
        throw refusal('sd_jwt_digests_malformed', 'the digest of an element has members beside it')
      const disclosure = this.#find(item['...'])
      if (!disclosure) continue
      const [, value] = elementOf(disclosure)
      elements.push(this.#disclose(elements.length, value, disclosure))
    }
    return elements
  }

  #find(digest: JsonValue): Disclosure | undefined {
    if (typeof digest !== 'string') throw refusal('sd_jwt_digests_malformed', 'a digest is not a text')
    const disclosure = this.#digests.get(digest)
    if (disclosure === null) throw refusal('sd_jwt_digest_repeated', 'a digest occurs more than once')
    this.#digests.set(digest, null)
    return disclosure
  }

  #disclose(step: string | number, value: JsonValue, disclosure: Disclosure): JsonValue {
    const path = [...this.#path, step]
    requireDisclosable(path, this.#typ)
    this.disclosed.push({ path, disclosure })
    return this.#at(step, value)
  }

  #at(step: string | number, value: JsonValue): JsonValue {
    if (typeof value !== 'object' || value === null) return value
    this.#path.push(step)
    const unfolded = this.#nested(value)
    this.#path.pop()
    return unfolded
  }
}
