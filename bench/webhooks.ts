import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type Caller, silentLog, systemClock } from '../src/core/index.ts'
import { openGround } from '../src/node/ground.ts'
import { accept, openReceiver, type Receiver } from '../test/support/receiver.ts'
import { atLeast, type BenchRow } from './row.ts'

const PER_PARTNER = 20
const TOO_LONG_MS = 5 * 60_000

/**
 * Webhooks of a node on SQLite at a receiver in this process that fails one call in three: from the moment they lie
 * there until the last has had its effect, with the retries of all that failed.
 */
export async function benchWebhooks(count = 10_000): Promise<BenchRow[]> {
  const receiver = await openReceiver()
  receiver.answer = failOneInThree()
  const dir = mkdtempSync(join(tmpdir(), 'regie-bench-'))
  const ground = await openBenchGround(dir)
  const { store, webhooks } = ground
  try {
    await webhooks.endpoints.add(await settle(ground), receiver.url, [])
    for (let n = 0; n < PER_PARTNER; n++)
      await store.transact((tx) =>
        webhooks.announceAll(
          tx,
          Array.from({ length: count / PER_PARTNER }, (_, partner) => ({
            type: 'nl.regie.partner.value_changed',
            subject: `partner-${partner}`,
            orderBy: `did:web:partner-${partner}.example`,
            data: { n, claims: ['company-profile.email'] },
          })),
        ),
      )
    const began = performance.now()
    webhooks.start()
    while (receiver.effects.length < count && performance.now() - began < TOO_LONG_MS) await pause(5)
    const seconds = (performance.now() - began) / 1000
    return rowsOf(receiver, count, seconds)
  } finally {
    await webhooks.stop()
    await Promise.all(
      [store, ground.egress, ground.chainEgress, ground.webhookEgress].map((one) => one.dispose()),
    )
    await receiver.close()
    rmSync(dir, { recursive: true })
  }
}

function rowsOf({ calls, effects }: Receiver, count: number, seconds: number): BenchRow[] {
  const last = new Map<string, unknown>()
  const inOrder = effects.filter(({ event }) => {
    const expected = Number(last.get(event.subject) ?? -1) + 1
    last.set(event.subject, event.data.n)
    return event.data.n === expected
  })
  return [
    atLeast(
      `${count} webhooks at a receiver that fails one in three`,
      count / seconds,
      200,
      'deliveries per second',
      `${(calls.length / seconds).toFixed(0)} calls per second; ${seconds.toFixed(1)} s with the retries`,
    ),
    atLeast(
      'the same: exactly one effect each, in order per partner',
      effects.length === inOrder.length ? inOrder.length : 0,
      count,
      'effects',
      `${calls.length} calls`,
    ),
  ]
}

/** The same each time, and not every third: some have bad luck many times in a row. */
function failOneInThree(): Receiver['answer'] {
  let state = 1
  return (received, response) => {
    state = (state * 48_271) % 2_147_483_647
    if (state % 3 !== 0) return accept(received, response)
    return state % 2 === 0 ? response.destroy() : response.writeHead(500).end()
  }
}

/** @returns its administrator */
async function settle({ store, parties }: Awaited<ReturnType<typeof openBenchGround>>): Promise<Caller> {
  const { id, did } = await store.transact((tx) => parties.create(tx, 'organisation', { name: 'Bench' }))
  return { kind: 'user', userId: id, account: 'bench', roles: ['administrator'], personId: id, did }
}

function openBenchGround(dir: string) {
  const url = 'http://127.0.0.1:4800'
  return openGround({
    config: {
      name: 'bench',
      url,
      listen: { host: '127.0.0.1', port: 4800 },
      dataDir: dir,
      storage: { engine: 'sqlite', file: join(dir, 'regie.sqlite') },
      organisation: { name: 'Bench' },
      administrator: { account: 'bench', givenName: 'Ada', familyName: 'Bench', roles: [] },
      chain: { chainId: 31_337, rpcUrl: 'http://127.0.0.1:1', registry: `0x${'0'.repeat(40)}` },
      trustAnchor: { url },
      isTrustAnchor: false,
      loopback: true,
      localTokens: false,
    },
    secrets: { masterKey: randomBytes(32) },
    clock: systemClock,
    log: silentLog,
  })
}
