import { type ChainPlace, chainStart } from '../audit/index.ts'
import { rows, type Tx } from '../store/index.ts'
import type { Period } from './period.ts'

const ID = 'audit'

/**
 * Where metering is, and the right to go on from there: whoever else meters, closes or reads it to change it waits
 * until this transaction ends.
 */
export async function takeBookmark(tx: Tx): Promise<ChainPlace> {
  await rows(
    tx,
    `INSERT INTO billing_bookmark (id, seq, hash, turn) VALUES (?, ?, ?, 0) ON CONFLICT (id) DO NOTHING RETURNING id`,
    [ID, chainStart.seq, chainStart.hash],
  )
  const [found] = await rows<{ seq: number | string; hash: string }>(
    tx,
    'UPDATE billing_bookmark SET turn = turn + 1 WHERE id = ? RETURNING seq, hash',
    [ID],
  )
  if (!found) throw new Error('the bookmark that was just written is gone')
  return { seq: Number(found.seq), hash: found.hash }
}

export async function moveBookmark(tx: Tx, { seq, hash }: ChainPlace): Promise<void> {
  await rows(tx, 'UPDATE billing_bookmark SET seq = ?, hash = ? WHERE id = ? RETURNING id', [seq, hash, ID])
}

/** The last month that was closed, or null. */
export async function lastClosed(tx: Tx): Promise<Period | null> {
  const [found] = await rows<{ period: string | null }>(
    tx,
    'SELECT max(period) AS period FROM billing_period',
  )
  return found?.period ?? null
}
