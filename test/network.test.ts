import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { packageRoot } from './support/build.ts'
import { startTestNetwork, type TestNetwork } from './support/network.ts'

const names = ['company', 'myobi', 'partner'] as const
type Name = (typeof names)[number]

let network: TestNetwork
beforeAll(async () => {
  network = await startTestNetwork()
}, 240_000)
afterAll(() => network.dispose())

const status = async (name: Name, path: string): Promise<number> =>
  (await fetch(`${network.urls[name]}${path}`)).status

async function didOf(name: Name): Promise<string> {
  const { stdout, stderr } = await network.run(`regie --as ${name} whoami --json`)
  const did = /did:ethr:0x7a69:0x[0-9a-fA-F]{40}/.exec(stdout)?.[0]
  if (!did) throw new Error(`${name} has no DID: ${stderr}`)
  return did
}

/** Everything the nodes wrote for people to read. */
const logs = (): string =>
  [...names.map((name) => join(name, 'node.log')), 'network.log']
    .map((file) => readFileSync(join(network.dataDir, file), 'utf8'))
    .join('')

const secretsOf = (name: Name): string[] => [
  readFileSync(join(network.dataDir, name, 'master.key'), 'utf8').trim(),
  ...readdirSync(join(network.dataDir, name, 'tokens')).map((file) =>
    readFileSync(join(network.dataDir, name, 'tokens', file), 'utf8').trim(),
  ),
]

test('every node is alive, ready and documented', async () => {
  for (const name of names)
    for (const path of ['/healthz', '/readyz', '/api/openapi.json'])
      expect(await status(name, path)).toBe(200)
})

test('every node has an identity of its own on the chain', async () => {
  expect(new Set(await Promise.all(names.map(didOf))).size).toBe(3)
})

test('when a node is killed the others stay ready; it comes back with the next start, as who it was', async () => {
  const before = await Promise.all(names.map(didOf))
  network.kill('partner')
  while (!network.output().includes('partner ended (SIGKILL)')) await pause(50)
  expect(await status('company', '/readyz')).toBe(200)
  expect(await status('myobi', '/readyz')).toBe(200)
  expect((await network.stop()).code).toBe(0)
  await network.start()
  expect(await Promise.all(names.map(didOf))).toEqual(before)
}, 180_000)

test('a second process for the same node is refused', async () => {
  const node = `node dist/main.js --config examples/network/partner.yml`
  const { code, stderr } = await network.run(node, { REGIE_PORT: '1' })
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/^already_running: /) })
  expect(await status('partner', '/readyz')).toBe(200)
})

test('a node of a network elsewhere runs alone, and stops when asked', async () => {
  const { trustAnchor, chain } = JSON.parse(readFileSync(join(network.dataDir, 'network.json'), 'utf8'))
  const text = readFileSync(join(packageRoot, 'agent.yml'), 'utf8')
    .replace('name: company', 'name: alone')
    .replace('network: embedded', `network: ${JSON.stringify({ trustAnchor, chain })}`)
  writeFileSync(join(network.dir, 'alone.yml'), text)
  const port = String(Number(new URL(network.urls.company).port) + 7)
  const line = `regie start --config ${join(network.dir, 'alone.yml')} & pid=$!
    until curl -sf http://127.0.0.1:${port}/readyz; do sleep 0.1; done
    kill -TERM $pid; wait $pid`
  const { code, stdout } = await network.run(line, { REGIE_PORT: port })
  expect(stdout).toContain('"ready":true')
  expect({ code, last: stdout.trim().split('\n').at(-1) }).toEqual({
    code: 0,
    last: expect.stringContaining('"msg":"stopped"'),
  })
}, 180_000)

test('a backup is one file that is never written over, and opens to nobody without its passphrase', async () => {
  const phrase = join(network.dir, 'phrase')
  const file = join(network.dir, 'company.regie')
  writeFileSync(phrase, 'een zin die wij apart bewaren')
  const backup = () => network.run(`regie backup ${file} --passphrase @${phrase}`)
  const { code, stdout, stderr } = await backup()
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toContain(file)
  const kept = readFileSync(file)
  expect(JSON.parse(kept.subarray(0, kept.indexOf(10)).toString())).toMatchObject({
    type: 'urn:regie:node:1',
  })
  expect(kept.includes('Nietmachine')).toBe(false)
  expect((await backup()).stderr).toContain('company.regie')
  expect(readFileSync(file).equals(kept)).toBe(true)
  const anchors = join(network.dir, 'myobi.regie')
  const refused = await network.run(`regie --as myobi backup ${anchors} --passphrase @${phrase}`)
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('backup_at_the_machine') })
  expect(existsSync(anchors)).toBe(false)
}, 180_000)

test('another master key than the data was sealed with starts nothing', async () => {
  await network.stop()
  const key = join(network.dataDir, 'partner', 'master.key')
  const kept = readFileSync(key)
  writeFileSync(key, '1f'.repeat(31).concat('2e'))
  await expect(network.start()).rejects.toThrow(/wrong_master_key: partner: /)
  await expect(status('myobi', '/healthz')).rejects.toThrow()
  writeFileSync(key, kept)
  await network.start()
  expect(await status('partner', '/readyz')).toBe(200)
}, 180_000)

test('nothing that opens something is in a log', () => {
  const text = logs()
  expect(text).toContain('"msg":"ready"')
  for (const secret of names.flatMap(secretsOf)) expect(text).not.toContain(secret)
})
