import { newId } from '../core/index.ts'
import type { Tx } from '../store/index.ts'
import { type AccessEventRow, type Asker, accessEventTable } from './access-tables.ts'

/** What a wallet of ours is about to show somebody who asked it by a link. */
export interface Shown {
  readonly at: number
  readonly subjectParty: string
  readonly asker: Asker
  readonly claims: AccessEventRow['claims']
}

/** Writes that somebody looked whom the owner showed it to herself, without a grant. @returns the event's id */
export async function recordShown(tx: Tx, shown: Shown): Promise<string> {
  const id = newId()
  const row: AccessEventRow = {
    ...{ id, ...shown, outcome: 'permit', codes: [], purpose: [] },
    ...{ grantId: null, linkId: null, principal: null, actor: null },
  }
  await tx.insert(accessEventTable, row)
  return id
}
