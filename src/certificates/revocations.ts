import { BoundedMap, isRefusal, Refusal } from '../core/index.ts'
import type { Egress } from '../egress/index.ts'
import type { Certificate } from './certificate.ts'
import { X509Certificate, X509Crl } from './x509.ts'

export interface RevocationsDeps {
  readonly clock: { now(): number }
  readonly egress: Pick<Egress, 'request'>
}

interface KnownList {
  readonly revoked: ReadonlySet<string>
  /** ms */
  readonly until: number
}

/** Why a list could not be had. */
interface MissingList {
  readonly missing: Refusal
  /** ms; then it is asked for again. */
  readonly until: number
}

const MAX_LIST_BYTES = 5 * 1024 * 1024
const TIMEOUT_MS = 5_000
/** However long a list says it holds: a certificate taken back must not work for months. */
const MAX_AGE_MS = 60 * 60_000
/** How long a list that could not be had is not asked for again: whoever sends a chain must not have us call all day. */
const RETRY_MS = 5_000

/** What authorities took back: their lists (RFC 5280, section 5), fetched and kept for as long as they hold. */
export class Revocations {
  readonly #deps: RevocationsDeps
  readonly #lists = new BoundedMap<KnownList | MissingList>(100)

  constructor(deps: RevocationsDeps) {
    this.#deps = deps
  }

  /**
   * Whether a certificate still stands.
   * @throws Refusal `certificate_revoked`, `certificate_revocation_unknown`
   */
  async check(certificate: Certificate, issuer: Certificate, mode: 'required' | 'when_known'): Promise<void> {
    const urls = certificate.crlUrls.filter((url) => /^https?:\/\//.test(url))
    if (urls.length === 0) {
      if (mode === 'when_known') return
      throw unknown('its issuer publishes no list')
    }
    const list = await this.#anyOf(urls, issuer)
    if (list.has(certificate.serialNumber))
      throw new Refusal('forbidden', 'certificate_revoked', 'a certificate of this chain was taken back')
  }

  /** The first list that can be had: an issuer with several puts the same in each. */
  async #anyOf(urls: readonly string[], issuer: Certificate): Promise<ReadonlySet<string>> {
    let last: unknown
    for (const url of urls.slice(0, 2))
      try {
        return await this.#listAt(url, issuer)
      } catch (error) {
        if (!isRefusal(error)) throw error
        last = error
      }
    throw unknown('its list cannot be had', last)
  }

  async #listAt(url: string, issuer: Certificate): Promise<ReadonlySet<string>> {
    const now = this.#deps.clock.now()
    // By who signed it too: another issuer may name the same address.
    const key = `${issuer.serialNumber} ${issuer.der.toString('base64url').slice(-43)} ${url}`
    const known = this.#lists.get(key)
    const list = known && now < known.until ? known : await this.#ask(url, issuer, now)
    this.#lists.set(key, list)
    if ('missing' in list) throw list.missing
    return list.revoked
  }

  async #ask(url: string, issuer: Certificate, now: number): Promise<KnownList | MissingList> {
    try {
      const { status, body } = await this.#deps.egress.request(url, {
        timeoutMs: TIMEOUT_MS,
        maxBytes: MAX_LIST_BYTES,
        accept: 'application/pkix-crl',
      })
      if (status === 200) return await readList(body, issuer, now)
      return { missing: unknown('its list cannot be had'), until: now + RETRY_MS }
    } catch (error) {
      if (!isRefusal(error)) throw error
      return { missing: error, until: now + RETRY_MS }
    }
  }
}

async function readList(der: Uint8Array, issuer: Certificate, now: number): Promise<KnownList> {
  const { keyUsage } = issuer
  const list = parse(der)
  const isTheirs =
    list &&
    !(keyUsage && !keyUsage.has('crls')) &&
    (await list.verify({ publicKey: new X509Certificate(new Uint8Array(issuer.der)) }).catch(() => false))
  if (!list || !isTheirs) throw unknown('its list is not signed by its issuer')
  // A list for some certificates only, or one that builds on another, is told by a critical extension.
  if (list.extensions.some(({ critical }) => critical)) throw unknown('its list has a rule we do not know')
  const nextUpdate = list.nextUpdate?.getTime() ?? 0
  if (list.thisUpdate.getTime() > now || nextUpdate <= now) throw unknown('its list is out of date')
  return {
    revoked: new Set(list.entries.map(({ serialNumber }) => serialNumber)),
    until: Math.min(nextUpdate, now + MAX_AGE_MS),
  }
}

function parse(der: Uint8Array): X509Crl | null {
  try {
    return new X509Crl(new Uint8Array(der))
  } catch {
    return null
  }
}

const unknown = (why: string, cause?: unknown) =>
  new Refusal(
    'forbidden',
    'certificate_revocation_unknown',
    `nobody says whether a certificate still stands: ${why}`,
    {
      cause,
    },
  )
