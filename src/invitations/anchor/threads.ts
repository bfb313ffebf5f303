import { newId, Refusal, seconds, type UserCaller } from '../../core/index.ts'
import { change, insertAll, rows, type Tx } from '../../store/index.ts'
import type { ToldMessage } from '../wire.ts'
import type { PartiesDeps } from './parties.ts'
import {
  type InvitationOrderRow,
  invitationOrderTable,
  type OrderMessageRow,
  orderMessagePlace,
  orderMessageTable,
} from './tables.ts'

export interface ThreadMessage {
  readonly row: OrderMessageRow
  readonly body: string
}

const MOST_TOLD = 500

/** What servicedesk and inviter write to each other, per order: nobody sees what is written with another. */
export class Threads {
  readonly #deps: PartiesDeps

  constructor(deps: PartiesDeps) {
    this.#deps = deps
  }

  /** The inviter wrote; the same message again is the same. */
  async received(
    tx: Tx,
    order: InvitationOrderRow,
    { message, body }: { readonly message: string; readonly body: string },
  ): Promise<void> {
    const { vault, clock, scope, audit } = this.#deps
    const id = `${order.id}:${message}`
    if (await tx.existsBy(orderMessageTable, { id })) return
    const sealed = await vault.seal(await scope(), orderMessagePlace(id), body)
    await insertAll(tx, orderMessageTable, [
      {
        ...{ id, orderId: order.id, side: 'inviter' as const, person: null, sealed },
        ...{ at: clock.now(), readAt: null },
      },
    ])
    await rows(tx, 'UPDATE invitation_order SET unread = unread + 1 WHERE id = ? RETURNING id', [order.id])
    const by = { kind: 'node', did: order.inviter } as const
    await audit.record(tx, by, 'invitation_order.message_received', { order: order.id, message })
  }

  /** The servicedesk writes to one inviter. @throws Refusal `order_unknown` */
  async write(caller: UserCaller, orderId: string, body: string): Promise<void> {
    const { store, vault, clock, scope, audit, tell } = this.#deps
    const message = newId()
    const id = `${orderId}:${message}`
    const sealed = await vault.seal(await scope(), orderMessagePlace(id), body)
    await store.transact(async (tx) => {
      const order = await this.#require(tx, orderId)
      const at = clock.now()
      await insertAll(tx, orderMessageTable, [
        { id, orderId, side: 'servicedesk' as const, person: caller.personId, sealed, at, readAt: at },
      ])
      await audit.record(tx, caller, 'invitation_order.message_sent', { order: orderId, message })
      await tell.wrote(tx, order.inviter, { invitation: order.orderRef, message, body, at: seconds(at) })
    })
  }

  /** What the servicedesk wrote about an order, for an inviter that missed it; the newest. */
  async toldIn(orderId: string): Promise<ToldMessage[]> {
    const found = await this.#deps.store.current().find(orderMessageTable, {
      where: { orderId, side: 'servicedesk' },
      order: { id: 'DESC' },
      take: MOST_TOLD,
    })
    const told: ToldMessage[] = []
    for (const row of found.reverse())
      told.push({
        message: row.id.slice(orderId.length + 1),
        body: await this.#body(row),
        at: seconds(row.at),
      })
    return told
  }

  /** Both ways, oldest first; what the inviter wrote is read with it. */
  async read(orderId: string): Promise<ThreadMessage[]> {
    const { store, clock } = this.#deps
    const found = await store.transact(async (tx) => {
      await this.#require(tx, orderId)
      await rows(
        tx,
        'UPDATE order_message SET read_at = ? WHERE order_id = ? AND read_at IS NULL RETURNING id',
        [clock.now(), orderId],
      )
      await change(tx, invitationOrderTable, { id: orderId }, { unread: 0 })
      return tx.find(orderMessageTable, { where: { orderId }, order: { id: 'ASC' } })
    })
    return Promise.all(found.map(async (row) => ({ row, body: await this.#body(row) })))
  }

  #body({ id, sealed }: OrderMessageRow): Promise<string> {
    return this.#deps.vault.openText(orderMessagePlace(id), sealed)
  }

  async #require(tx: Tx, id: string): Promise<InvitationOrderRow> {
    const row = await tx.findOneBy(invitationOrderTable, { id })
    if (!row) throw new Refusal('not_found', 'order_unknown', 'there is no such order')
    return row
  }
}
