import { rows, type Store } from '../store/index.ts'
import type { Ground } from './ground.ts'

/** What nobody wrote a time for (deadlines that are announced, what is swept, lists that are renewed) waits this long. */
const AT_THE_LATEST_MS = 3_600_000
/** What could not be done now is tried again after this. */
const SOON_MS = 30_000
/** A chain that did not list our DID may be away for hours. */
const UNTIL_CHAIN_MS = 300_000

/** Tables that say when something of theirs is to be done, each as SQL that gives one `due`. */
const dated = [
  "SELECT MIN(due_at) AS due FROM outbox WHERE state = 'pending'",
  'SELECT MIN(due_at) AS due FROM webhook_lane WHERE waiting > 0',
  'SELECT MIN(due_at) AS due FROM wallet_issuance',
  'SELECT MIN(tell_at) AS due FROM wallet_issuance',
] as const

/** Tables with work that is to be done at once, each as SQL that gives a row for it. */
const waiting = [
  'SELECT 1 FROM audit_entry WHERE seq IS NULL LIMIT 1',
  'SELECT 1 FROM status_list_token WHERE version > published_version LIMIT 1',
  "SELECT 1 FROM did_change WHERE state = 'open' LIMIT 1",
] as const

/** When a node has something to do by itself, ms since the epoch: what is late counts as soon, never as now. */
export async function nextDueOf({
  store,
  clock,
  parties,
  agent,
}: Pick<Ground, 'store' | 'clock' | 'parties' | 'agent'>): Promise<number> {
  const now = clock.now()
  const canSign = await parties
    .organisation()
    .then(({ did }) => agent.signerOf(did))
    .then(
      () => true,
      () => false,
    )
  const times = await Promise.all(dated.map((sql) => dueOf(store, sql)))
  const isWaiting = (await Promise.all(waiting.map((sql) => rows(store.reader, sql)))).some(
    ({ length }) => length > 0,
  )
  const soon = [...(isWaiting ? [now + SOON_MS] : []), ...(canSign ? [] : [now + UNTIL_CHAIN_MS])]
  const late = times.flatMap((time) => (time === null ? [] : [Math.max(time, now + SOON_MS)]))
  return Math.min(now + AT_THE_LATEST_MS, ...soon, ...late)
}

async function dueOf({ reader }: Store, sql: string): Promise<number | null> {
  const [row] = await rows<{ due: string | number | null }>(reader, sql)
  return row?.due === null || row?.due === undefined ? null : Number(row.due)
}
