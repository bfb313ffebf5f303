import { appendFileSync } from 'node:fs'
import { column, EntitySchema, Store } from '../../src/store/index.ts'

/**
 * Commits one row at a time and notes each as soon as it is acknowledged, in the file in which the syncs to disk are
 * noted: `node durability-child.mjs <database> <how many> [FULL | NORMAL]`.
 */
const [, , file = '', count = '0', synchronous] = process.argv
const log = process.env.SYNC_LOG ?? ''

const table = new EntitySchema({ name: 'thing', columns: { id: column.id() } })
const migration = {
  id: 1795000000098,
  name: 'Thing',
  up: ['CREATE TABLE thing (id text PRIMARY KEY)'],
}
const store = await Store.open({
  storage: { engine: 'sqlite', file, ...(synchronous && { synchronous }) },
  entities: [table],
  migrations: [migration],
})
appendFileSync(log, 'begin\n')
for (let n = 0; n < Number(count); n++) {
  await store.transact((tx) => tx.insert(table, { id: String(n) }))
  appendFileSync(log, 'acknowledged\n')
}
appendFileSync(log, 'end\n')
await store.dispose()
