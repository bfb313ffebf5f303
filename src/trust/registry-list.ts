import { hash } from 'node:crypto'
import { type Clock, type Did, seconds } from '../core/index.ts'
import { type Signer, signJws } from '../jose/index.ts'
import { rows, type Store } from '../store/index.ts'
import { registryPage, toWire } from './registry.ts'

/** Media type of the signed register as a whole, as `typ`; with `application/` before it as `content-type`. */
export const LIST_TYP = 'regie-registry-list+jwt'

export const LIST_PATH = '/registry/list'

/** How long a list may be shown, in seconds; and how long shared caches may keep it, so that it has not ended then. */
const VALID_S = 60
export const LIST_MAX_AGE_S = 30
/** Entries read and written out at a time: other work gets its turn in between. */
const PAGE = 500

/** A signed list as it is served. */
export interface ServedRegistryList {
  readonly token: string
  /** Strong entity tag, with its quotes. */
  readonly etag: string
}

export interface RegistryListDeps {
  readonly store: Store
  readonly clock: Clock
  readonly signerOf: (did: Did) => Promise<Signer>
  /** The trust anchor's own DID. */
  readonly ownDid: () => Promise<Did>
}

interface Content {
  /** Goes up with each change of the register. */
  readonly sequence: number
  /** The entries as a JSON array, in the order of their DIDs. */
  readonly entries: string
}

interface Signed extends ServedRegistryList {
  readonly sequence: number
  readonly kid: string
  /** Milliseconds since the epoch. */
  readonly signedAt: number
}

/**
 * The register as one signed token, for who keeps its own copy: `iss`, `iat`, `exp`, `sequence` and all `entries`. The
 * entries are written out once for each `sequence`, and signed again when half of the token's time is over.
 */
export class RegistryList {
  readonly #deps: RegistryListDeps
  #content: Content | undefined
  #signed: Signed | undefined
  #underWay: Promise<ServedRegistryList> | undefined

  constructor(deps: RegistryListDeps) {
    this.#deps = deps
  }

  /** The list with every change that was committed before this call. */
  async serve(): Promise<ServedRegistryList> {
    const sequence = await this.#sequence()
    const issuer = await this.#deps.ownDid()
    const signer = await this.#deps.signerOf(issuer)
    const kept = this.#signed
    const age = kept ? this.#deps.clock.now() - kept.signedAt : 0
    const isCurrent = kept?.kid === signer.kid && age >= 0 && age < LIST_MAX_AGE_S * 1000
    if (kept && isCurrent && kept.sequence >= sequence) return kept
    // One that is being made may have been begun before the change that is asked for.
    if (this.#underWay) await this.#underWay.catch(() => undefined)
    const made = this.#signed
    if (made && made !== kept && made.sequence >= sequence) return made
    this.#underWay ??= this.#sign(issuer, signer).finally(() => {
      this.#underWay = undefined
    })
    return this.#underWay
  }

  async #sign(issuer: Did, signer: Signer): Promise<ServedRegistryList> {
    const sequence = await this.#sequence()
    // Read after the number: the entries may hold more than it counts, never less.
    if (this.#content?.sequence !== sequence)
      this.#content = { sequence, entries: await this.#writeEntries() }
    const now = this.#deps.clock.now()
    const iat = seconds(now)
    const head = JSON.stringify({ iss: issuer, iat, exp: iat + VALID_S, sequence })
    const payload = Buffer.from(`${head.slice(0, -1)},"entries":${this.#content.entries}}`, 'utf8')
    const token = await signJws({ typ: LIST_TYP }, payload, signer)
    const etag = `"${hash('sha256', token, 'base64url').slice(0, 22)}"`
    this.#signed = { token, etag, sequence, kid: signer.kid, signedAt: now }
    return this.#signed
  }

  async #writeEntries(): Promise<string> {
    const pages: string[] = []
    for (let after: string | null = null; ; ) {
      const page = await registryPage(this.#deps.store.reader, after, PAGE)
      if (page.length > 0) pages.push(JSON.stringify(page.map(toWire)).slice(1, -1))
      const last = page.at(-1)
      if (!last || page.length < PAGE) return `[${pages.join(',')}]`
      after = last.did
    }
  }

  /** Entries are never taken out, and each change of one counts up its version. */
  async #sequence(): Promise<number> {
    const [found] = await rows<{ sequence: string | number | null }>(
      this.#deps.store.reader,
      'SELECT sum(version) AS sequence FROM registry_entry',
    )
    return Number(found?.sequence ?? 0)
  }
}
