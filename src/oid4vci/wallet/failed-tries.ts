import { type Clock, isRefusal, Refusal, Windows } from '../../core/index.ts'

const LIMIT = { ms: 60_000, most: 10 }

/**
 * Counts codes that the issuer says are none. Anybody can send an offer in the name of an issuer we expect something
 * from, and only that issuer can say that its code is none: without a bound, strangers would have us call it as often
 * as they like. An issuer that is away or in trouble says nothing about who sent the offer, and does not count.
 */
export class FailedTries {
  readonly #failed: Windows

  constructor(clock: Clock) {
    this.#failed = new Windows(clock, LIMIT)
  }

  /** Counts before it runs, so that many at once are bounded too. @throws Refusal `offer_not_now`, and as `run` */
  async run<T>(key: string, run: () => Promise<T>): Promise<T> {
    const uncount = this.#failed.take(key)
    if (!uncount)
      throw new Refusal(
        'rate_limited',
        'offer_not_now',
        'too many offers of this issuer failed: send it again later',
      )
    let isRefused = false
    try {
      return await run()
    } catch (error) {
      isRefused = isRefusal(error, 'issuer_refused') && error.params.status === 400
      throw error
    } finally {
      if (!isRefused) uncount()
    }
  }
}
