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

type Content =
  | { readonly kind: 'member'; readonly name: string; readonly value: JsonValue; readonly source: Disclosure }
  | { readonly kind: 'element'; readonly value: JsonValue; readonly source: Disclosure }

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

function byDigest(disclosures: readonly Disclosure[], sdAlg: unknown): ReadonlyMap<string, Content> {
  const hashName = hashNameOf(sdAlg)
  const found = new Map<string, Content>()
  for (const disclosure of disclosures)
    found.set(hash(hashName, disclosure.encoded, 'base64url'), contentOf(disclosure))
  if (found.size !== disclosures.length)
    throw refusal('sd_jwt_disclosure_repeated', 'a disclosure occurs more than once')
  return found
}

/** Salt, name and value for a member; salt and value for an element (RFC 9901, sections 4.2.1 and 4.2.2). */
function contentOf(source: Disclosure): Content {
  const parts: readonly JsonValue[] = Array.isArray(source.content) ? source.content : []
  const [salt, second, third] = parts
  if (typeof salt === 'string' && parts.length === 2 && second !== undefined)
    return { kind: 'element', value: second, source }
  if (typeof salt === 'string' && parts.length === 3 && typeof second === 'string' && third !== undefined) {
    if (isReservedName(second)) throw refusal('sd_jwt_reserved_name', 'a disclosure uses a reserved name')
    return { kind: 'member', name: second, value: third, source }
  }
  throw refusal('sd_jwt_disclosure_malformed', 'a disclosure is neither salt, name, value nor salt, value')
}

/** One walk over one payload. */
class Unfolding {
  readonly disclosed: DisclosedClaim[] = []
  readonly #contents: ReadonlyMap<string, Content>
  readonly #typ: unknown
  readonly #seen = new Set<string>()
  readonly #path: (string | number)[] = []
  #depth = 0

  constructor(contents: ReadonlyMap<string, Content>, typ: unknown) {
    this.#contents = contents
    this.#typ = typ
  }

  topLevel(payload: JsonObject): JsonObject {
    return this.#object(payload, true)
  }

  #value(value: JsonValue): JsonValue {
    if (typeof value !== 'object' || value === null) return value
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
      const content = this.#find(digest)
      if (!content) continue
      if (content.kind !== 'member') throw misplaced()
      if (Object.hasOwn(claims, content.name))
        throw refusal('sd_jwt_claim_collision', 'a disclosure has the name of a claim that is there already')
      claims[content.name] = this.#disclose(content.name, content)
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
      const content = this.#find(item['...'])
      if (!content) continue
      if (content.kind !== 'element') throw misplaced()
      elements.push(this.#disclose(elements.length, content))
    }
    return elements
  }

  #find(digest: JsonValue): Content | undefined {
    if (typeof digest !== 'string') throw refusal('sd_jwt_digests_malformed', 'a digest is not a text')
    if (this.#seen.has(digest)) throw refusal('sd_jwt_digest_repeated', 'a digest occurs more than once')
    this.#seen.add(digest)
    return this.#contents.get(digest)
  }

  #disclose(step: string | number, { value, source }: Content): JsonValue {
    const path = [...this.#path, step]
    requireDisclosable(path, this.#typ)
    this.disclosed.push({ path, disclosure: source })
    return this.#at(step, value)
  }

  #at(step: string | number, value: JsonValue): JsonValue {
    this.#path.push(step)
    const unfolded = this.#value(value)
    this.#path.pop()
    return unfolded
  }
}

const misplaced = () =>
  refusal('sd_jwt_disclosure_misplaced', 'a disclosure of a member stands for an element, or the reverse')
