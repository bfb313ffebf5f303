import { type Config, loadConfig, loadSecrets, secretVariables } from '../config/index.ts'
import { type Log, Refusal } from '../core/index.ts'
import { takeLock } from './lock.ts'
import { aborted } from './stop-signals.ts'

export interface RunNodeOptions {
  readonly configPath: string
  /** Secrets are taken out of it. */
  readonly env: NodeJS.ProcessEnv
  readonly log: (config: Config) => Log
  /** Called once, when the node answers. */
  readonly ready: (url: string) => Promise<void> | void
  readonly stop: AbortSignal
  readonly force: AbortSignal
}

/** Requests in flight get this long to finish. */
const DISPOSE_MS = 10_000

/**
 * Runs one node in this process until it is asked to stop.
 * @throws Refusal what `loadConfig` and `loadSecrets` refuse, `already_running`, `port_in_use`, `stop_timeout`
 */
export async function runNode(options: RunNodeOptions): Promise<void> {
  const { env, stop } = options
  const config = loadConfig(options.configPath, env)
  const log = options.log(config)
  const lock = takeLock(config.dataDir)
  try {
    const secrets = loadSecrets(config, env)
    forget(env)
    // Loaded late: the process that supervises does not need a node's many modules.
    const create = config.hosting
      ? (await import('../host/index.ts')).createHost
      : (await import('../node/index.ts')).createNode
    if (stop.aborted) return
    const node = await create({ config, secrets, log })
    try {
      await Promise.race([started(node, options, config, log), aborted(stop)])
      await aborted(stop)
    } finally {
      log.info({}, 'stopping')
      await inTime(node.dispose(), options.force)
    }
    log.info({}, 'stopped')
  } finally {
    lock.release()
  }
}

async function started(
  node: { start(): Promise<{ url: string }> },
  { ready, stop }: RunNodeOptions,
  config: Config,
  log: Log,
): Promise<void> {
  try {
    const { url } = await node.start()
    if (stop.aborted) return
    log.info({ url }, 'ready')
    await ready(url)
  } catch (error) {
    // What breaks off because it is being stopped is no failure.
    if (!stop.aborted) throw portInUse(error, config) ?? error
  }
}

function portInUse(error: unknown, { listen }: Config): Refusal | null {
  if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') return null
  const { port } = listen
  return new Refusal('conflict', 'port_in_use', `port ${port} is in use by another program`, {
    params: { port },
    cause: error,
  })
}

async function inTime(disposed: Promise<void>, force: AbortSignal): Promise<void> {
  const tooLate = new Promise<'late'>((done) => setTimeout(done, DISPOSE_MS, 'late').unref())
  const outcome = await Promise.race([disposed, tooLate, aborted(force).then(() => 'late' as const)])
  if (outcome === 'late') throw new Refusal('unavailable', 'stop_timeout', 'the node did not stop in time')
}

/** So that no program started from here, and no dump of the environment, shows them. */
function forget(env: NodeJS.ProcessEnv): void {
  for (const name of secretVariables) delete env[name]
}
