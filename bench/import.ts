import { createReadStream, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Dispatcher, Pool } from 'undici'
import { ensureBuilt } from '../test/support/build.ts'
import { startTestNetwork } from '../test/support/network.ts'
import { writeAuditFile } from './audit-file.ts'
import { residentMib } from './processes.ts'
import { atLeast, atMost, type BenchRow } from './row.ts'

const BYTES = 200_000_000
const SAMPLE_MS = 100

/**
 * An audit file of 200 MB sent to a node over HTTP, looked at, and everything in it made a partner: the node is a
 * process of its own, whose resident memory is looked at ten times a second.
 */
export async function benchImport(relations = 100_000, bytes = BYTES): Promise<BenchRow[]> {
  await ensureBuilt()
  const dir = mkdtempSync(join(tmpdir(), 'regie-bench-'))
  const file = join(dir, 'audit.xaf')
  const size = await writeAuditFile(file, { relations, bytes })
  const network = await startTestNetwork()
  const pool = new Pool(network.urls.company, { headersTimeout: 0, bodyTimeout: 0 })
  const token = readFileSync(join(network.dataDir, 'company', 'tokens', 'company.token'), 'utf8').trim()
  const call = callerOf(pool, token)
  const idle = residentMib(network.pid('company'))
  const peak = watch(network.pid('company'))
  const phases: string[] = []
  const timed = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const began = performance.now()
    const done = await work()
    process.stderr.write(`${name} ${((performance.now() - began) / 1000).toFixed(1)} s\n`)
    phases.push(`${name} ${((performance.now() - began) / 1000).toFixed(1)} s, ${peak.mib().toFixed(0)} MiB`)
    return done
  }
  try {
    const began = performance.now()
    const { id } = await call('POST', '/partners/imports', '{}')
    const path = `/partners/imports/${id}`
    await timed('read', () => call('POST', `${path}/files?name=audit.xaf`, createReadStream(file)))
    await timed('looked at', () => call('GET', `${path}?limit=100`))
    const done = await timed('applied', () => call('POST', `${path}/apply`, '{"pick":"all"}'))
    if (done.new !== relations) throw new Error(`${done.new} of ${relations} relations were imported`)
    const seconds = (performance.now() - began) / 1000
    const note = `${(size / 1e6).toFixed(0)} MB; ${phases.join('; ')}`
    return [
      atLeast(
        `Audit file with ${relations} relations: read, looked at, imported`,
        relations / seconds,
        1_000,
        'relations per second',
        note,
      ),
      atMost(
        'the same: highest resident memory of the node',
        peak.mib(),
        250,
        'MiB',
        `${idle.toFixed(0)} MiB before it began, so ${(peak.mib() - idle).toFixed(0)} MiB more`,
      ),
    ]
  } finally {
    peak.stop()
    await pool.close()
    await network.dispose()
    rmSync(dir, { recursive: true })
  }
}

function watch(pid: number): { readonly mib: () => number; readonly stop: () => void } {
  let highest = 0
  const look = setInterval(() => {
    highest = Math.max(highest, residentMib(pid))
  }, SAMPLE_MS)
  return { mib: () => highest, stop: () => clearInterval(look) }
}

const callerOf =
  (pool: Pool, token: string) =>
  async (
    method: 'GET' | 'POST',
    path: string,
    body?: Dispatcher.DispatchOptions['body'],
  ): Promise<Record<string, unknown>> => {
    const type = typeof body === 'string' ? 'application/json' : 'application/octet-stream'
    const response = await pool.request({
      ...{ method, path: `/api/v1${path}` },
      headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': type }) },
      ...(body && { body }),
    })
    const text = await response.body.text()
    if (response.statusCode >= 300) throw new Error(`${path} was answered ${response.statusCode}: ${text}`)
    return JSON.parse(text)
  }
