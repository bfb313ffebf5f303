import { rows, type Tx } from '../store/index.ts'

/** The oldest notices that were made before a moment, ms; one that still waits to be told stays until it is. */
export async function pruneNotices(tx: Tx, before: number, most: number): Promise<number> {
  const gone = await rows(
    tx,
    `DELETE FROM notice WHERE id IN (
       SELECT id FROM notice WHERE created_at < ? AND state <> 'waiting' ORDER BY created_at, id LIMIT ?)
     RETURNING id`,
    [before, most],
  )
  return gone.length
}
