import { didOfAddress } from '../agent/index.ts'
import { newId } from '../core/index.ts'
import { RegistryHeads } from '../registry-history/index.ts'
import type { Ground } from './ground.ts'
import type { Network } from './network.ts'

/** On the trust anchor: its registry over time, and who writes it on the chain. */
export function openRegistryHistory(ground: Ground, network: Network) {
  const { config, parties } = ground
  const ownDid = async () => (await parties.organisation()).did
  const { relay } = network
  const chain =
    'anchor' in relay
      ? { did: didOfAddress(relay.address, config.chain.chainId), anchor: relay.anchor }
      : null
  const heads = new RegistryHeads({ ...ground, policies: network.policies, ownDid, chain }, newId())
  return { heads, operations: { ...ground, registry: network.registry, heads, ownDid, chain: config.chain } }
}
