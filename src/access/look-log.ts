import type { Did } from '../core/index.ts'
import { placeholders, rows, type Store } from '../store/index.ts'
import type { AccessEventRow } from './access-tables.ts'

/** A look that was let through, without who looked for the asker. */
export type Look = Pick<AccessEventRow, 'id' | 'at' | 'subjectParty' | 'asker' | 'grantId' | 'claims'>

export interface LookFilter {
  /** Milliseconds since the epoch, both included. */
  readonly from: number
  readonly until: number
  /** Empty for all. */
  readonly askers: readonly Did[]
  readonly grants: readonly string[]
}

const PAGE = 1_000

/** Who looked in a time, whoever's data it was: for what must be known of all of it. Oldest first. */
export async function* looksBetween(store: Store, filter: LookFilter): AsyncIterable<Look> {
  const { from, until, askers, grants } = filter
  const only = [
    ...(askers.length > 0 ? [`AND asker IN (${placeholders(askers.length)})`] : []),
    ...(grants.length > 0 ? [`AND grant_id IN (${placeholders(grants.length)})`] : []),
  ]
  for (let after = { at: from, id: '' }; ; ) {
    const page = await rows<RawLook>(
      store.reader,
      `SELECT id, at_ms, subject_party, asker, grant_id, claims FROM access_event
       WHERE outcome = 'permit' AND at_ms <= ? AND (at_ms > ? OR (at_ms = ? AND id > ?)) ${only.join(' ')}
       ORDER BY at_ms, id LIMIT ${PAGE}`,
      [until, after.at, after.at, after.id, ...askers, ...grants],
    )
    for (const row of page)
      yield {
        ...{ id: row.id, at: Number(row.at_ms), subjectParty: row.subject_party, asker: row.asker },
        ...{ grantId: row.grant_id, claims: JSON.parse(row.claims) },
      }
    const last = page.at(-1)
    if (!last || page.length < PAGE) return
    after = { at: Number(last.at_ms), id: last.id }
  }
}

interface RawLook {
  id: string
  at_ms: number | string
  subject_party: string
  asker: Did
  grant_id: string | null
  claims: string
}
