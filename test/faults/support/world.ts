import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ChainConfig, Config } from '../../../src/config/index.ts'
import { silentLog } from '../../../src/core/index.ts'
import { startChain } from '../../../src/network/chain.ts'
import type { StorageConfig } from '../../../src/store/index.ts'
import { atEnd } from '../../support/endings.ts'
import { newStorage } from '../../support/engines.ts'
import { administrator, startNode, type TestClock, type TestNode, testClock } from '../../support/nodes.ts'
import { freePort } from '../../support/ports.ts'

/** A chain, a trust anchor and a company in this process: what stands firm while a partner's node is treated badly. */
export interface World {
  readonly dir: string
  readonly chain: ChainConfig
  readonly clock: TestClock
  readonly myobi: TestNode
  readonly company: TestNode
  /** What the partner's node is to be, wherever it runs. */
  readonly partner: { readonly config: Config; readonly masterKey: Buffer }
}

export interface WorldOptions {
  readonly storage: StorageConfig
  /** Where others reach something, given where it really is: an address in between. */
  readonly via?: (name: 'chain' | 'myobi' | 'company' | 'partner', url: string) => Promise<string>
}

export async function startWorld({ storage, via = async (_, url) => url }: WorldOptions): Promise<World> {
  const clock = testClock()
  const dir = mkdtempSync(join(tmpdir(), 'regie-faults-'))
  const chain = await startChain({ dir: join(dir, 'chain'), port: await freePort(), log: silentLog })
  const nodes: TestNode[] = []
  atEnd(async () => {
    await Promise.all(nodes.map(({ node }) => node.dispose()))
    await chain.stop()
    rmSync(dir, { recursive: true, force: true })
  })
  const facts = { chainId: chain.chainId, rpcUrl: await via('chain', chain.rpcUrl), registry: chain.registry }
  const place = async (name: 'myobi' | 'company' | 'partner') => {
    const port = await freePort()
    return { name, url: await via(name, `http://127.0.0.1:${port}`), listen: { host: '127.0.0.1', port } }
  }
  const [anchor, ours, theirs] = [await place('myobi'), await place('company'), await place('partner')]
  const configOf = (at: typeof anchor, kvkNumber?: string): Config => ({
    ...at,
    dataDir: join(dir, at.name),
    storage: at.name === 'partner' ? storage : newStorage('sqlite'),
    organisation: { name: names[at.name], ...(kvkNumber && { kvkNumber }) },
    administrator: administrator(at.name, [at.name === 'myobi' ? 'servicedesk' : 'coordinator']),
    chain: facts,
    trustAnchor: { url: anchor.url },
    isTrustAnchor: at.name === 'myobi',
    loopback: true,
    localTokens: true,
  })
  const start = async (config: Config) => {
    const started = await startNode(config, { relayKey: chain.funderKey, clock, log: silentLog })
    nodes.push(started)
    return started
  }
  const myobi = await start(configOf(anchor))
  const company = await start(configOf(ours, '48316274'))
  const partner = { config: configOf(theirs, '48245915'), masterKey: randomBytes(32) }
  return { dir, chain: facts, clock, myobi, company, partner }
}

const names = { myobi: 'MYOBI', company: 'Nietmachine B.V.', partner: 'Kruimelkoning B.V.' }
