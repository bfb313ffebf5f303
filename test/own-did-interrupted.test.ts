import { beforeAll, expect, test } from 'vitest'
import type { SignedChange } from '../src/agent/index.ts'
import { Audit } from '../src/audit/index.ts'
import { asDid, isRefusal, Refusal, silentLog } from '../src/core/index.ts'
import { OwnDid } from '../src/own-did/index.ts'
import type { Store } from '../src/store/index.ts'
import { onEachEngine } from './support/engines.ts'
import { openInside } from './support/inside.ts'
import { eventually, settleTrio, startTrio, type TestNode, type TestTrio } from './support/nodes.ts'
import { act, issued, judged, kidsIn, publishedResolver, show } from './support/own-did.ts'

const caller = { kind: 'node', did: asDid('did:web:administrator.example') } as const

/** Where a process dies: how many transactions it had sent, and whether it heard that the last one is in the chain. */
const deaths = [
  ['rotate', 'before it sent anything', 0],
  ['rotate', 'after its transaction was sent', 1],
  ['compromise', 'before it sent anything', 0],
  ['compromise', 'between its two transactions', 1],
  ['compromise', 'after both were sent', 2],
  ['controller', 'before it sent anything', 0],
  ['controller', 'after its transaction was sent', 1],
  ['endpoint', 'between its two transactions', 1],
  ['deactivate', 'after its transaction was sent', 1],
] as const

const unreachable = () => new Refusal('unavailable', 'chain_unreachable', 'dead')

onEachEngine((engine) => {
  let trio: TestTrio
  let company: TestNode
  const relayed: SignedChange[] = []
  beforeAll(async () => {
    trio = await startTrio(engine)
    company = trio.company
    await settleTrio(trio)
  })

  const submit = (change: unknown) =>
    trio.myobi.call<{ code?: string }>(null, 'POST', '/relay/transactions', change as object)

  /** Our DID in the hands of a process of its own. */
  async function another(
    relay: (change: SignedChange) => Promise<void>,
    storeOf: (store: Store) => Store = (store) => store,
  ): Promise<OwnDid> {
    const { store, vault, agent, parties, credentials, statusLists } = await openInside(company, trio.clock)
    const { clock } = trio
    return new OwnDid({
      ...{ agent, parties, credentials, statusLists, clock, relay },
      ...{ store: storeOf(store), log: silentLog, url: company.url },
      audit: new Audit({ store, clock, pseudonym: (id) => vault.pseudonym(id) }),
      endOf: async () => {
        throw new Error('it died before')
      },
      whenReissued: async () => undefined,
    })
  }

  /** One that dies once it has sent so many transactions. */
  function dying(sends: number): Promise<OwnDid> {
    let sent = 0
    return another(async (change) => {
      if (sent === sends) throw unreachable()
      sent += 1
      relayed.push(change)
      await submit(change)
      if (sent === sends) throw unreachable()
    })
  }

  /** On SQLite the running node may be writing: then it is asked again, as a caller would. */
  const begin = (process: OwnDid, order: Parameters<OwnDid['begin']>[1]): ReturnType<OwnDid['begin']> =>
    process.begin(caller, order).catch((error) => {
      if (isRefusal(error, 'database_unavailable')) return begin(process, order)
      throw error
    })

  test('a database that is away meanwhile does not end the process: it goes on when it is back', async () => {
    let tries = 0
    let isAway = false
    let missed = 0
    const process = await another(
      async () => {
        tries += 1
        throw unreachable()
      },
      (store) =>
        new Proxy(store, {
          get(target, name) {
            if (isAway && name === 'reader') {
              missed += 1
              throw new Refusal('unavailable', 'database_unavailable', 'away')
            }
            const found: unknown = Reflect.get(target, name, target)
            return typeof found === 'function' ? found.bind(target) : found
          },
        }),
    )
    const begun = begin(process, { kind: 'rotate' })
    await eventually(async () => tries > 0, 'a first try')
    isAway = true
    await eventually(async () => missed > 1, 'tries without a database')
    isAway = false
    const before = tries
    await eventually(async () => tries > before, 'a try after it came back')
    await process.stop()
    expect((await begun).state).toBe('open')
    await company.restart()
    await eventually(async () => (await show(company)).open === null, 'the end')
  })

  test.each(deaths)('%s: a process that dies %s leaves nothing half done', async (kind, _when, sends) => {
    const before = await show(company)
    const [kid = ''] = kidsIn(before, 'active')
    const earlier = await issued(company)
    const process = await dying(sends)
    const order = {
      kind,
      ...(kind === 'compromise' && { kid }),
      ...(kind === 'endpoint' && { endpoint: 'http://127.0.0.1:4998' }),
    }
    const begun = begin(process, order)
    await eventually(async () => (await show(company)).open !== null, 'the beginning')
    // Whoever comes meanwhile waits.
    expect((await act(company, 'rotate')).body.code).toBe(
      kind === 'deactivate' ? 'did_deactivated' : 'did_change_underway',
    )
    await process.stop()
    expect((await begun).state).toBe('open')

    await company.restart()
    await eventually(async () => (await show(company)).open === null, 'the end')
    const after = await show(company)
    const { didDocument } = await publishedResolver(trio).resolve(after.did)
    const listed = didDocument?.authentication ?? []
    trio.clock.advance(61_000)
    if (kind === 'deactivate') {
      expect(listed).toEqual([])
      await expect(issued(company)).rejects.toMatchObject({ code: 'did_deactivated' })
      expect(await judged(trio, earlier)).toMatchObject({ code: 'did_deactivated' })
      return
    }
    expect(kidsIn(after, 'active')).toHaveLength(1)
    expect(kidsIn(after, 'pending')).toEqual([])
    expect(listed).toContain(kidsIn(after, 'active')[0])
    expect(listed.includes(kid)).toBe(kind !== 'compromise')
    expect(await judged(trio, earlier)).toMatchObject({ verified: kind !== 'compromise' })
    expect(await judged(trio, await issued(company))).toMatchObject({ verified: true })
    expect(after.keys.filter(({ use, state }) => use === 'controller' && state === 'active')).toHaveLength(1)
  })

  test('a transaction that was relayed before is refused, also of a DID that ended', async () => {
    expect(relayed.length).toBeGreaterThan(5)
    for (const change of relayed) {
      const { status, body } = await submit(change)
      expect(status).toBeGreaterThanOrEqual(400)
      expect(body.code).toMatch(/^relay_(wrong_nonce|not_controller|reverted|budget_spent)$/)
    }
    expect((await show(company)).state).toBe('deactivated')
    const { didDocumentMetadata } = await publishedResolver(trio).resolve((await show(company)).did)
    expect(didDocumentMetadata.deactivated).toBe(true)
  })
})
