import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { beforeAll, expect, test } from 'vitest'
import type { Config } from '../../src/config/index.ts'
import { newId, silentLog } from '../../src/core/index.ts'
import { startChain } from '../../src/network/chain.ts'
import { entities, migrations } from '../../src/node/schema.ts'
import { rows, Store } from '../../src/store/index.ts'
import { atEnd } from '../support/endings.ts'
import { newStorage, onEachEngine } from '../support/engines.ts'
import { administrator, eventually } from '../support/nodes.ts'
import { freePort } from '../support/ports.ts'
import { type NodeProcess, NodeProcesses } from './support/node-processes.ts'

const PARTIES = 1_000

/** A trust anchor that hosts, in a process that is killed while it does one thing to many, or one thing in many steps. */
onEachEngine((engine) => {
  let config: Config
  let store: Store
  let token: string
  let running: NodeProcess
  let start: () => Promise<void>

  /** `kill -9`, and up again; what the dead one had to itself is nobody's, as it is some time later. */
  const restart = async () => {
    await running.kill()
    await store.transact((tx) => rows(tx, 'UPDATE lease SET until_ms = 0 RETURNING name'))
    await start()
  }
  const call = async <T>(method: string, path: string, body?: object) => {
    const response = await fetch(`${config.url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
    return { status: response.status, body: (await response.json()) as T }
  }
  const count = async (sql: string) =>
    Number((await rows<{ n: number | string }>(store.reader, `SELECT count(*) AS n FROM ${sql}`))[0]?.n)

  beforeAll(async () => {
    const dir = mkdtempSync(join(tmpdir(), 'regie-anchor-'))
    const chain = await startChain({ dir: join(dir, 'chain'), port: await freePort(), log: silentLog })
    const port = await freePort()
    const url = `http://localhost:${port}`
    config = {
      ...{ name: 'myobi', url, listen: { host: '127.0.0.1', port }, dataDir: join(dir, 'myobi') },
      storage: newStorage(engine),
      organisation: { name: 'MYOBI' },
      administrator: administrator('myobi', ['servicedesk']),
      chain: { chainId: chain.chainId, rpcUrl: chain.rpcUrl, registry: chain.registry },
      ...{ trustAnchor: { url }, isTrustAnchor: true, loopback: true, hosting: true, localTokens: true },
    }
    const processes = new NodeProcesses(join(dir, 'myobi.log'))
    const masterKey = randomBytes(32)
    start = async () => {
      running = await processes.start({ config, masterKey, relayKey: chain.funderKey })
      await running.ready
    }
    await start()
    store = await Store.open({ storage: config.storage, entities, migrations })
    atEnd(async () => {
      await running.kill()
      await store.dispose()
      await chain.stop()
      rmSync(dir, { recursive: true, force: true })
    })
    token = readFileSync(join(config.dataDir, 'tokens', 'myobi.token'), 'utf8').trim()
    await eventually(
      async () => (await call('GET', '/registrations/queue')).status === 200,
      'the servicedesk',
    )
  }, 120_000)

  test(`killed while it asks ${PARTIES} organisations, it asks each of them once`, async () => {
    await store.transact(async (tx) => {
      for (let n = 0; n < PARTIES; n++)
        await rows(
          tx,
          `INSERT INTO registry_entry (did, name, kvk_number, wallet, roles, state, since, attestation_id, registration_id,
             version) VALUES (?, ?, NULL, 'http://127.0.0.1:9', '["member"]', 'active', 0, ?, ?, 1) RETURNING did`,
          [`did:web:lid-${n}.example`, `Lid ${n} B.V.`, newId(), newId()],
        )
    })
    const until = new Date(Date.now() + 90 * 86_400_000).toISOString().slice(0, 10)
    const begun = await call<{ id: string }>('POST', '/campaigns', { version: 2, until })
    expect(begun.status).toBe(202)
    const told = () => count('policy_campaign_party WHERE told > 0')
    const stopped = [await told()]
    for (let kills = 0; kills < 10 && (stopped.at(-1) ?? 0) < PARTIES; kills++) {
      await restart()
      const before = await told()
      await eventually(async () => (await told()) > before || before === PARTIES, 'telling')
      await running.kill()
      stopped.push(await told())
    }
    // Kills hit it half-way.
    expect(stopped.filter((at) => at > 0 && at < PARTIES)).not.toEqual([])
    await restart()
    await eventually(async () => (await told()) === PARTIES, 'everybody was told')
    const asked = await rows<{ payload: string }>(
      store.reader,
      "SELECT payload FROM outbox WHERE topic = 'event.push'",
    )
    const to = asked.map(({ payload }) => (JSON.parse(payload) as { to: string }).to)
    expect([to.length, new Set(to).size]).toEqual([PARTIES, PARTIES])
    expect(await count('policy_campaign_party WHERE told = 1')).toBe(PARTIES)
    expect(await count('policy_campaign')).toBe(1)
  }, 180_000)

  test('killed while it makes a hosted node, it has that node once, when it is asked for again', async () => {
    const wanted = {
      ...{ name: 'Bakker B.V.', slug: 'bakker', account: 'ada', given_name: 'Ada', family_name: 'Beheer' },
      ...{ representation: 'SOLE', email: 'ada@example.example' },
    }
    const create = () => call<{ id: string; url: string; activation?: string }>('POST', '/hosting', wanted)
    await eventually(async () => (await call('GET', '/hosting')).status === 200, 'hosting')
    const broken = create().then(
      ({ status }) => status,
      () => 'no answer',
    )
    // Begun, and some of the steps that follow.
    await eventually(() => count("hosted_node WHERE state = 'creating'"), 'the beginning')
    await pause(engine === 'sqlite' ? 20 : 100)
    await restart()
    expect(await broken).toBe('no answer')
    const made = await eventually(async () => {
      const answer = await create()
      return answer.status === 503 ? null : answer
    }, 'the making')
    expect(made).toMatchObject({ status: 201, body: { activation: expect.any(String) } })
    const { body } = await call<{ items: object[] }>('GET', '/hosting')
    expect(body.items).toMatchObject([{ slug: 'bakker', state: 'active' }])
    expect(readdirSync(join(config.dataDir, 'hosted'))).toEqual([made.body.id])
    expect((await create()).status).toBe(409)
  }, 180_000)
})
