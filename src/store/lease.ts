import { EntitySchema } from 'typeorm'
import type { Clock } from '../core/index.ts'
import { column } from './columns.ts'
import type { Migration } from './migration.ts'
import { rows } from './sql.ts'
import type { Store } from './store.ts'

interface LeaseRow {
  name: string
  holder: string
  until: number
}

export const leaseTable = new EntitySchema<LeaseRow>({
  name: 'lease',
  columns: { name: column.id('name'), holder: column.text('holder'), until: column.time('until_ms') },
})

export const leaseMigration: Migration = {
  id: 1795000000001,
  name: 'Lease',
  up: ['CREATE TABLE lease (name text PRIMARY KEY, holder text NOT NULL, until_ms bigint NOT NULL)'],
}

/**
 * Takes or prolongs the right to do `name` for `ms` milliseconds: among several processes on one database, one
 * seals the audit log, publishes a list, sends the outbox.
 * @returns whether `holder` has it now
 */
export async function acquireLease(
  store: Store,
  clock: Clock,
  lease: { readonly name: string; readonly holder: string; readonly ms: number },
): Promise<boolean> {
  const now = clock.now()
  return store.transact(async (tx) => {
    const held = await rows<{ holder: string }>(
      tx,
      `INSERT INTO lease (name, holder, until_ms) VALUES (?, ?, ?)
       ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until_ms = excluded.until_ms
       WHERE lease.holder = excluded.holder OR lease.until_ms < ?
       RETURNING holder`,
      [lease.name, lease.holder, now + lease.ms, now],
    )
    return held.length === 1
  })
}
