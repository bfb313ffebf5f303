import { BoundedMap, type Clock, Refusal } from '../core/index.ts'

const WINDOW_MS = 60_000
const MAX_PER_WINDOW = 10
const MAX_REMEMBERED = 1_000

/**
 * Counts redemptions that failed. Anybody can send an offer in the name of an issuer we expect something from, and
 * only that issuer can say that its code is none: without a bound, strangers would have us call it as often as they
 * like.
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
    const result = await run()
    window.count--
    return result
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
