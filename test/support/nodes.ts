import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { AdministratorConfig, ChainConfig, Config, Secrets } from '../../src/config/index.ts'
import { type Clock, type Log, silentLog } from '../../src/core/index.ts'
import { startChain } from '../../src/network/chain.ts'
import { createNode, type Node } from '../../src/node/index.ts'
import type { Engine } from '../../src/store/index.ts'
import { type Answer, apiOf, type NodeApi } from './api.ts'
import { atEnd } from './endings.ts'
import { newStorage } from './engines.ts'
import { freePort } from './ports.ts'

export { type Answer, apiOf }

/** A real node in this process, reached over HTTP like any other. */
export interface TestNode extends NodeApi {
  readonly config: Config
  readonly url: string
  readonly node: Node
  /** What a thief of the machine would have besides the database. */
  readonly secrets: Secrets
  /** Ends it; the same data can be started again. */
  restart(): Promise<void>
}

export interface TestTrio {
  readonly myobi: TestNode
  readonly company: TestNode
  readonly partner: TestNode
  readonly chain: ChainConfig
  readonly clock: TestClock
  /** Starts one more company, not yet registered; it ends after the tests of this file as well. */
  add(name: string, organisation: Config['organisation']): Promise<TestNode>
}

/** The time that all nodes of a test share; it runs, and can be put forward. */
export interface TestClock extends Clock {
  advance(ms: number): void
}

export function testClock(): TestClock {
  let offset = 0
  return {
    now: () => Date.now() + offset,
    advance: (ms) => {
      offset += ms
    },
  }
}

/** Who a node is to the OpenID provider of its test. */
export const OPENID_SECRET = 'een geheim van de node en de aanmelding'

export const administrator = (account: string, roles: string[]): AdministratorConfig => ({
  account,
  givenName: 'Ada',
  familyName: account,
  email: `${account}@example.example`,
  representation: 'SOLE',
  roles,
})

/**
 * A trust anchor and two companies, not yet registered; all end after the tests of this file.
 * @param engine of all, or of each by its name
 * @param web names of those that have a did:web
 * @param more what the configuration of one says besides
 */
export async function startTrio(
  engine: Engine | ((name: string) => Engine),
  log: Log = silentLog,
  web: readonly string[] = [],
  more: (name: string) => Partial<Config> = () => ({}),
): Promise<TestTrio> {
  const clock = testClock()
  const dir = mkdtempSync(join(tmpdir(), 'regie-trio-'))
  const chain = await startChain({ dir: join(dir, 'chain'), port: await freePort(), log: silentLog })
  atEnd(async () => {
    await chain.stop()
    rmSync(dir, { recursive: true, force: true })
  })
  const facts = { chainId: chain.chainId, rpcUrl: chain.rpcUrl, registry: chain.registry }
  const anchorPort = await freePort()
  const anchorUrl = `http://127.0.0.1:${anchorPort}`
  const start = async (name: string, port: number, organisation: Config['organisation'], roles: string[]) => {
    const started = await startNode(
      {
        name,
        url: `http://127.0.0.1:${port}`,
        listen: { host: '127.0.0.1', port },
        dataDir: join(dir, name),
        storage: newStorage(typeof engine === 'string' ? engine : engine(name)),
        organisation,
        administrator: administrator(name, roles),
        chain: facts,
        trustAnchor: { url: anchorUrl },
        isTrustAnchor: name === 'myobi',
        ...(web.includes(name) && { did: 'web' as const }),
        loopback: true,
        localTokens: true,
        ...more(name),
      },
      { relayKey: chain.funderKey, clock, log },
    )
    atEnd(() => started.node.dispose())
    return started
  }
  const myobi = await start('myobi', anchorPort, { name: 'MYOBI' }, ['servicedesk'])
  const [company, partner] = await Promise.all([
    start('company', await freePort(), { name: 'Nietmachine B.V.', kvkNumber: '48316274' }, ['coordinator']),
    start('partner', await freePort(), { name: 'Kruimelkoning B.V.', kvkNumber: '48245915' }, [
      'coordinator',
    ]),
  ])
  const add = async (name: string, organisation: Config['organisation']) =>
    start(name, await freePort(), organisation, ['coordinator'])
  return { myobi, company, partner, chain: facts, clock, add }
}

/** Starts a node in this process; whoever calls it disposes of it. */
export async function startNode(
  config: Config,
  { relayKey, clock, log }: { relayKey: string; clock: Clock; log: Log },
): Promise<TestNode> {
  const secrets = {
    masterKey: randomBytes(32),
    ...(config.isTrustAnchor && { relayKey }),
    ...(config.openid && { openIdSecret: OPENID_SECRET }),
    ...(config.servicedesk && { kvkKey: 'of the recorded register' }),
  }
  const create = () => createNode({ config, secrets, log, clock })
  let node = await create()
  await node.start()
  return {
    config,
    url: config.url,
    secrets,
    get node() {
      return node
    },
    ...apiOf(config),
    restart: async () => {
      await node.dispose()
      node = await create()
      await node.start()
    },
  }
}

/** Waits until `look` finds something. @throws Error after 30 s */
export async function eventually<T>(
  look: () => Promise<T | null | undefined | false>,
  what: string,
): Promise<T> {
  for (let tries = 0; tries < 600; tries++) {
    const found = await look()
    if (found) return found
    await pause(50)
  }
  throw new Error(`${what} did not happen within 30 s`)
}

/** What it takes to call three nodes, wherever they run. */
export type Reachable = Readonly<Record<'myobi' | 'company' | 'partner', Pick<TestNode, 'config' | 'call'>>>

/** Registers both companies at the trust anchor. */
export async function registerAll({ myobi, company, partner }: Reachable): Promise<void> {
  for (const node of [company, partner]) await register(myobi, node)
}

/** A company applies at the trust anchor, its servicedesk accepts, the company's wallet holds the proof. */
export async function register(
  myobi: Pick<TestNode, 'call'>,
  node: Pick<TestNode, 'config' | 'call'>,
): Promise<void> {
  const { name } = node.config
  const { body } = await node.call<{ id: string }>(name, 'POST', '/registrations/applications', {
    accept: 1,
  })
  await myobi.call('myobi', 'POST', `/registrations/${body.id}/accept`, {})
  await eventually(async () => {
    const mine = await node.call<{ state: string }>(name, 'GET', '/registrations/mine')
    const ready = await myobi.call<{ items: { state: string }[] }>('myobi', 'GET', '/offers?limit=200')
    return mine.body.state === 'registered' && ready.body.items.every(({ state }) => state === 'redeemed')
  }, `registration of ${name}`)
}

/** A company with an employee who may ask, and a partner with a profile and a contact person. */
export async function settleTrio(trio: Reachable): Promise<void> {
  await registerAll(trio)
  const { company, partner } = trio
  await company.call('company', 'POST', '/people', {
    account: 'sanne',
    given_name: 'Sanne',
    family_name: 'Nietje',
    email: 'sanne@nietmachine.example',
    role: 'account_manager',
    roles: ['account_manager'],
  })
  await partner.call('partner', 'POST', '/people', {
    account: 'bram',
    given_name: 'Bram',
    family_name: 'Korst',
    email: 'bram@kruimelkoning.example',
    role: 'baker',
  })
  await partner.call('partner', 'POST', '/profile', {
    name: 'Kruimelkoning B.V.',
    email: 'info@kruimelkoning.example',
    iban: 'NL91ABNA0417164300',
  })
}

export const newRequest = {
  partner: '48245915',
  claims: ['company-registration.kvk_number', 'company-profile.email', 'contact-person.email'],
  purpose: ['order-management'],
  basis: 'contract',
  reason: 'Wij leveren uw bestelling',
  value: 'U geeft een wijziging maar één keer door',
}
