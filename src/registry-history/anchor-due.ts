import type { ChainAnchor } from '../agent/index.ts'
import type { Audit } from '../audit/index.ts'
import { type Clock, type Did, isRefusal, type Log } from '../core/index.ts'
import { change, rows, type Store } from '../store/index.ts'
import { registryHeadTable } from './head-table.ts'
import { bytesOfDigest } from './head-token.ts'

export interface AnchoringDeps {
  readonly store: Store
  readonly clock: Clock
  readonly log: Log
  readonly audit: Audit
  /** Who writes on the chain for the trust anchor, where somebody does. */
  readonly chain: {
    /** `did:ethr` of the account. */
    readonly did: Did
    anchor(anchor: ChainAnchor): Promise<{ readonly transaction: string; readonly block: number }>
  } | null
}

const FIRST_RETRY_MS = 60_000
const LONGEST_RETRY_MS = 6 * 60 * 60_000

/**
 * Writes the oldest head that is due on the chain. What cannot be written is tried again, later each time. Written twice,
 * by a process that stopped before it knew, it says the same twice.
 */
export async function anchorDue({ store, clock, chain, log, audit }: AnchoringDeps): Promise<void> {
  if (!chain) return
  const [due] = await rows<{ number: number | string }>(
    store.reader,
    `SELECT number FROM registry_head WHERE anchor = 'pending' AND token IS NOT NULL AND next_try_at <= ?
     ORDER BY number LIMIT 1`,
    [clock.now()],
  )
  const row = due && (await store.reader.findOneBy(registryHeadTable, { number: Number(due.number) }))
  if (!row?.root) return
  const { number, attempts, root, policyDigest } = row
  try {
    const anchor = { number, root: bytesOfDigest(root), policy: bytesOfDigest(policyDigest) }
    const { transaction, block } = await chain.anchor(anchor)
    await store.transact(async (tx) => {
      const set = { anchor: 'anchored', transaction, block } as const
      if ((await change(tx, registryHeadTable, { number, anchor: 'pending' }, set)) === 1)
        await audit.record(tx, 'system', 'registry.head_anchored', { number, transaction, block })
    })
  } catch (err) {
    if (!isRefusal(err)) throw err
    const wait = Math.min(FIRST_RETRY_MS * 2 ** attempts, LONGEST_RETRY_MS)
    log.warn({ number, code: err.code, attempts }, 'a head of the registry could not be written on the chain')
    await store.transact((tx) =>
      tx.update(registryHeadTable, { number }, { attempts: attempts + 1, nextTryAt: clock.now() + wait }),
    )
  }
}
