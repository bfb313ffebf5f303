import type { Audit } from '../audit/index.ts'
import { type Caller, type Clock, type Log, newId, Refusal, silentLog } from '../core/index.ts'
import type { Egress } from '../egress/index.ts'
import { change, LessThan, rows, type Store, type Tx } from '../store/index.ts'
import type { Vault } from '../vault/index.ts'
import { GIVE_UP_AFTER_MS } from './back-off.ts'
import { Deliverer } from './deliverer.ts'
import { Endpoints } from './endpoints.ts'
import { type EventType, PING, type WebhookEvent } from './event.ts'
import { cancelAll, enqueue, hurry, lengthen, type NewDelivery } from './lanes.ts'
import { type DeliveryRow, type DeliveryState, deliveryTable } from './webhook-tables.ts'

export interface WebhooksDeps {
  readonly store: Store
  readonly vault: Vault
  readonly clock: Clock
  readonly audit: Audit
  readonly log?: Log
  /** May call what the operator allows in the own network; nothing else may. */
  readonly egress: Pick<Egress, 'request' | 'check'>
  /** URL of this node: CloudEvents `source`. */
  readonly source: string
  /** For one call, in ms; 15 s unless told. */
  readonly timeoutMs?: number
  /** Id of our organisation: the vault's scope. */
  readonly scope: () => Promise<string>
}

export interface DeliveryFilter {
  readonly endpointId?: string
  readonly state?: DeliveryState
}

const KEEP_SETTLED_MS = 30 * 86_400_000
const FORGET_AT_ONCE = 1_000

/** Calls a company's own systems when something changes: at least once, and in order for each key. */
export class Webhooks {
  readonly endpoints: Endpoints
  readonly #deps: WebhooksDeps
  readonly #deliverer: Deliverer

  constructor(deps: WebhooksDeps) {
    this.#deps = deps
    this.endpoints = new Endpoints(deps)
    this.#deliverer = new Deliverer({ ...deps, log: deps.log ?? silentLog, endpoints: this.endpoints })
  }

  /** Puts an event on its way to every endpoint that is called for it, in the transaction of the change. */
  async announce(tx: Tx, event: WebhookEvent): Promise<void> {
    await this.announceAll(tx, [event])
  }

  /** As {@link announce}, for a change that is several events. Of these, one key's arrive in the order given. */
  async announceAll(tx: Tx, events: readonly WebhookEvent[]): Promise<void> {
    const endpoints = await rows<{ id: string; events: string }>(
      tx,
      `SELECT id, events FROM webhook_endpoint WHERE state = 'active' ORDER BY id`,
    )
    if (endpoints.length === 0) return
    const wanted = endpoints.map(({ id, events }) => ({ id, types: JSON.parse(events) as EventType[] }))
    const deliveries = events.flatMap((event) => {
      const eventId = newId()
      return wanted.flatMap(({ id, types }) =>
        types.length === 0 || types.includes(event.type) ? [this.#delivery(id, eventId, event)] : [],
      )
    })
    await this.#enqueue(tx, deliveries)
  }

  /**
   * Sends an endpoint an event that means nothing, once: whether it arrives is in the list of deliveries.
   * @throws Refusal `webhook_unknown`, `webhook_disabled`
   */
  async test(caller: Caller, endpointId: string): Promise<DeliveryRow> {
    const { store, clock, audit } = this.#deps
    return store.transact(async (tx) => {
      await this.#requireActive(tx, endpointId)
      const ping = { type: PING, subject: endpointId, orderBy: PING, data: { webhook: endpointId } } as const
      const delivery = { ...this.#delivery(endpointId, newId(), ping), giveUpAt: clock.now() }
      await this.#enqueue(tx, [delivery])
      await audit.record(tx, caller, 'webhook.tested', { webhook: endpointId, delivery: delivery.id })
      return { ...delivery, seq: 0 }
    })
  }

  /** Newest first. */
  async deliveries(
    { endpointId, state }: DeliveryFilter,
    page: { readonly cursor?: string; readonly limit: number },
  ): Promise<{ items: DeliveryRow[]; next: string | null }> {
    const items = await this.#deps.store.reader.find(deliveryTable, {
      where: {
        ...(endpointId && { endpointId }),
        ...(state && { state }),
        ...(page.cursor && { id: LessThan(page.cursor) }),
      },
      order: { id: 'DESC' },
      take: page.limit,
    })
    return { items, next: items.length === page.limit ? (items.at(-1)?.id ?? null) : null }
  }

  /**
   * Sends a delivery again, at the end of its lane and with the id it had; one that still waits is tried now.
   * @throws Refusal `delivery_unknown`, `webhook_unknown`, `webhook_disabled`, `delivery_changed`
   */
  async resend(caller: Caller, id: string): Promise<DeliveryRow> {
    const { store, clock, audit } = this.#deps
    return store.transact(async (tx) => {
      const delivery = await tx.findOneBy(deliveryTable, { id })
      if (!delivery) throw new Refusal('not_found', 'delivery_unknown', 'there is no such delivery')
      const { endpointId, state } = delivery
      await this.#requireActive(tx, endpointId)
      const now = clock.now()
      await audit.record(tx, caller, 'webhook.resent', { webhook: endpointId, delivery: id })
      store.afterCommit(() => this.wake())
      if (state === 'pending') {
        await hurry(tx, delivery, now)
        return delivery
      }
      const anew: Partial<DeliveryRow> = {
        seq: await lengthen(tx, delivery, 1, now),
        giveUpAt: now + GIVE_UP_AFTER_MS,
        ...{ state: 'pending', attempts: 0, nextAt: null, deliveredAt: null },
      }
      // It was looked at before its lane was locked.
      if (!(await change(tx, deliveryTable, { id, state, seq: delivery.seq }, anew)))
        throw new Refusal('conflict', 'delivery_changed', 'somebody else sent this again at the same moment')
      return { ...delivery, ...anew }
    })
  }

  start(): void {
    this.#deliverer.start()
  }

  /** Waits for the calls that are under way, as long as a stop may take. */
  async stop(): Promise<void> {
    await this.#deliverer.stop()
  }

  /** Looks for what is due now. */
  wake(): void {
    this.#deliverer.wake()
  }

  /** Delivers what is due, and what becomes due meanwhile. @returns how many calls it made */
  async deliverDue(): Promise<number> {
    return this.#deliverer.deliverDue()
  }

  /**
   * Removes what is settled since a month, and what was written for an endpoint while somebody removed it. What was
   * given up stays until it is sent again.
   */
  async tidy(): Promise<void> {
    const { store } = this.#deps
    for (const state of ['delivered', 'cancelled'] as const)
      while ((await this.#forgetSome(state)) === FORGET_AT_ONCE);
    const left = await rows<{ id: string }>(
      store.reader,
      `SELECT id FROM webhook_endpoint WHERE state = 'removed' AND EXISTS (
         SELECT 1 FROM webhook_lane WHERE endpoint_id = webhook_endpoint.id)`,
    )
    for (const { id } of left) await store.transact((tx) => cancelAll(tx, id))
  }

  /** The oldest of a state, a few at a time: somebody may be waiting to write. */
  async #forgetSome(state: DeliveryState): Promise<number> {
    const { store, clock } = this.#deps
    const gone = await store.transact((tx) =>
      rows(
        tx,
        `DELETE FROM webhook_delivery WHERE created_at < ? AND id IN (
           SELECT id FROM webhook_delivery WHERE state = ? ORDER BY id LIMIT ${FORGET_AT_ONCE})
         RETURNING id`,
        [clock.now() - KEEP_SETTLED_MS, state],
      ),
    )
    return gone.length
  }

  async #requireActive(tx: Tx, endpointId: string): Promise<void> {
    const { state } = await this.endpoints.require(tx, endpointId)
    if (state !== 'active')
      throw new Refusal('conflict', 'webhook_disabled', 'this webhook said it is gone: enable it first')
  }

  async #enqueue(tx: Tx, deliveries: readonly NewDelivery[]): Promise<void> {
    const { store, clock } = this.#deps
    await enqueue(tx, deliveries, clock.now())
    store.afterCommit(() => this.wake(), tx)
  }

  #delivery(
    endpointId: string,
    eventId: string,
    { type, subject, orderBy, data }: WebhookEvent,
  ): NewDelivery {
    const now = this.#deps.clock.now()
    return {
      ...{ id: newId(), endpointId, orderBy, eventId, type, subject, data },
      ...{ state: 'pending', attempts: 0, lastStatus: null, lastError: null, nextAt: null },
      ...{ giveUpAt: now + GIVE_UP_AFTER_MS, createdAt: now, deliveredAt: null },
    }
  }
}
