/** What one tenant may take, so that none is starved by another. */
export interface Share {
  /** Requests a second, in the long run. */
  readonly perSecond: number
  /** Requests at once after a quiet while. */
  readonly burst: number
  /** Requests under way. */
  readonly inFlight: number
  /** Bytes of its database; over it only reading goes on. */
  readonly diskBytes: number
}

export const share: Share = { perSecond: 50, burst: 300, inFlight: 40, diskBytes: 5 * 1024 ** 3 }

interface Bucket {
  tokens: number
  at: number
  inFlight: number
}

const FORGET_ABOVE = 5_000

/** Counts in memory, per tenant: a bucket that fills evenly, and what is under way. */
export class FairShare {
  readonly #share: Share
  readonly #buckets = new Map<string, Bucket>()

  constructor(ofEach: Share) {
    this.#share = ofEach
  }

  /** @returns what gives the place back; null where it has had its share. `now` in ms of any steady clock */
  take(id: string, now: number): (() => void) | null {
    const { perSecond, burst, inFlight } = this.#share
    const bucket = this.#buckets.get(id) ?? { tokens: burst, at: now, inFlight: 0 }
    bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.at) / 1000) * perSecond)
    bucket.at = now
    this.#buckets.set(id, bucket)
    if (bucket.tokens < 1 || bucket.inFlight >= inFlight) return null
    bucket.tokens -= 1
    bucket.inFlight += 1
    this.#forget()
    return () => {
      bucket.inFlight -= 1
    }
  }

  #forget(): void {
    if (this.#buckets.size <= FORGET_ABOVE) return
    for (const [id, { inFlight }] of this.#buckets) if (inFlight === 0) this.#buckets.delete(id)
  }
}
