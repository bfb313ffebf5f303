import { execFileSync, spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Refusal } from '../core/index.ts'

/** What the file `anvil.pid` remembers, so that the next start finds what a killed one left behind. */
export interface PidFile {
  readonly pid: number
  readonly port: number
  /** The process that started it; while that is the parent, the chain is not stale. */
  readonly parent: number
}

export interface AnvilOptions {
  readonly dir: string
  readonly port: number
  readonly chainId: number
  /** A state file to continue from. */
  readonly loadState?: string
}

/**
 * Starts the EVM on loopback, in a process group of its own: Ctrl-C in a terminal reaches us, and we save its state
 * before we stop it.
 * @throws Refusal `chain_program_missing`
 */
export function spawnAnvil(options: AnvilOptions): { pid: number; exited: Promise<void> } {
  const output = openSync(join(options.dir, 'anvil.log'), 'w', 0o600)
  // A file and not a pipe: the program must outlive us when we are killed.
  const child = spawn(anvilProgram(), anvilArguments(options), {
    stdio: ['ignore', output, output],
    detached: true,
  })
  closeSync(output)
  const exited = new Promise<void>((done) => {
    child.once('exit', () => done())
    child.once('error', () => done())
  })
  child.unref()
  return { pid: child.pid ?? -1, exited }
}

function anvilArguments({ dir, port, chainId, loadState }: AnvilOptions): string[] {
  return [
    ...['--quiet', '--host', '127.0.0.1', '--port', String(port), '--no-cors'],
    ...['--chain-id', String(chainId), '--order', 'fifo'],
    // Its time is ours, also where a test has set the calendar of this process.
    ...['--timestamp', String(Math.floor(Date.now() / 1000))],
    // No developer accounts: their keys are known to everybody.
    ...['--accounts', '0', '--disable-default-create2-deployer'],
    // Old account states are not needed (logs and blocks are kept); one thread is plenty.
    ...['--prune-history', '--threads', '1'],
    // Unused with --prune-history, but names our folder on the command line: how a stale process is recognised.
    ...['--cache-path', marker(dir)],
    ...(loadState === undefined ? [] : ['--load-state', loadState]),
  ]
}

const marker = (dir: string): string => join(dir, 'anvil-cache')

/** @throws Refusal `chain_program_missing` */
function anvilProgram(): string {
  const platforms: Record<string, string> = { linux: 'linux', darwin: 'darwin', win32: 'win32' }
  const machines: Record<string, string> = { x64: 'amd64', arm64: 'arm64' }
  const name = `@foundry-rs/anvil-${platforms[process.platform]}-${machines[process.arch]}`
  try {
    const main = createRequire(import.meta.url).resolve('@foundry-rs/anvil/package.json')
    return createRequire(main).resolve(`${name}/bin/anvil${process.platform === 'win32' ? '.exe' : ''}`)
  } catch (cause) {
    throw new Refusal('unavailable', 'chain_program_missing', `the package ${name} is not installed`, {
      cause,
    })
  }
}

/** True while the process that `file` names is the EVM of this folder, whoever its parent is. */
export function isAnvilOf(dir: string, file: PidFile): boolean {
  return processInfo(file.pid)?.command.includes(marker(dir)) ?? false
}

/** True when the process that started it still is its parent. */
export const hasItsParent = (file: PidFile): boolean => processInfo(file.pid)?.parent === file.parent

/** Asks the process to stop, and makes it after three seconds. */
export async function stopProcess(pid: number): Promise<void> {
  signal(pid, 'SIGTERM')
  for (let waited = 0; isAlive(pid); waited += 20) {
    if (waited === 3000) signal(pid, 'SIGKILL')
    if (waited > 6000) return
    await pause(20)
  }
}

/**
 * A free port, or the one asked for when nobody listens there.
 * @param port 0 for any
 * @throws Refusal `port_in_use`
 */
export function requireFreePort(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', (cause) =>
      reject(
        new Refusal('conflict', 'port_in_use', `port ${port} is in use by another program`, {
          params: { port },
          cause,
        }),
      ),
    )
    probe.listen(port, '127.0.0.1', () => {
      const address = probe.address()
      const free = typeof address === 'object' && address ? address.port : port
      probe.close(() => resolve(free))
    })
  })
}

function isAlive(pid: number): boolean {
  const info = processInfo(pid)
  return info !== null && !info.ended
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // It has ended already.
  }
}

interface ProcessInfo {
  readonly parent: number
  readonly command: string
  /** Ended, and its parent has not asked for its exit code yet. */
  readonly ended: boolean
}

function processInfo(pid: number): ProcessInfo | null {
  if (!Number.isSafeInteger(pid) || pid <= 1) return null
  try {
    return process.platform === 'linux' ? fromProc(pid) : fromPs(pid)
  } catch {
    return null
  }
}

function fromProc(pid: number): ProcessInfo {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return {
    parent: Number(/^PPid:\s*(\d+)/m.exec(status)?.[1]),
    ended: /^State:\s*Z/m.test(status),
    command: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' '),
  }
}

function fromPs(pid: number): ProcessInfo | null {
  const line = execFileSync('ps', ['-o', 'ppid=,stat=,command=', '-p', String(pid)], { encoding: 'utf8' })
  const match = /^\s*(\d+)\s+(\S+)\s+(.*)$/.exec(line.trimEnd())
  return (
    match && { parent: Number(match[1]), ended: match[2]?.startsWith('Z') ?? false, command: match[3] ?? '' }
  )
}
