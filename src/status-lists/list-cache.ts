import { BoundedMap, type Refusal } from '../core/index.ts'
import type { DecodedList } from './codec.ts'
import type { ListSigner } from './list-signer.ts'

/** A verified list and how long it may be used without asking again. */
export interface CachedList {
  readonly list: DecodedList
  /** Whose key signed it. */
  readonly signer: ListSigner
  /** The token itself: with an ETag the publisher may answer that it is still the one. */
  readonly token: string
  readonly etag: string | undefined
  /** When we asked for it, and until when we need not ask again. Milliseconds since the epoch. */
  readonly asOf: number
  readonly usableUntil: number
  /** The cache's epoch when we asked. */
  readonly epoch: number
}

interface Missing {
  readonly refusal: Refusal
  /** Milliseconds since the epoch. */
  readonly until: number
}

const MAX_MISSING = 1_000

const DEFAULT_MAX_BYTES = 64 * 1024 * 1024

/** Lists by kind and URI, within a number of bytes; those used longest ago go first. */
export class ListCache {
  readonly #maxBytes: number
  readonly #retryMs: number
  readonly #lists = new Map<string, CachedList>()
  readonly #missing = new BoundedMap<Missing>(MAX_MISSING)
  #bytes = 0
  #epoch = 0

  /**
   * @param maxBytes memory for what is kept; 64 MiB unless told
   * @param retryMs so long a list that is away is not asked for again; unless told the next check asks, so that what
   *   comes back is seen at once
   */
  constructor(maxBytes = DEFAULT_MAX_BYTES, retryMs = 0) {
    this.#maxBytes = maxBytes
    this.#retryMs = retryMs
  }

  /** Counts how often a list was forgotten: an answer asked for before that must not come back in. */
  get epoch(): number {
    return this.#epoch
  }

  get(key: string): CachedList | undefined {
    const found = this.#lists.get(key)
    if (!found) return undefined
    this.#lists.delete(key)
    this.#lists.set(key, found)
    return found
  }

  set(key: string, entry: CachedList): void {
    this.#missing.delete(key)
    this.#delete(key)
    this.#lists.set(key, entry)
    this.#bytes += sizeOf(entry)
    for (const [oldest] of this.#lists) {
      if (this.#bytes <= this.#maxBytes) return
      this.#delete(oldest)
    }
  }

  /** Remembers for a moment that a list could not be had. */
  miss(key: string, refusal: Refusal, now: number): void {
    this.#missing.set(key, { refusal, until: now + this.#retryMs })
  }

  /** @throws Refusal what was said a moment ago of a list that could not be had */
  requireNotMissing(key: string, now: number): void {
    const missing = this.#missing.get(key)
    if (missing && now < missing.until) throw missing.refusal
  }

  forget(key: string): void {
    this.#epoch++
    this.#missing.delete(key)
    this.#delete(key)
  }

  #delete(key: string): void {
    const found = this.#lists.get(key)
    if (!found) return
    this.#lists.delete(key)
    this.#bytes -= sizeOf(found)
  }
}

/** A fixed part per entry keeps many empty lists from being free. */
const sizeOf = ({ list, token }: CachedList) => list.bytes.byteLength + token.length + 1024
