import { type Clock, isRefusal, type Log, newId, silentLog } from '../core/index.ts'
import {
  change,
  LessThan,
  MoreThan,
  placeholders,
  type Reader,
  rows,
  type Store,
  type Tx,
} from '../store/index.ts'
import { DueWork } from './due-work.ts'
import { type OutboxRow, outboxTable } from './outbox-table.ts'

/** Delivers one message. Returning means delivered; throwing means try again later. Must stand being called twice. */
export type Deliver = (payload: Readonly<Record<string, string>>, messageId: string) => Promise<void>

export interface OutboxDeps {
  readonly store: Store
  readonly clock: Clock
  readonly log?: Log
}

const CLAIM_MS = 30_000
/** Deliveries under way at once in this process, and of those to one destination. */
const PLACES = 16
const PLACES_PER_LANE = 2
/** Due messages that are looked at for the free places; where all are of one lane, the next look leaves it out. */
const LOOK_AT = 64
const FIRST_RETRY_MS = 500
const LONGEST_RETRY_MS = 15 * 60_000
const PAGE = 500
const KEEP_DELIVERED_MS = 30 * 86_400_000
/** With the waits above: about a week. */
const MAX_ATTEMPTS = 700

/** Messages written with the change that causes them, and delivered at least once, with retries. */
export class Outbox {
  readonly #deps: OutboxDeps
  readonly #log: Log
  readonly #handlers = new Map<string, Deliver>()
  readonly #work: DueWork<OutboxRow>

  constructor(deps: OutboxDeps) {
    this.#deps = deps
    this.#log = deps.log ?? silentLog
    this.#work = new DueWork({
      claim: (underWay) => this.#claim(underWay),
      placeOf: ({ lane }) => lane,
      work: (message) => this.#deliver(message),
      failed: (err, message) =>
        this.#log.error(
          { err, message: message?.id },
          message ? 'an outcome could not be written' : 'the outbox could not be read',
        ),
    })
  }

  /** Says who delivers messages of a topic. */
  on(topic: string, deliver: Deliver): void {
    this.#handlers.set(topic, deliver)
  }

  /**
   * Puts a message in, in the transaction of the change; it goes out after the commit.
   * @param lane where it goes: of each lane only a few are under way at once. Its topic unless told.
   */
  async send(
    tx: Tx,
    topic: string,
    payload: Readonly<Record<string, string>>,
    lane: string = topic,
  ): Promise<string> {
    const now = this.#deps.clock.now()
    const id = newId()
    await tx.insert(outboxTable, {
      id,
      topic,
      payload,
      lane,
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
    this.#work.start()
  }

  async stop(): Promise<void> {
    await this.#work.stop()
  }

  /** Looks for due messages now. */
  wake(): void {
    this.#work.wake()
  }

  /** Delivers what is due, and what becomes due meanwhile. @returns how many messages it tried */
  deliverDue(): Promise<number> {
    return this.#work.run()
  }

  /** Removes what was delivered long enough ago that nobody looks for it any more. */
  async forgetDelivered(): Promise<void> {
    const { store, clock } = this.#deps
    const { affected } = await store.transact((tx) =>
      tx.delete(outboxTable, { state: 'done', createdAt: LessThan(clock.now() - KEEP_DELIVERED_MS) }),
    )
    if (affected) this.#log.info({ count: affected }, 'delivered messages were removed')
  }

  /** Everything of a topic that is kept, also what was delivered; oldest first. */
  async *ofTopic(reader: Reader, topic: string): AsyncIterable<OutboxRow> {
    for (let after = ''; ; ) {
      const where = { topic, id: MoreThan(after) }
      const page = await reader.find(outboxTable, { where, order: { id: 'ASC' }, take: PAGE })
      yield* page
      if (page.length < PAGE) return
      after = page.at(-1)?.id ?? ''
    }
  }

  /** What it said is destroyed; what was not delivered is not tried any more. */
  async remove(tx: Tx, id: string): Promise<void> {
    await tx.delete(outboxTable, { id })
  }

  /** Messages that are not delivered yet, oldest first; `dead` ones are no longer tried. */
  async undelivered(limit = 50): Promise<OutboxRow[]> {
    return this.#deps.store.reader.find(outboxTable, {
      where: [{ state: 'pending' }, { state: 'dead' }],
      order: { id: 'ASC' },
      take: limit,
    })
  }

  /** Takes as many due messages as there are free places; the reader only proposes, the update decides. */
  async #claim(underWay: ReadonlyMap<string, number>): Promise<OutboxRow[]> {
    const { store, clock } = this.#deps
    const free = PLACES - [...underWay.values()].reduce((sum, count) => sum + count, 0)
    if (free === 0) return []
    const now = clock.now()
    const full = [...underWay].flatMap(([lane, count]) => (count < PLACES_PER_LANE ? [] : [lane]))
    const others = full.length > 0 ? `AND lane NOT IN (${placeholders(full.length)})` : ''
    const due = await rows<{ id: string; lane: string }>(
      store.reader,
      `SELECT id, lane FROM outbox WHERE state = 'pending' AND due_at <= ? AND claimed_until <= ? ${others}
       ORDER BY due_at, id LIMIT ${LOOK_AT}`,
      [now, now, ...full],
    )
    const ids = choose(due, underWay, free)
    if (ids.length === 0) return []
    const claimed = await store.transact((tx) =>
      rows<{ id: string }>(
        tx,
        `UPDATE outbox SET claimed_until = ? WHERE state = 'pending' AND due_at <= ? AND claimed_until <= ?
           AND id IN (${placeholders(ids.length)}) RETURNING id`,
        [now + CLAIM_MS, now, now, ...ids],
      ),
    )
    const found = await Promise.all(claimed.map(({ id }) => store.reader.findOneBy(outboxTable, { id })))
    return found.filter((row) => row !== null)
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

/** The first that there is a place for, in all and in their lane. */
function choose(
  due: readonly { readonly id: string; readonly lane: string }[],
  underWay: ReadonlyMap<string, number>,
  free: number,
): string[] {
  const taken = new Map(underWay)
  const fitting = due.filter(({ lane }) => {
    const count = (taken.get(lane) ?? 0) + 1
    if (count > PLACES_PER_LANE) return false
    taken.set(lane, count)
    return true
  })
  return fitting.slice(0, free).map(({ id }) => id)
}
