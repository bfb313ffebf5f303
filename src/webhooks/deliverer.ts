import type { Audit } from '../audit/index.ts'
import { type Clock, type Log, newId } from '../core/index.ts'
import { DueWork, POLL_MS } from '../outbox/index.ts'
import { createBatch, type Store, type Tx } from '../store/index.ts'
import { waitAfter } from './back-off.ts'
import { type CallDeps, callReceiver, type Outcome } from './call.ts'
import type { Endpoints } from './endpoints.ts'
import { type Claimed, claimLanes, endpointsWithWork, type Settled, settle } from './lanes.ts'

export interface DelivererDeps extends CallDeps {
  readonly store: Store
  readonly clock: Clock
  readonly audit: Audit
  readonly log: Log
  readonly endpoints: Endpoints
}

/** Calls under way at once from this process to one endpoint: a slow one takes none of another's. */
const PLACES = 16
/** Far longer than a call takes: who needs more is no longer there. */
const CLAIM_MS = 60_000
/** How long stopping waits for receivers; what they answer later is not seen, and they are told again. */
const STOP_MS = 5_000

/**
 * Brings deliveries to their receivers: of each lane one at a time, of each endpoint a few lanes at once, the lane that
 * waits longest first. Lanes are claimed in the database, so that several processes share them.
 */
export class Deliverer {
  readonly #deps: DelivererDeps
  readonly #write: (settled: Settled) => Promise<void>
  readonly #work: DueWork<Claimed>

  constructor(deps: DelivererDeps) {
    this.#deps = deps
    const { store } = deps
    // SQLite commits one at a time, so outcomes share a commit; on Postgres they lock lanes, one lane each.
    this.#write =
      store.engine === 'sqlite'
        ? createBatch<Settled, void>(store, (tx, all) => this.#settleAll(tx, all))
        : async (one) => void (await store.transact((tx) => this.#settleAll(tx, [one])))
    this.#work = new DueWork({
      claim: (underWay) => this.#claim(underWay),
      placeOf: ({ delivery }) => delivery.endpointId,
      work: (claimed) => this.#deliver(claimed),
      failed: (err, claimed) =>
        deps.log.error(
          { err, delivery: claimed?.delivery.id },
          claimed ? 'an outcome could not be written' : 'the webhooks could not be read',
        ),
    })
  }

  start(): void {
    this.#work.start()
  }

  /** Waits for the calls that are under way, as long as a stop may take. */
  async stop(): Promise<void> {
    await this.#work.stop(STOP_MS)
  }

  /** Looks for what is due now. */
  wake(): void {
    this.#work.wake()
  }

  /** Delivers what is due, and what becomes due meanwhile. @returns how many calls it made */
  deliverDue(): Promise<number> {
    return this.#work.run()
  }

  async #claim(underWay: ReadonlyMap<string, number>): Promise<Claimed[]> {
    const { store, clock } = this.#deps
    const due = await endpointsWithWork(store.reader, clock.now())
    const taken = await Promise.all(
      due.map((endpoint) => {
        const places = PLACES - (underWay.get(endpoint) ?? 0)
        const now = clock.now()
        if (places === 0) return []
        return claimLanes(store, endpoint, { id: newId(), places, now, until: now + CLAIM_MS })
      }),
    )
    return taken.flat()
  }

  async #deliver(claimed: Claimed): Promise<void> {
    const { delivery } = claimed
    const { endpoints, log, clock } = this.#deps
    const endpoint = await endpoints.callable(delivery.endpointId)
    // Disabled or removed since it was claimed: back as it was.
    if (!endpoint) return this.#write({ ...claimed, set: delivery, dueAt: clock.now() })
    const outcome = await callReceiver(this.#deps, endpoint, delivery)
    if (outcome.kind === 'gone') await endpoints.disable(delivery.endpointId)
    if (outcome.kind !== 'accepted')
      log.warn(
        { webhook: delivery.endpointId, delivery: delivery.id, status: outcome.status, code: outcome.error },
        'a webhook was not accepted',
      )
    const settled = judge(claimed, outcome, clock.now())
    await this.#write(settled)
    // The first tries follow each other faster than the polls.
    const wait = settled.dueAt - clock.now()
    if (wait > 0 && wait < POLL_MS) setTimeout(() => this.wake(), wait).unref()
  }

  async #settleAll(tx: Tx, all: readonly Settled[]): Promise<undefined[]> {
    for (const one of all) {
      const { id, endpointId } = one.delivery
      if ((await settle(tx, one)) && one.set.state === 'dead')
        await this.#deps.audit.record(tx, 'system', 'webhook.given_up', { webhook: endpointId, delivery: id })
    }
    return all.map(() => undefined)
  }
}

/** What an outcome means for a delivery and its lane. */
function judge(claimed: Claimed, outcome: Outcome, now: number): Settled {
  const { delivery } = claimed
  const attempts = delivery.attempts + 1
  const tried = { attempts, lastStatus: outcome.status, nextAt: null, deliveredAt: null }
  if (outcome.kind === 'accepted') {
    const set = { ...tried, state: 'delivered', lastError: null, deliveredAt: now } as const
    return { ...claimed, set, dueAt: now }
  }
  const lastError = outcome.error
  // It waits for somebody to enable the endpoint, and is then the first to go.
  if (outcome.kind === 'gone')
    return { ...claimed, set: { ...tried, state: 'pending', lastError }, dueAt: now }
  const nextAt = now + waitAfter(attempts, outcome.waitMs)
  if (nextAt > delivery.giveUpAt)
    return { ...claimed, set: { ...tried, state: 'dead', lastError }, dueAt: now }
  return { ...claimed, set: { ...tried, state: 'pending', lastError, nextAt }, dueAt: nextAt }
}
