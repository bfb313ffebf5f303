import { randomBytes } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { onEachEngine, openTestStore } from '../../test/support/engines.ts'
import { asDid, type Did, newId, systemClock } from '../core/index.ts'
import type { Store } from '../store/index.ts'
import { Vault, vaultKeyTable, vaultMigration } from '../vault/index.ts'
import { agentEntities, agentMigrations } from './index.ts'
import { KeyRing } from './key-ring.ts'

const tables = {
  entities: [vaultKeyTable, ...agentEntities],
  migrations: [vaultMigration, ...agentMigrations],
}

onEachEngine((engine) => {
  let store: Store
  let vault: Vault
  let ring: KeyRing
  let partyId: string
  /** Where whoever reads a key stops until the test goes on. */
  let gate: { readonly reached: () => void; readonly opened: Promise<void> } | null = null
  beforeAll(async () => {
    store = await openTestStore(engine, tables)
    vault = await Vault.open({ store, clock: systemClock, masterKey: randomBytes(32) })
    partyId = newId()
    await store.transact((tx) => vault.createKey(tx, partyId))
    // Its clock stands still: what it keeps it keeps for good.
    ring = new KeyRing({
      ...{ store, clock: { now: () => 1_000_000 } },
      vault: {
        seal: (...args) => vault.seal(...args),
        open: async (...args) => {
          const opened = await vault.open(...args)
          const at = gate
          gate = null
          at?.reached()
          await at?.opened
          return opened
        },
      },
    })
  })

  /** A key that signs; not read yet. Must run inside `transact()`. */
  async function made(): Promise<{ readonly did: Did; readonly kid: string }> {
    const { id } = await ring.create({ partyId, type: 'Secp256r1', use: 'signing' })
    const did = asDid(`did:web:${id}.example`)
    const kid = `${did}#key-1`
    await ring.assign(id, { did, kid })
    return { did, kid }
  }
  const giveUp = (kid: string) => store.transact(() => ring.move(kid, ['active'], 'compromised'))

  /** Has the next reader of a key wait in the middle. */
  function stopReader() {
    let goOn = () => {}
    const opened = new Promise<void>((resolve) => {
      goOn = resolve
    })
    const reached = new Promise<void>((resolve) => {
      gate = { reached: resolve, opened }
    })
    return { reached, goOn: () => goOn() }
  }

  describe.each<[string, (key: { did: Did; kid: string }) => Promise<unknown>, RegExp]>([
    ['by its name', ({ kid }) => ring.signer(kid), /^key_not_active$/],
    ['by its DID', ({ did }) => ring.signerOf(did), /^key_unknown$/],
  ])('a key that is read %s', (_how, read, code) => {
    const refused = { code: expect.stringMatching(code) }

    test('is kept, and given up at once', async () => {
      const key = await store.transact(made)
      await read(key)
      await read(key)
      await giveUp(key.kid)
      await expect(read(key)).rejects.toMatchObject(refused)
    })

    test('and is given up while it is read is not kept', async () => {
      const key = await store.transact(made)
      const { reached, goOn } = stopReader()
      const reading = read(key)
      await reached
      await giveUp(key.kid)
      goOn()
      // Who asked before may have it still; nobody after.
      await reading
      await expect(read(key)).rejects.toMatchObject(refused)
    })

    test('while the transaction that gives it up is not committed, is not kept', async () => {
      const key = await store.transact(made)
      await store.transact(async () => {
        await ring.move(key.kid, ['active'], 'compromised')
        // Somebody else, who sees what is committed.
        await store.detached(() => read(key))
      })
      await expect(read(key)).rejects.toMatchObject(refused)
    })

    test('in the transaction that made it, is not kept where that fails', async () => {
      let key = { did: asDid('did:web:none.example'), kid: '' }
      const failing = store.transact(async () => {
        key = await made()
        await read(key)
        throw new Error('it fails')
      })
      await expect(failing).rejects.toThrow('it fails')
      await expect(read(key)).rejects.toMatchObject({ code: 'key_unknown' })
    })
  })
})
