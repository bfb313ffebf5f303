import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, stat, unlink } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { silentLog } from '../core/index.ts'
import { type Chain, startChain } from './chain.ts'

let dir = ''
const running: Chain[] = []

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'regie-chain-'))
})

afterEach(async () => {
  await Promise.all(running.splice(0).map((chain) => chain.stop()))
  await rm(dir, { recursive: true, force: true })
})

async function start(port = 0): Promise<Chain> {
  const chain = await startChain({ dir, port, log: silentLog })
  running.push(chain)
  return chain
}

async function rpc(chain: Chain, method: string, params: unknown[] = []): Promise<unknown> {
  const response = await fetch(chain.rpcUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  })
  return ((await response.json()) as { result: unknown }).result
}

const pidOf = async (): Promise<number> => JSON.parse(await readFile(join(dir, 'anvil.pid'), 'utf8')).pid

async function send(chain: Chain): Promise<void> {
  const from = '0x00000000000000000000000000000000000000aa'
  await chain.fund(from)
  await rpc(chain, 'anvil_impersonateAccount', [from])
  const hash = await rpc(chain, 'eth_sendTransaction', [{ from, to: from, value: '0x1' }])
  while ((await rpc(chain, 'eth_getTransactionReceipt', [hash])) === null) await pause(5)
}

test('a chain starts with a registry, no known accounts, and a key only its owner can read', async () => {
  const chain = await start()
  expect(chain.registry).toMatch(/^0x[0-9a-fA-F]{40}$/)
  expect(await rpc(chain, 'eth_getCode', [chain.registry, 'latest'])).not.toBe('0x')
  expect(await rpc(chain, 'eth_accounts')).toEqual([])
  expect(await rpc(chain, 'eth_chainId')).toBe('0x7a69')
  expect((await stat(join(dir, 'funder.key'))).mode & 0o777).toBe(0o600)
  expect((await stat(join(dir, 'state.json'))).mode & 0o777).toBe(0o600)
})

test('after a stop the chain continues with its registry, key and blocks', async () => {
  const first = await start()
  await send(first)
  await first.stop()
  const second = await start()
  expect({ registry: second.registry, key: second.funderKey }).toEqual({
    registry: first.registry,
    key: first.funderKey,
  })
  expect(await rpc(second, 'eth_blockNumber')).toBe('0x2')
})

test('what was mined half a second ago survives kill -9 of the chain', async () => {
  const first = await start()
  await send(first)
  await pause(600)
  process.kill(await pidOf(), 'SIGKILL')
  await first.exited
  expect(await rpc(await start(), 'eth_blockNumber')).toBe('0x2')
})

test.runIf(process.platform === 'linux')(
  'a chain whose parent was killed keeps answering; the next start saves it and takes its place',
  async () => {
    const first = await start()
    const port = Number(new URL(first.rpcUrl).port)
    await first.stop()
    const child = spawn(process.execPath, [
      '-e',
      `const { spawn } = require('node:child_process')
     const { writeFileSync } = require('node:fs')
     const [program, ...args] = ${JSON.stringify(await anvilCommand(port))}
     const child = spawn(program, args, { detached: true, stdio: 'ignore' })
     writeFileSync(${JSON.stringify(join(dir, 'anvil.pid'))}, JSON.stringify({ pid: child.pid, port: ${port}, parent: process.pid }))
     setInterval(() => {}, 1000)`,
    ])
    await answers(first)
    const orphan = await pidOf()
    child.kill('SIGKILL')
    await new Promise((done) => child.once('exit', done))
    await rpc(first, 'evm_mine')
    const second = await start(port)
    expect(await pidOf()).not.toBe(orphan)
    expect(await rpc(second, 'eth_blockNumber')).toBe('0x2')
    expect(second.registry).toBe(first.registry)
  },
)

test('a second start in the same folder is refused and leaves the first one running', async () => {
  const first = await start()
  await expect(startChain({ dir, port: 0, log: silentLog })).rejects.toMatchObject({ code: 'chain_running' })
  expect(await rpc(first, 'eth_chainId')).toBe('0x7a69')
})

test('a port in use is refused by name', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await new Promise((done) => other.once('listening', done))
  const { port } = other.address() as AddressInfo
  await expect(start(port)).rejects.toMatchObject({ kind: 'conflict', code: 'port_in_use', params: { port } })
  other.close()
})

test('a chain whose saved state is gone does not silently begin anew', async () => {
  await (await start()).stop()
  await unlink(join(dir, 'state.json'))
  await expect(start()).rejects.toMatchObject({ code: 'chain_state_lost' })
})

/** The command line the chain was started with, so that the test can play a parent that gets killed. */
async function anvilCommand(port: number): Promise<string[]> {
  const chain = await startChain({ dir, port, log: silentLog })
  const line = (await readFile(`/proc/${await pidOf()}/cmdline`, 'utf8')).split('\0').slice(0, -1)
  await chain.stop()
  return line
}

async function answers(chain: Chain): Promise<void> {
  for (let i = 0; i < 200; i += 1) {
    const id = await rpc(chain, 'eth_chainId').catch(() => null)
    if (id !== null) return
    await pause(20)
  }
}
