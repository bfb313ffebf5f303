import {
  concat,
  encodeBytes32String,
  getAddress,
  Interface,
  keccak256,
  recoverAddress,
  toBeHex,
  zeroPadValue,
} from 'ethers'
import { z } from 'zod'
import { Refusal } from '../core/index.ts'
import type { ChainConfig, ChainRpc } from './chain-rpc.ts'

/** Attributes a resolver turns into an Ed25519 key for authentication and assertions, and into a service. */
export const SIGNING_KEY = 'did/pub/Ed25519/sigAuth/hex'
export const NODE_SERVICE = 'did/svc/RegieNode'
/** The service's type in the DID document. */
export const NODE_SERVICE_TYPE = 'RegieNode'
/** What {@link SignedChange} names a change of the controller; its value is the address of the next one. */
export const CONTROLLER = 'owner'
/** The controller of a DID that is no more. A resolver that meets it reads no further, so it is for good. */
export const NOBODY = `0x${'00'.repeat(20)}`

const abi = new Interface([
  'function identityOwner(address identity) view returns (address)',
  'function nonce(address signer) view returns (uint256)',
  'function setAttributeSigned(address identity, uint8 v, bytes32 r, bytes32 s, bytes32 name, bytes value, uint256 validity)',
  'function revokeAttributeSigned(address identity, uint8 v, bytes32 r, bytes32 s, bytes32 name, bytes value)',
  'function changeOwnerSigned(address identity, uint8 v, bytes32 r, bytes32 s, address newOwner)',
])

const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/)

/** A change of a DID's attributes or of its controller, signed by its controller for whoever pays for the transaction (ERC-1056). */
export const signedChangeSchema = z.strictObject({
  chainId: z.int().positive(),
  registry: address,
  /** Address of the DID. */
  identity: address,
  method: z.enum(['setAttribute', 'revokeAttribute', 'changeOwner']),
  name: z.enum([SIGNING_KEY, NODE_SERVICE, CONTROLLER]),
  /** Bytes of the attribute as hex: the key, the URL in UTF-8, or the next controller's address; at most 512. */
  value: z.string().regex(/^0x(?:[0-9a-f]{2}){1,512}$/),
  /** Seconds from the transaction on; 0 unless it is `setAttribute`. */
  validity: z.int().min(0).max(315_360_000),
  /** The registry's nonce of the controller; changes go in this order. */
  nonce: z.int().min(0),
  /** r, s and v. */
  signature: z.string().regex(/^0x[0-9a-f]{130}$/),
})
export type SignedChange = z.output<typeof signedChangeSchema>
export type UnsignedChange = Omit<SignedChange, 'signature'>

/** What the controller signs; the registry computes the same. */
export function digestOfChange(change: UnsignedChange): string {
  const signed = (...what: string[]) =>
    keccak256(
      concat([
        '0x1900',
        change.registry,
        word(change.nonce),
        change.identity,
        bytesOf(change.method),
        ...what,
      ]),
    )
  if (change.method === 'changeOwner') return signed(change.value)
  const validity = change.method === 'setAttribute' ? [word(change.validity)] : []
  return signed(encodeBytes32String(change.name), change.value, ...validity)
}

/** Who signed a change, or null when the signature is none. */
export function signerOfChange({ signature, ...change }: SignedChange): string | null {
  try {
    return recoverAddress(digestOfChange(change), signature)
  } catch {
    return null
  }
}

/** The call that carries a change to the registry. */
export function callOfChange(change: SignedChange): string {
  const r = change.signature.slice(0, 66)
  const s = `0x${change.signature.slice(66, 130)}`
  const v = Number.parseInt(change.signature.slice(130), 16)
  const signature = [change.identity.toLowerCase(), v, r, s]
  if (change.method === 'changeOwner')
    return abi.encodeFunctionData('changeOwnerSigned', [...signature, change.value])
  const shared = [...signature, encodeBytes32String(change.name), change.value]
  return change.method === 'setAttribute'
    ? abi.encodeFunctionData('setAttributeSigned', [...shared, change.validity])
    : abi.encodeFunctionData('revokeAttributeSigned', shared)
}

/** Who may change a DID now, and the nonce of the next change. @throws Refusal `chain_unreachable`, `chain_rpc_failed` */
export async function readController(
  rpc: ChainRpc,
  registry: string,
  identity: string,
): Promise<{ owner: string; nonce: number }> {
  const call = async (name: string, of: string) => {
    const data = await rpc('eth_call', [{ to: registry, data: abi.encodeFunctionData(name, [of]) }, 'latest'])
    return decode(name, data)
  }
  const owner = getAddress(String(await call('identityOwner', identity.toLowerCase())))
  return { owner, nonce: Number(await call('nonce', owner)) }
}

function decode(name: string, data: unknown): unknown {
  try {
    return abi.decodeFunctionResult(name, String(data))[0]
  } catch (cause) {
    throw new Refusal('unavailable', 'chain_rpc_failed', 'there is no registry at the configured address', {
      cause,
    })
  }
}

/** True when a change is meant for this chain and registry. */
export const isForChain = (change: UnsignedChange, chain: ChainConfig): boolean =>
  change.chainId === chain.chainId && change.registry.toLowerCase() === chain.registry.toLowerCase()

const bytesOf = (text: string): string => `0x${Buffer.from(text, 'utf8').toString('hex')}`

const word = (value: number): string => zeroPadValue(toBeHex(value), 32)
