import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ChainConfig, Config } from '../../src/config/index.ts'
import { type Log, silentLog } from '../../src/core/index.ts'
import { createHost, type Host, type HostDeps } from '../../src/host/index.ts'
import { startChain } from '../../src/network/chain.ts'
import type { Engine } from '../../src/store/index.ts'
import { atEnd } from './endings.ts'
import { newStorage } from './engines.ts'
import { administrator, type TestClock, testClock } from './nodes.ts'
import { freePort } from './ports.ts'

export interface Answered<T = Record<string, unknown>> {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly bytes: Buffer
  readonly body: T
}

export interface Asking {
  readonly headers?: Readonly<Record<string, string | readonly string[]>> | readonly string[]
  readonly body?: object
}

/** A host in this process, and how it is asked: by the name in the Host header, whatever address that has. */
export interface TestHost {
  readonly host: Host
  readonly config: Config
  readonly chain: ChainConfig
  readonly clock: TestClock
  /** The servicedesk's own. */
  readonly token: string
  readonly masterKey: Uint8Array
  ask<T = Record<string, unknown>>(
    name: string,
    method: string,
    path: string,
    asking?: Asking,
  ): Promise<Answered<T>>
  /** As somebody with this token, below `/api/v1`, of a tenant or, for null, of the host itself. */
  call<T = Record<string, unknown>>(
    slug: string | null,
    token: string,
    method: string,
    path: string,
    body?: object,
    session?: string,
  ): Promise<Answered<T>>
  /** Makes a hosted node. @returns its administrator's token, taken over by the code. */
  make(slug: string, kvkNumber?: string): Promise<{ id: string; url: string; token: string; secret: string }>
  restart(): Promise<void>
}

export async function startHost(
  engine: Engine,
  {
    limits,
    log = silentLog,
    more = {},
  }: Pick<HostDeps, 'limits'> & { log?: Log; more?: Partial<Config> } = {},
): Promise<TestHost> {
  const dir = mkdtempSync(join(tmpdir(), 'regie-host-'))
  const chain = await startChain({ dir: join(dir, 'chain'), port: await freePort(), log: silentLog })
  const clock = testClock()
  const port = await freePort()
  const facts = { chainId: chain.chainId, rpcUrl: chain.rpcUrl, registry: chain.registry }
  const url = `http://localhost:${port}`
  const config: Config = {
    name: 'myobi',
    url,
    listen: { host: '127.0.0.1', port },
    dataDir: join(dir, 'myobi'),
    storage: newStorage(engine),
    organisation: { name: 'MYOBI' },
    administrator: administrator('myobi', ['servicedesk']),
    chain: facts,
    trustAnchor: { url },
    isTrustAnchor: true,
    loopback: true,
    hosting: true,
    localTokens: true,
    ...more,
  }
  const secrets = { masterKey: randomBytes(32), relayKey: chain.funderKey }
  const create = () => createHost({ config, secrets, log, clock, ...(limits && { limits }) })
  let host = await create()
  await host.start()
  atEnd(async () => {
    await host.dispose()
    await chain.stop()
    rmSync(dir, { recursive: true, force: true })
  })
  const ask: TestHost['ask'] = (name, method, path, asking = {}) => exchange(port, name, method, path, asking)
  const call: TestHost['call'] = (slug, token, method, path, body, session) =>
    ask(`${slug === null ? '' : `${slug}.`}localhost:${port}`, method, `/api/v1${path}`, {
      headers: { authorization: `Bearer ${token}`, ...(session && { 'regie-consent': session }) },
      ...(body && { body }),
    })
  const token = readFileSync(join(config.dataDir, 'tokens', 'myobi.token'), 'utf8').trim()
  return {
    get host() {
      return host
    },
    ...{ config, chain: facts, clock, token, ask, call, masterKey: secrets.masterKey },
    make: async (slug, kvkNumber) => {
      const made = await call<{ id: string; url: string; activation: string }>(
        null,
        token,
        'POST',
        '/hosting',
        {
          ...{ name: `${slug} B.V.`, slug, account: 'ada', given_name: 'Ada', family_name: 'Beheer' },
          ...{ representation: 'SOLE', email: 'ada@example.example' },
          ...(kvkNumber && { kvk_number: kvkNumber }),
        },
      )
      if (made.status !== 201) throw new Error(`no node was made: ${JSON.stringify(made.body)}`)
      const secret = 'een zin die niemand raadt'
      const activated = await ask<{ token: string }>(
        `${slug}.localhost:${port}`,
        'POST',
        '/api/v1/activations',
        {
          body: { code: made.body.activation, secret },
        },
      )
      if (activated.status >= 300) throw new Error(`not activated: ${JSON.stringify(activated.body)}`)
      return { id: made.body.id, url: made.body.url, token: activated.body.token, secret }
    },
    restart: async () => {
      await host.dispose()
      host = await create()
      await host.start()
    },
  }
}

function exchange<T>(
  port: number,
  name: string,
  method: string,
  path: string,
  { headers = {}, body }: Asking,
): Promise<Answered<T>> {
  const text = body && JSON.stringify(body)
  const given: [string, string | readonly string[]][] = Array.isArray(headers)
    ? []
    : Object.entries(headers as Record<string, string>)
  const raw = Array.isArray(headers)
    ? [...(headers as readonly string[])]
    : [
        'Host',
        name,
        ...given.flatMap(([key, value]) => [value].flat().flatMap((one) => [key, one as string])),
      ]
  if (text) raw.push('Content-Type', 'application/json', 'Content-Length', String(Buffer.byteLength(text)))
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { host: '127.0.0.1', port, method, path, headers: raw, setHost: false, agent: false },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () => {
          const bytes = Buffer.concat(chunks)
          const isJson = /json/.test(response.headers['content-type'] ?? '')
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            bytes,
            body: (isJson ? JSON.parse(bytes.toString('utf8')) : {}) as T,
          })
        })
      },
    )
    outgoing.on('error', reject)
    outgoing.end(text)
  })
}
