import { BoundedMap } from './bounded-map.ts'
import type { Clock } from './clock.ts'

export interface WindowLimit {
  /** Milliseconds a window lasts, from the first that is counted in it. */
  readonly ms: number
  readonly most: number
}

/** As many keys are remembered; who is forgotten begins anew. */
const MAX_KEYS = 1_000

/** Counts per key, so many in a window of time and no more. In the memory of this process. */
export class Windows {
  readonly #clock: Clock
  readonly #limit: WindowLimit
  readonly #windows = new BoundedMap<{ readonly since: number; count: number }>(MAX_KEYS)

  constructor(clock: Clock, limit: WindowLimit) {
    this.#clock = clock
    this.#limit = limit
  }

  /** Counts one. @returns what takes it off again, or null when there is no room for it */
  take(key: string): (() => void) | null {
    const now = this.#clock.now()
    const known = this.#windows.get(key)
    const window = known && now - known.since < this.#limit.ms ? known : { since: now, count: 0 }
    if (window !== known) this.#windows.set(key, window)
    if (window.count >= this.#limit.most) return null
    window.count += 1
    return () => {
      window.count -= 1
    }
  }
}
