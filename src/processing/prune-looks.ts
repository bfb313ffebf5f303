import { rows, type Tx } from '../store/index.ts'
import { breachTable } from './processing-tables.ts'

/** The oldest looks of our own that were made before a moment, ms; those of a breach that is open stay. */
export async function pruneOwnLooks(tx: Tx, before: number, most: number): Promise<number> {
  const gone = await rows(
    tx,
    `DELETE FROM own_look WHERE id IN (SELECT id FROM own_look WHERE at_ms < ? ORDER BY at_ms, id LIMIT ?)
     RETURNING id`,
    [Math.min(before, await openSince(tx)), most],
  )
  return gone.length
}

/** From when looks are looked into: whose data an open case is about must not get lost while it runs. */
export async function openSince(tx: Tx): Promise<number> {
  const open = await tx.findBy(breachTable, { state: 'open' })
  return Math.min(Number.MAX_SAFE_INTEGER, ...open.map(({ scope }) => scope.from))
}
