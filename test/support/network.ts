import { type ChildProcess, spawn } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { ensureBuilt, packageRoot } from './build.ts'
import { freePort } from './ports.ts'

export interface Finished {
  /** Exit code, or the signal's name. */
  readonly code: number | string
  readonly stdout: string
  readonly stderr: string
}

/** A whole embedded network, compiled, in processes of its own, in a temporary folder and on free ports. */
export interface TestNetwork {
  /** Holds `agent.yml` and `data/`; lines of `run` work here, with `examples/` and `bin/` as in the repository. */
  readonly dir: string
  readonly dataDir: string
  readonly urls: {
    readonly company: string
    readonly myobi: string
    readonly partner: string
    readonly chain: string
  }
  /** What the terminal shows so far. */
  output(): string
  /** Runs a line as a shell does, with `regie` on the path. */
  run(line: string, env?: Readonly<Record<string, string>>): Promise<Finished>
  /** The process id of `company`, `myobi`, `partner` or of the `supervisor`. */
  pid(name: string): number
  kill(name: string, signal?: NodeJS.Signals): void
  /** Asks it to stop, as Ctrl-C does, and waits until it has. */
  stop(): Promise<Finished>
  /** Starts again after `stop`, with the same data and ports. */
  start(): Promise<void>
  /** Stops what still runs and removes the folder. */
  dispose(): Promise<void>
}

export interface TestNetworkOptions {
  readonly env?: Readonly<Record<string, string>>
  /** In place of `dist/main.js`. */
  readonly program?: string
  /** Does not wait until the network is ready. */
  readonly wait?: false
}

const READY_MS = 60_000

export async function startTestNetwork(options: TestNetworkOptions = {}): Promise<TestNetwork> {
  await ensureBuilt()
  const dir = mkdtempSync(join(tmpdir(), 'regie-network-'))
  copyFileSync(join(packageRoot, 'agent.yml'), join(dir, 'agent.yml'))
  const base = await freePort([1, 2, 45])
  const dataDir = join(dir, 'data')
  const url = (offset: number) => `http://127.0.0.1:${base + offset}`
  const urls = { company: url(0), myobi: url(1), partner: url(2), chain: url(45) }
  const env = {
    ...withoutRegie(process.env),
    REGIE_DATA: dataDir,
    REGIE_PORT: String(base),
    ...options.env,
  }
  let supervisor: Started | undefined

  const network: TestNetwork = {
    dir,
    dataDir,
    urls,
    output: () => supervisor?.output.stdout ?? '',
    run: (line, more = {}) => {
      const path = `${join(packageRoot, 'bin')}:${process.env.PATH}`
      return launch('sh', ['-c', line], packageRoot, { ...env, PATH: path, ...more }).finished
    },
    pid: (name) => {
      if (name === 'supervisor') return supervisor?.child.pid ?? 0
      return Number(JSON.parse(readFileSync(join(dataDir, name, 'lock'), 'utf8')).pid)
    },
    kill: (name, signal = 'SIGKILL') => {
      process.kill(network.pid(name), signal)
    },
    stop: async () => {
      if (!supervisor) throw new Error('the network was not started')
      supervisor.child.kill('SIGINT')
      return supervisor.finished
    },
    start: async () => {
      supervisor = launch(
        process.execPath,
        ['--input-type=module', '-e', starter(dir, options.program)],
        dir,
        env,
      )
      if (options.wait !== false) await untilReady(supervisor)
    },
    dispose: async () => {
      supervisor?.child.kill('SIGTERM')
      await supervisor?.finished
      rmSync(dir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
    },
  }
  try {
    await network.start()
    return network
  } catch (error) {
    await network.dispose()
    throw error
  }
}

/** What `regie start` does, without the command line. */
const starter = (dir: string, program: string | undefined): string => `
  const { startFromConfig } = await import(${JSON.stringify(join(packageRoot, 'dist/network/index.js'))})
  const options = ${JSON.stringify({ configPath: join(dir, 'agent.yml'), program })}
  await startFromConfig(options).then(
    () => process.exit(0),
    (error) => { console.error(error.code + ': ' + error.message); process.exit(1) },
  )`

interface Started {
  readonly child: ChildProcess
  readonly output: { stdout: string; stderr: string }
  readonly finished: Promise<Finished>
}

function launch(command: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Started {
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const output = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output.stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text) => {
    output.stderr += text
  })
  const finished = new Promise<Finished>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve({ code: code ?? signal ?? 'unknown', ...output }))
  })
  return { child, output, finished }
}

async function untilReady({ child, output, finished }: Started): Promise<void> {
  for (const deadline = Date.now() + READY_MS; !output.stdout.includes('Ctrl-C stops'); await pause(20)) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`the network did not start: ${(await finished).stderr}`)
    if (Date.now() > deadline) throw new Error('the network was not ready in time')
  }
}

/** Our own settings must not reach a network that a test starts. */
const withoutRegie = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('REGIE_')))
