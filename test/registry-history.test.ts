import { createHash, generateKeyPairSync } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  createChainRpc,
  createRelay,
  createResolver,
  didJwkOf,
  didOfAddress,
  type Relay,
  readAnchors,
} from '../src/agent/index.ts'
import { Audit, auditHeadTable, auditMigration, auditTable } from '../src/audit/index.ts'
import { asDid, type Did, Refusal, silentLog } from '../src/core/index.ts'
import { loadCredentialTypes } from '../src/credentials/index.ts'
import { createEgress } from '../src/egress/index.ts'
import { createSigner, parseJsonStrict, publicJwkOf } from '../src/jose/index.ts'
import { type Chain, startChain } from '../src/network/chain.ts'
import { whyNot } from '../src/registry-history/authorisation.ts'
import {
  RegistryHeads,
  readProof,
  registryHeadMigration,
  registryHeadTable,
  verifyProof,
} from '../src/registry-history/index.ts'
import { registryHistoryOperations } from '../src/registry-history/operations.ts'
import { proofOf, type RegistryProof } from '../src/registry-history/proof.ts'
import { leaseMigration, leaseTable } from '../src/store/index.ts'
import { Registry, registryEventTable, trustMigrations, trustTables } from '../src/trust/index.ts'
import { onEachEngine, openTestStore } from './support/engines.ts'
import { freePort } from './support/ports.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const egress = createEgress({ allowLoopback: true, parseJson: parseJsonStrict })
const types = loadCredentialTypes('credentials', 'schemas')
const anchorKey = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const issuer = didJwkOf(publicJwkOf(anchorKey.privateKey))
const signer = createSigner(anchorKey.privateKey, `${issuer}#0`)
const bakery = asDid('did:web:bakery.example')
const digestOf = (text: string) => `sha-256:${createHash('sha256').update(text).digest('base64url')}`

let dir = ''
let chain: Chain
let relay: Relay
let rpc: ReturnType<typeof createChainRpc>
/** The clock of the chain goes along with ours. */
let offset = 0
const clock = { now: () => Date.now() + offset }
const later = async (ms: number) => {
  offset += ms
  await rpc('evm_increaseTime', [ms / 1_000])
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'regie-registry-history-'))
  chain = await startChain({ dir, port: await freePort(), log: silentLog })
  rpc = createChainRpc(egress, chain.rpcUrl)
  relay = createRelay({
    ...chain,
    egress,
    relayKey: chain.funderKey,
    log: silentLog,
    clock,
    allowLoopback: true,
  })
})
afterAll(async () => {
  await chain.stop()
  await egress.dispose()
  await rm(dir, { recursive: true, force: true })
})

onEachEngine((engine) => {
  const open = async () => {
    const store = await openTestStore(engine, {
      entities: [...trustTables, registryHeadTable, leaseTable, auditTable, auditHeadTable],
      migrations: [...trustMigrations, registryHeadMigration, leaseMigration, auditMigration],
    })
    const audit = new Audit({ store, clock, pseudonym: (id) => id, log: silentLog })
    const registry = new Registry({ store, clock })
    const world = { policy: digestOf('P'), isChainDown: false }
    const anchored = {
      did: didOfAddress(relay.address, chain.chainId),
      anchor: async (anchor: Parameters<Relay['anchor']>[0]) => {
        if (world.isChainDown) throw new Refusal('unavailable', 'chain_unreachable', 'away')
        return relay.anchor(anchor)
      },
    }
    const deps = {
      ...{ store, clock, audit, log: silentLog },
      policies: { current: async () => ({ id: 'ttp-policy', version: 1, digest: world.policy }) as never },
      ownDid: async () => issuer,
      signerOf: async () => signer,
    }
    const headsOf = (holder: string, own: typeof anchored | null = anchored) =>
      new RegistryHeads({ ...deps, chain: own }, holder)
    const heads = headsOf('a')
    const register = (did: Did, kvkNumber: string | null = null) =>
      store.transact((tx) =>
        registry.add(tx, {
          ...{ did, name: `Name of ${did}`, kvkNumber, wallet: 'https://w.example', roles: ['member'] },
          ...{ attestationId: 'a', registrationId: 'r' },
        }),
      )
    const operations = registryHistoryOperations({ ...deps, types, registry, heads, chain })
    const call = (name: string, input: object) =>
      operations
        .find((one) => one.name === name)
        ?.run(input as never, { caller: { kind: 'user', personId: 'desk' } as never })
    const proof = (did: Did, at?: number) => proofOf({ did, at }, { heads, chain })
    return { store, registry, heads, headsOf, register, world, proof, call, deps }
  }
  type World = Awaited<ReturnType<typeof open>>

  const resolver = () => createResolver({ egress, clock })
  const verify = (
    proof: unknown,
    question: { did?: Did; at?: number; earlier?: unknown; policyDigest?: string } = {},
    more: object = {},
  ) =>
    verifyProof(
      proof,
      { did: bakery, ...question },
      {
        issuer,
        requireKey: resolver().requireKey,
        readAnchors: (at) => readAnchors(rpc, { registry: chain.registry, ...at }),
        ...more,
      },
    )
  const failed = async (report: ReturnType<typeof verify>) =>
    (await report).checks.flatMap(({ check, ok, code }) => (ok ? [] : [[check, code]]))

  /** Registered; an hour later suspended; an hour later resumed; and a last head that tells of all. */
  const story = async () => {
    const world = await open()
    for (const n of [1, 2, 3, 4]) await world.register(asDid(`did:web:neighbour-${n}.example`))
    await world.register(bakery, '48245915')
    const registered = clock.now()
    await later(HOUR + 2 * 60_000)
    await world.heads.tidy()
    const first = await world.proof(bakery)
    await world.store.transact((tx) => world.registry.suspend(tx, bakery))
    const suspended = clock.now()
    await later(HOUR + 2 * 60_000)
    await world.heads.tidy()
    await world.store.transact((tx) => world.registry.resume(tx, bakery))
    const resumed = clock.now()
    await later(HOUR + 2 * 60_000)
    await world.heads.tidy()
    return { ...world, first, registered, suspended, resumed }
  }

  let told: Awaited<ReturnType<typeof story>>
  beforeAll(async () => {
    told = await story()
  })

  test('how it stood at each moment is proven by a file and the chain, and nobody else is asked', async () => {
    const proof = await told.proof(bakery)
    const at = async (moment: number) => {
      const { proven, standing, since } = await verify(proof, { at: moment })
      return [proven, standing, since && Date.parse(since) <= moment]
    }
    expect(await at(told.registered - 5_000)).toEqual([true, 'absent', null])
    expect(await at(told.registered)).toEqual([true, 'active', true])
    expect(await at(told.suspended + 60_000)).toEqual([true, 'suspended', true])
    expect(await at(told.resumed + 60_000)).toEqual([true, 'active', true])
    const report = await verify(proof, { policyDigest: digestOf('P') })
    expect(report.checks.map(({ ok }) => ok)).toEqual(report.checks.map(() => true))
    expect(Math.abs(Date.parse(report.anchored_at ?? '') - clock.now())).toBeLessThan(10 * 60_000)
  })

  test('the proof of a moment is that of the first head that tells all of it', async () => {
    const numbers = await Promise.all(
      [told.registered, told.suspended, told.resumed, undefined].map(async (at) => {
        const { head } = await told.proof(bakery, at)
        return JSON.parse(Buffer.from(head.split('.')[1] ?? '', 'base64url').toString()).number
      }),
    )
    expect(numbers).toEqual([1, 2, 3, 3])
  })

  test('a head that was made before a moment was over does not tell of it', async () => {
    const at = told.suspended + 60_000
    expect(await failed(verify(told.first, { at }))).toEqual([['covers_moment', 'registry_head_too_early']])
    expect((await verify(told.first, { at })).standing).toBe('unknown')
  })

  test('what was kept goes on being said; a history that was written over is seen', async () => {
    const now = await told.proof(bakery)
    expect((await verify(now, { earlier: told.first })).proven).toBe(true)
    const rewritten = structuredClone(told.first)
    const [standing] = rewritten.party.history
    if (standing) standing.state = 'suspended'
    expect(await failed(verify(now, { earlier: rewritten }))).toEqual([
      ['not_rewritten', 'registry_history_rewritten'],
    ])
    expect(await failed(verify(told.first, { earlier: now }))).toEqual([
      ['not_rewritten', 'registry_history_rewritten'],
    ])
  })

  const changed = (change: (proof: RegistryProof) => unknown) => async () => {
    const proof = structuredClone(await told.proof(bakery))
    return (change(proof) as unknown) ?? proof
  }
  const otherHead = (change: (payload: Record<string, unknown>) => void) =>
    changed((proof) => {
      const [header, payload = '', signature] = proof.head.split('.')
      const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>
      change(claims)
      proof.head = [header, Buffer.from(JSON.stringify(claims)).toString('base64url'), signature].join('.')
    })
  const attacks: [string, () => Promise<unknown>, string, string][] = [
    [
      'another state',
      changed(({ party }) => void Object.assign(party.history[1] ?? {}, { state: 'active' })),
      'party_in_head',
      'registry_proof_not_in_head',
    ],
    [
      'a suspension left out',
      changed(({ party }) => void party.history.splice(1, 2)),
      'party_in_head',
      'registry_proof_not_in_head',
    ],
    [
      'another place',
      changed((proof) => void Object.assign(proof, { index: 1 })),
      'party_in_head',
      'registry_proof_not_in_head',
    ],
    ['a path cut off', changed(({ path }) => void path.pop()), 'party_in_head', 'registry_proof_not_in_head'],
    [
      'another root under the old signature',
      otherHead((claims) => Object.assign(claims, { root: digestOf('A') })),
      'head_signature',
      'jws_signature_invalid',
    ],
    [
      'another trust anchor',
      otherHead((claims) => Object.assign(claims, { iss: bakery })),
      'head_signature',
      'registry_head_foreign',
    ],
    [
      'no place on the chain',
      changed((proof) => void Object.assign(proof, { anchor: null })),
      'on_chain',
      'registry_head_not_anchored',
    ],
    [
      'another block',
      changed(({ anchor }) => void Object.assign(anchor ?? {}, { block: 1 })),
      'on_chain',
      'registry_head_not_anchored',
    ],
    [
      'a block that is not there',
      changed(({ anchor }) => void Object.assign(anchor ?? {}, { block: 999_999 })),
      'on_chain',
      'chain_rpc_failed',
    ],
    ['something else altogether', changed(() => ({ hello: 'world' })), 'proof', 'registry_proof_malformed'],
  ]
  test.each(attacks)('a proof with %s proves nothing', async (_, make, check, code) => {
    const report = await verify(await make())
    expect(report.proven).toBe(false)
    expect(report.standing).toBe('unknown')
    expect(report.checks.find((one) => !one.ok)).toMatchObject({ check, code })
  })

  test('a proof about somebody else, and one under another policy, are told apart', async () => {
    const proof = await told.proof(bakery)
    const other = asDid('did:web:neighbour-1.example')
    expect(await failed(verify(proof, { did: other }))).toEqual([['proof', 'registry_proof_of_another']])
    expect(await failed(verify(proof, { policyDigest: digestOf('Q') }))).toEqual([
      ['policy', 'registry_policy_differs'],
    ])
  })

  test('a trust anchor that signs one thing and wrote another on the chain is found out', async () => {
    const world = await open()
    await world.register(bakery)
    const lying = world.headsOf('liar', {
      did: didOfAddress(relay.address, chain.chainId),
      anchor: (anchor) => relay.anchor({ ...anchor, root: Buffer.alloc(32, 7) }),
    })
    await lying.tidy()
    await later(2 * 60_000)
    expect(await failed(verify(await world.proof(bakery)))).toEqual([['on_chain', 'registry_anchor_differs']])
  })

  test('what another account, another attribute or another contract says is no anchor', async () => {
    const proof = await told.proof(bakery)
    const readFrom = (registry: string, identity?: string) => ({
      readAnchors: (at: { identity: string; block: number }) =>
        readAnchors(rpc, { registry, ...at, ...(identity && { identity }) }),
    })
    const none = [['on_chain', 'registry_head_not_anchored']]
    expect(await failed(verify(proof, {}, readFrom(`0x${'12'.repeat(20)}`)))).toEqual(none)
    expect(await failed(verify(proof, {}, readFrom(chain.registry, `0x${'34'.repeat(20)}`)))).toEqual(none)
    expect(await failed(verify(proof, {}, { readAnchors: null }))).toEqual([
      ['on_chain', 'registry_chain_not_asked'],
    ])
  })

  test('the whole registry as a file proves each of its organisations, and none when one line was changed', async () => {
    const { content } = (await told.call('registry.export', {})) as { content: AsyncIterable<Uint8Array> }
    const lines: string[] = []
    for await (const line of content) lines.push(Buffer.from(line).toString('utf8'))
    const text = lines.join('')
    for (const did of [bakery, asDid('did:web:neighbour-3.example')])
      expect(await verify(readProof(text, did), { did })).toMatchObject({ proven: true, standing: 'active' })
    const tampered = text.replace(
      'Name of did:web:neighbour-2.example',
      'Name of did:web:neighbour-2.examplf',
    )
    expect((await verify(readProof(tampered, bakery))).proven).toBe(false)
    expect(() => readProof(text, asDid('did:web:nobody.example'))).toThrow(
      expect.objectContaining({ code: 'party_not_registered' }),
    )
    expect(() => readProof('{"a":', bakery)).toThrow(
      expect.objectContaining({ code: 'registry_proof_malformed' }),
    )
  })

  test('a head is made when something changed, at most once an hour, by one process', async () => {
    const world = await open()
    await world.heads.tidy()
    expect(await world.heads.list({ limit: 10 })).toEqual([])
    await world.register(bakery)
    await Promise.all([world.heads.tidy(), world.headsOf('b').tidy(), world.headsOf('c').tidy()])
    expect(await world.heads.list({ limit: 10 })).toHaveLength(1)
    await world.register(asDid('did:web:next.example'))
    await world.heads.tidy()
    expect(await world.heads.list({ limit: 10 })).toHaveLength(1)
    await later(HOUR)
    await world.heads.tidy()
    expect((await world.heads.list({ limit: 10 })).map(({ number, size }) => [number, size])).toEqual([
      [2, 2],
      [1, 1],
    ])
    await later(HOUR)
    await world.heads.tidy()
    expect(await world.heads.list({ limit: 10 })).toHaveLength(2)
    world.world.policy = digestOf('R')
    await world.heads.tidy()
    expect((await world.heads.latest())?.policyDigest).toBe(digestOf('R'))
  })

  test('a head that was begun when the node stopped comes out as it would have', async () => {
    const world = await open()
    await world.register(bakery)
    const stopped = new RegistryHeads(
      {
        ...world.deps,
        chain: null,
        signerOf: async () => {
          throw new Error('killed')
        },
      },
      'x',
    )
    await expect(stopped.tidy()).rejects.toThrow('killed')
    expect(await world.heads.latest()).toBeNull()
    // What happens after it was begun is in the next one.
    await world.store.transact((tx) => world.registry.suspend(tx, bakery))
    await later(2 * 60_000)
    await world.headsOf('y', null).tidy()
    const [second, first] = await world.headsOf('y', null).list({ limit: 2 })
    expect([
      first?.number ?? second?.number,
      await world.store.reader.countBy(registryEventTable, { head: 1 }),
    ]).toEqual([1, 1])
  })

  test('while the chain is away a head waits for it, later each time, and nothing is lost', async () => {
    const world = await open()
    world.world.isChainDown = true
    await world.register(bakery)
    await world.heads.tidy()
    expect(await world.heads.latest()).toMatchObject({ anchor: 'pending', attempts: 1 })
    await world.heads.tidy()
    expect(await world.heads.latest()).toMatchObject({ attempts: 1 })
    world.world.isChainDown = false
    await later(61_000)
    await world.heads.tidy()
    expect(await world.heads.latest()).toMatchObject({ anchor: 'anchored', block: expect.any(Number) })
  })

  test('an entry and what happened to it are one change', async () => {
    const world = await open()
    const failing = world.store.transact(async (tx) => {
      await world.registry.add(tx, {
        ...{ did: bakery, name: 'x', kvkNumber: null, wallet: 'w', roles: ['member'] },
        ...{ attestationId: 'a', registrationId: 'r' },
      })
      throw new Error('later in the same change')
    })
    await expect(failing).rejects.toThrow('later')
    expect(await world.store.reader.count(registryEventTable)).toBe(0)
    await world.register(bakery)
    const twice = await Promise.all(
      [1, 2, 3].map(() => world.store.transact((tx) => world.registry.suspend(tx, bakery))),
    )
    expect(twice.filter(Boolean)).toHaveLength(1)
    expect(await world.store.reader.count(registryEventTable)).toBe(2)
  })

  const authorised = async (world: World, action: string, resource: string, time?: number) => {
    const answer = (await world.call('registry.authorization', {
      ...{ entity_id: bakery, authority_id: issuer, action, resource },
      ...(time !== undefined && { context: { time: new Date(time).toISOString() } }),
    })) as { authorized: boolean; code: string | null }
    return answer.code ?? answer.authorized
  }

  test('whether it is authorised is asked as the Trust Registry Query Protocol does, also of then', async () => {
    expect(await authorised(told, 'participate', 'trust-network')).toBe(true)
    expect(await authorised(told, 'participate', 'trust-network', told.suspended + 1_000)).toBe('suspended')
    expect(await authorised(told, 'participate', 'trust-network', told.registered - DAY)).toBe(
      'not_registered',
    )
    expect(await authorised(told, 'issue', 'company-profile')).toBe(true)
    expect(await authorised(told, 'issue', 'company-registration')).toBe('role_not_held')
    expect(await authorised(told, 'act-as', 'intermediary')).toBe('role_not_held')
    await expect(
      told.call('registry.authorization', {
        entity_id: bakery,
        authority_id: bakery,
        action: 'issue',
        resource: 'x',
      }),
    ).rejects.toMatchObject({ code: 'registry_authority_unknown' })
  })

  test('roles are given to who is there, and kept as they were before', async () => {
    const world = await open()
    await world.register(bakery)
    const before = clock.now()
    await later(1_000)
    expect(
      await world.call('registry.roles', { did: bakery, roles: ['intermediary'], reason: 'Wft' }),
    ).toEqual({
      did: bakery,
      roles: ['member', 'intermediary'],
    })
    expect(await authorised(world, 'act-as', 'intermediary')).toBe(true)
    expect(await authorised(world, 'act-as', 'intermediary', before)).toBe('role_not_held')
    const unknown = world.call('registry.roles', { did: 'did:web:x.example', roles: [], reason: 'r' })
    await expect(unknown).rejects.toMatchObject({ code: 'party_not_registered' })
  })
})

const active = { state: 'active', roles: ['member', 'issuer'] } as never
test.each([
  [active, 'participate', 'trust-network', null],
  [active, 'participate', 'another-network', 'resource_unknown'],
  [active, 'act-as', 'issuer', null],
  [active, 'act-as', 'king', 'resource_unknown'],
  [active, 'issue', 'urn:regie:credential:company-profile:1', null],
  [active, 'issue', 'ttp-policy-attestation', 'role_not_held'],
  [active, 'issue', 'passport', 'resource_unknown'],
  [active, 'destroy', 'everything', 'action_unknown'],
  [{ state: 'suspended', roles: ['member'] } as never, 'participate', 'trust-network', 'suspended'],
  [null, 'participate', 'trust-network', 'not_registered'],
])('standing %o may %s %s: %s', (standing, action, resource, code) => {
  expect(whyNot(standing, { action, resource }, types)).toBe(code)
})
