import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { asDid, type Did, systemClock } from '../src/core/index.ts'
import { createSigner, publicJwkOf } from '../src/jose/index.ts'
import {
  type Allocated,
  type ListFormat,
  StatusLists,
  statusListsMigrations,
} from '../src/status-lists/index.ts'
import { leaseMigration, leaseTable, rows, Store } from '../src/store/index.ts'

export const ENTRIES = 10_000_000
/** One in a hundred credentials is revoked. */
export const REVOKED = 100_000
const BASE = 'http://127.0.0.1:4801'

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
export const listKey = publicJwkOf(privateKey)

/** A list of which nine in ten entries are given out and one in a hundred revoked, and an empty one beside it. */
export interface FilledLists {
  readonly store: Store
  readonly lists: StatusLists
  readonly issuers: Readonly<Record<'full' | 'empty', Did>>
  readonly format: ListFormat
  /** An entry of the full list. */
  readonly entry: Allocated
  close(): Promise<void>
}

export async function fillLists(format: ListFormat): Promise<FilledLists> {
  const dir = mkdtempSync(join(tmpdir(), 'regie-bench-'))
  const store = await Store.open({
    storage: { engine: 'sqlite', file: join(dir, 'regie.sqlite') },
    entities: [leaseTable],
    migrations: [leaseMigration, ...statusListsMigrations],
  })
  const lists = new StatusLists({
    ...{ store, clock: systemClock, baseUrl: BASE, size: ENTRIES },
    signer: async (did) => createSigner(privateKey, `${did}#key-1`),
  })
  const issuers = {
    full: asDid('did:web:full.example'),
    empty: asDid('did:web:empty.example'),
  }
  const allocate = (issuer: Did, count: number) =>
    store.transact((tx) => lists.allocateMany(tx, issuer, count, issuer, format))
  const [[entry], revoked] = [await allocate(issuers.full, 1), await allocate(issuers.full, REVOKED)]
  if (!entry) throw new Error('nothing was allocated')
  await allocate(issuers.empty, 1)
  await store.transact(async (tx) => {
    await rows(
      tx,
      `INSERT INTO status_entry (list_id, idx, state, changed_at) SELECT ?, value, 1, 0 FROM json_each(?) WHERE true
       RETURNING idx`,
      [entry.listId, JSON.stringify(revoked.map(({ index }) => index))],
    )
    await rows(tx, 'UPDATE status_list SET next = ? WHERE id = ? RETURNING id', [ENTRIES * 0.9, entry.listId])
  })
  return {
    ...{ store, lists, issuers, format, entry },
    close: async () => {
      await store.dispose()
      rmSync(dir, { recursive: true })
    },
  }
}
