import { type Did, Refusal } from '../core/index.ts'
import { isSameKey, type PublicJwk } from '../jose/index.ts'
import type { Store } from '../store/index.ts'
import type { ChainConfig, ChainRpc } from './chain-rpc.ts'
import { addressOfDid } from './did-ethr.ts'
import type { KeyRing } from './key-ring.ts'
import type { KeyRow } from './key-table.ts'
import {
  digestOfChange,
  NODE_SERVICE,
  NODE_SERVICE_TYPE,
  readController,
  SIGNING_KEY,
  type SignedChange,
  type UnsignedChange,
} from './registry.ts'
import type { Resolver } from './resolver.ts'

export interface RegistrationDeps {
  readonly store: Store
  readonly ring: KeyRing
  readonly resolver: Resolver
  readonly chain: ChainConfig
  readonly rpc: ChainRpc
  /** Signs a digest with a controller key, by Veramo's key reference; answers r, s and v as hex. */
  readonly signDigest: (keyRef: string, digest: string) => Promise<string>
}

/** What the chain says about our did:ethr identifiers, and how it is made to say what it should. */
export interface Registration {
  /**
   * The changes that bring the chain in line with our keys: signing keys listed, compromised ones taken off, one
   * service endpoint. Empty when it is so already. They go to a relay, in this order, or to the registry directly.
   * @throws Refusal `did_ethr_invalid`, `key_unknown`, `did_controller_lost`, `did_unresolvable`
   */
  pendingChanges(did: Did, desired: { readonly serviceEndpoint?: string }): Promise<readonly SignedChange[]>
  /**
   * Takes signing keys into use that the chain lists by now.
   * @returns the `kid` the DID signs with
   * @throws Refusal `did_not_registered` while the chain lists none of them
   */
  confirm(did: Did): Promise<{ readonly kid: string }>
}

/** Ten years: keys are ended by us, not by the calendar. */
const VALIDITY_S = 315_360_000

type Change = Pick<UnsignedChange, 'method' | 'name' | 'value'>

export function createRegistration(deps: RegistrationDeps): Registration {
  const { chain, resolver, ring, rpc, store } = deps
  const fresh = (did: Did) => {
    resolver.forget(did)
    return resolver.resolve(did)
  }
  return {
    pendingChanges: async (did, { serviceEndpoint }) => {
      const identity = addressOfDid(did, chain.chainId)
      const rows = await ring.ofDid(did)
      const controller = rows.find(({ use }) => use === 'controller')
      if (!controller) throw new Refusal('not_found', 'key_unknown', 'this node does not control the DID')
      const { keys, services } = await fresh(did)
      const endpoints = services
        .filter(({ type }) => type === NODE_SERVICE_TYPE)
        .map(({ endpoint }) => endpoint)
      const changes = [
        ...keyChanges(rows, [...keys.authentication.values()]),
        ...(serviceEndpoint === undefined ? [] : serviceChanges(endpoints, serviceEndpoint)),
      ]
      if (changes.length === 0) return []
      const { owner, nonce } = await readController(rpc, chain.registry, identity)
      if (owner.toLowerCase() !== identity.toLowerCase())
        throw new Refusal('conflict', 'did_controller_lost', 'the DID was handed to another controller')
      return Promise.all(
        changes.map((change, at) =>
          signed(
            {
              ...change,
              chainId: chain.chainId,
              registry: chain.registry,
              identity,
              validity: change.method === 'setAttribute' ? VALIDITY_S : 0,
              nonce: nonce + at,
            },
            controller.id,
            deps,
          ),
        ),
      )
    },

    confirm: async (did) => {
      const { keys } = await fresh(did)
      await store.transact(async () => {
        for (const row of await ring.ofDid(did)) {
          const kid = row.state === 'pending' ? kidOf(row.publicJwk, keys.authentication) : undefined
          if (kid !== undefined) await ring.assign(row.id, { did, kid })
        }
      })
      const signing = (await ring.ofDid(did)).filter(
        ({ use, state }) => use === 'signing' && state === 'active',
      )
      const kid = signing.at(-1)?.kid
      if (!kid)
        throw new Refusal(
          'conflict',
          'did_not_registered',
          'the chain does not list a signing key of this DID',
        )
      return { kid }
    },
  }
}

async function signed(change: UnsignedChange, keyRef: string, deps: RegistrationDeps): Promise<SignedChange> {
  return { ...change, signature: await deps.signDigest(keyRef, digestOfChange(change)) }
}

function keyChanges(rows: readonly KeyRow[], listed: readonly PublicJwk[]): Change[] {
  return rows
    .filter(({ use }) => use === 'signing')
    .flatMap(({ state, publicJwk }): Change[] => {
      const isListed = listed.some((jwk) => isSameKey(jwk, publicJwk))
      const value = `0x${Buffer.from(publicJwk.x, 'base64url').toString('hex')}`
      if (state === 'compromised')
        return isListed ? [{ method: 'revokeAttribute', name: SIGNING_KEY, value }] : []
      return isListed ? [] : [{ method: 'setAttribute', name: SIGNING_KEY, value }]
    })
}

function serviceChanges(listed: readonly string[], wanted: string): Change[] {
  const name = NODE_SERVICE
  const hex = (text: string) => `0x${Buffer.from(text, 'utf8').toString('hex')}`
  return [
    ...listed
      .filter((endpoint) => endpoint !== wanted)
      .map((endpoint): Change => ({ method: 'revokeAttribute', name, value: hex(endpoint) })),
    ...(listed.includes(wanted)
      ? []
      : [{ method: 'setAttribute', name, value: hex(wanted) } satisfies Change]),
  ]
}

function kidOf(jwk: PublicJwk, keys: ReadonlyMap<string, PublicJwk>): string | undefined {
  for (const [kid, listed] of keys) if (isSameKey(listed, jwk)) return kid
  return undefined
}
