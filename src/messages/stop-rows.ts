import { type Reader, rows, type Tx } from '../store/index.ts'
import { type MessageStopRow, messageStopTable } from './message-tables.ts'

export type Stop = Omit<MessageStopRow, 'stoppedAt'>

/** Writes that somebody wants no more of a kind; a stop before it gives way. */
export async function writeStop(tx: Tx, stop: Stop, now: number): Promise<void> {
  await rows(
    tx,
    `INSERT INTO message_stop (side, partner, receiver, kind, stopped_at) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (side, partner, receiver, kind) DO UPDATE SET stopped_at = excluded.stopped_at
     RETURNING side`,
    [stop.side, stop.partner, stop.receiver, stop.kind, now],
  )
}

/** Whether messages of a kind are stopped along a grant: one that came after the stop was given knowing of it. */
export async function isStopped(reader: Reader, stop: Stop, grantSince: number): Promise<boolean> {
  const { side, partner, receiver, kind } = stop
  const row = await reader.findOneBy(messageStopTable, { side, partner, receiver, kind })
  return row !== null && row.stoppedAt >= grantSince
}
