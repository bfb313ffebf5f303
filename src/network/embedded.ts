import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { type NetworkFile, networkFilePath } from '../config/index.ts'
import { type Log, Refusal } from '../core/index.ts'
import { type Chain, startChain } from './chain.ts'
import { requireFreePort } from './chain-process.ts'
import { takeLock, waitUntilFree } from './lock.ts'
import { type NodeProcess, startNodeProcess } from './node-process.ts'
import { nodesOf, type Plan, type PlannedNode, systemVariables } from './plan.ts'
import { aborted } from './stop-signals.ts'

export interface EmbeddedOptions {
  readonly plan: Plan
  readonly env: NodeJS.ProcessEnv
  /** The module each node's process runs. */
  readonly program: string
  readonly log: Log
  /** Called once, when all nodes answer. */
  readonly ready: (chain: Chain) => void
  /** Called with one sentence when a part ends by itself. */
  readonly report: (sentence: string) => void
  readonly stop: AbortSignal
  readonly force: AbortSignal
}

const READY_MS = 60_000
/** What a killed supervisor left behind ends by itself; a little longer than a node may take. */
const LEFTOVERS_MS = 12_000

/**
 * Runs the chain and the nodes of a network on this machine, each in a process of its own, until asked to stop.
 * A node that ends by itself is reported and not started again: whoever looks into why wants it to stay as it is.
 * @throws Refusal `already_running`, `port_in_use`, `network_ended` when no node is left, and what the chain or a
 *   node refuses while starting; nothing runs then
 */
export async function runEmbedded(options: EmbeddedOptions): Promise<void> {
  const { plan, stop, force, log } = options
  mkdirSync(plan.dataRoot, { recursive: true, mode: 0o700 })
  const lock = takeLock(plan.dataRoot, 'network.lock')
  const processes: NodeProcess[] = []
  let chain: Chain | undefined
  try {
    await requireRoom(plan)
    chain = await startChain({ dir: `${plan.dataRoot}/chain`, port: plan.chainPort, log })
    writeNetworkFile(plan, chain)
    if (stop.aborted) return
    for (const node of nodesOf(plan)) processes.push(startNode(node, chain, options))
    await Promise.race([allReady(processes), aborted(stop)])
    if (stop.aborted) return
    watch(processes, chain, options)
    options.ready(chain)
    await Promise.race([noneLeft(processes), aborted(stop)])
  } finally {
    await Promise.all(processes.map((process) => process.stop(force)))
    // Last: what is in flight on the nodes may still need it.
    await chain?.stop()
    lock.release()
  }
}

/** Looks before anything starts, so that nothing is left half started. */
async function requireRoom(plan: Plan): Promise<void> {
  for (const { settings } of nodesOf(plan)) await waitUntilFree(settings.dataDir, LEFTOVERS_MS)
  for (const { settings } of nodesOf(plan)) await requireFreePort(settings.listen.port)
}

function startNode(node: PlannedNode, chain: Chain, { plan, env, program }: EmbeddedOptions): NodeProcess {
  const { file, dataDir } = node.settings
  return startNodeProcess({
    name: file.name,
    configPath: node.configPath,
    dataDir,
    program,
    env: {
      ...systemVariables(env),
      ...node.env,
      ...(node === plan.trustAnchor ? { REGIE_RELAY_KEY: chain.funderKey } : {}),
    },
  })
}

/** Where each node reads who its trust anchor is and on which chain. */
function writeNetworkFile({ dataRoot, trustAnchor }: Plan, { chainId, rpcUrl, registry }: Chain): void {
  const content: NetworkFile = { trustAnchor: trustAnchor.settings.url, chain: { chainId, rpcUrl, registry } }
  const path = networkFilePath(dataRoot)
  writeFileSync(`${path}.new`, `${JSON.stringify(content, null, 2)}\n`)
  renameSync(`${path}.new`, path)
}

async function allReady(processes: readonly NodeProcess[]): Promise<void> {
  const late = new Refusal(
    'unavailable',
    'node_not_started',
    'a node was not ready within a minute; see its node.log',
  )
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(reject, READY_MS, late)
  })
  try {
    await Promise.race([Promise.all(processes.map(({ ready }) => ready)), tooLate])
  } finally {
    clearTimeout(timer)
  }
}

function watch(processes: readonly NodeProcess[], chain: Chain, { report, stop }: EmbeddedOptions): void {
  const tell = (sentence: string) => {
    if (!stop.aborted) report(sentence)
  }
  for (const { name, ended } of processes)
    ended.then((how) =>
      tell(`${name} ended (${how}); the others go on. It comes back when you stop and start again.`),
    )
  chain.exited.then(() => tell('The chain ended; the nodes go on, but cannot look up identifiers on it.'))
}

async function noneLeft(processes: readonly NodeProcess[]): Promise<never> {
  await Promise.all(processes.map(({ ended }) => ended))
  throw new Refusal('unavailable', 'network_ended', 'no node is running any more; their node.log says why')
}
