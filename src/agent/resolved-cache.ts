import type { Did } from '../core/index.ts'
import type { ResolvedDid } from './document.ts'

/** An answer, and how long it counts. */
export interface CachedDid {
  readonly resolved: ResolvedDid
  readonly until: number
}

/** About 30,000 DIDs of one key. */
const MAX_BYTES = 16 * 1024 * 1024
/** No honest DID comes near it; one that does is resolved each time. */
const MAX_ENTRY_BYTES = 16 * 1024

/**
 * DIDs that were resolved, within a bound on the memory they take. Strangers choose which DIDs a node resolves and what
 * is in their documents, so entries are weighed and the oldest go first.
 */
export class ResolvedCache {
  readonly #maxBytes: number
  // In the order in which they came.
  readonly #entries = new Map<Did, CachedDid & { readonly bytes: number }>()
  #bytes = 0

  constructor(maxBytes = MAX_BYTES) {
    this.#maxBytes = maxBytes
  }

  /** Estimated, in bytes. */
  get bytes(): number {
    return this.#bytes
  }

  get(did: Did): CachedDid | undefined {
    return this.#entries.get(did)
  }

  set(did: Did, cached: CachedDid): void {
    this.delete(did)
    const bytes = bytesOf(cached.resolved)
    if (bytes > MAX_ENTRY_BYTES) return
    this.#entries.set(did, { ...cached, bytes })
    this.#bytes += bytes
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#maxBytes) break
      this.delete(oldest)
    }
  }

  delete(did: Did): void {
    this.#bytes -= this.#entries.get(did)?.bytes ?? 0
    this.#entries.delete(did)
  }
}

/** What the objects around the texts take. */
const ENTRY_BYTES = 300
/** A key has five short members; the longest is of 43 characters. */
const KEY_BYTES = 300

function bytesOf({ did, keys, services }: ResolvedDid): number {
  const kids = [...keys.authentication.keys(), ...keys.assertionMethod.keys()]
  return (
    ENTRY_BYTES +
    textBytes(did) +
    kids.reduce((sum, kid) => sum + KEY_BYTES + textBytes(kid), 0) +
    services.reduce((sum, { type, endpoint }) => sum + KEY_BYTES + textBytes(type) + textBytes(endpoint), 0)
  )
}

const textBytes = (text: string): number => 2 * text.length
