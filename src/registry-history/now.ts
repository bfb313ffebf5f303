import type { Did } from '../core/index.ts'
import { type Reader, select } from '../store/index.ts'
import { registryEventTable } from '../trust/index.ts'
import { historyOf, type PartyHistory } from './party-history.ts'

/** All that happened to an organisation up to now, also what is in no head yet; null when it never was there. */
export async function historyOfNow(reader: Reader, did: Did): Promise<PartyHistory | null> {
  const events = await select(reader, registryEventTable, 'did = ? ORDER BY version', [did])
  return events.length === 0 ? null : historyOf(did, events)
}
