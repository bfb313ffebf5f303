import { rows, type Tx } from '../store/index.ts'

/**
 * The oldest entries of who looked that were made before a moment, ms. The last look under each grant and link stays:
 * by that it is known who must hear of a correction when the grant has ended (AVG, article 19).
 */
export async function pruneAccessEvents(tx: Tx, before: number, most: number): Promise<number> {
  const gone = await rows(
    tx,
    `DELETE FROM access_event WHERE id IN (
       SELECT old.id FROM access_event old WHERE old.at_ms < ? AND (
         old.outcome <> 'permit' OR old.grant_id IS NULL OR EXISTS (
           SELECT 1 FROM access_event newer WHERE newer.grant_id = old.grant_id AND newer.id > old.id
             AND newer.outcome = 'permit' AND (newer.link_id = old.link_id OR old.link_id IS NULL)))
       ORDER BY old.at_ms, old.id LIMIT ?)
     RETURNING id`,
    [before, most],
  )
  return gone.length
}

/** Of looks that stay longer than that, the oldest lose who of the asker's people looked: only that one did is needed. */
export async function forgetLookers(tx: Tx, before: number, most: number): Promise<number> {
  const forgotten = await rows(
    tx,
    `UPDATE access_event SET actor = NULL WHERE id IN (
       SELECT id FROM access_event WHERE at_ms < ? AND actor IS NOT NULL ORDER BY at_ms, id LIMIT ?)
     RETURNING id`,
    [before, most],
  )
  return forgotten.length
}
