import { mkdir, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { type Log, Refusal } from '../core/index.ts'
import { createEgress, type Egress } from '../egress/index.ts'
import { exists, ownKey, readJson, replaceFile, writeJson } from './chain-files.ts'
import {
  hasItsParent,
  isAnvilOf,
  type PidFile,
  requireFreePort,
  spawnAnvil,
  stopProcess,
} from './chain-process.ts'

export interface ChainOptions {
  /** Folder for the chain's state, key and log; made when missing. */
  readonly dir: string
  /** Port on 127.0.0.1; 0 takes a free one. */
  readonly port: number
  /** 31337 unless told. */
  readonly chainId?: number
  readonly log: Log
}

/** A local EVM chain with an ERC-1056 registry, for trying things out: whoever reaches its port may do anything. */
export interface Chain {
  readonly rpcUrl: string
  readonly chainId: number
  /** Address of the ERC-1056 registry. */
  readonly registry: string
  /** Private key (hex, `0x`) of an account with ether; kept in the folder with mode 0600. */
  readonly funderKey: string
  /** Gives an account ether to pay for its transactions. */
  fund(address: string): Promise<void>
  /** Ends when the chain's process has ended, wanted or not. */
  readonly exited: Promise<void>
  /** Saves the state and stops the process. */
  stop(): Promise<void>
}

interface ChainFile {
  readonly chainId: number
  readonly registry: string
  readonly funder: string
}

type Rpc = (method: string, params?: readonly unknown[]) => Promise<unknown>

/** How often new blocks are looked for and saved. A kill -9 of the chain itself can lose this much. */
const SAVE_EVERY_MS = 250
const ONE_MILLION_ETHER = `0x${(10n ** 24n).toString(16)}`
const MAX_STATE_BYTES = 512 * 1024 * 1024

/**
 * Starts the chain, continuing where it was; at first start it deploys the registry.
 * What a killed process left running in the same folder is saved and stopped first.
 * @throws Refusal `port_in_use`, `chain_running`, `chain_state_lost`, `chain_not_started`, `chain_program_missing`
 */
export async function startChain(options: ChainOptions): Promise<Chain> {
  const { dir, log, chainId = 31337 } = options
  await mkdir(dir, { recursive: true, mode: 0o700 })
  const egress = createEgress({ allowLoopback: true, parseJson: JSON.parse })
  try {
    await takeOver(dir, egress, log)
    const port = await requireFreePort(options.port)
    const statePath = join(dir, 'state.json')
    const known = await readJson<ChainFile>(join(dir, 'chain.json'))
    const hasState = await exists(statePath)
    if (known && (!hasState || known.chainId !== chainId)) throw stateLost()
    const child = spawnAnvil({ dir, port, chainId, ...(hasState ? { loadState: statePath } : {}) })
    await writeJson(join(dir, 'anvil.pid'), { pid: child.pid, port, parent: process.pid } satisfies PidFile)
    const rpcUrl = `http://127.0.0.1:${port}`
    const rpc = rpcOver(egress, rpcUrl)
    try {
      await answering(rpc, child.exited)
      const funderKey = await ownKey(join(dir, 'funder.key'))
      const file = known ?? (await deployed(rpc, dir, chainId, funderKey))
      if ((await rpc('eth_getCode', [file.registry, 'latest'])) === '0x') throw stateLost()
      return running({ dir, log, egress, rpc, rpcUrl, child, file, funderKey })
    } catch (error) {
      await stopProcess(child.pid)
      throw error
    }
  } catch (error) {
    await egress.dispose()
    throw error
  }
}

interface Parts {
  readonly dir: string
  readonly log: Log
  readonly egress: Egress
  readonly rpc: Rpc
  readonly rpcUrl: string
  readonly child: { pid: number; exited: Promise<void> }
  readonly file: ChainFile
  readonly funderKey: string
}

function running({ dir, log, egress, rpc, rpcUrl, child, file, funderKey }: Parts): Chain {
  let stopping = false
  let saved: unknown
  let last: Promise<unknown> = Promise.resolve()
  // One at a time: they write the same file.
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const turn = last.then(work)
    last = turn.catch(() => undefined)
    return turn
  }
  const saveIfChanged = (): Promise<void> =>
    inTurn(async () => {
      const block = await rpc('eth_blockNumber')
      if (block === saved) return
      await saveState(rpc, dir)
      saved = block
    })
  const timer = setInterval(() => {
    saveIfChanged().catch((error) => {
      if (!stopping) log.warn({ err: String(error) }, 'the state of the local chain could not be saved')
    })
  }, SAVE_EVERY_MS)
  timer.unref()
  const exited = child.exited.then(() => {
    clearInterval(timer)
    if (!stopping) log.error({ pid: child.pid }, 'the local chain ended by itself')
  })
  return {
    rpcUrl,
    chainId: file.chainId,
    registry: file.registry,
    funderKey,
    exited,
    fund: async (address) => {
      await rpc('anvil_setBalance', [address, ONE_MILLION_ETHER])
      await inTurn(() => saveState(rpc, dir))
    },
    stop: async () => {
      if (stopping) return exited
      stopping = true
      clearInterval(timer)
      await saveIfChanged().catch((error) =>
        log.error({ err: String(error) }, 'the local chain was not saved'),
      )
      await stopProcess(child.pid)
      await rm(join(dir, 'anvil.pid'), { force: true })
      await egress.dispose()
    },
  }
}

/** Saves and stops a chain whose parent was killed. @throws Refusal `chain_running` when its parent lives */
async function takeOver(dir: string, egress: Egress, log: Log): Promise<void> {
  const left = await readJson<PidFile>(join(dir, 'anvil.pid'))
  if (!left || !isAnvilOf(dir, left)) return
  if (hasItsParent(left))
    throw new Refusal('conflict', 'chain_running', 'the local chain of this folder is already running')
  log.info({ pid: left.pid }, 'a chain left by a killed process is saved and stopped')
  await saveState(rpcOver(egress, `http://127.0.0.1:${left.port}`), dir).catch((error) =>
    log.warn({ err: String(error) }, 'the chain that was left did not answer; its last saved state is used'),
  )
  await stopProcess(left.pid)
}

async function deployed(rpc: Rpc, dir: string, chainId: number, funderKey: string): Promise<ChainFile> {
  // Loaded only at first start: they are large, and the supervisor should stay small.
  const { computeAddress } = await import('ethers')
  // A CommonJS module whose names Node does not see from ES modules.
  const { EthereumDIDRegistry } = createRequire(import.meta.url)(
    'ethr-did-registry',
  ) as typeof import('ethr-did-registry')
  const funder = computeAddress(funderKey)
  await rpc('anvil_setBalance', [funder, ONE_MILLION_ETHER])
  await rpc('anvil_impersonateAccount', [funder])
  const data = EthereumDIDRegistry.bytecode
  const hash = await rpc('eth_sendTransaction', [{ from: funder, data, gas: '0x4c4b40' }])
  await rpc('anvil_stopImpersonatingAccount', [funder])
  const file: ChainFile = { chainId, registry: await minedContract(rpc, hash), funder }
  await saveState(rpc, dir)
  await writeJson(join(dir, 'chain.json'), file)
  return file
}

/** Mining is immediate but not part of the call that sends. */
async function minedContract(rpc: Rpc, hash: unknown): Promise<string> {
  for (const deadline = Date.now() + 5_000; Date.now() < deadline; await pause(5)) {
    const receipt = await rpc('eth_getTransactionReceipt', [hash])
    const { contractAddress, status } = (receipt ?? {}) as { contractAddress?: string; status?: string }
    if (contractAddress && status === '0x1') return contractAddress
    if (receipt) break
  }
  throw new Refusal('unavailable', 'chain_not_started', 'the registry could not be deployed')
}

async function answering(rpc: Rpc, exited: Promise<void>): Promise<void> {
  let ended = false
  exited.then(() => {
    ended = true
  })
  for (const deadline = Date.now() + 10_000; Date.now() < deadline && !ended; await pause(15)) {
    try {
      await rpc('eth_chainId')
      return
    } catch {
      // Not listening yet.
    }
  }
  throw new Refusal('unavailable', 'chain_not_started', 'the local chain did not start; see anvil.log')
}

async function saveState(rpc: Rpc, dir: string): Promise<void> {
  const dump = (await rpc('anvil_dumpState')) as string
  const state = await promisify(gunzip)(Buffer.from(dump.slice(2), 'hex'), {
    maxOutputLength: MAX_STATE_BYTES,
  })
  await replaceFile(join(dir, 'state.json'), state)
}

function rpcOver(egress: Egress, url: string): Rpc {
  return async (method, params = []) => {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
    const { json } = await egress.json(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      maxBytes: MAX_STATE_BYTES,
    })
    const { result, error } = json as { result?: unknown; error?: { message?: string } }
    if (error) throw new Refusal('unavailable', 'chain_rpc_failed', `the local chain refused ${method}`)
    return result
  }
}

const stateLost = (): Refusal =>
  new Refusal(
    'unavailable',
    'chain_state_lost',
    'the saved state of the local chain is missing or of another chain: restore it, or remove the whole data folder',
  )
