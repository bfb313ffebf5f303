import { type ChildProcess, fork } from 'node:child_process'
import { closeSync, mkdirSync, openSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Refusal } from '../core/index.ts'
import { readMessage, refusalOf } from './messages.ts'
import { aborted } from './stop-signals.ts'

export interface NodeProcessOptions {
  readonly name: string
  readonly configPath: string
  readonly dataDir: string
  readonly env: NodeJS.ProcessEnv
  /** The module to run; takes `--config` and speaks {@link NodeMessage}. */
  readonly program: string
}

/** One node, in a process of its own. */
export interface NodeProcess {
  readonly name: string
  /** The node answers. Fails with the node's refusal, or `node_not_started`. */
  readonly ready: Promise<void>
  /** How it ended: an exit code or a signal's name. */
  readonly ended: Promise<string>
  /** Asks it to stop, and makes it when it takes too long or `force` is aborted. */
  stop(force: AbortSignal): Promise<void>
}

/** A little longer than a node gives its requests. */
const STOP_MS = 12_000
const MAX_LOG_BYTES = 20 * 1024 * 1024

export function startNodeProcess({
  name,
  configPath,
  dataDir,
  env,
  program,
}: NodeProcessOptions): NodeProcess {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const log = openLog(join(dataDir, 'node.log'))
  const child = fork(program, ['--config', configPath], {
    env,
    // Not the options we were started with.
    execArgv: [],
    stdio: ['ignore', log, log, 'ipc'],
    // Ctrl-C in a terminal goes to a whole process group; we decide in which order things stop.
    detached: true,
  })
  closeSync(log)
  const ended = new Promise<string>((done) => {
    child.once('exit', (code, signal) => done(signal ?? `exit code ${code}`))
    child.once('error', () => done('not started'))
  })
  const ready = becomesReady(name, child, ended)
  // Whoever starts several at once looks at them one after the other.
  ready.catch(() => {})
  return { name, ready, ended, stop: (force) => stopped(child, ended, force) }
}

function becomesReady(name: string, child: ChildProcess, ended: Promise<string>): Promise<void> {
  return new Promise((resolve, reject) => {
    child.on('message', (value) => {
      const message = readMessage(value)
      if (message && 'ready' in message) resolve()
      else if (message) reject(refusalOf(message.failed, name))
    })
    ended.then((how) =>
      reject(
        new Refusal('unavailable', 'node_not_started', `${name} ended before it was ready (${how})`, {
          params: { node: name },
        }),
      ),
    )
  })
}

async function stopped(child: ChildProcess, ended: Promise<string>, force: AbortSignal): Promise<void> {
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
  const forced = aborted(force).then(() => {
    child.kill('SIGKILL')
    return ended
  })
  await Promise.race([ended, forced])
  clearTimeout(timer)
}

/** Goes on with the log of last time; a large one is set aside, once. */
function openLog(path: string): number {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > MAX_LOG_BYTES) renameSync(path, `${path}.1`)
  return openSync(path, 'a', 0o600)
}
