import { BoundedMap, type Clock, Refusal } from '../core/index.ts'

/** A node that joins needs two changes, one that replaces a key one or two. */
const MAX_A_DAY = 20
const MAX_AT_ONCE = 5
const DAY_MS = 86_400_000
const MAX_REMEMBERED = 10_000

/** What the trust anchor pays for one controller: a few changes a day, and a few at once, so that others get a turn. */
export class RelayBudget {
  readonly #clock: Clock
  readonly #days = new BoundedMap<{ readonly since: number; readonly spent: number }>(MAX_REMEMBERED)
  readonly #waiting = new Map<string, number>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /**
   * Does the work when there is budget for it; whatever comes of it, it counts.
   * @throws Refusal `relay_budget_spent`, and those of the work
   */
  async spend<T>(controller: string, work: () => Promise<T>): Promise<T> {
    const waiting = this.#waiting.get(controller) ?? 0
    const now = this.#clock.now()
    const known = this.#days.get(controller)
    const day = known && now < known.since + DAY_MS ? known : { since: now, spent: 0 }
    if (waiting >= MAX_AT_ONCE || day.spent >= MAX_A_DAY) throw spent()
    this.#days.set(controller, { ...day, spent: day.spent + 1 })
    this.#waiting.set(controller, waiting + 1)
    try {
      return await work()
    } finally {
      const left = (this.#waiting.get(controller) ?? 1) - 1
      if (left > 0) this.#waiting.set(controller, left)
      else this.#waiting.delete(controller)
    }
  }
}

const spent = () =>
  new Refusal(
    'rate_limited',
    'relay_budget_spent',
    'this DID was changed too often for today, or has too many changes waiting: try again later',
  )
