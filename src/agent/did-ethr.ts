import type { DIDDocument, DIDResolver, ParsedDID } from 'did-resolver'
import { getAddress, isAddress, JsonRpcApiProvider } from 'ethers'
import { getResolver } from 'ethr-did-resolver'
import { asDid, type Did, Refusal } from '../core/index.ts'
import { type ChainConfig, type ChainRpc, withinBudget } from './chain-rpc.ts'

/** How many calls a resolution may cost: a history of about 200 changes. */
const MAX_CALLS = 200

/** `did:ethr:<chain id in hex>:<checksummed address>`. */
export const didOfAddress = (address: string, chainId: number): Did =>
  asDid(`did:ethr:0x${chainId.toString(16)}:${getAddress(address)}`)

/**
 * The address a did:ethr of ours stands for.
 * @throws Refusal `did_ethr_invalid` when it is of another chain or another form
 */
export function addressOfDid(did: Did, chainId: number): string {
  const address = /^did:ethr:0x([0-9a-f]+):(0x[0-9a-fA-F]{40})$/.exec(did)
  if (!address || Number.parseInt(address[1] ?? '', 16) !== chainId || !address[2])
    throw new Refusal('invalid', 'did_ethr_invalid', 'this is not a did:ethr of the chain in use')
  return address[2]
}

/** Resolves did:ethr with the reference resolver, whose calls go out through `rpc`. */
export function createEthrResolver(
  chain: ChainConfig,
  rpc: ChainRpc,
): (did: Did, timeoutMs: number) => Promise<DIDDocument> {
  const networks = [
    { chainId: chain.chainId, registry: chain.registry, provider: new RpcProvider(chain.chainId, rpc) },
  ]
  // Its types come from ethers' CommonJS build, ours from the ESM one: the same code twice.
  const { ethr } = getResolver({ networks } as unknown as Parameters<typeof getResolver>[0]) as unknown as {
    ethr: DIDResolver
  }
  return async (did, timeoutMs) => {
    const id = did.slice('did:ethr:'.length)
    requireReadable(id, chain.chainId)
    const parsed: ParsedDID = { did, didUrl: did, method: 'ethr', id }
    const options = { accept: 'application/did+json' }
    const { didDocument, didDocumentMetadata, didResolutionMetadata } = await withinBudget(
      { calls: MAX_CALLS, ms: timeoutMs },
      () =>
        // The third parameter, another resolver, is not used by this one.
        ethr(did, parsed, { resolve: neverCalled }, options),
    )
    if (didDocumentMetadata.deactivated)
      throw new Refusal(
        'unprocessable',
        'did_deactivated',
        'this DID was deactivated: nothing it signed counts',
      )
    if (didDocument && didResolutionMetadata.error === undefined) return didDocument
    throw new Refusal('unavailable', 'did_unresolvable', 'the chain of this did:ethr cannot be read now', {
      cause: didResolutionMetadata.message,
    })
  }
}

/**
 * Every well-formed did:ethr exists, so what the resolver fails on later is the chain.
 * @throws Refusal `did_ethr_invalid`, `did_chain_unknown`
 */
function requireReadable(id: string, chainId: number): void {
  const [, network, key = ''] = /^(?:(.+):)?(0x[0-9a-fA-F]+)$/.exec(id) ?? []
  const isKey = key.length === 42 ? isAddress(key) : /^0x0[23][0-9a-f]{64}$/i.test(key)
  if (!isKey) throw new Refusal('unprocessable', 'did_ethr_invalid', 'this did:ethr is malformed')
  if (network !== `0x${chainId.toString(16)}`)
    throw new Refusal(
      'unprocessable',
      'did_chain_unknown',
      'this did:ethr is on a chain this node does not read',
    )
}

const neverCalled = (): never => {
  throw new Error('not used')
}

/** An ethers provider whose only way out is `rpc`. The chain id is configured, never asked. */
class RpcProvider extends JsonRpcApiProvider {
  readonly #rpc: ChainRpc

  constructor(chainId: number, rpc: ChainRpc) {
    super(chainId, { staticNetwork: true, cacheTimeout: -1, batchMaxCount: 1, batchStallTime: 0 })
    this.#rpc = rpc
  }

  // Past ethers' queue, which would lose track of who is asking and adds a timer to each call.
  override send(method: string, params: readonly unknown[]): Promise<unknown> {
    return this.#rpc(method, params)
  }

  override _send(): never {
    return neverCalled()
  }
}
