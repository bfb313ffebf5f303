import type { Clock, Did, Log } from '../core/index.ts'
import { rows, type Store } from '../store/index.ts'

export interface OwnLooksDeps {
  readonly store: Store
  readonly clock: Clock
  readonly log: Log
}

export const DAY_MS = 86_400_000
/** Reading is done often and counted together: a crash loses at most the looks of so long. */
const WRITE_AFTER_MS = 1_000
const AT_ONCE = 200

interface Look {
  readonly partner: Did
  readonly grantId: string
  readonly day: number
}

/** Counts how often we look at what partners let us see, per grant and day. The owners keep who looked. */
export class OwnLooks {
  readonly #deps: OwnLooksDeps
  #waiting = new Map<string, { look: Look; looks: number }>()
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<void> = Promise.resolve()

  constructor(deps: OwnLooksDeps) {
    this.#deps = deps
  }

  /** Counts one look under each of these grants. Writes a moment later, and never fails. */
  count(reads: readonly { readonly grantId: string; readonly partner: Did }[]): void {
    const day = Math.floor(this.#deps.clock.now() / DAY_MS)
    for (const { grantId, partner } of reads) this.#add({ partner, grantId, day }, 1)
    if (this.#waiting.size === 0) return
    this.#timer ??= setTimeout(() => void this.flush(), WRITE_AFTER_MS).unref()
  }

  /** Writes what waits; what cannot be written now waits on. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#writing = this.#writing.then(() => this.#write())
    await this.#writing
  }

  async #write(): Promise<void> {
    const waiting = [...this.#waiting].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one)
    this.#waiting = new Map()
    for (let from = 0; from < waiting.length; from += AT_ONCE) {
      const some = waiting.slice(from, from + AT_ONCE)
      try {
        await this.#deps.store.transact((tx) =>
          rows(
            tx,
            `INSERT INTO look_count (partner, grant_id, day, looks) VALUES ${some.map(() => '(?, ?, ?, ?)').join(', ')}
             ON CONFLICT (partner, grant_id, day) DO UPDATE SET looks = look_count.looks + excluded.looks`,
            some.flatMap(({ look, looks }) => [look.partner, look.grantId, look.day, looks]),
          ),
        )
      } catch (err) {
        this.#deps.log.error({ err }, 'looks could not be counted yet')
        for (const { look, looks } of waiting.slice(from)) this.#add(look, looks)
        return
      }
    }
  }

  #add(look: Look, looks: number): void {
    const key = JSON.stringify([look.partner, look.grantId, look.day])
    this.#waiting.set(key, { look, looks: looks + (this.#waiting.get(key)?.looks ?? 0) })
  }
}
