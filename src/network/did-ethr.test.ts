import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Contract, JsonRpcProvider, Wallet } from 'ethers'
import { EthrDidController } from 'ethr-did-resolver'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { openTestStore } from '../../test/support/engines.ts'
import { freePort } from '../../test/support/ports.ts'
import {
  type Agent,
  agentEntities,
  agentMigrations,
  createAgent,
  createRelay,
  type Relay,
} from '../agent/index.ts'
import { type Did, newId, silentLog, systemClock } from '../core/index.ts'
import { createEgress } from '../egress/index.ts'
import { parseJsonStrict, verifySignature } from '../jose/index.ts'
import type { Store } from '../store/index.ts'
import { Vault, vaultKeyTable, vaultMigration } from '../vault/index.ts'
import { type Chain, startChain } from './chain.ts'

const egress = createEgress({ allowLoopback: true, parseJson: parseJsonStrict })
const endpoint = 'http://127.0.0.1:4010'
const data = Buffer.from('what is signed')

let dir = ''
let chain: Chain
let relay: Relay
let store: Store
let vault: Vault
let agent: Agent

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'regie-did-ethr-'))
  chain = await startChain({ dir, port: await freePort(), log: silentLog })
  store = await openTestStore('sqlite', {
    entities: [vaultKeyTable, ...agentEntities],
    migrations: [vaultMigration, ...agentMigrations],
  })
  vault = await Vault.open({ store, clock: systemClock, masterKey: randomBytes(32) })
  agent = agentOn(chain)
  relay = createRelay({
    ...chain,
    egress,
    relayKey: chain.funderKey,
    log: silentLog,
    clock: systemClock,
    allowLoopback: true,
  })
})

afterAll(async () => {
  await chain.stop()
  await egress.dispose()
  await rm(dir, { recursive: true, force: true })
})

const agentOn = (
  { rpcUrl, chainId, registry }: Pick<Chain, 'rpcUrl' | 'chainId' | 'registry'>,
  listedForS?: number,
): Agent =>
  createAgent({
    store,
    vault,
    egress,
    clock: systemClock,
    chain: { rpcUrl, chainId, registry },
    ...(listedForS !== undefined && { listedForS }),
    sdJwt: {
      issue: async () => ({ compact: '' }),
      present: async () => ({ compact: '' }),
      verify: async () => ({ verified: false }),
    },
  })

async function organisation(of = agent): Promise<Did> {
  const partyId = newId()
  await store.transact((tx) => vault.createKey(tx, partyId))
  return (await of.createOrganisationDid(partyId)).did
}

async function registered(): Promise<{ did: Did; kid: string }> {
  const did = await organisation()
  for (const change of await agent.registration.pendingChanges(did, { serviceEndpoint: endpoint }))
    await relay.submit(change)
  return { did, ...(await agent.registration.confirm(did)) }
}

/** What somebody else sees: another process, with the published resolver and nothing of ours. */
async function seenFromOutside(did: Did): Promise<{ didDocument: Record<string, never> }> {
  const script = `
    import { Resolver } from 'did-resolver'
    import { getResolver } from 'ethr-did-resolver'
    const [did, rpcUrl, registry, chainId] = process.argv.slice(1)
    const resolver = new Resolver(getResolver({ networks: [{ chainId: Number(chainId), rpcUrl, registry }] }))
    console.log(JSON.stringify(await resolver.resolve(did)))
    process.exit(0)`
  const { rpcUrl, registry, chainId } = chain
  const args = ['--input-type=module', '-e', script, did, rpcUrl, registry, String(chainId)]
  return JSON.parse((await promisify(execFile)(process.execPath, args)).stdout)
}

test('a DID registered through the relay verifies in another process with the published resolver', async () => {
  const { did, kid } = await registered()
  const signature = await (await agent.signerOf(did)).sign(data)
  const { didDocument } = (await seenFromOutside(did)) as unknown as {
    didDocument: {
      verificationMethod: { id: string; type: string; publicKeyHex?: string }[]
      authentication: string[]
      assertionMethod: string[]
      service: object[]
    }
  }
  const method = didDocument.verificationMethod.find(({ id }) => id === kid)
  expect(method?.type).toBe('Ed25519VerificationKey2018')
  expect(didDocument.authentication).toContain(kid)
  expect(didDocument.assertionMethod).toContain(kid)
  expect(didDocument.service).toMatchObject([{ type: 'RegieNode', serviceEndpoint: endpoint }])
  const x = Buffer.from(method?.publicKeyHex ?? '', 'hex').toString('base64url')
  expect(verifySignature({ kty: 'OKP', crv: 'Ed25519', x }, data, signature)).toBe(true)
})

test('our own resolver sees the same keys and services, and not the controller', async () => {
  const { did, kid } = await registered()
  const { services } = await agent.resolve(did)
  expect(services).toEqual([{ type: 'RegieNode', endpoint }])
  for (const purpose of ['authentication', 'assertionMethod'] as const)
    expect((await agent.verificationKeys(did, purpose)).map((key) => key.kid)).toEqual([kid])
  await expect(agent.requireKey(`${did}#controller`, 'authentication')).rejects.toMatchObject({
    code: 'key_not_current',
  })
  expect(await agent.registration.pendingChanges(did, { serviceEndpoint: endpoint })).toEqual([])
})

test('what we sign is what the published controller would sign', async () => {
  const did = await organisation()
  const [change] = await agent.registration.pendingChanges(did, {})
  if (!change) throw new Error('a change was expected')
  const provider = new JsonRpcProvider(chain.rpcUrl, chain.chainId, { staticNetwork: true })
  const theirs = new EthrDidController(
    change.identity,
    undefined,
    undefined,
    `0x${chain.chainId.toString(16)}`,
    provider as never,
    undefined,
    chain.registry,
    false,
  )
  const digest = await theirs.createSetAttributeHash(change.name, change.value, change.validity)
  const { keys = [], controllerKeyId } = await agent.veramo.didManagerGet({ did })
  const keyRef = keys.find(({ kid }) => kid === controllerKeyId)?.kid ?? ''
  const options = { keyRef, data: digest, encoding: 'hex' as const, algorithm: 'eth_rawSign' }
  expect(await agent.veramo.keyManagerSign(options)).toBe(change.signature)
  provider.destroy()
})

test('a signing key is replaced: the old one retires and what it signed stays valid', async () => {
  const { did, kid } = await registered()
  const before = await (await agent.signerOf(did)).sign(data)
  await agent.createSigningKey(did)
  expect((await agent.signerOf(did)).kid).toBe(kid)
  for (const change of await agent.registration.pendingChanges(did, {})) await relay.submit(change)
  const next = await agent.registration.confirm(did)
  await agent.retireKey(kid)
  expect(next.kid).not.toBe(kid)
  expect((await agent.signerOf(did)).kid).toBe(next.kid)
  expect(verifySignature(await agent.requireKey(kid, 'assertionMethod'), data, before)).toBe(true)

  await agent.compromiseKey(kid)
  for (const change of await agent.registration.pendingChanges(did, {})) await relay.submit(change)
  agent.forget(did)
  await expect(agent.requireKey(kid, 'assertionMethod')).rejects.toMatchObject({ code: 'key_not_current' })
  expect(await agent.requireKey(next.kid, 'assertionMethod')).toBeDefined()
})

describe('a key whose time on the chain is over', () => {
  afterAll(() => vi.useRealTimers())

  const rpc = (method: string, ...params: unknown[]) =>
    egress.json(chain.rpcUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    }) as Promise<{ json: { result: { timestamp: string } } }>

  /** A minute goes by, on the chain and here. The chain's clock leads: it runs on while ours is held by the test. */
  async function aMinuteLater(): Promise<void> {
    const { result } = (await rpc('eth_getBlockByNumber', 'latest', false)).json
    const later = Number(result.timestamp) + 61
    await rpc('evm_setNextBlockTimestamp', later)
    await rpc('evm_mine')
    vi.useFakeTimers({ toFake: ['Date'], now: later * 1000 })
  }

  test('is listed anew under another name while it signs, and not at all once it retired', async () => {
    const brief = agentOn(chain, 60)
    const did = await organisation(brief)
    const listed = async () => {
      for (const change of await brief.registration.pendingChanges(did, {})) await relay.submit(change)
      return brief.registration.confirm(did)
    }
    const first = await listed()
    const [key] = (await brief.keysOf(did)).filter(({ use }) => use === 'signing')
    expect(key?.listedUntil).toBeGreaterThan(Date.now())
    await aMinuteLater()
    brief.forget(did)
    await expect(brief.requireKey(first.kid, 'assertionMethod')).rejects.toMatchObject({
      code: 'key_not_current',
    })
    const second = await listed()
    expect(second.kid).not.toBe(first.kid)
    expect((await brief.signerOf(did)).kid).toBe(second.kid)
    await brief.createSigningKey(did)
    const third = await listed()
    await brief.retireKey(second.kid)
    await aMinuteLater()
    const changes = await brief.registration.pendingChanges(did, {})
    expect(changes.map(({ method }) => method)).toEqual(['setAttribute'])
    expect((await listed()).kid).not.toBe(third.kid)
  })
})

test('an endpoint that moves leaves one service', async () => {
  const { did } = await registered()
  const serviceEndpoint = 'http://127.0.0.1:4020'
  for (const change of await agent.registration.pendingChanges(did, { serviceEndpoint }))
    await relay.submit(change)
  agent.forget(did)
  expect((await agent.resolve(did)).services).toEqual([{ type: 'RegieNode', endpoint: serviceEndpoint }])
})

test('a key is not in use before the chain lists it', async () => {
  const did = await organisation()
  await expect(agent.registration.confirm(did)).rejects.toMatchObject({ code: 'did_not_registered' })
})

describe('the relay', () => {
  const balance = async () => {
    const provider = new JsonRpcProvider(chain.rpcUrl, chain.chainId, { staticNetwork: true })
    const wei = await provider.getBalance(relay.address)
    provider.destroy()
    return wei
  }
  const change = async () => {
    const [first] = await agent.registration.pendingChanges(await organisation(), {
      serviceEndpoint: endpoint,
    })
    if (!first) throw new Error('a change was expected')
    return first
  }

  test.each<[string, object, string]>([
    ['with another key in it', { value: `0x${'01'.repeat(31)}` }, 'relay_invalid_change'],
    ['of another attribute', { name: 'did/pub/Secp256k1/veriKey/hex' }, 'relay_invalid_change'],
    ['with more members', { gas: 1 }, 'relay_invalid_change'],
    ['of another kind', { method: 'changeOwner' }, 'relay_invalid_change'],
    ['of a second', { validity: 1 }, 'relay_invalid_change'],
    ['of another chain', { chainId: 1 }, 'relay_wrong_chain'],
    ['for another registry', { registry: `0x${'22'.repeat(20)}` }, 'relay_wrong_chain'],
    ['for somebody else', { identity: `0x${'33'.repeat(20)}` }, 'relay_not_controller'],
    ['with a shorter life than signed', { validity: 1000 }, 'relay_not_controller'],
    ['with another nonce', { nonce: 7 }, 'relay_not_controller'],
    ['with a signature of nothing', { signature: `0x${'00'.repeat(65)}` }, 'relay_not_controller'],
  ])('refuses a change %s and spends nothing', async (_, forged, code) => {
    const [good, before] = [await change(), await balance()]
    await expect(relay.submit({ ...good, ...forged })).rejects.toMatchObject({ code })
    expect(await balance()).toBe(before)
  })

  test.each(['https://user:x@example.com', 'http://example.com', 'javascript:alert(1)', 'not a url'])(
    'refuses %s as the address of a node',
    async (serviceEndpoint) => {
      const changes = await agent.registration.pendingChanges(await organisation(), { serviceEndpoint })
      await expect(relay.submit(changes.at(-1))).rejects.toMatchObject({ code: 'relay_invalid_change' })
    },
  )

  test('refuses what it relayed before', async () => {
    const good = await change()
    await relay.submit(good)
    await expect(relay.submit(good)).rejects.toMatchObject({ code: /relay_wrong_nonce|relay_not_controller/ })
  })

  test('takes many at once, each exactly once', async () => {
    const changes = await Promise.all(Array.from({ length: 12 }, change))
    const sent = await Promise.all(changes.map((one) => relay.submit(one)))
    expect(new Set(sent.map(({ transaction }) => transaction)).size).toBe(12)
  })

  test('pays twenty times a day for one controller, and goes on paying for others', async () => {
    const [first] = await agent.registration.pendingChanges(await organisation(), {})
    await relay.submit(first)
    for (let nr = 1; nr < 20; nr += 1)
      await expect(relay.submit(first)).rejects.toMatchObject({ code: 'relay_wrong_nonce' })
    await expect(relay.submit(first)).rejects.toMatchObject({ code: 'relay_budget_spent' })
    await expect(registered()).resolves.toBeDefined()
  })

  test('leaves the owner alone: only the controller can change a DID, with or without relay', async () => {
    const good = await change()
    const abi = ['function setAttribute(address,bytes32,bytes,uint256)']
    const provider = new JsonRpcProvider(chain.rpcUrl, chain.chainId, { staticNetwork: true })
    const stranger = new Contract(chain.registry, abi, new Wallet(chain.funderKey, provider))
    const call = stranger.getFunction('setAttribute')(good.identity, `0x${'00'.repeat(32)}`, '0x00', 1)
    await expect(call).rejects.toThrow('bad_actor')
    provider.destroy()
  })
})

describe('a history that is long', () => {
  test('is followed up to a bound, then the DID is refused, not the node', async () => {
    const mallory = Wallet.createRandom()
    await chain.fund(mallory.address)
    const provider = new JsonRpcProvider(chain.rpcUrl, chain.chainId, {
      staticNetwork: true,
      pollingInterval: 20,
    })
    const abi = ['function setAttribute(address,bytes32,bytes,uint256)']
    const registry = new Contract(chain.registry, abi, mallory.connect(provider))
    const options = (nonce: number) => ({ nonce, gasLimit: 100_000, gasPrice: 10n ** 10n, type: 0 })
    let last: { wait(): Promise<unknown> } | undefined
    for (let nonce = 0; nonce < 220; nonce += 1)
      last = await registry.getFunction('setAttribute')(
        mallory.address,
        `0x${'00'.repeat(32)}`,
        '0x00',
        1,
        options(nonce),
      )
    await last?.wait()
    provider.destroy()
    const did = `did:ethr:0x7a69:${mallory.address}` as Did
    const started = Date.now()
    await expect(agent.resolve(did)).rejects.toMatchObject({ code: 'did_unresolvable' })
    expect(Date.now() - started).toBeLessThan(3_000)
  })
})

describe('when the chain is away', () => {
  test.each([
    ['nobody listens', 'http://127.0.0.1:1'],
    ['it never answers', ''],
  ])('%s: a did:ethr is refused within three seconds, other DIDs resolve', async (_, url) => {
    const { createServer } = await import('node:http')
    const silent = createServer(() => {}).listen(0, '127.0.0.1')
    await new Promise((done) => silent.once('listening', done))
    const port = (silent.address() as { port: number }).port
    const cut = agentOn({ ...chain, rpcUrl: url || `http://127.0.0.1:${port}` })
    const { did } = await registered()
    const started = Date.now()
    await expect(cut.resolve(did)).rejects.toMatchObject({ kind: 'unavailable', code: 'did_unresolvable' })
    expect(Date.now() - started).toBeLessThan(3_000)
    const key = 'did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp' as Did
    expect((await cut.verificationKeys(key, 'authentication')).length).toBe(1)
    silent.closeAllConnections()
    silent.close()
  })

  test.each([
    ['did:ethr:0x1:0x0000000000000000000000000000000000000001', 'did_chain_unknown'],
    ['did:ethr:0x0000000000000000000000000000000000000001', 'did_chain_unknown'],
    ['did:ethr:constructor:0x0000000000000000000000000000000000000001', 'did_chain_unknown'],
    ['did:ethr:0x7a69:0x01', 'did_ethr_invalid'],
    ['did:ethr:0x7a69:0xAB5801a7D398351b8bE11C439e05C5B3259aeC9b', 'did_ethr_invalid'],
  ])('%s is refused as %s, not as a chain that is away', async (did, code) => {
    await expect(agent.resolve(did as Did)).rejects.toMatchObject({ kind: 'unprocessable', code })
  })
})
