import { rows, type Tx } from '../store/index.ts'
import type { ChangeFeed } from './change-feed.ts'

/** The oldest that partners withdrew before a moment, ms: the value went then, and now that there was one. */
export async function pruneWithdrawn(
  tx: Tx,
  feed: Pick<ChangeFeed, 'lock'>,
  before: number,
  most: number,
): Promise<number> {
  // Who reads the same claim anew at this moment would write over a row that goes.
  await feed.lock(tx)
  const gone = await rows(
    tx,
    `DELETE FROM partner_value WHERE id IN (
       SELECT id FROM partner_value WHERE state = 'withdrawn' AND withdrawn_at < ? ORDER BY withdrawn_at, id LIMIT ?)
     RETURNING id`,
    [before, most],
  )
  return gone.length
}

/**
 * The first changes of the feed, as far as they were made before a moment, ms; up to which number they went is kept:
 * who asks for what came after an earlier one must hear that some of it is gone.
 * @param read the number up to which the node itself has read them
 */
export async function pruneChanges(tx: Tx, before: number, read: number, most: number): Promise<number> {
  const first = await rows<{ seq: number | string; at_ms: number | string }>(
    tx,
    'SELECT seq, at_ms FROM partner_change WHERE seq <= ? ORDER BY seq LIMIT ?',
    [read, most],
  )
  const kept = first.findIndex(({ at_ms }) => Number(at_ms) >= before)
  const last = (kept < 0 ? first : first.slice(0, kept)).at(-1)
  if (!last) return 0
  const seq = Number(last.seq)
  await rows(tx, "UPDATE partner_change_head SET seq = ? WHERE id = 'pruned' RETURNING seq", [seq])
  return (await rows(tx, 'DELETE FROM partner_change WHERE seq <= ? RETURNING seq', [seq])).length
}
