import { type Clock, isRefusal, type Log, newId, silentLog } from '../core/index.ts'
import { acquireLease, type Store } from '../store/index.ts'
import type { StatusLists } from './status-lists.ts'

export interface PublisherDeps {
  readonly store: Store
  readonly clock: Clock
  readonly lists: StatusLists
  readonly log?: Log
}

const LOOK_EVERY_MS = 250
/** Short, so that another process takes over within a second; a token is fenced by its version, not by the lease. */
const LEASE_MS = 400
const FIRST_RETRY_MS = 250
const LONGEST_RETRY_MS = 30_000

/**
 * Publishes changes at once: those of this process right after their commit; those another process left behind are
 * found by looking, by one process at a time.
 */
export class StatusPublisher {
  readonly #deps: PublisherDeps
  readonly #log: Log
  readonly #holder = newId()
  readonly #publishing = new Set<Promise<void>>()
  readonly #failures = new Map<string, { readonly count: number; readonly retryAt: number }>()
  #timer: NodeJS.Timeout | undefined
  #unsubscribe: (() => void) | undefined
  #looking: Promise<void> | undefined

  constructor(deps: PublisherDeps) {
    this.#deps = deps
    this.#log = deps.log ?? silentLog
  }

  start(): void {
    if (this.#timer) return
    this.#unsubscribe = this.#deps.lists.onChange((listId) => this.#publish(listId))
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS)
    this.#look()
  }

  /** Ends when nothing is being published any more. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    this.#timer = undefined
    this.#unsubscribe?.()
    await this.#looking
    await Promise.all(this.#publishing)
  }

  #look(): void {
    this.#looking ??= this.#publishWaiting()
      .catch((err) => this.#log.error({ err }, 'the status lists could not be read'))
      .finally(() => {
        this.#looking = undefined
      })
  }

  async #publishWaiting(): Promise<void> {
    const { store, clock, lists } = this.#deps
    const waiting = await lists.waiting()
    const due = waiting.filter((listId) => (this.#failures.get(listId)?.retryAt ?? 0) <= clock.now())
    // Only who has work asks for the lease: an idle node writes nothing.
    if (due.length === 0) return
    const lease = { name: 'status-lists', holder: this.#holder, ms: LEASE_MS }
    if (await acquireLease(store, clock, lease)) for (const listId of due) await this.#publish(listId)
  }

  #publish(listId: string): Promise<void> {
    const work = this.#deps.lists
      .publish(listId)
      .then(() => void this.#failures.delete(listId))
      .catch((err) => this.#failed(listId, err))
      .finally(() => this.#publishing.delete(work))
    this.#publishing.add(work)
    return work
  }

  #failed(listId: string, err: unknown): void {
    const count = (this.#failures.get(listId)?.count ?? 0) + 1
    const wait = Math.min(FIRST_RETRY_MS * 2 ** Math.min(count - 1, 20), LONGEST_RETRY_MS)
    this.#failures.set(listId, { count, retryAt: this.#deps.clock.now() + wait })
    // An organisation is made before its DID is on chain: its people's first lists wait for that too.
    if (isRefusal(err, 'did_not_ready'))
      this.#log.info({ list: listId, attempts: count }, 'a status list waits for the DID of its signer')
    else this.#log.error({ list: listId, attempts: count, err }, 'a status list could not be published')
  }
}
