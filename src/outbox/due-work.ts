export interface DueWorkDeps<T> {
  /**
   * Takes what is due and there is a place for, so that no other process takes it too.
   * @param underWay how much of it this process works on, by `placeOf`
   */
  readonly claim: (underWay: ReadonlyMap<string, number>) => Promise<readonly T[]>
  /** What has a limited number of places: where it goes. */
  readonly placeOf: (one: T) => string
  /** Does it, and writes what came of it. What throws stays claimed, and comes back when that is over. */
  readonly work: (one: T) => Promise<void>
  /** Takes what went wrong; without `one` the claiming did. */
  readonly failed: (err: unknown, one?: T) => void
}

export const POLL_MS = 1_000

/**
 * Works on what is due, and on what becomes due meanwhile. A place that comes free is taken at once, so that a
 * destination that takes its time holds up nobody else.
 */
export class DueWork<T> {
  readonly #deps: DueWorkDeps<T>
  /** What is under way, and where it goes. */
  readonly #underWay = new Map<Promise<void>, string>()
  #poll: NodeJS.Timeout | undefined
  #running: Promise<number> | undefined
  #nudged = false
  #resume: () => void = () => undefined
  #stopped = false

  constructor(deps: DueWorkDeps<T>) {
    this.#deps = deps
  }

  start(): void {
    this.#stopped = false
    this.#poll = setInterval(() => this.wake(), POLL_MS)
    this.wake()
  }

  /** Begins nothing new, and waits for what is under way. @param patienceMs no longer than this */
  async stop(patienceMs?: number): Promise<void> {
    this.#stopped = true
    clearInterval(this.#poll)
    this.#nudge()
    // The run ends with the last of what is under way.
    const ended = this.#running?.catch(() => undefined)
    if (patienceMs === undefined) await ended
    else await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, patienceMs).unref())])
  }

  /** Looks for what is due now, once it was started. */
  wake(): void {
    if (this.#stopped || this.#poll === undefined) return
    if (this.#running) this.#nudge()
    else this.run().catch((err) => this.#deps.failed(err))
  }

  /** @returns how much it worked on until there was nothing left */
  run(): Promise<number> {
    this.#nudge()
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined
    })
    return this.#running
  }

  async #run(): Promise<number> {
    for (let done = 0; ; ) {
      this.#nudged = false
      const claimed = this.#stopped ? [] : await this.#deps.claim(this.#counted())
      for (const one of claimed) this.#begin(one)
      done += claimed.length
      if (claimed.length > 0) continue
      if (this.#underWay.size === 0 && !this.#nudged) return done
      await this.#untilNudged()
    }
  }

  #counted(): Map<string, number> {
    const counted = new Map<string, number>()
    for (const place of this.#underWay.values()) counted.set(place, (counted.get(place) ?? 0) + 1)
    return counted
  }

  #begin(one: T): void {
    const work = this.#deps
      .work(one)
      .catch((err) => this.#deps.failed(err, one))
      .finally(() => {
        this.#underWay.delete(work)
        this.#nudge()
      })
    this.#underWay.set(work, this.#deps.placeOf(one))
  }

  #nudge(): void {
    this.#nudged = true
    this.#resume()
  }

  async #untilNudged(): Promise<void> {
    if (this.#nudged) return
    await new Promise<void>((resolve) => {
      this.#resume = resolve
    })
  }
}
