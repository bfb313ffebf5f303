import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { loadConfig, loadSecrets } from '../src/config/index.ts'
import { silentLog } from '../src/core/index.ts'
import { importNode } from '../src/network/import-node.ts'
import { createNode } from '../src/node/index.ts'
import { deriveFileKey, newDerivation } from '../src/wallet-file/index.ts'
import { atEnd } from './support/endings.ts'
import { newStorage, onEachEngine } from './support/engines.ts'
import { startHost, type TestHost } from './support/hosted.ts'
import { administrator, eventually, newRequest, startNode, type TestNode } from './support/nodes.ts'
import { freePort } from './support/ports.ts'

const cheap = () => ({ ...newDerivation(), m: 19_456, t: 2, p: 1 })
const PASSPHRASE = 'een zin die met ons meegaat'

onEachEngine((engine) => {
  let at: TestHost
  let company: TestNode
  let bakker: Awaited<ReturnType<TestHost['make']>>
  let port: number
  let dir: string
  let ticket = ''
  let file = ''
  let grant = ''
  const name = () => `bakker.localhost:${at.config.listen.port}`
  const hosted = <T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: object,
    session?: string,
  ) => at.call<T>('bakker', bakker.token, method, path, body, session)
  const read = () =>
    company.call<{ claims?: { path: string; value: unknown }[]; code?: string }>(
      'company',
      'POST',
      '/access/reads',
      {
        partner: '48245915',
        claims: ['company-profile.email'],
      },
    )

  beforeAll(async () => {
    at = await startHost(engine)
    bakker = await at.make('bakker', '48245915')
    dir = mkdtempSync(join(tmpdir(), 'regie-moved-'))
    atEnd(() => rmSync(dir, { recursive: true, force: true }))
    port = await freePort()
    const own = await freePort()
    company = await startNode(
      {
        ...at.config,
        ...{ name: 'company', url: `http://127.0.0.1:${own}`, listen: { host: '127.0.0.1', port: own } },
        ...{
          dataDir: join(dir, 'company'),
          storage: newStorage(engine),
          isTrustAnchor: false,
          hosting: false,
        },
        organisation: { name: 'Nietmachine B.V.', kvkNumber: '48316274' },
        administrator: administrator('company', ['coordinator']),
      },
      { relayKey: '', clock: at.clock, log: silentLog },
    )
    atEnd(() => company.node.dispose())
    const unlocked = await hosted<{ token: string }>('POST', '/me/consent/unlock', { secret: bakker.secret })
    const session = unlocked.body.token
    const registered = async (
      apply: (body: object) => Promise<{ status: number; body: unknown }>,
      mine: () => Promise<{ body: { state?: string } }>,
    ) => {
      const id = await eventually(async () => {
        const { status, body } = await apply({ accept: 1 })
        return status < 300 && (body as { id: string }).id
      }, 'the application')
      await at.call(null, at.token, 'POST', `/registrations/${id}/accept`, {})
      await eventually(async () => (await mine()).body.state === 'registered', 'the registration')
    }
    await registered(
      (body) => company.call('company', 'POST', '/registrations/applications', body),
      () => company.call('company', 'GET', '/registrations/mine'),
    )
    await registered(
      (body) => hosted('POST', '/registrations/applications', body, session),
      () => hosted('GET', '/registrations/mine'),
    )
    await hosted('POST', '/profile', { name: 'Bakker B.V.', email: 'info@bakker.example' })
    await eventually(async () => {
      const asked = { ...newRequest, claims: ['company-profile.email'] }
      return (await company.call('company', 'POST', '/access/requests', asked)).status < 300
    }, 'the asking')
    const pending = await eventually(async () => {
      const { body } = await hosted<{ items?: { id: string }[] }>('GET', '/access/requests?state=pending')
      return body.items?.[0]?.id
    }, 'the request')
    const approved = await hosted<{ code?: string }>(
      'POST',
      `/access/requests/${pending}/approval`,
      {},
      session,
    )
    expect(approved.status, JSON.stringify(approved.body)).toBeLessThan(300)
    grant = await eventually(async () => {
      const { body } = await hosted<{ items?: { id: string }[] }>('GET', '/access/grants')
      return body.items?.[0]?.id
    }, 'the grant')
    await eventually(async () => (await read()).status === 200, 'the first read')
  }, 90_000)

  test('leaving closes it at the host in the same step, and only its ticket fetches the file', async () => {
    const { key, derivation } = await deriveFileKey(PASSPHRASE, cheap())
    const leaving = await hosted<{ ticket: string }>('POST', '/hosting/departures', {
      ...{ to: `http://127.0.0.1:${port}`, key: Buffer.from(key).toString('base64url'), kdf: derivation },
      confirm: 'for good',
    })
    expect(leaving.status, JSON.stringify(leaving.body)).toBe(200)
    ticket = leaving.body.ticket
    expect((await hosted('GET', '/me')).body.code).toBe('organisation_moved')
    expect((await at.ask(name(), 'GET', '/hosted-file')).body.code).toBe('hosting_ticket_invalid')
    const wrong = { headers: { authorization: `Bearer ${'A'.repeat(43)}` } }
    expect((await at.ask(name(), 'GET', '/hosted-file', wrong)).status).toBe(401)
    const bytes = await eventually(async () => {
      const { status, bytes } = await at.ask(name(), 'GET', '/hosted-file', {
        headers: { authorization: `Bearer ${ticket}` },
      })
      return status === 200 && bytes
    }, 'the file')
    expect(bytes.includes('Bakker')).toBe(false)
    file = join(dir, 'bakker.regie')
    writeFileSync(file, bytes)
  })

  test('there is no way back at the host: it cannot be resumed', async () => {
    const { body } = await at.call(null, at.token, 'POST', '/hosting/bakker/resume', {})
    expect(body.code).toBe('hosting_not_now')
  })

  const agentFile = (more: string = '') => {
    const path = join(dir, 'agent.yml')
    const { rpcUrl, registry, chainId } = at.chain
    writeFileSync(
      path,
      `version: 3.0
node:
  name: bakker
  data: ${dir}/own
  organisation: { name: bakker B.V., kvkNumber: '48245915' }
  administrator: { account: ada, givenName: Ada, familyName: Beheer, roles: [coordinator] }
  network: { trustAnchor: '${at.config.url}', chain: { chainId: ${chainId}, rpcUrl: '${rpcUrl}', registry: '${registry}' } }
  listen: { port: ${port} }
${more}agent:
  $require: ./dist/agent-from-file.js?t=function#createAgentFromFile
  $args: [./agent.yml]
`,
    )
    return path
  }
  const bringIn = (configPath: string, from = file, passphrase = PASSPHRASE) =>
    importNode({
      ...{ configPath, env: {}, file: from },
      keyFor: async ({ kdf }) => (await deriveFileKey(passphrase, kdf)).key,
    })

  test.each([
    [
      'another passphrase',
      () => bringIn(agentFile(), file, 'een heel andere zin'),
      'node_file_passphrase_wrong',
    ],
    ['half a file', () => bringIn(agentFile(), half()), 'node_file_damaged'],
    ['another address', () => bringIn(agentFile(`  url: 'http://127.0.0.1:1'\n`)), 'import_other_address'],
    ['no file', () => bringIn(agentFile(), join(dir, 'nothing')), 'node_file_unreadable'],
  ])('nothing is made of %s', async (_what, way, code) => {
    await expect(way()).rejects.toMatchObject({ code })
  })
  const half = () => {
    const path = join(dir, 'half.regie')
    const all = readFileSync(file)
    writeFileSync(path, all.subarray(0, all.length - 100))
    return path
  }

  test('broken off after its key was written and before its database was there, it is taken over all the same', async () => {
    const own = join(dir, 'own', 'bakker')
    await bringIn(agentFile())
    const key = readFileSync(join(own, 'master.key'), 'utf8')
    const lose = () => {
      for (const name of readdirSync(own)) if (name.includes('.sqlite')) rmSync(join(own, name))
    }
    lose()
    writeFileSync(join(own, 'master.key'), 'A'.repeat(43))
    await expect(bringIn(agentFile())).rejects.toMatchObject({ code: 'import_target_not_empty' })
    expect(readdirSync(own).filter((name) => name.includes('.sqlite'))).toEqual([])
    writeFileSync(join(own, 'master.key'), key)
    expect((await bringIn(agentFile())).rows).toBeGreaterThan(20)
    rmSync(own, { recursive: true, force: true })
  })

  test('it becomes an own node, with its people, grants and keys; partners go on, and revoking still works', async () => {
    const path = agentFile()
    const { rows } = await bringIn(path)
    expect(rows).toBeGreaterThan(20)
    await expect(bringIn(path)).rejects.toMatchObject({ code: 'import_target_not_empty' })
    const config = loadConfig(path, {})
    const node = await createNode({
      config,
      secrets: loadSecrets(config, {}),
      log: silentLog,
      clock: at.clock,
    })
    atEnd(() => node.dispose())
    const { url } = await node.start()
    const send = async (method: string, way: string, body?: object) => {
      const response = await fetch(`${url}/api/v1${way}`, {
        method,
        headers: {
          authorization: `Bearer ${bakker.token}`,
          ...(body && { 'content-type': 'application/json' }),
        },
        ...(body && { body: JSON.stringify(body) }),
      })
      return { status: response.status, body: (await response.json()) as Record<string, unknown> }
    }
    expect((await send('GET', '/me')).status).toBe(200)
    expect((await send('GET', '/audit/verification')).body).toMatchObject({ intact: true })
    // Others may remember for a minute where its DID said that it is: also who looked before it said so.
    let last: unknown
    await eventually(async () => {
      at.clock.advance(5_000)
      const answer = await read()
      last = answer.body
      return answer.status === 200
    }, 'a read under the grant after the move').catch((error: unknown) => {
      throw new Error(`the partner could not read: ${JSON.stringify(last)}`, { cause: error })
    })
    const list = await at.ask(name(), 'GET', '/status-lists/01a20093-1488-76da-b405-d48dbd0135db')
    expect([list.status, list.headers.location]).toEqual([
      308,
      `http://127.0.0.1:${port}/status-lists/01a20093-1488-76da-b405-d48dbd0135db`,
    ])
    expect((await send('POST', `/access/grants/${grant}/revocation`, {})).status).toBeLessThan(300)
    const refused = await read()
    expect(JSON.stringify(refused.body)).toContain('grant_revoked')
  })

  test('what was here of it is removed for good, its name is nobody’s afterwards, and its lists are still found', async () => {
    const confirm = { confirm: 'bakker' }
    expect(
      (await at.call(null, at.token, 'POST', '/hosting/bakker/remove', { confirm: 'slager' })).body.code,
    ).toBe('confirmation_missing')
    const removed = await at.call(null, at.token, 'POST', '/hosting/bakker/remove', confirm)
    expect(removed.body.state).toBe('removed')
    expect((await at.ask(name(), 'GET', '/status-lists/x')).status).toBe(308)
    expect(
      (await at.ask(name(), 'GET', '/hosted-file', { headers: { authorization: `Bearer ${ticket}` } }))
        .status,
    ).toBe(401)
    await expect(at.make('bakker')).rejects.toThrow('hosting_slug_taken')
  })
})
