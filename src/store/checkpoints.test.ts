import { statSync } from 'node:fs'
import { expect, test } from 'vitest'
import { newStorage } from '../../test/support/engines.ts'
import { column, EntitySchema, Store } from './index.ts'

const pageTable = new EntitySchema<{ id: string; text: string }>({
  name: 'page',
  columns: { id: column.id(), text: column.text('text') },
})
const tables = {
  entities: [pageTable],
  migrations: [
    { id: 1795000000098, name: 'Page', up: ['CREATE TABLE page (id text PRIMARY KEY, text text NOT NULL)'] },
  ],
}

test('what was committed comes into the database file while others write, and closing waits for it', async () => {
  const storage = newStorage('sqlite')
  if (storage.engine !== 'sqlite') throw new Error('another engine')
  const store = await Store.open({ storage, ...tables })
  const write = (n: number) =>
    store.transact((tx) => tx.insert(pageTable, { id: `${n}`, text: 'x'.repeat(4_000) }))
  for (let n = 0; n < 256; n++) await write(n)
  await expect.poll(() => statSync(storage.file).size).toBeGreaterThan(64 * 4_000)
  const closing = write(256)
  await Promise.all([closing, store.dispose()])
  await store.dispose()
  const again = await Store.open({ storage, ...tables })
  expect(await again.reader.count(pageTable)).toBe(257)
  await again.dispose()
})
