import type { Audit } from '../audit/index.ts'
import { type Clock, newId } from '../core/index.ts'
import { acquireLease, type Store, type Tx } from '../store/index.ts'

/** Something that is not kept for ever. */
export interface Stock {
  /** What it is called in the audit log. */
  readonly what: string
  /**
   * Removes the oldest of what need not be kept any more.
   * @param now ms
   * @param most how many at once
   * @returns how many
   */
  readonly prune: (tx: Tx, now: number, most: number) => Promise<number>
}

export interface RetentionDeps {
  readonly store: Store
  readonly clock: Clock
  readonly audit: Audit
  readonly stocks: readonly Stock[]
}

const HOUR_MS = 3_600_000
const LEASE_MS = 60_000
/** Rows of one kind in one transaction: somebody may be waiting to write. */
const AT_ONCE = 500
/** Transactions in one go; the rest is for the next. */
const MOST_SWEEPS = 20

/** Removes what need not be kept any more (AVG, article 5(1)(e)): of several processes one does, a few rows at a time. */
export class Retention {
  readonly #deps: RetentionDeps
  readonly #atOnce: number
  readonly #holder = newId()
  #next = 0

  constructor(deps: RetentionDeps, atOnce = AT_ONCE) {
    this.#deps = deps
    this.#atOnce = atOnce
  }

  /** Once in an hour, and again at once while more is left. */
  async sweep(): Promise<void> {
    const now = this.#deps.clock.now()
    if (now < this.#next) return
    for (let done = 0; done < MOST_SWEEPS; done++) {
      if (await this.#sweepOnce(now)) continue
      this.#next = now + HOUR_MS
      return
    }
  }

  /** Rows go with the entry that says how many, or neither does. @returns whether more may be left */
  #sweepOnce(now: number): Promise<boolean> {
    const { store, clock, audit, stocks } = this.#deps
    return store.transact(async (tx) => {
      const lease = { name: 'retention', holder: this.#holder, ms: LEASE_MS }
      if (!(await acquireLease(store, clock, lease))) return false
      const removed: Record<string, number> = {}
      for (const { what, prune } of stocks) {
        const count = await prune(tx, now, this.#atOnce)
        if (count > 0) removed[what] = count
      }
      if (Object.keys(removed).length > 0) await audit.record(tx, 'system', 'retention.swept', removed)
      return Object.values(removed).some((count) => count >= this.#atOnce)
    })
  }
}
