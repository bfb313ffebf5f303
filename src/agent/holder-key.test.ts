import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { onEachEngine, openTestStore } from '../../test/support/engines.ts'
import { codeOf } from '../../test/support/wallet-room.ts'
import { newId, systemClock } from '../core/index.ts'
import { createEgress } from '../egress/index.ts'
import { jwkThumbprint, parseJsonStrict, verifySignature } from '../jose/index.ts'
import { rows, type Store } from '../store/index.ts'
import { Vault, vaultKeyTable, vaultMigration } from '../vault/index.ts'
import { privateHolderKeyOf } from './holder-key.ts'
import { type Agent, agentEntities, agentMigrations, createAgent, type SdJwtPort } from './index.ts'

const egress = createEgress({ allowLoopback: true, parseJson: parseJsonStrict })
const tables = {
  entities: [vaultKeyTable, ...agentEntities],
  migrations: [vaultMigration, ...agentMigrations],
}
const data = Buffer.from('what is signed')
const newKey = () => privateHolderKeyOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)

/** A node of its own: another store, another master key. */
async function open(engine: Parameters<typeof openTestStore>[0]) {
  const store = await openTestStore(engine, tables)
  const vault = await Vault.open({ store, clock: systemClock, masterKey: randomBytes(32) })
  const chain = { rpcUrl: 'http://127.0.0.1:1', chainId: 31337, registry: `0x${'11'.repeat(20)}` }
  const sdJwt = {} as SdJwtPort
  const agent = createAgent({ store, vault, egress, clock: systemClock, chain, sdJwt })
  const party = async () => {
    const id = newId()
    await store.transact((tx) => vault.createKey(tx, id))
    return id
  }
  return { store, agent, party }
}

onEachEngine((engine) => {
  let store: Store
  let agent: Agent
  let party: () => Promise<string>
  beforeAll(async () => {
    ;({ store, agent, party } = await open(engine))
  })
  const count = async (table: string): Promise<number> => {
    const [row] = await rows<{ n: string }>(store.reader, `SELECT count(*) AS n FROM ${table}`)
    return Number(row?.n)
  }

  test.each(['sqlite', 'postgres'] as const)(
    'a holder key goes along to a node on %s, and signs there',
    async (other) => {
      const { kid, jwk } = await agent.createHolderKey(await party())
      const there = await open(other)
      const owner = await there.party()
      expect(await there.agent.importHolderKey(owner, await agent.exportHolderKey(kid))).toBe(kid)
      expect(await there.agent.publicKey(kid)).toEqual(jwk)
      expect(verifySignature(jwk, data, await (await there.agent.signer(kid)).sign(data))).toBe(true)
      // With its party it goes, as the others do.
      await there.agent.deleteParty(owner)
      expect(await codeOf(there.agent.signer(kid))).toBe('key_unknown')
    },
  )

  test('brought twice it is there once, and nobody else can bring it', async () => {
    const [hers, his] = [await party(), await party()]
    const key = newKey()
    const kid = await agent.importHolderKey(hers, key)
    const before = await count('agent_key')
    expect(await agent.importHolderKey(hers, key)).toBe(kid)
    expect(await count('agent_key')).toBe(before)
    expect(await codeOf(agent.importHolderKey(his, key))).toBe('holder_key_taken')
  })

  test('it is sealed at rest, and Veramo is not given it', async () => {
    const key = newKey()
    await agent.importHolderKey(await party(), key)
    const hex = Buffer.from(key.d, 'base64url').toString('hex')
    for (const table of ['agent_key', '"key"']) {
      const found = await rows(store.reader, `SELECT * FROM ${table}`)
      expect(found.length).toBeGreaterThan(0)
      for (const secret of [key.d, hex]) expect(JSON.stringify(found)).not.toContain(secret)
    }
  })

  test.each([
    ['with another public half', () => ({ ...newKey(), d: newKey().d })],
    ['with half of a public half', () => ({ ...newKey(), y: newKey().y })],
    ['of no value', () => ({ ...newKey(), d: 'A'.repeat(43) })],
    ['beyond the order of its curve', () => ({ ...newKey(), d: `${'_'.repeat(42)}8` })],
  ])('a key %s is refused, and nothing is kept', async (_what, key) => {
    const before = await count('agent_key')
    expect(await codeOf(agent.importHolderKey(await party(), key()))).toBe('holder_key_invalid')
    expect(await count('agent_key')).toBe(before)
  })

  test('of a transaction that fails nothing stays', async () => {
    const key = newKey()
    const owner = await party()
    const failing = store.transact(async () => {
      await agent.importHolderKey(owner, key)
      throw new Error('on purpose')
    })
    await expect(failing).rejects.toThrow('on purpose')
    const { d: _d, ...jwk } = key
    expect(await codeOf(agent.signer(jwkThumbprint(jwk)))).toBe('key_unknown')
    expect(await agent.importHolderKey(owner, key)).toBe(jwkThumbprint(jwk))
  })

  describe('does not leave the node', () => {
    test('a key that signs as a person', async () => {
      const { kid } = await agent.createPersonDid(await party())
      expect(await codeOf(agent.exportHolderKey(kid))).toBe('key_not_portable')
    })
    test('one that only she can open', async () => {
      const { kid } = await agent.createPersonDid(await party(), randomBytes(32))
      expect(await codeOf(agent.exportHolderKey(kid))).toBe('key_not_portable')
    })
    test('one that was given up', async () => {
      const { kid } = await agent.createHolderKey(await party())
      await agent.retireKey(kid)
      expect((await agent.exportHolderKey(kid)).crv).toBe('P-256')
      await agent.compromiseKey(kid)
      expect(await codeOf(agent.exportHolderKey(kid))).toBe('key_not_portable')
    })
    test('one that nobody has', async () => {
      expect(await codeOf(agent.exportHolderKey('x'))).toBe('key_unknown')
    })
  })
})
