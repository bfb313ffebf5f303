import { z } from 'zod'
import { BoundedMap, type Clock, isRefusal, Refusal, wellKnownUrl } from '../core/index.ts'
import type { Egress } from '../egress/index.ts'
import { isJsonObject, type PublicJwk, parsePublicJwk } from '../jose/index.ts'

export interface IssuerMetadataDeps {
  readonly egress: Pick<Egress, 'json'>
  readonly clock: Clock
  /** Whose keys are asked for: values of `iss`, compared as they are written. Nobody else's address is ever called. */
  readonly permitted: ReadonlySet<string>
}

interface Known {
  readonly keys: readonly unknown[]
  /** ms */
  readonly asOf: number
}

/** Why keys could not be had. */
interface Missing {
  readonly missing: Refusal
  /** ms; then they are asked for again. */
  readonly until: number
}

/** How long published keys are used without asking again: a key that was taken away is gone then. */
const MAX_AGE_MS = 5 * 60_000
/** A key we have not seen may be new; whoever makes one up has us ask no more often than this. */
const MIN_AGE_MS = 10_000
/** How long an issuer that does not answer is not asked again: whoever sends its name must not have us wait each time. */
const RETRY_MS = 5_000
const MAX_KEYS = 100

const jwks = z.object({ keys: z.array(z.unknown()).min(1).max(MAX_KEYS) })
const metadata = z
  .object({ issuer: z.string(), jwks: jwks.optional(), jwks_uri: z.string().max(2_048).optional() })
  .refine((it) => (it.jwks === undefined) !== (it.jwks_uri === undefined))

/** Keys that issuers publish at their own address: JWT VC Issuer Metadata (SD-JWT VC). */
export class IssuerMetadata {
  readonly #deps: IssuerMetadataDeps
  readonly #known = new BoundedMap<Known>(100)
  readonly #missing = new BoundedMap<Missing>(100)
  /** Who is being asked now: whoever comes meanwhile waits for the same answer. */
  readonly #asking = new Map<string, Promise<Known>>()

  constructor(deps: IssuerMetadataDeps) {
    this.#deps = deps
  }

  /**
   * The key of an issuer that a header's `kid` names; its only one where the header names none.
   * @param url the `iss` of what it signed
   * @param from where that was handed out, to one of us who said yes to it: that web server may be asked too
   * @throws Refusal `issuer_not_permitted`, `issuer_metadata_unreachable`, `issuer_metadata_invalid`,
   *   `issuer_key_unknown`, `jwk_…`
   */
  async requireKey(url: string, kid: string | undefined, from?: string): Promise<PublicJwk> {
    if (!this.#deps.permitted.has(url) && !isAt(url, from))
      throw new Refusal(
        'forbidden',
        'issuer_not_permitted',
        'this node takes nobody’s word under this address',
      )
    const age = (known: Known) => this.#deps.clock.now() - known.asOf
    const known = this.#known.get(url)
    const isUsable = known && age(known) >= 0 && age(known) < MAX_AGE_MS
    const found = isUsable ? keyIn(known.keys, kid) : null
    if (found) return parsePublicJwk(found)
    if (isUsable && age(known) < MIN_AGE_MS) throw unknownKey()
    const key = keyIn((await this.#askOnce(url)).keys, kid)
    if (!key) throw unknownKey()
    return parsePublicJwk(key)
  }

  /** Of many who ask at the same time one does; a failure is remembered for a moment. */
  #askOnce(url: string): Promise<Known> {
    const failed = this.#missing.get(url)
    if (failed && this.#deps.clock.now() < failed.until) return Promise.reject(failed.missing)
    const underWay = this.#asking.get(url)
    if (underWay) return underWay
    const asking = this.#ask(url)
      .catch((error: unknown) => {
        if (isRefusal(error))
          this.#missing.set(url, { missing: error, until: this.#deps.clock.now() + RETRY_MS })
        throw error
      })
      .finally(() => this.#asking.delete(url))
    this.#asking.set(url, asking)
    return asking
  }

  async #ask(url: string): Promise<Known> {
    const asOf = this.#deps.clock.now()
    const parsed = metadata.safeParse(await this.#get(wellKnownUrl(url, 'jwt-vc-issuer')))
    // Word for word: what somebody else publishes counts for nothing.
    if (!parsed.success || parsed.data.issuer !== url) throw invalid()
    const { jwks: own, jwks_uri: elsewhere } = parsed.data
    const set = own ?? jwks.safeParse(await this.#get(elsewhere ?? '')).data
    if (!set) throw invalid()
    const known = { keys: set.keys, asOf }
    this.#known.set(url, known)
    return known
  }

  async #get(url: string): Promise<unknown> {
    try {
      const { status, json } = await this.#deps.egress.json(url, { timeoutMs: 3_000, maxBytes: 256 * 1024 })
      if (status === 200) return json
    } catch (cause) {
      if (!isRefusal(cause)) throw cause
      throw unreachable(cause)
    }
    throw unreachable()
  }
}

/** Whether an address is on the web server of another. */
function isAt(url: string, other: string | undefined): boolean {
  const [one, two] = [URL.parse(url), other === undefined ? null : URL.parse(other)]
  const isPlain = one !== null && one.username === '' && one.password === '' && one.search + one.hash === ''
  return isPlain && two !== null && one.origin === two.origin && one.origin !== 'null'
}

/** The one key of that name, or the one key there is: two that could be meant are none. */
function keyIn(keys: readonly unknown[], kid: string | undefined): unknown {
  const meant = keys.filter((key) => kid === undefined || kidOf(key) === kid)
  return meant.length === 1 ? meant[0] : null
}

const kidOf = (key: unknown): unknown => (isJsonObject(key) ? key.kid : undefined)

const unknownKey = () => new Refusal('invalid', 'issuer_key_unknown', 'the issuer publishes no such key')
const invalid = () =>
  new Refusal('upstream', 'issuer_metadata_invalid', 'what the issuer publishes is not its metadata')
const unreachable = (cause?: unknown) =>
  new Refusal('upstream', 'issuer_metadata_unreachable', 'the keys of the issuer cannot be had', { cause })
