import { placeholders, rows, type Tx } from '../store/index.ts'

/**
 * The oldest messages that were written before a moment, ms, with their answers: each by itself counts. One that can
 * still be answered, or waits to leave, stays.
 */
export async function pruneMessages(tx: Tx, before: number, now: number, most: number): Promise<number> {
  const old = await rows<{ id: string }>(
    tx,
    `SELECT id FROM message WHERE created_at < ? AND answer_to IS NULL AND state <> 'waiting'
       AND (expires_at IS NULL OR expires_at < ?)
       AND NOT EXISTS (SELECT 1 FROM message answer WHERE answer.answer_to = message.id AND answer.state = 'waiting')
     ORDER BY created_at, id LIMIT ?`,
    [before, now, most],
  )
  if (old.length === 0) return 0
  const ids = old.map(({ id }) => id)
  const list = placeholders(ids.length)
  await rows(tx, `DELETE FROM message WHERE answer_to IN (${list}) RETURNING id`, ids)
  await rows(tx, `DELETE FROM message WHERE id IN (${list}) RETURNING id`, ids)
  return ids.length
}

/** The oldest call-ups that were made before a moment, ms, and of which no message is left. */
export async function pruneCallUps(tx: Tx, before: number, now: number, most: number): Promise<number> {
  const gone = await rows(
    tx,
    `DELETE FROM call_up WHERE id IN (
       SELECT id FROM call_up WHERE created_at < ? AND (state = 'closed' OR expires_at IS NULL OR expires_at < ?)
         AND NOT EXISTS (SELECT 1 FROM message WHERE message.call_up_id = call_up.id)
       ORDER BY created_at, id LIMIT ?)
     RETURNING id`,
    [before, now, most],
  )
  return gone.length
}
