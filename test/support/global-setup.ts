import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { TestProject } from 'vitest/node'
import { freePort } from './ports.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** URL of a Postgres that tests may use, or null where the machine has none. */
    postgres: string | null
  }
}

/** Starts a Postgres of our own for the run; where there is none, says what is left out. */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const given = process.env.REGIE_TEST_POSTGRES
  if (given) {
    project.provide('postgres', given)
    return undefined
  }
  const bin = postgresBinaries()
  if (!bin) {
    if (process.env.REGIE_REQUIRE_POSTGRES) throw new Error('PostgreSQL is required here and was not found')
    console.warn(
      'No PostgreSQL on this machine: the tests marked (postgres) are left out. Debian: apt install postgresql',
    )
    project.provide('postgres', null)
    return undefined
  }
  const server = await startPostgres(bin)
  project.provide('postgres', server.url)
  return server.stop
}

/** Where PostgreSQL's programs are; undefined on a machine without. */
export function postgresBinaries(): string | undefined {
  const root = '/usr/lib/postgresql'
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : []
  return versions.map((version) => join(root, version, 'bin')).find((bin) => existsSync(join(bin, 'initdb')))
}

/** The user postgres runs as: it refuses root. */
function postgresUser(): { uid: number; gid: number } | undefined {
  if (userInfo().uid !== 0) return undefined
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

/** A server of the test's own. */
export interface Postgres {
  readonly url: string
  /** Ends it and starts it on the same data: cutting connections off, or as after a crash. */
  restart(how: 'fast' | 'immediate'): Promise<void>
  stop(): Promise<void>
}

export async function startPostgres(bin: string): Promise<Postgres> {
  const dir = mkdtempSync(join(tmpdir(), 'regie-pg-'))
  const user = postgresUser()
  if (user) chownSync(dir, user.uid, user.gid)
  const data = join(dir, 'data')
  execFileSync(
    join(bin, 'initdb'),
    ['-D', data, '-A', 'trust', '-U', 'postgres', '-E', 'UTF8', '--no-sync'],
    {
      ...user,
      cwd: dir,
      stdio: 'ignore',
    },
  )
  const port = await freePort()
  // Tests kill processes, not the machine: fsync would only cost time here.
  const settings = {
    fsync: 'off',
    max_connections: '500',
    listen_addresses: '127.0.0.1',
    unix_socket_directories: dir,
  }
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const start = async () => {
    const args = ['-D', data, '-p', String(port), ...flags]
    const server = spawn(join(bin, 'postgres'), args, { ...user, cwd: dir, stdio: 'ignore' })
    await untilReady(bin, port, server)
    return server
  }
  let server = await start()
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    restart: async (how) => {
      await ended(server, how === 'fast' ? 'SIGINT' : 'SIGQUIT')
      server = await start()
    },
    stop: async () => {
      await ended(server, 'SIGINT')
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

async function untilReady(bin: string, port: number, server: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    if (server.exitCode !== null) throw new Error('PostgreSQL did not start')
    try {
      execFileSync(join(bin, 'pg_isready'), ['-h', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' })
      return
    } catch {
      await sleep(100)
    }
  }
  throw new Error('PostgreSQL was not ready within 10 s')
}

function ended(server: ChildProcess, signal: NodeJS.Signals): Promise<unknown> {
  const exit = new Promise((resolve) => server.once('exit', resolve))
  server.kill(signal)
  return exit
}
