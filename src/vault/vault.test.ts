import { randomBytes } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { onEachEngine, openTestStore } from '../../test/support/engines.ts'
import { systemClock } from '../core/index.ts'
import { rows, type Store } from '../store/index.ts'
import { Vault, vaultKeyTable, vaultMigration } from './index.ts'

onEachEngine((engine) => {
  let store: Store
  let vault: Vault
  const masterKey = randomBytes(32)
  beforeAll(async () => {
    store = await openTestStore(engine, { entities: [vaultKeyTable], migrations: [vaultMigration] })
    vault = await Vault.open({ store, clock: systemClock, masterKey })
    await store.transact((tx) => vault.createKey(tx, 'anna'))
  })

  test('a value opens in its own place and nowhere else', async () => {
    const sealed = await vault.seal('anna', 'person:1:name', 'Anna')
    expect(await vault.openText('person:1:name', sealed)).toBe('Anna')
    await expect(vault.openText('person:2:name', sealed)).rejects.toMatchObject({
      code: 'sealed_value_broken',
    })
  })

  test('a changed byte is noticed', async () => {
    const sealed = await vault.seal('anna', 'p', 'Anna')
    for (const at of [0, 20, sealed.length - 1]) {
      const changed = Buffer.from(sealed)
      changed[at] = (changed[at] ?? 0) ^ 1
      await expect(vault.open('p', changed)).rejects.toMatchObject({ code: /sealed_value/ })
    }
  })

  test('another master key is refused at the door', async () => {
    const other = Vault.open({ store, clock: systemClock, masterKey: randomBytes(32) })
    await expect(other).rejects.toMatchObject({ code: 'wrong_master_key' })
  })

  test('the same master key opens what an earlier process sealed', async () => {
    const sealed = await vault.seal('anna', 'p', 'still here')
    const later = await Vault.open({ store, clock: systemClock, masterKey })
    expect(await later.openText('p', sealed)).toBe('still here')
    expect(later.pseudonym('anna')).toBe(vault.pseudonym('anna'))
  })

  test('after its key is destroyed a value is gone', async () => {
    await store.transact((tx) => vault.createKey(tx, 'bert'))
    const sealed = await vault.seal('bert', 'p', 'Bert')
    await store.transact((tx) => vault.destroyKey(tx, 'bert'))
    await expect(vault.open('p', sealed)).rejects.toMatchObject({ code: 'sealed_value_lost' })
    await expect(vault.seal('bert', 'p', 'again')).rejects.toMatchObject({ code: 'sealed_value_lost' })
  })

  test('a long transaction looks a key up once in a while, not for each value', async () => {
    const clock = { at: Date.now(), now: () => clock.at }
    const own = await Vault.open({ store, clock, masterKey })
    await store.transact(async (tx) => {
      let asked = 0
      const find = tx.findOneBy.bind(tx)
      Object.assign(tx, {
        findOneBy: (...args: Parameters<typeof find>) => {
          asked += 1
          return find(...args)
        },
      })
      const seal = async () => {
        const sealed = await own.seal('anna', 'p', 'Anna')
        expect(await own.openText('p', sealed)).toBe('Anna')
      }
      for (let nr = 0; nr < 100; nr++) await seal()
      expect(asked).toBe(1)
      clock.at += 5_000
      await seal()
      expect(asked).toBe(2)
    })
  })

  test('a key that a transaction destroys is gone for what follows in it', async () => {
    await store.transact((tx) => vault.createKey(tx, 'dora'))
    const own = await Vault.open({ store, clock: systemClock, masterKey })
    await store.transact(async (tx) => {
      const sealed = await own.seal('dora', 'p', 'Dora')
      await own.destroyKey(tx, 'dora')
      await expect(own.seal('dora', 'p', 'Dora')).rejects.toMatchObject({ code: 'sealed_value_lost' })
      await expect(own.open('p', sealed)).rejects.toMatchObject({ code: 'sealed_value_lost' })
    })
  })

  test('a key from a transaction that failed is not used again', async () => {
    await store
      .transact(async (tx) => {
        await vault.createKey(tx, 'carla')
        await vault.seal('carla', 'p', 'x')
        throw new Error('no')
      })
      .catch(() => undefined)
    await expect(vault.seal('carla', 'p', 'x')).rejects.toMatchObject({ code: 'sealed_value_lost' })
  })

  test('no plaintext and no bare key is in the table', async () => {
    const all = JSON.stringify(await rows(store.reader, 'SELECT * FROM vault_key'))
    expect(all).not.toContain(masterKey.toString('base64'))
    expect(all).not.toContain('Anna')
  })
})
