import { insertAll, placeholders, type Reader, rows, type Store, select, type Tx } from '../store/index.ts'
import { type DeliveryRow, deliveryTable } from './webhook-tables.ts'

/** A delivery that has no place in its lane yet. */
export type NewDelivery = Omit<DeliveryRow, 'seq'>

/** A lane that this process works on, with what is first in it. */
export interface Claimed {
  readonly claim: string
  readonly delivery: DeliveryRow
}

/** What a try came to; the lane is given back with it. */
export interface Settled extends Claimed {
  readonly set: Pick<
    DeliveryRow,
    'state' | 'attempts' | 'lastStatus' | 'lastError' | 'nextAt' | 'deliveredAt'
  >
  /** When the lane is looked at next. */
  readonly dueAt: number
}

/**
 * Puts deliveries at the ends of their lanes. On Postgres it locks each lane until the commit, so that the order in a
 * lane is that of the commits; the lanes of one call in one order, so that two calls do not wait for each other.
 */
export async function enqueue(tx: Tx, deliveries: readonly NewDelivery[], now: number): Promise<void> {
  const placed: DeliveryRow[] = []
  for (const lane of lanesOf(deliveries)) {
    const last = await lengthen(tx, lane, lane.deliveries.length, now)
    const first = last - lane.deliveries.length + 1
    placed.push(...lane.deliveries.map((delivery, at) => ({ ...delivery, seq: first + at })))
  }
  await insertAll(tx, deliveryTable, placed)
}

interface Lane {
  readonly endpointId: string
  readonly orderBy: string
}

/** @returns the last place in the lane now */
export async function lengthen(
  tx: Tx,
  { endpointId, orderBy }: Lane,
  by: number,
  now: number,
): Promise<number> {
  const [lane] = await rows<{ last_seq: number }>(
    tx,
    `INSERT INTO webhook_lane (endpoint_id, order_by, last_seq, waiting, due_at) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (endpoint_id, order_by) DO UPDATE SET
       last_seq = webhook_lane.last_seq + excluded.last_seq, waiting = webhook_lane.waiting + excluded.waiting,
       due_at = CASE WHEN webhook_lane.waiting = 0 THEN excluded.due_at ELSE webhook_lane.due_at END
     RETURNING last_seq`,
    [endpointId, orderBy, by, by, now],
  )
  return Number(lane?.last_seq)
}

function lanesOf(deliveries: readonly NewDelivery[]): (Lane & { deliveries: NewDelivery[] })[] {
  const lanes = new Map<string, Lane & { deliveries: NewDelivery[] }>()
  for (const delivery of deliveries) {
    const { endpointId, orderBy } = delivery
    const key = `${endpointId} ${orderBy}`
    const lane = lanes.get(key) ?? { endpointId, orderBy, deliveries: [] }
    lanes.set(key, lane)
    lane.deliveries.push(delivery)
  }
  return [...lanes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, lane]) => lane)
}

/** Active endpoints that have a lane that is due. */
export async function endpointsWithWork(reader: Reader, now: number): Promise<string[]> {
  const due = await rows<{ id: string }>(
    reader,
    `SELECT id FROM webhook_endpoint WHERE state = 'active' AND EXISTS (
       SELECT 1 FROM webhook_lane WHERE endpoint_id = webhook_endpoint.id AND waiting > 0 AND due_at <= ?)`,
    [now],
  )
  return due.map(({ id }) => id)
}

/**
 * Takes lanes of an endpoint that are due, the longest waiting first. A claim lapses by itself at `until`.
 * @param places how many at most
 */
export async function claimLanes(
  store: Store,
  endpointId: string,
  claim: { readonly id: string; readonly places: number; readonly now: number; readonly until: number },
): Promise<Claimed[]> {
  const lanes = await store.transact(async (tx) => {
    // A lane that somebody holds is not waited for: waiting for several at once is how two stand still for ever.
    const locking = store.engine === 'postgres' ? 'FOR UPDATE SKIP LOCKED' : ''
    const due = await rows<{ order_by: string }>(
      tx,
      `SELECT order_by FROM webhook_lane WHERE endpoint_id = ? AND waiting > 0 AND due_at <= ?
       ORDER BY due_at LIMIT ? ${locking}`,
      [endpointId, claim.now, claim.places],
    )
    if (due.length === 0) return []
    const keys = due.map(({ order_by }) => order_by)
    await rows(
      tx,
      `UPDATE webhook_lane SET claim = ?, due_at = ?
       WHERE endpoint_id = ? AND order_by IN (${placeholders(keys.length)})`,
      [claim.id, claim.until, endpointId, ...keys],
    )
    return keys
  })
  const found = await Promise.all(
    lanes.map((orderBy) =>
      select(
        store.reader,
        deliveryTable,
        `endpoint_id = ? AND order_by = ? AND state = 'pending' ORDER BY seq LIMIT 1`,
        [endpointId, orderBy],
      ),
    ),
  )
  return found.flat().map((delivery) => ({ claim: claim.id, delivery }))
}

/** Writes what a try came to, unless the claim lapsed and the lane is somebody else's by now. */
export async function settle(tx: Tx, { claim, delivery, set, dueAt }: Settled): Promise<boolean> {
  const { id, endpointId, orderBy } = delivery
  const held = await rows(
    tx,
    `UPDATE webhook_lane SET waiting = waiting - ?, due_at = ?, claim = NULL
     WHERE endpoint_id = ? AND order_by = ? AND claim = ? RETURNING order_by`,
    [set.state === 'pending' ? 0 : 1, dueAt, endpointId, orderBy, claim],
  )
  if (held.length === 0) return false
  await rows(
    tx,
    `UPDATE webhook_delivery SET state = ?, attempts = ?, last_status = ?, last_error = ?, next_at = ?, delivered_at = ?
     WHERE id = ? RETURNING id`,
    [set.state, set.attempts, set.lastStatus, set.lastError, set.nextAt, set.deliveredAt, id],
  )
  return true
}

/** Makes a lane due now, unless somebody is working on it. */
export async function hurry(tx: Tx, { endpointId, orderBy }: Lane, now: number): Promise<void> {
  await rows(
    tx,
    `UPDATE webhook_lane SET due_at = ? WHERE endpoint_id = ? AND order_by = ? AND claim IS NULL AND due_at > ?
     RETURNING order_by`,
    [now, endpointId, orderBy, now],
  )
}

/** Ends the lanes of an endpoint, and what waits in them. @returns how many deliveries that were */
export async function cancelAll(tx: Tx, endpointId: string): Promise<number> {
  await rows(tx, 'DELETE FROM webhook_lane WHERE endpoint_id = ? RETURNING order_by', [endpointId])
  const { affected } = await tx.update(
    deliveryTable,
    { endpointId, state: 'pending' },
    { state: 'cancelled', nextAt: null },
  )
  return affected ?? 0
}

/** How many deliveries wait, by endpoint. */
export async function waitingByEndpoint(reader: Reader): Promise<ReadonlyMap<string, number>> {
  const found = await rows<{ endpoint_id: string; n: number }>(
    reader,
    'SELECT endpoint_id, sum(waiting) AS n FROM webhook_lane WHERE waiting > 0 GROUP BY endpoint_id',
  )
  return new Map(found.map(({ endpoint_id, n }) => [endpoint_id, Number(n)]))
}
