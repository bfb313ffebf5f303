import { endOfMonths } from '../core/index.ts'
import { placeholders, rows, type Tx } from '../store/index.ts'

/** What makes a notice due: a month after the import, or what came before that. */
export type DueBecause = 'month' | 'first_contact' | 'first_disclosure'

/** At the latest a month after her data was obtained (AVG, article 14(3)(a)). @param importedAt ms */
export const dueAfterImport = (importedAt: number) => ({
  dueAt: endOfMonths(importedAt, 1),
  dueBecause: 'month' as const,
})

/**
 * She is contacted, or her data goes to somebody (AVG, article 14(3)(b) and (c)): what is open for these partners is
 * due now. The earliest counts, so what was due before stays as it was.
 * @returns what became due
 */
export const dueAtFirst = (
  tx: Tx,
  partnerIds: readonly string[],
  because: DueBecause,
  now: number,
): Promise<{ id: string; partner_id: string }[]> =>
  rows(
    tx,
    `UPDATE source_notice SET due_at = ?, due_because = ?
     WHERE partner_id IN (${placeholders(partnerIds.length)}) AND state = 'open' AND due_at > ?
     RETURNING id, partner_id`,
    [now, because, ...partnerIds, now],
  )
