import { type Clock, isRefusal, type Log, newId, silentLog } from '../core/index.ts'
import { change, rows, type Store, type Tx } from '../store/index.ts'
import { type OutboxRow, outboxTable } from './outbox-table.ts'

/** Delivers one message. Returning means delivered; throwing means try again later. Must stand being called twice. */
export type Deliver = (payload: Readonly<Record<string, string>>, messageId: string) => Promise<void>

export interface OutboxDeps {
  readonly store: Store
  readonly clock: Clock
  readonly log?: Log
}

const CLAIM_MS = 30_000
const BATCH = 16
const POLL_MS = 1_000
const FIRST_RETRY_MS = 500
const LONGEST_RETRY_MS = 15 * 60_000
/** With the waits above: about a day. */
const MAX_ATTEMPTS = 110

/** Messages written with the change that causes them, and delivered at least once, with retries. */
export class Outbox {
  readonly #deps: OutboxDeps
  readonly #log: Log
  readonly #handlers = new Map<string, Deliver>()
  #timer: NodeJS.Timeout | undefined
  #working: Promise<void> | undefined
  #again = false
  #stopped = false

  constructor(deps: OutboxDeps) {
    this.#deps = deps
    this.#log = deps.log ?? silentLog
  }

  /** Says who delivers messages of a topic. */
  on(topic: string, deliver: Deliver): void {
    this.#handlers.set(topic, deliver)
  }

  /** Puts a message in, in the transaction of the change; it goes out after the commit. */
  async send(tx: Tx, topic: string, payload: Readonly<Record<string, string>>): Promise<string> {
    const now = this.#deps.clock.now()
    const id = newId()
    await tx.insert(outboxTable, {
      id,
      topic,
      payload,
      state: 'pending',
      attempts: 0,
      dueAt: now,
      claimedUntil: 0,
      lastError: null,
      createdAt: now,
    })
    this.#deps.store.afterCommit(() => this.wake())
    return id
  }

  start(): void {
    this.#stopped = false
    this.#timer = setInterval(() => this.wake(), POLL_MS)
    this.wake()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    clearInterval(this.#timer)
    await this.#working
  }

  /** Looks for due messages now. */
  wake(): void {
    if (this.#stopped || this.#timer === undefined) return
    if (this.#working) {
      this.#again = true
      return
    }
    this.#working = this.deliverDue()
      .catch((err) => this.#log.error({ err }, 'the outbox could not be read'))
      .then(() => {
        this.#working = undefined
        if (!this.#again) return
        this.#again = false
        this.wake()
      })
  }

  /** Delivers what is due, and what becomes due meanwhile. @returns how many messages it tried */
  async deliverDue(): Promise<number> {
    let tried = 0
    for (;;) {
      const batch = await this.#claim()
      if (batch.length === 0) return tried
      tried += batch.length
      await Promise.all(batch.map((message) => this.#deliver(message)))
      if (this.#stopped) return tried
    }
  }

  /** Messages that are not delivered yet, oldest first; `dead` ones are no longer tried. */
  async undelivered(limit = 50): Promise<OutboxRow[]> {
    return this.#deps.store.reader.find(outboxTable, {
      where: [{ state: 'pending' }, { state: 'dead' }],
      order: { id: 'ASC' },
      take: limit,
    })
  }

  async #claim(): Promise<OutboxRow[]> {
    const now = this.#deps.clock.now()
    const ids = await this.#deps.store.transact((tx) =>
      rows<{ id: string }>(
        tx,
        `UPDATE outbox SET claimed_until = ? WHERE state = 'pending' AND due_at <= ? AND claimed_until <= ? AND id IN (
           SELECT id FROM outbox WHERE state = 'pending' AND due_at <= ? AND claimed_until <= ? ORDER BY due_at LIMIT ${BATCH})
         RETURNING id`,
        [now + CLAIM_MS, now, now, now, now],
      ),
    )
    if (ids.length === 0) return []
    const claimed = await Promise.all(
      ids.map(({ id }) => this.#deps.store.reader.findOneBy(outboxTable, { id })),
    )
    return claimed.filter((row) => row !== null)
  }

  async #deliver(message: OutboxRow): Promise<void> {
    const deliver = this.#handlers.get(message.topic)
    try {
      if (!deliver) throw new Error('nobody delivers this topic')
      await deliver(message.payload, message.id)
      await this.#finish(message, { state: 'done', lastError: null })
    } catch (error) {
      const attempts = message.attempts + 1
      const code = isRefusal(error) ? error.code : 'failed'
      this.#log.warn(
        { topic: message.topic, message: message.id, attempts, code, err: error },
        'not delivered',
      )
      const wait = Math.min(FIRST_RETRY_MS * 2 ** Math.min(attempts - 1, 20), LONGEST_RETRY_MS)
      const state = attempts >= MAX_ATTEMPTS ? 'dead' : 'pending'
      await this.#finish(message, { state, lastError: code, attempts, dueAt: this.#deps.clock.now() + wait })
    }
  }

  async #finish(message: OutboxRow, set: Partial<OutboxRow>): Promise<void> {
    await this.#deps.store.transact((tx) =>
      change(tx, outboxTable, { id: message.id, state: 'pending' }, { ...set, claimedUntil: 0 }),
    )
  }
}
