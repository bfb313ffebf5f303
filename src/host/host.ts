import type { Config, Secrets } from '../config/index.ts'
import { type Clock, type Log, newId, Refusal, systemClock } from '../core/index.ts'
import { createDoor } from '../http/index.ts'
import { createNode, loadCommon, type Node } from '../node/index.ts'
import { type Share, share } from './fair-share.ts'
import { createFrontDoor } from './front-door.ts'
import { Tenants } from './tenants.ts'

export interface HostDeps {
  readonly config: Config
  readonly secrets: Secrets
  readonly log: Log
  readonly clock?: Clock
  readonly limits?: Partial<Share & { maxOpen: number; idleMs: number }>
}

export interface Host extends Pick<Node, 'start' | 'dispose'> {
  readonly tenants: Pick<Tenants, 'open' | 'close'>
  /** The host's own node: the trust anchor. */
  readonly own: Node
}

const IDLE_MS = 60_000
/** An open node takes some 8 MiB: with these a gigabyte is not reached (`npm run bench -- hosting`). */
const MAX_OPEN_FILES = 64
/** Each has up to four connections, and Postgres has a hundred unless told. */
const MAX_OPEN_SCHEMAS = 16
const LEASE_MS = 10_000
const HOLD_EVERY_MS = 3_000

/**
 * One process for many small organisations: the trust anchor's node, and behind the same port a node for each of
 * those it hosts, reached one label below its host name.
 * @throws Refusal `hosting_needs_name`, and those of `createNode`
 */
export async function createHost({ clock = systemClock, limits, ...deps }: HostDeps): Promise<Host> {
  const { config, log } = deps
  const base = baseOf(config)
  const common = loadCommon()
  const tenants = new Tenants({
    ...{ config, base, common, clock, log },
    maxOpen: limits?.maxOpen ?? (config.storage.engine === 'sqlite' ? MAX_OPEN_FILES : MAX_OPEN_SCHEMAS),
    idleMs: limits?.idleMs ?? IDLE_MS,
  })
  const own = await createNode({ ...deps, clock, common, host: { base, runtime: tenants } })
  const { hosting } = own
  if (!hosting) throw new Error('a host’s own node knows what it hosts')
  tenants.attach(hosting)
  // Two processes that open the same node would both be right, and a node that left could go on in one of them.
  const holder = newId()
  let holds = false
  const hold = async () => {
    const before = holds
    holds = await hosting.hold(holder, LEASE_MS).catch(() => false)
    if (holds && !before) tenants.start()
    if (!holds && before) await tenants.pause()
  }
  const door = createDoor(
    createFrontDoor({
      ...{ config, base, hosting, tenants, own, log },
      share: { ...share, ...limits },
      hosts: () => holds,
    }),
  )
  let holding: NodeJS.Timeout | undefined
  let held: Promise<void> = Promise.resolve()
  return {
    tenants,
    own,
    start: async () => {
      await own.wake()
      const answered = await door.listen(config.listen)
      await hold()
      holding = setInterval(() => {
        held = held.then(hold)
      }, HOLD_EVERY_MS)
      return answered
    },
    dispose: async () => {
      clearInterval(holding)
      await door.close()
      await held
      await tenants.stop()
      // Who comes next need not wait until it is over.
      await hosting.hold(holder, -1).catch(() => false)
      await own.dispose()
    },
  }
}

/** @throws Refusal `hosting_needs_name` */
function baseOf({ url, isTrustAnchor }: Config): URL {
  const base = new URL(url)
  const isName = /[a-z]$/i.test(base.hostname) && base.pathname === '/'
  if (isName && isTrustAnchor) return base
  throw new Refusal(
    'invalid',
    'hosting_needs_name',
    'only a trust anchor hosts, under a name and not a number: http://localhost:4801 on this machine',
  )
}
