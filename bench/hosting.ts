import { randomBytes } from 'node:crypto'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Config } from '../src/config/index.ts'
import { newId, silentLog, systemClock } from '../src/core/index.ts'
import { createHost, type Host } from '../src/host/index.ts'
import { hostedTable } from '../src/hosting/index.ts'
import { startChain } from '../src/network/chain.ts'
import { entities, migrations } from '../src/node/schema.ts'
import { Store } from '../src/store/index.ts'
import { Vault } from '../src/vault/index.ts'
import { freePort } from '../test/support/global-setup.ts'
import { administrator } from '../test/support/nodes.ts'
import { median } from './interleave.ts'
import { atMost, type BenchRow } from './row.ts'

const TENANTS = 1_000
const COLD = 60
const UNTIL_ON_CHAIN_MS = 5_000
const MIB = 1024 ** 2

/**
 * A thousand hosted organisations: each is asked once, in turn, so that opening and closing goes on all the time; then
 * cold ones are asked one at a time. Their databases are copies of one that was brought to life, in a folder each.
 */
export async function benchHosting(): Promise<BenchRow[]> {
  const dir = mkdtempSync(join(tmpdir(), 'regie-bench-hosting-'))
  const chain = await startChain({ dir: join(dir, 'chain'), port: 0, log: silentLog })
  const port = await freePort()
  const url = `http://localhost:${port}`
  const config: Config = {
    ...{ name: 'myobi', url, listen: { host: '127.0.0.1', port }, dataDir: join(dir, 'myobi') },
    storage: { engine: 'sqlite', file: join(dir, 'myobi', 'regie.sqlite') },
    organisation: { name: 'MYOBI' },
    administrator: administrator('myobi', ['servicedesk']),
    chain: { chainId: chain.chainId, rpcUrl: chain.rpcUrl, registry: chain.registry },
    ...{ trustAnchor: { url }, isTrustAnchor: true, loopback: true, localTokens: true },
  }
  const masterKey = randomBytes(32)
  const host = await createHost({ config, secrets: { masterKey, relayKey: chain.funderKey }, log: silentLog })
  try {
    await host.start()
    const slugs = await manyHosted(host, config, masterKey)
    const worst = { rss: 0 }
    const watch = setInterval(() => {
      worst.rss = Math.max(worst.rss, process.memoryUsage.rss())
    }, 100)
    for (const slug of slugs) await asked(port, slug)
    clearInterval(watch)
    // The first asked were closed long ago.
    const waits: number[] = []
    for (const slug of slugs.slice(0, COLD)) waits.push(await asked(port, slug))
    const sorted = waits.toSorted((a, b) => a - b)
    const p95 = sorted[Math.floor(sorted.length * 0.95)] ?? 0
    return [
      atMost(
        'A thousand hosted organisations in one process, each asked: resident memory at its highest',
        worst.rss / MIB,
        1024,
        'MiB',
        `${host.tenants.open} open at the end`,
      ),
      atMost(
        'First request to a cold one, the middle of sixty',
        median(waits),
        150,
        'ms',
        `p95 ${p95.toFixed(0)} ms`,
      ),
    ]
  } finally {
    await host.dispose()
    await chain.stop()
    rmSync(dir, { recursive: true, force: true })
  }
}

/** One is made; the others are copies of its folder and its row: each of them its own database. */
async function manyHosted({ own, tenants }: Host, config: Config, masterKey: Uint8Array): Promise<string[]> {
  const { hosting } = own
  if (!hosting) throw new Error('this is no host')
  const first = await hosting.create('system', {
    slug: 'org-first',
    organisation: { name: 'Org' },
    administrator: { account: 'ada', givenName: 'Ada', familyName: 'Org' },
  })
  const row = await hosting.require('org-first')
  const { masterKey: key, ...rest } = await hosting.secretsOf(row)
  const secret = JSON.stringify({ ...rest, masterKey: Buffer.from(key).toString('base64url') })
  await new Promise((resolve) => setTimeout(resolve, UNTIL_ON_CHAIN_MS))
  await tenants.close(first.id)
  const slugs = Array.from({ length: TENANTS }, (_, n) => `org-${n}x`)
  const store = await Store.open({ storage: config.storage, entities, migrations })
  const vault = await Vault.open({ store, clock: systemClock, masterKey })
  await store.transact(async (tx) => {
    for (const slug of slugs) {
      const id = newId()
      await vault.createKey(tx, `hosted:${id}`)
      const sealed = await vault.seal(`hosted:${id}`, `hosted_node:${id}:sealed`, secret)
      await tx.insert(hostedTable, { ...row, id, slug, sealed, nextDue: Date.now() + 3_600_000 })
      cpSync(join(config.dataDir, 'hosted', first.id), join(config.dataDir, 'hosted', id), {
        recursive: true,
      })
    }
  })
  await store.dispose()
  return slugs
}

/** @returns milliseconds until the whole answer was there */
function asked(port: number, slug: string): Promise<number> {
  const began = performance.now()
  return new Promise((resolve, reject) => {
    request(
      {
        host: '127.0.0.1',
        port,
        path: '/.well-known/openid-credential-issuer',
        headers: { host: `${slug}.localhost:${port}` },
        agent: false,
      },
      (response) => {
        response.resume()
        response.on('end', () =>
          (response.statusCode ?? 500) < 500
            ? resolve(performance.now() - began)
            : reject(new Error(`${response.statusCode}`)),
        )
      },
    )
      .on('error', reject)
      .end()
  })
}
