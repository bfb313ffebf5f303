import { join } from 'node:path'
import { destination } from 'pino'
import { readSettings } from '../config/index.ts'
import { runEmbedded } from './embedded.ts'
import { guardProcess } from './guard.ts'
import { createLogger } from './logger.ts'
import { planNetwork } from './plan.ts'
import { runNode } from './run-node.ts'
import { listenForStop, type StopSignals } from './stop-signals.ts'
import { summary } from './summary.ts'

export interface StartOptions {
  /** Path of `agent.yml`. */
  readonly configPath: string
  /** Changed: the secrets are taken out. The process' own unless told. */
  readonly env?: NodeJS.ProcessEnv
  /** Shows text to the person at the terminal; standard output unless told. */
  readonly print?: (text: string) => void
  /** The module that each node of an embedded network runs; `dist/main.js` unless told. */
  readonly program?: string
}

/** Of this file, in `src/` and in `dist/` alike. */
const packageRoot = join(import.meta.dirname, '..', '..')

/**
 * `regie start`: runs the node of `agent.yml`, and with `network: embedded` the network around it, until the
 * process is asked to stop. Listens to SIGINT, SIGTERM and SIGHUP meanwhile.
 * @throws Refusal whatever keeps it from starting; nothing runs then
 */
export async function startFromConfig(options: StartOptions): Promise<void> {
  const { configPath, env = process.env, print = (text: string) => console.log(text) } = options
  const signals = listenForStop()
  try {
    if (readSettings(configPath, env).embedded) await startNetwork({ ...options, env, print }, signals)
    else await startOne(configPath, env, signals)
  } finally {
    signals.dispose()
  }
}

type NetworkOptions = StartOptions & Required<Pick<StartOptions, 'env' | 'print'>>

async function startNetwork(options: NetworkOptions, signals: StopSignals): Promise<void> {
  const { configPath, env, print, program = join(packageRoot, 'dist', 'main.js') } = options
  const began = performance.now()
  const plan = planNetwork(configPath, packageRoot, env)
  const logFile = destination({ dest: join(plan.dataRoot, 'network.log'), mkdir: true, sync: true })
  const log = createLogger('network', logFile)
  const unguard = guardProcess(() => log)
  signals.stop.addEventListener('abort', () => print('Stopping; once more to force.'), { once: true })
  try {
    await runEmbedded({
      plan,
      env,
      program,
      log,
      ready: (chain) => print(summary(plan, chain.rpcUrl, (performance.now() - began) / 1000)),
      report: (sentence) => {
        log.warn({}, sentence)
        print(sentence)
      },
      ...signals,
    })
    print('Stopped.')
  } finally {
    unguard()
    logFile.end()
  }
}

async function startOne(configPath: string, env: NodeJS.ProcessEnv, signals: StopSignals): Promise<void> {
  // Standard output of a service belongs to whoever keeps its logs, so nothing else is printed.
  let log = createLogger('node')
  const unguard = guardProcess(() => log)
  try {
    await runNode({
      configPath,
      env,
      log: ({ name }) => {
        log = createLogger(name)
        return log
      },
      ready: () => {},
      ...signals,
    })
  } finally {
    unguard()
  }
}
