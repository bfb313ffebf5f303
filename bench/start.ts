import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { packageRoot } from '../test/support/build.ts'
import type { TestNetwork } from '../test/support/network.ts'
import { median } from './interleave.ts'
import { cpuSecondsOf, pidOf, residentMib } from './processes.ts'
import { atMost, type BenchRow } from './row.ts'

const STARTS = 3
const READY_MS = 30_000
/** Long enough for what a node does once after its start. */
const IDLE_MS = 4_000

interface Start {
  readonly seconds: number
  readonly cpuSeconds: number
  readonly mib: number
}

/** The sample partner again, on the data it has and with the chain running: how soon it is ready, what it takes idle. */
export async function benchStart(network: TestNetwork): Promise<BenchRow[]> {
  network.kill('partner', 'SIGTERM')
  await until(async () => !(await answers(network)))
  const starts: Start[] = []
  while (starts.length < STARTS) starts.push(await startOnce(network))
  const middle = (name: keyof Start) => median(starts.map((start) => start[name]))
  const cpu = `CPU ${middle('cpuSeconds').toFixed(2)} s`
  return [
    atMost('One node on existing data: ready', middle('seconds'), 2.5, 's', cpu),
    atMost('One idle node: resident memory', Math.max(...starts.map(({ mib }) => mib)), 180, 'MiB', ''),
  ]
}

async function startOnce(network: TestNetwork): Promise<Start> {
  const began = performance.now()
  const child = spawn(
    process.execPath,
    [join(packageRoot, 'dist/main.js'), '--config', join(packageRoot, 'examples/network/partner.yml')],
    {
      env: {
        ...process.env,
        REGIE_DATA: network.dataDir,
        REGIE_PORT: new URL(network.urls.partner).port,
      },
      stdio: 'ignore',
    },
  )
  try {
    await until(() => answers(network))
    const seconds = (performance.now() - began) / 1000
    const pid = pidOf(child)
    const cpuSeconds = cpuSecondsOf(pid)
    await pause(IDLE_MS)
    return { seconds, cpuSeconds, mib: residentMib(pid) }
  } finally {
    child.kill('SIGTERM')
    await once(child, 'exit')
  }
}

const answers = (network: TestNetwork): Promise<boolean> =>
  fetch(`${network.urls.partner}/readyz`).then(
    ({ status }) => status === 200,
    () => false,
  )

async function until(happened: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + READY_MS; !(await happened()); await pause(10))
    if (Date.now() > deadline) throw new Error('a node did not start or stop in time')
}
