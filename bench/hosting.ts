import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Config, loadConfig, loadSecrets, type Secrets } from '../src/config/index.ts'
import { newId, silentLog, systemClock } from '../src/core/index.ts'
import { createHost } from '../src/host/index.ts'
import { type HostedRow, type Hosting, hostedTable } from '../src/hosting/index.ts'
import { type Chain, startChain } from '../src/network/chain.ts'
import { entities, migrations } from '../src/node/schema.ts'
import { didChangeTable } from '../src/own-did/index.ts'
import { Store } from '../src/store/index.ts'
import { Vault } from '../src/vault/index.ts'
import { ensureBuilt, packageRoot } from '../test/support/build.ts'
import { freePort } from '../test/support/ports.ts'
import { median } from './interleave.ts'
import { quantile } from './load.ts'
import { pidOf, residentMib } from './processes.ts'
import { atMost, type BenchRow } from './row.ts'

type HostedSecrets = Awaited<ReturnType<Hosting['secretsOf']>>

const TENANTS = 1_000
const COLD = 60
const UNTIL_READY_MS = 30_000

/**
 * A thousand hosted organisations in a process of its own: each is asked once, in turn, so that opening and closing goes
 * on all the time; then cold ones are asked one at a time. Their databases are copies of one that was brought to life,
 * in a folder each.
 */
export async function benchHosting(): Promise<BenchRow[]> {
  await ensureBuilt()
  const dir = mkdtempSync(join(tmpdir(), 'regie-bench-hosting-'))
  const chain = await startChain({ dir: join(dir, 'chain'), port: await freePort(), log: silentLog })
  const port = await freePort()
  const env = {
    REGIE_DATA: dir,
    REGIE_MASTER_KEY: randomBytes(32).toString('hex'),
    REGIE_RELAY_KEY: chain.funderKey,
  }
  const configPath = join(dir, 'agent.yml')
  writeFileSync(configPath, agentFile(port, chain))
  try {
    const config = loadConfig(configPath, env)
    const slugs = await manyHosted(config, loadSecrets(config, env))
    return await measured(configPath, { ...process.env, ...env }, port, slugs)
  } finally {
    await chain.stop()
    rmSync(dir, { recursive: true, force: true })
  }
}

const agentFile = (port: number, { chainId, rpcUrl, registry }: Chain): string => `version: 3.0
node:
  name: myobi
  url: http://localhost:${port}
  organisation: { name: MYOBI }
  administrator: { account: myobi, givenName: Toos, familyName: Trouwakte, representation: SOLE, roles: [servicedesk] }
  listen: { host: 127.0.0.1, port: ${port} }
  network: { trustAnchor: 'http://localhost:${port}', chain: { chainId: ${chainId}, rpcUrl: '${rpcUrl}', registry: '${registry}' } }
  hosting: true
agent:
  $require: ./dist/agent-from-file.js?t=function#createAgentFromFile
  $args: [agent.yml]
`

async function measured(
  configPath: string,
  env: NodeJS.ProcessEnv,
  port: number,
  slugs: readonly string[],
): Promise<BenchRow[]> {
  const child = spawn(process.execPath, [join(packageRoot, 'dist/main.js'), '--config', configPath], {
    env,
    stdio: 'ignore',
  })
  try {
    await untilReady(port, 'localhost')
    const idle = residentMib(pidOf(child))
    let highest = 0
    const watch = setInterval(() => {
      highest = Math.max(highest, residentMib(pidOf(child)))
    }, 100)
    for (const slug of slugs) await asked(port, `${slug}.localhost`)
    clearInterval(watch)
    // The first asked were closed long ago.
    const waits: number[] = []
    for (const slug of slugs.slice(0, COLD)) waits.push(await asked(port, `${slug}.localhost`))
    const p95 = quantile({ latencies: waits.toSorted((a, b) => a - b) }, 0.95)
    return [
      atMost(
        'A thousand hosted organisations in one process, each asked: resident memory at its highest',
        highest,
        1024,
        'MiB',
        `${idle.toFixed(0)} MiB before`,
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
    child.kill('SIGTERM')
    await once(child, 'exit')
  }
}

/** One is made; the others are copies of its folder and its row: each of them its own database. */
async function manyHosted(config: Config, secrets: Secrets): Promise<string[]> {
  const { port } = config.listen
  const host = await createHost({ config, secrets, log: silentLog })
  try {
    await host.start()
    const { hosting } = host.own
    if (!hosting) throw new Error('this is no host')
    const first = await hosting.create('system', {
      slug: 'org-first',
      organisation: { name: 'Org' },
      administrator: { account: 'ada', givenName: 'Ada', familyName: 'Org' },
    })
    const row = await hosting.require('org-first')
    const { masterKey, ...rest } = await hosting.secretsOf(row)
    await untilReady(port, 'org-first.localhost')
    await host.tenants.close(first.id)
    const folder = join(config.dataDir, 'hosted', first.id)
    await sayWhereItIs(join(folder, 'regie.sqlite'), `http://org-first.localhost:${port}`)
    return await copied({ config, secrets, row, folder }, { ...rest, masterKey })
  } finally {
    await host.dispose()
  }
}

async function copied(
  first: { config: Config; secrets: Secrets; row: HostedRow; folder: string },
  { masterKey, ...rest }: HostedSecrets,
): Promise<string[]> {
  const { config, secrets, row, folder } = first
  const secret = JSON.stringify({ ...rest, masterKey: Buffer.from(masterKey).toString('base64url') })
  const slugs = Array.from({ length: TENANTS }, (_, n) => `org-${n}x`)
  const store = await Store.open({ storage: config.storage, entities, migrations })
  const vault = await Vault.open({ store, clock: systemClock, masterKey: secrets.masterKey })
  await store.transact(async (tx) => {
    for (const slug of slugs) {
      const id = newId()
      await vault.createKey(tx, `hosted:${id}`)
      const sealed = await vault.seal(`hosted:${id}`, `hosted_node:${id}:sealed`, secret)
      await tx.insert(hostedTable, { ...row, id, slug, sealed, nextDue: Date.now() + 3_600_000 })
      cpSync(folder, join(config.dataDir, 'hosted', id), { recursive: true })
    }
  })
  await store.dispose()
  return slugs
}

/** Its DID is on the chain, and nothing of what a first start does is left for its copies. */
async function untilReady(port: number, host: string): Promise<void> {
  for (const until = Date.now() + UNTIL_READY_MS; ; ) {
    const wait = await asked(port, host, '/readyz').catch((error: Error) => error)
    if (typeof wait === 'number') return
    if (Date.now() > until) throw wait
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

/** The copies share one DID, and each would say on the chain that the DID is to be found at its own address. */
async function sayWhereItIs(file: string, endpoint: string): Promise<void> {
  const store = await Store.open({ storage: { engine: 'sqlite', file }, entities, migrations })
  const done = { kind: 'endpoint', state: 'done', kid: null } as const
  const now = Date.now()
  await store.transact((tx) =>
    tx.insert(didChangeTable, { ...done, id: newId(), endpoint, outcomes: [], createdAt: now, doneAt: now }),
  )
  await store.dispose()
}

/** @returns milliseconds until the whole answer was there */
function asked(port: number, host: string, path = '/.well-known/openid-credential-issuer'): Promise<number> {
  const began = performance.now()
  return new Promise((resolve, reject) => {
    request(
      {
        host: '127.0.0.1',
        port,
        path,
        headers: { host: `${host}:${port}` },
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
