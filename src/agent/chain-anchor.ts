import { encodeBytes32String, getAddress, Interface, zeroPadValue } from 'ethers'
import { Refusal } from '../core/index.ts'
import { isJsonObject } from '../jose/index.ts'
import type { ChainRpc } from './chain-rpc.ts'

/** The attribute under which an account of the trust anchor says what its registry was (ERC-1056, setAttribute). */
const REGISTRY_HEAD = 'regie/registry-head'

const abi = new Interface([
  'function setAttribute(address identity, bytes32 name, bytes value, uint256 validity)',
  'event DIDAttributeChanged(address indexed identity, bytes32 name, bytes value, uint256 validTo, uint256 previousChange)',
])
const CHANGED = abi.getEvent('DIDAttributeChanged')?.topicHash ?? ''

const VERSION = 1
const HASH_BYTES = 32
const VALUE_BYTES = 1 + 8 + 2 * HASH_BYTES
/** What was said is read from the chain's events, where it stays; this only has to be above nothing. */
const VALIDITY_S = 315_360_000

/** What is written on the chain about one head of the registry. */
export interface ChainAnchor {
  /** Which head. */
  readonly number: number
  /** Root of the tree over all parties, 32 bytes. */
  readonly root: Uint8Array
  /** SHA-256 of the policy in force, 32 bytes. */
  readonly policy: Uint8Array
}

/** An anchor as it is found on the chain. */
export interface FoundAnchor extends ChainAnchor {
  readonly block: number
  readonly transaction: string
  /** When the block was made, in ms since the epoch: not later than this it was so. */
  readonly at: number
}

/** The call that writes an anchor about `identity`, an account that speaks for itself. */
export function callOfAnchor(identity: string, { number, root, policy }: ChainAnchor): string {
  const value = Buffer.alloc(VALUE_BYTES)
  value.writeUInt8(VERSION, 0)
  value.writeBigUInt64BE(BigInt(number), 1)
  if (root.length !== HASH_BYTES || policy.length !== HASH_BYTES) throw new Error('a hash has 32 bytes')
  value.set(root, 9)
  value.set(policy, 9 + HASH_BYTES)
  return abi.encodeFunctionData('setAttribute', [
    identity.toLowerCase(),
    encodeBytes32String(REGISTRY_HEAD),
    value,
    VALIDITY_S,
  ])
}

/**
 * What an account wrote in one block about its registry.
 * @param registry address of the ERC-1056 contract
 * @throws Refusal `chain_unreachable`, `chain_rpc_failed`, `chain_block_unknown`
 */
export async function readAnchors(
  rpc: ChainRpc,
  {
    registry,
    identity,
    block,
  }: { readonly registry: string; readonly identity: string; readonly block: number },
): Promise<FoundAnchor[]> {
  const at = `0x${block.toString(16)}`
  const [logs, header] = await Promise.all([
    rpc('eth_getLogs', [
      {
        address: registry,
        topics: [CHANGED, zeroPadValue(identity.toLowerCase(), 32)],
        fromBlock: at,
        toBlock: at,
      },
    ]),
    rpc('eth_getBlockByNumber', [at, false]),
  ])
  if (!isJsonObject(header) || typeof header.timestamp !== 'string')
    throw new Refusal('unavailable', 'chain_block_unknown', 'this chain has no such block')
  const made = Number(header.timestamp) * 1000
  return (Array.isArray(logs) ? logs : []).flatMap((log) => {
    const anchor = anchorIn(log, registry, identity)
    const { transactionHash } = log as { transactionHash?: unknown }
    return anchor ? [{ ...anchor, block, transaction: String(transactionHash), at: made }] : []
  })
}

/** Null for whatever else is said about the account, or by another contract: a chain node may answer anything. */
function anchorIn(log: unknown, registry: string, identity: string): ChainAnchor | null {
  if (!isJsonObject(log) || String(log.address).toLowerCase() !== registry.toLowerCase()) return null
  try {
    const parsed = abi.parseLog({ topics: log.topics as string[], data: String(log.data) })
    if (parsed?.name !== 'DIDAttributeChanged') return null
    if (parsed.args.name !== encodeBytes32String(REGISTRY_HEAD)) return null
    if (getAddress(String(parsed.args.identity)) !== getAddress(identity)) return null
    const value = Buffer.from(String(parsed.args.value).slice(2), 'hex')
    if (value.length !== VALUE_BYTES || value.readUInt8(0) !== VERSION) return null
    return {
      number: Number(value.readBigUInt64BE(1)),
      root: value.subarray(9, 9 + HASH_BYTES),
      policy: value.subarray(9 + HASH_BYTES),
    }
  } catch {
    return null
  }
}
