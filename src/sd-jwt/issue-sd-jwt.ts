import { hash, randomBytes, randomInt } from 'node:crypto'
import { Refusal } from '../core/index.ts'
import { type HeaderInput, type JsonObject, type JsonValue, type Signer, signJws } from '../jose/index.ts'
import type { ClaimPath } from './claim-path.ts'
import { type DisclosurePlan, planDisclosures, planOfChild, requireShape } from './disclosure-plan.ts'
import { isReservedName, MAX_DEPTH, requireDisclosable } from './names.ts'
import { requireReadableSize } from './parse-sd-jwt.ts'

export interface IssueSdJwtInput {
  /** `typ` is `dc+sd-jwt` for an SD-JWT VC; `alg` and, unless given, `kid` are the signer's. */
  readonly header: HeaderInput
  /** JSON; members that are undefined count as absent. */
  readonly payload: Readonly<Record<string, unknown>>
  /**
   * The claims the holder can leave out, each on its own; a claim inside another may be named beside it. A path that
   * is not in the payload is skipped: an optional claim of the type.
   */
  readonly disclosable: readonly ClaimPath[]
  readonly signer: Signer
  /** False digests added wherever there are true ones, so that counting says less; none unless told. */
  readonly decoys?: number
  /** A new salt of at least 128 random bits; from node:crypto unless told. */
  readonly salt?: () => string
}

/**
 * Issues an SD-JWT (RFC 9901, section 4) with SHA-256 digests.
 * @returns the compact form with all disclosures and without key binding
 * @throws Refusal `sd_jwt_not_disclosable`, `sd_jwt_path_invalid`, `sd_jwt_path_mismatch`, `sd_jwt_reserved_name`,
 *   `sd_jwt_too_deep`, `sd_jwt_too_large`, `sd_jwt_too_many_disclosures`, `sd_jwt_payload_invalid`
 */
export async function issueSdJwt(input: IssueSdJwtInput): Promise<string> {
  const { header, payload, disclosable, signer, decoys = 0, salt = saltSource() } = input
  for (const path of disclosable) requireDisclosable(path, header.typ)
  const folding = new Folding(decoys, salt)
  const folded = folding.topLevel(payload, planDisclosures(disclosable))
  const jwt = await signJws(
    header,
    folding.disclosures.length > 0 ? { ...folded, _sd_alg: 'sha-256' } : folded,
    signer,
  )
  const compact = `${[jwt, ...folding.disclosures].join('~')}~`
  requireReadableSize(compact.length, folding.disclosures.length)
  return compact
}

const SALT_BYTES = 16

/** Salts of 128 random bits; asking the system once for many is what makes it fast. */
function saltSource(): () => string {
  let pool = Buffer.alloc(0)
  let used = 0
  return () => {
    if (used === pool.length) {
      pool = randomBytes(SALT_BYTES * 16)
      used = 0
    }
    used += SALT_BYTES
    return pool.toString('base64url', used - SALT_BYTES, used)
  }
}

const LONE_SURROGATE = /\p{Surrogate}/u

const refusal = (code: string, message: string) => new Refusal('invalid', code, message)
const notJson = () => refusal('sd_jwt_payload_invalid', 'a claim is not JSON')

/** What JSON.stringify would leave out or write as something else is no claim. */
function requireScalar(value: unknown): JsonValue {
  if (typeof value === 'string' && !LONE_SURROGATE.test(value)) return value
  if (typeof value === 'number' && Number.isFinite(value)) return value
  if (typeof value === 'boolean' || value === null) return value
  throw notJson()
}

/** A date or another instance is not written as what it holds. */
function requirePlain(value: object): Readonly<Record<string, unknown>> {
  const prototype = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) throw notJson()
  return value as Readonly<Record<string, unknown>>
}

/** One walk over one payload: replaces what is disclosable by digests and keeps the disclosures. */
class Folding {
  readonly disclosures: string[] = []
  readonly #decoys: number
  readonly #salt: () => string
  #depth = 0

  constructor(decoys: number, salt: () => string) {
    this.#decoys = decoys
    this.#salt = salt
  }

  topLevel(payload: Readonly<Record<string, unknown>>, plan: DisclosurePlan): JsonObject {
    requireShape(plan, payload)
    return this.#object(payload, plan)
  }

  #value(value: unknown, plan: DisclosurePlan | undefined): JsonValue {
    if (plan) requireShape(plan, value)
    if (typeof value !== 'object' || value === null) return requireScalar(value)
    // Digests lie one level deeper than the claims they stand for, and must still be read.
    if (++this.#depth >= MAX_DEPTH - 1) throw refusal('sd_jwt_too_deep', 'the claims are nested too deep')
    const folded = Array.isArray(value) ? this.#array(value, plan) : this.#object(requirePlain(value), plan)
    this.#depth--
    return folded
  }

  #object(object: Readonly<Record<string, unknown>>, plan: DisclosurePlan | undefined): JsonObject {
    const claims: Record<string, JsonValue> = {}
    const digests: string[] = []
    for (const name of Object.keys(object)) {
      const value = object[name]
      if (value === undefined) continue
      if (isReservedName(name)) throw refusal('sd_jwt_reserved_name', 'a claim uses a reserved name')
      if (LONE_SURROGATE.test(name)) throw notJson()
      const own = planOfChild(plan, name)
      const folded = this.#value(value, own)
      if (own?.isDisclosable) digests.push(this.#hide([this.#salt(), name, folded]))
      else claims[name] = folded
    }
    if (digests.length === 0) return claims
    for (let i = 0; i < this.#decoys; i++) digests.push(this.#decoy())
    // Sorted, so that the order says nothing about the claims (RFC 9901, section 4.2.4.1).
    return { _sd: digests.sort(), ...claims }
  }

  #array(items: readonly unknown[], plan: DisclosurePlan | undefined): readonly JsonValue[] {
    let hidden = 0
    const elements = items.map((item, index) => {
      const own = planOfChild(plan, index)
      const folded = this.#value(item, own)
      if (!own?.isDisclosable) return folded
      hidden++
      return { '...': this.#hide([this.#salt(), folded]) }
    })
    if (hidden > 0)
      for (let i = 0; i < this.#decoys; i++)
        elements.splice(randomInt(elements.length + 1), 0, { '...': this.#decoy() })
    return elements
  }

  #hide(content: readonly JsonValue[]): string {
    const encoded = Buffer.from(JSON.stringify(content), 'utf8').toString('base64url')
    this.disclosures.push(encoded)
    return hash('sha256', encoded, 'base64url')
  }

  #decoy(): string {
    return hash('sha256', `${this.#salt()}${this.#salt()}`, 'base64url')
  }
}
