import { dayOf } from '../core/index.ts'
import { type Reader, rows, type Tx } from '../store/index.ts'
import { type MessageKind, monthlyLimits } from './kinds.ts'
import { type MessageTallyRow, messageLimitTable, messageTallyTable } from './message-tables.ts'

export type TallyKey = Pick<MessageTallyRow, 'direction' | 'grantId' | 'kind' | 'partner'>

/** The calendar month of a moment in Europe/Amsterdam: `2026-11`. */
export const monthOf = (ms: number): string => dayOf(ms).slice(0, 7)

/** Counts a message, unless as many as may went along this grant this month. @returns whether it may go */
export async function takePlace(tx: Tx, key: TallyKey, most: number, now: number): Promise<boolean> {
  if (most <= 0) return false
  return (await add(tx, key, 'messages', now, most)) > 0
}

/** Counts an answer, or one that was stopped. */
export async function count(tx: Tx, key: TallyKey, what: 'answers' | 'stopped', now: number): Promise<void> {
  await add(tx, key, what, now)
}

/** How many of a kind the owner of a grant takes in a month. */
export async function limitOf(reader: Reader, grantId: string, kind: MessageKind): Promise<number> {
  const row = await reader.findOneBy(messageLimitTable, { grantId, kind })
  return Math.min(row?.most ?? monthlyLimits[kind], monthlyLimits[kind])
}

/** What went both ways in a month. */
export const talliesOf = (reader: Reader, month: string): Promise<MessageTallyRow[]> =>
  reader.find(messageTallyTable, { where: { month }, order: { partner: 'ASC', kind: 'ASC', grantId: 'ASC' } })

async function add(
  tx: Tx,
  { direction, grantId, kind, partner }: TallyKey,
  what: 'messages' | 'answers' | 'stopped',
  now: number,
  most = Number.MAX_SAFE_INTEGER,
): Promise<number> {
  const first = ['messages', 'answers', 'stopped'].map((name) => (name === what ? 1 : 0))
  const counted = await rows(
    tx,
    `INSERT INTO message_tally (direction, grant_id, kind, month, partner, messages, answers, stopped)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (direction, grant_id, kind, month)
     DO UPDATE SET ${what} = message_tally.${what} + 1 WHERE message_tally.${what} < ? RETURNING grant_id`,
    [direction, grantId, kind, monthOf(now), partner, ...first, most],
  )
  return counted.length
}
