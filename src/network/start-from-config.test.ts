import { existsSync, readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { ensureBuilt, packageRoot } from '../../test/support/build.ts'
import { startTestNetwork, type TestNetwork, type TestNetworkOptions } from '../../test/support/network.ts'

const program = join(packageRoot, 'test/support/fake-node.mjs')
const networks: TestNetwork[] = []
beforeAll(ensureBuilt)
afterEach(async () => {
  await Promise.all(networks.splice(0).map((network) => network.dispose()))
})

async function start(options: TestNetworkOptions = {}): Promise<TestNetwork> {
  const network = await startTestNetwork({ program, ...options })
  networks.push(network)
  return network
}

type Name = 'company' | 'myobi' | 'partner'
const names: readonly Name[] = ['company', 'myobi', 'partner']

const envOf = (network: TestNetwork, name: string): Record<string, string> & { pid: number } =>
  JSON.parse(readFileSync(join(network.dataDir, name, 'env.json'), 'utf8'))

const answer = async (network: TestNetwork, name: Name, path = '/') =>
  (await fetch(`${network.urls[name]}${path}`)).text()

const answers = (network: TestNetwork, name: Name) => answer(network, name).catch(() => null)

async function eventually(check: () => unknown, ms = 5_000): Promise<void> {
  for (const deadline = Date.now() + ms; !(await check()); await pause(25))
    if (Date.now() > deadline) throw new Error('it did not happen in time')
}

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

test('three nodes answer and the terminal says where and how to go on', async () => {
  const network = await start()
  for (const name of names) {
    expect(await answer(network, name)).toBe(name)
    expect(network.output()).toContain(network.urls[name])
    expect(network.output()).toContain(`${network.urls[name]}/api/docs`)
  }
  expect(network.output()).toContain('export PATH="$PWD/bin:$PATH"')
  expect(network.output()).toContain('regie --help')
})

test('each node gets its own secrets and nobody else’s', async () => {
  const key = 'ab'.repeat(31)
  const network = await start({ env: { REGIE_MASTER_KEY: `${key}00`, REGIE_DATABASE_URL: 'postgres://x' } })
  expect(envOf(network, 'company')).toMatchObject({ REGIE_MASTER_KEY: `${key}00` })
  expect(envOf(network, 'company')).not.toHaveProperty('REGIE_RELAY_KEY')
  expect(envOf(network, 'myobi').REGIE_RELAY_KEY).toMatch(/^0x[0-9a-f]{64}$/)
  for (const name of ['myobi', 'partner']) {
    expect(envOf(network, name)).not.toHaveProperty('REGIE_MASTER_KEY')
    expect(envOf(network, name)).not.toHaveProperty('REGIE_DATABASE_URL')
  }
  expect(envOf(network, 'partner')).not.toHaveProperty('REGIE_RELAY_KEY')
  expect(readFileSync(join(network.dataDir, 'network.json'), 'utf8')).not.toMatch(/0x[0-9a-f]{64}/)
  expect(statSync(join(network.dataDir, 'company')).mode & 0o777).toBe(0o700)
})

test.each(names)('when %s is killed the others go on and the terminal says so', async (victim) => {
  const network = await start()
  process.kill(envOf(network, victim).pid, 'SIGKILL')
  await eventually(() => network.output().includes(`${victim} ended (SIGKILL)`))
  expect(await answers(network, victim)).toBeNull()
  for (const name of names.filter((name) => name !== victim)) expect(await answer(network, name)).toBe(name)
  expect((await network.stop()).code).toBe(0)
})

test('Ctrl-C finishes what is in flight, ends everything and leaves nothing behind', async () => {
  const network = await start()
  const pids = names.map((name) => envOf(network, name).pid)
  const slow = answer(network, 'partner', '/slow')
  await pause(100)
  const { code, stdout, stderr } = await network.stop()
  expect(await slow).toBe('partner')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toMatch(/Stopped\.\n$/)
  expect(pids.filter(isRunning)).toEqual([])
  for (const name of names) expect(existsSync(join(network.dataDir, name, 'stopped'))).toBe(true)
  expect(existsSync(join(network.dataDir, 'network.lock'))).toBe(false)
  await expect(fetch(network.urls.chain)).rejects.toThrow()
})

test('one Ctrl-C that comes twice forces nothing, a second one forces a node that does not stop', async () => {
  const network = await start({ env: { REGIE_FAKE: 'hangs' } })
  const { pid } = envOf(network, 'company')
  network.kill('supervisor', 'SIGINT')
  network.kill('supervisor', 'SIGINT')
  await pause(1_100)
  expect(isRunning(pid)).toBe(true)
  const began = Date.now()
  expect((await network.stop()).code).toBe(0)
  expect(Date.now() - began).toBeLessThan(4_000)
  expect(isRunning(pid)).toBe(false)
})

test('nodes whose supervisor was killed stop by themselves, and it starts again on the same chain', async () => {
  const network = await start()
  const pids = names.map((name) => envOf(network, name).pid)
  const registry = readFileSync(join(network.dataDir, 'network.json'), 'utf8')
  network.kill('supervisor', 'SIGKILL')
  await eventually(() => !pids.some(isRunning))
  await network.start()
  expect(readFileSync(join(network.dataDir, 'network.json'), 'utf8')).toBe(registry)
  expect(await answer(network, 'company')).toBe('company')
})

test('a second start on the same data is refused and the first goes on', async () => {
  const network = await start()
  const line = `node --input-type=module -e "import('${packageRoot}/dist/network/index.js').then((m) => m.startFromConfig({ configPath: '${network.dir}/agent.yml' })).catch((e) => { console.log(e.code); process.exit(1) })"`
  expect(await network.run(line)).toMatchObject({ code: 1, stdout: 'already_running\n' })
  expect(await answer(network, 'company')).toBe('company')
})

test.each([0, 1, 2, 45])(
  'a port that is in use (base + %i) is named and nothing is left running',
  async (offset) => {
    const first = await start()
    await first.stop()
    const port = Number(new URL(first.urls.company).port) + offset
    const other = createServer((_, response) => response.end('other')).listen(port, '127.0.0.1')
    await new Promise((done) => other.once('listening', done))
    await expect(first.start()).rejects.toThrow(`port_in_use: port ${port} is in use by another program`)
    for (const name of names) expect(['other', null]).toContain(await answers(first, name))
    other.closeAllConnections()
    await new Promise((done) => other.close(done))
    await first.start()
    expect(await answer(first, 'myobi')).toBe('myobi')
  },
)

test.each([
  ['fails', 'wrong_master_key: company: another key'],
  ['dies', 'node_not_started: company ended before it was ready (exit code 3)'],
])('a node that %s while starting stops the rest, with its reason', async (fake, reason) => {
  await expect(start({ env: { REGIE_FAKE: fake } })).rejects.toThrow(reason)
})

test('a mistake in agent.yml is refused before anything starts', async () => {
  await expect(start({ env: { REGIE_PORT: 'x' } })).rejects.toThrow('config_invalid')
})
