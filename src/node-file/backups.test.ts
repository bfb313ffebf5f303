import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { newStorage, onEachEngine } from '../../test/support/engines.ts'
import type { Caller } from '../core/index.ts'
import { type Migration, Store } from '../store/index.ts'
import { newDerivation } from '../wallet-file/index.ts'
import { Backups } from './index.ts'

const migration: Migration = {
  id: 1795000559902,
  name: 'BackedUp',
  up: ['CREATE TABLE thing (id text PRIMARY KEY)', "INSERT INTO thing (id) VALUES ('one')"],
}
const about = {
  masterKey: 'A'.repeat(43),
  organisation: { name: 'Nietmachine B.V.' },
  administrator: { account: 'ada' },
  ...{ from: 'http://127.0.0.1:1', to: 'http://127.0.0.1:1' },
}
const by: Caller = { kind: 'anonymous' }

onEachEngine((engine) => {
  test('while one is read another is refused, and not written down; it is free again also where one breaks off', async () => {
    const storage = newStorage(engine)
    const store = await Store.open({ storage, entities: [], migrations: [migration] })
    const recorded: string[] = []
    const audit = { record: async (_tx: unknown, _by: unknown, action: string) => void recorded.push(action) }
    const clock = { now: () => 1_795_000_000_000 }
    const backups = new Backups({ store, storage, clock, about, audit: audit as never })
    const begin = async () => {
      const key = { key: randomBytes(32), derivation: newDerivation() }
      return (await backups.create(by, key)).content[Symbol.asyncIterator]()
    }
    try {
      const first = await begin()
      expect((await first.next()).done).toBe(false)
      await expect((await begin()).next()).rejects.toMatchObject({ code: 'backup_running' })
      // Whoever stops reading.
      await first.return?.()
      const next = await begin()
      expect((await next.next()).done).toBe(false)
      await next.return?.()
      expect(recorded).toEqual(['organisation.backup_made', 'organisation.backup_made'])
    } finally {
      await store.dispose()
    }
  })
})
