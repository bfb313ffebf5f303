import { randomBytes } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { onEachEngine, openTestStore } from '../../test/support/engines.ts'
import { asDid, type Clock, newId, systemClock } from '../core/index.ts'
import { createEgress } from '../egress/index.ts'
import { jwkThumbprint, parseJsonStrict, verifySignature } from '../jose/index.ts'
import { rows, type Store } from '../store/index.ts'
import { Vault, vaultKeyTable, vaultMigration } from '../vault/index.ts'
import { type Agent, agentEntities, agentMigrations, createAgent, type SdJwtPort } from './index.ts'

const noCredentials: SdJwtPort = {
  issue: async () => ({ compact: 'a.b.c~' }),
  present: async () => ({ compact: 'a.b.c~d' }),
  verify: async () => ({ verified: false }),
}
const egress = createEgress({ allowLoopback: true, parseJson: parseJsonStrict })
const tables = {
  entities: [vaultKeyTable, ...agentEntities],
  migrations: [vaultMigration, ...agentMigrations],
}
const data = Buffer.from('what is signed')

onEachEngine((engine) => {
  let store: Store
  let vault: Vault
  let agent: Agent
  let now = Date.now()
  const clock: Clock = { now: () => now }
  const masterKey = randomBytes(32)
  const chain = { rpcUrl: 'http://127.0.0.1:1', chainId: 31337, registry: `0x${'11'.repeat(20)}` }
  const agentOver = (over: Vault) =>
    createAgent({ store, vault: over, egress, clock, chain, sdJwt: noCredentials })

  beforeAll(async () => {
    store = await openTestStore(engine, tables)
    vault = await Vault.open({ store, clock: systemClock, masterKey })
    agent = agentOver(vault)
  })

  async function party(): Promise<string> {
    const id = newId()
    await store.transact((tx) => vault.createKey(tx, id))
    return id
  }

  const count = async (table: string): Promise<number> => {
    const [row] = await rows<{ n: string }>(store.reader, `SELECT count(*) AS n FROM ${table}`)
    return Number(row?.n)
  }

  test('a person gets a did:jwk whose key signs and resolves', async () => {
    const { did, kid } = await agent.createPersonDid(await party())
    const signer = await agent.signer(kid)
    expect(signer).toMatchObject({ alg: 'ES256', kid })
    for (const purpose of ['authentication', 'assertionMethod'] as const) {
      const jwk = await agent.requireKey(kid, purpose)
      expect(verifySignature(jwk, data, await signer.sign(data))).toBe(true)
      expect(verifySignature(jwk, Buffer.from('something else'), await signer.sign(data))).toBe(false)
      expect(await agent.verificationKeys(did, purpose)).toEqual([{ kid, jwk }])
    }
    expect((await agent.signerOf(did)).kid).toBe(kid)
  })

  test('a holder key is known by its thumbprint and belongs to no DID', async () => {
    const { kid, jwk } = await agent.createHolderKey(await party())
    expect(kid).toBe(jwkThumbprint(jwk))
    expect(jwk).toMatchObject({ kty: 'EC', crv: 'P-256' })
    expect(verifySignature(jwk, data, await (await agent.signer(kid)).sign(data))).toBe(true)
  })

  test('an organisation does not sign before its key is registered', async () => {
    const { did } = await agent.createOrganisationDid(await party())
    expect(did).toMatch(/^did:ethr:0x7a69:0x[0-9a-fA-F]{40}$/)
    await expect(agent.signerOf(did)).rejects.toMatchObject({ code: 'did_not_ready' })
    const stranger = asDid('did:ethr:0x7a69:0x0000000000000000000000000000000000000001')
    await expect(agent.signerOf(stranger)).rejects.toMatchObject({ code: 'key_unknown' })
  })

  test('Veramo knows the identifier and its keys, and signs with them', async () => {
    const { did, kid } = await agent.createPersonDid(await party())
    const identifier = await agent.veramo.didManagerGet({ did })
    expect(identifier).toMatchObject({ did, provider: 'did:jwk', keys: [{ type: 'Secp256r1', kms: 'node' }] })
    const keyRef = identifier.keys[0]?.kid ?? ''
    const signature = await agent.veramo.keyManagerSign({ keyRef, data: 'hello', algorithm: 'ES256' })
    const jwk = await agent.requireKey(kid, 'authentication')
    expect(verifySignature(jwk, Buffer.from('hello'), Buffer.from(signature, 'base64url'))).toBe(true)
    const { didDocument } = await agent.veramo.resolveDid({ didUrl: `${did}#0` })
    expect(didDocument?.id).toBe(did)
  })

  test('private keys do not come in, and a controller key signs nothing but digests for the chain', async () => {
    const key = { kms: 'node', type: 'Ed25519' as const, privateKeyHex: '00'.repeat(32) }
    await expect(agent.veramo.keyManagerImport(key)).rejects.toMatchObject({ code: 'key_import_refused' })
    const { did } = await agent.createOrganisationDid(await party())
    const { keys, controllerKeyId = '' } = await agent.veramo.didManagerGet({ did })
    const signing = keys.find(({ type }) => type === 'Ed25519')?.kid ?? ''
    const sign = (keyRef: string, algorithm?: string) =>
      agent.veramo.keyManagerSign({
        keyRef,
        data: '00'.repeat(32),
        encoding: 'hex',
        ...(algorithm ? { algorithm } : {}),
      })
    expect(await sign(controllerKeyId, 'eth_rawSign')).toMatch(/^0x[0-9a-f]{130}$/)
    for (const algorithm of [undefined, 'ES256K', 'eth_signTransaction'])
      await expect(sign(controllerKeyId, algorithm)).rejects.toMatchObject({ code: 'key_not_for_signing' })
    await expect(sign(signing, 'eth_rawSign')).rejects.toMatchObject({ code: 'key_not_active' })
  })

  test('a transaction that fails leaves no key, no DID and no signer behind', async () => {
    const partyId = await party()
    const before = await Promise.all(['agent_key', 'identifier', '"key"'].map(count))
    let kid = ''
    const failing = store.transact(async () => {
      kid = (await agent.createPersonDid(partyId)).kid
      await (await agent.signer(kid)).sign(data)
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    await expect(agent.signer(kid)).rejects.toMatchObject({ code: 'key_unknown' })
    expect(await Promise.all(['agent_key', 'identifier', '"key"'].map(count))).toEqual(before)
  })

  test('of 40 DIDs made in parallel of which 4 fail, exactly 36 are there', async () => {
    const partyId = await party()
    const before = await count('identifier')
    const jobs = Array.from({ length: 40 }, (_, n) =>
      store.transact(async () => {
        await agent.createPersonDid(partyId)
        if (n % 10 === 0) throw new Error('no')
      }),
    )
    await Promise.allSettled(jobs)
    expect((await count('identifier')) - before).toBe(36)
  })

  test('outside a transaction Veramo cannot write', async () => {
    const before = await count('agent_key')
    const call = agent.veramo.didManagerCreate({
      provider: 'did:jwk',
      kms: 'node',
      options: { partyId: await party() },
    })
    await expect(call).rejects.toThrow()
    expect(await count('agent_key')).toBe(before)
  })

  test('a retired key stops signing at once, in another process within seconds', async () => {
    const { kid } = await agent.createPersonDid(await party())
    const otherProcess = agentOver(vault)
    await otherProcess.signer(kid)
    await agent.signer(kid)
    await agent.retireKey(kid)
    await expect(agent.signer(kid)).rejects.toMatchObject({
      code: 'key_not_active',
      params: { state: 'retired' },
    })
    now += 5_001
    await expect(otherProcess.signer(kid)).rejects.toMatchObject({ code: 'key_not_active' })
    await expect(agent.retireKey(kid)).rejects.toMatchObject({ code: 'key_unknown' })
  })

  test('a retired key can still be given up', async () => {
    const { kid } = await agent.createPersonDid(await party())
    await agent.retireKey(kid)
    await agent.compromiseKey(kid)
    await expect(agent.signer(kid)).rejects.toMatchObject({ params: { state: 'compromised' } })
  })

  test('deleting a party takes its keys and DIDs and nobody else’s', async () => {
    const [partyId, other] = [await party(), await party()]
    const mine = await agent.createPersonDid(partyId)
    const holder = await agent.createHolderKey(partyId)
    const organisation = await agent.createOrganisationDid(partyId)
    const theirs = await agent.createPersonDid(other)
    await agent.signer(mine.kid)
    await agent.deleteParty(partyId)
    for (const kid of [mine.kid, holder.kid])
      await expect(agent.signer(kid)).rejects.toMatchObject({ code: 'key_unknown' })
    await expect(agent.veramo.didManagerGet({ did: organisation.did })).rejects.toThrow('not found')
    expect((await agent.signer(theirs.kid)).kid).toBe(theirs.kid)
  })

  describe('at rest', () => {
    test('a private key opens in its own row only', async () => {
      const [a, b] = [await agent.createPersonDid(await party()), await agent.createPersonDid(await party())]
      const sealedOf = async (kid: string) =>
        (await rows<{ sealed: string }>(store.reader, 'SELECT sealed FROM agent_key WHERE kid = ?', [kid]))[0]
          ?.sealed
      const moved = await sealedOf(a.kid)
      await store.transact((tx) => rows(tx, 'UPDATE agent_key SET sealed = ? WHERE kid = ?', [moved, b.kid]))
      await expect(agent.signer(b.kid)).rejects.toMatchObject({ code: 'sealed_value_broken' })
    })

    test('another master key opens nothing', async () => {
      const { kid } = await agent.createPersonDid(await party())
      const elsewhere = await openTestStore(engine, tables)
      const stranger = await Vault.open({ store: elsewhere, clock, masterKey: randomBytes(32) })
      await expect(agentOver(stranger).signer(kid)).rejects.toMatchObject({
        code: /^sealed_value_lost$|^wrong_master_key$/,
      })
    })

    test('neither our table nor Veramo’s holds a private key in the clear', async () => {
      const { kid } = await agent.createPersonDid(await party())
      const [row] = await rows<{ id: string; sealed: string; party_id: string }>(
        store.reader,
        'SELECT * FROM agent_key WHERE kid = ?',
        [kid],
      )
      const pkcs8 = await vault.open(`agent_key:${row?.id}:sealed`, Buffer.from(row?.sealed ?? '', 'base64'))
      const everything = JSON.stringify([
        await rows(store.reader, 'SELECT * FROM agent_key'),
        await rows(store.reader, 'SELECT * FROM "key"'),
      ])
      const secret = pkcs8.subarray(36, 68)
      for (const encoding of ['hex', 'base64', 'base64url'] as const) {
        expect(everything).not.toContain(secret.toString(encoding).slice(0, 40))
        expect(everything).not.toContain(pkcs8.toString(encoding))
      }
    })
  })
})

test('a kid must be a DID URL with a fragment', async () => {
  const { createResolver } = await import('./resolver.ts')
  const resolver = createResolver({ egress, clock: systemClock })
  for (const kid of ['', 'did:jwk:x', 'nonsense#0', 'did:web:example.com?a=b#0', 'did:web:example.com#a#b'])
    await expect(resolver.requireKey(kid, 'authentication')).rejects.toMatchObject({ kind: 'invalid' })
  await expect(resolver.resolve(asDid('did:ethr:0x1:0x1'))).rejects.toMatchObject({
    code: 'did_method_unsupported',
  })
  await expect(resolver.resolve(asDid('did:example:1'))).rejects.toMatchObject({
    code: 'did_method_unsupported',
  })
})
