import { type ChildProcess, fork } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../../../src/config/index.ts'
import { ensureBuilt } from '../../support/build.ts'
import { atEnd } from '../../support/endings.ts'

/** What a sabotaged node does wrong: for the control that must fail. */
export type Sabotage = 'acknowledge early'

export interface NodeOrder {
  readonly config: Config
  readonly masterKey: Uint8Array
  /** Of a trust anchor. */
  readonly relayKey?: string | undefined
  readonly sabotage?: Sabotage | undefined
}

/** A node that was told to start, in a process of its own. */
export interface NodeProcess {
  readonly pid: number
  /** It answers. Fails with what it refused, or when the process ended. */
  readonly ready: Promise<void>
  /** `kill -9`; resolves when it is gone. */
  kill(): Promise<void>
  /** Asks it to stop; resolves when it has. */
  stop(): Promise<void>
}

const PROGRAM = join(import.meta.dirname, 'node-process.mjs')

/**
 * Starts nodes as processes of their own. Most of the work of a start is loading modules, which is the same for every
 * node: one process always stands ready, its modules loaded, so that killing many times takes no longer than it must.
 */
export class NodeProcesses {
  readonly #log: string
  readonly #env: NodeJS.ProcessEnv
  readonly #alive = new Set<ChildProcess>()
  #spare: Promise<ChildProcess> | undefined

  /** @param log file that takes what the nodes log */
  constructor(log: string, env: Readonly<Record<string, string>> = {}) {
    this.#log = log
    this.#env = { ...process.env, ...env }
    atEnd(() => Promise.all([...this.#alive].map((child) => ended(child, 'SIGKILL'))))
  }

  async start({ config, masterKey, relayKey, sabotage }: NodeOrder): Promise<NodeProcess> {
    await ensureBuilt()
    const child = await (this.#spare ?? this.#load())
    this.#spare = this.#load()
    this.#spare.catch(() => undefined)
    const ready = message(child, 'ready')
    ready.catch(() => undefined)
    child.send({ start: { config, masterKey: Buffer.from(masterKey).toString('hex'), relayKey, sabotage } })
    return {
      pid: child.pid ?? 0,
      ready,
      kill: () => ended(child, 'SIGKILL'),
      stop: () => {
        child.send({ stop: true })
        return ended(child)
      },
    }
  }

  async #load(): Promise<ChildProcess> {
    const log = openSync(this.#log, 'a')
    const child = fork(PROGRAM, [], { env: this.#env, execArgv: [], stdio: ['ignore', log, log, 'ipc'] })
    closeSync(log)
    this.#alive.add(child)
    child.once('exit', () => this.#alive.delete(child))
    await message(child, 'loaded')
    return child
  }
}

/** Waits for one kind of message. @throws Error with the code the node refused with, or when it ended before */
function message(child: ChildProcess, kind: 'loaded' | 'ready'): Promise<void> {
  return new Promise((resolve, reject) => {
    const onMessage = (text: Record<string, unknown>) => {
      if (text.failed) settle(() => reject(Object.assign(new Error('the node refused'), text.failed)))
      else if (kind in text) settle(resolve)
    }
    const onExit = () => settle(() => reject(new Error('the process ended')))
    const settle = (then: () => void) => {
      child.off('message', onMessage).off('exit', onExit)
      then()
    }
    child.on('message', onMessage).on('exit', onExit)
  })
}

function ended(child: ChildProcess, signal?: NodeJS.Signals): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve()
    child.once('exit', () => resolve())
    if (signal) child.kill(signal)
  })
}
