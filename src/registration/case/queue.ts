import { Refusal } from '../../core/index.ts'
import { rows, type Store } from '../../store/index.ts'
import type { OpenState } from './case-state.ts'

/** Which of the open cases. */
export interface QueueFilter {
  readonly state?: OpenState | undefined
  /** Party of whom at the servicedesk they are; null for nobody's. */
  readonly owner?: string | null | undefined
  readonly overdue?: boolean | undefined
}

/** Later than any case is expected: where nobody said when, it comes last. */
const NEVER = Number.MAX_SAFE_INTEGER
const DUE = `COALESCE(expected_at, ${NEVER})`
const OPEN = `state NOT IN ('registered', 'rejected', 'declined_by_partner', 'withdrawn')`

/**
 * Ids of open cases, what is due first comes first.
 * @throws Refusal `invalid_cursor`
 */
export async function queuePage(
  store: Store,
  now: number,
  { state, owner, overdue }: QueueFilter,
  page: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<{ readonly ids: string[]; readonly next: string | null }> {
  const after = page.cursor === undefined ? null : parseCursor(page.cursor)
  const conditions: readonly (readonly [string, readonly unknown[]])[] = [
    [OPEN, []],
    ...(state ? [['state = ?', [state]] as const] : []),
    ...(owner === null ? [['owner IS NULL', []] as const] : []),
    ...(owner ? [['owner = ?', [owner]] as const] : []),
    ...(overdue ? [['expected_at < ?', [now]] as const] : []),
    ...(after
      ? [[`(${DUE} > ? OR (${DUE} = ? AND id > ?))`, [after.due, after.due, after.id]] as const]
      : []),
  ]
  const found = await rows<{ id: string; due: string | number }>(
    store.reader,
    `SELECT id, ${DUE} AS due FROM registration_case
     WHERE ${conditions.map(([sql]) => sql).join(' AND ')} ORDER BY ${DUE}, id LIMIT ?`,
    [...conditions.flatMap(([, params]) => params), page.limit],
  )
  const last = found.at(-1)
  const next = last && found.length === page.limit ? `${Number(last.due)} ${last.id}` : null
  return { ids: found.map(({ id }) => id), next }
}

function parseCursor(cursor: string): { readonly due: number; readonly id: string } {
  const [, due, id = ''] = /^(\d{1,16}) ([0-9a-f-]{36})$/.exec(cursor) ?? []
  if (due === undefined) throw new Refusal('invalid', 'invalid_cursor', 'the cursor is not of this list')
  return { due: Number(due), id }
}
