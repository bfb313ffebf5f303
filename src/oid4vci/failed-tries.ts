import { BoundedMap, type Clock, isRefusal, Refusal } from '../core/index.ts'

const WINDOW_MS = 60_000
const MAX_PER_WINDOW = 10
const MAX_REMEMBERED = 1_000

/**
 * Counts codes that the issuer says are none. Anybody can send an offer in the name of an issuer we expect something
 * from, and only that issuer can say that its code is none: without a bound, strangers would have us call it as often
 * as they like. An issuer that is away or in trouble says nothing about who sent the offer, and does not count.
 */
export class FailedTries {
  readonly #clock: Clock
  readonly #windows = new BoundedMap<{ since: number; count: number }>(MAX_REMEMBERED)

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Counts before it runs, so that many at once are bounded too. @throws Refusal `offer_not_now`, and as `run` */
  async run<T>(key: string, run: () => Promise<T>): Promise<T> {
    const window = this.#window(key)
    if (window.count >= MAX_PER_WINDOW)
      throw new Refusal(
        'rate_limited',
        'offer_not_now',
        'too many offers of this issuer failed: send it again later',
      )
    window.count++
    let isRefused = false
    try {
      return await run()
    } catch (error) {
      isRefused = isRefusal(error, 'issuer_refused') && error.params.status === 400
      throw error
    } finally {
      if (!isRefused) window.count--
    }
  }

  #window(key: string): { since: number; count: number } {
    const now = this.#clock.now()
    const known = this.#windows.get(key)
    if (known && now - known.since < WINDOW_MS) return known
    const fresh = { since: now, count: 0 }
    this.#windows.set(key, fresh)
    return fresh
  }
}
