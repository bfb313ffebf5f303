import { computeAddress } from 'ethers'
import { type Clock, type Did, isRefusal, Refusal } from '../core/index.ts'
import { isSameKey, type PublicJwk } from '../jose/index.ts'
import type { Store, Tx } from '../store/index.ts'
import type { ChainConfig, ChainRpc } from './chain-rpc.ts'
import { addressOfDid } from './did-ethr.ts'
import type { KeyRing } from './key-ring.ts'
import type { KeyRow } from './key-table.ts'
import {
  CONTROLLER,
  digestOfChange,
  NOBODY,
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
  readonly clock: Clock
  readonly ring: KeyRing
  readonly resolver: Resolver
  readonly chain: ChainConfig
  readonly rpc: ChainRpc
  /** Signs a digest with a controller key, by Veramo's key reference; answers r, s and v as hex. */
  readonly signDigest: (keyRef: string, digest: string) => Promise<string>
  /** Tells Veramo which key controls a DID now. Runs in the current transaction. */
  readonly controlledBy: (did: Did, keyRef: string) => Promise<void>
  /** Seconds the chain lists a key; ten years unless told. */
  readonly listedForS?: number
}

export interface Desired {
  readonly serviceEndpoint?: string
  /** The DID is to be no more: its controller becomes nobody. */
  readonly deactivated?: boolean
}

/** What the chain says about our did:ethr identifiers, and how it is made to say what it should. */
export interface Registration {
  /**
   * The changes that bring the chain in line with our keys: signing keys listed, compromised ones taken off, one
   * service endpoint, another controller. Empty when it is so already. They go to a relay, in this order, or to the
   * registry directly.
   * @throws Refusal `did_ethr_invalid`, `key_unknown`, `did_controller_lost`, `did_deactivated`, `did_unresolvable`
   */
  pendingChanges(did: Did, desired: Desired): Promise<readonly SignedChange[]>
  /**
   * Takes keys into use that the chain lists by now.
   * @param meanwhile what else is so from then on, in the same transaction
   * @returns the `kid` the DID signs with
   * @throws Refusal `did_not_registered` while the chain lists none of them
   */
  confirm(did: Did, meanwhile?: (tx: Tx) => Promise<void>): Promise<{ readonly kid: string }>
  /** Whether the chain says that the DID is no more. @throws Refusal `did_unresolvable` */
  isDeactivated(did: Did): Promise<boolean>
}

/** Ten years: keys are ended by us, not by the calendar. */
const VALIDITY_S = 315_360_000

type Change = Pick<UnsignedChange, 'method' | 'name' | 'value'>

export function createRegistration(deps: RegistrationDeps): Registration {
  const { chain, clock, resolver, ring, rpc, store } = deps
  const validity = deps.listedForS ?? VALIDITY_S
  const fresh = (did: Did) => {
    resolver.forget(did)
    return resolver.resolve(did)
  }
  const isDeactivated = async (did: Did): Promise<boolean> => {
    try {
      await fresh(did)
      return false
    } catch (error) {
      if (isRefusal(error, 'did_deactivated')) return true
      throw error
    }
  }
  /** The key of ours that may change the DID now. A change of it that the chain knows by now is taken over. */
  const controllerOf = async (did: Did, owner: string): Promise<KeyRow> => {
    const rows = (await ring.ofDid(did)).filter(({ use }) => use === 'controller')
    if (rows.length === 0) throw new Refusal('not_found', 'key_unknown', 'this node does not control the DID')
    const controller = rows.find((row) => addressOf(row) === owner.toLowerCase())
    if (!controller)
      throw new Refusal('conflict', 'did_controller_lost', 'the DID was handed to another controller')
    if (controller.state === 'pending')
      await store.transact(async () => {
        await ring.moveById(controller.id, ['pending'], 'active')
        for (const { id } of rows) if (id !== controller.id) await ring.moveById(id, ['active'], 'retired')
        await deps.controlledBy(did, controller.id)
      })
    return controller
  }
  const wanted = async (did: Did, { serviceEndpoint, deactivated }: Desired): Promise<Change[]> => {
    if (deactivated)
      return (await isDeactivated(did)) ? [] : [{ method: 'changeOwner', name: CONTROLLER, value: NOBODY }]
    const rows = await ring.ofDid(did)
    const { keys, services } = await fresh(did)
    const endpoints = services
      .filter(({ type }) => type === NODE_SERVICE_TYPE)
      .map(({ endpoint }) => endpoint)
    return [
      ...keyChanges(rows, [...keys.authentication.values()], clock.now()),
      ...(serviceEndpoint === undefined ? [] : serviceChanges(endpoints, serviceEndpoint)),
    ]
  }

  return {
    isDeactivated,
    pendingChanges: async (did, desired) => {
      const identity = addressOfDid(did, chain.chainId)
      const { owner, nonce } = await readController(rpc, chain.registry, identity)
      const controller = await controllerOf(did, owner)
      const changes = await wanted(did, desired)
      const next = (await ring.ofDid(did)).find(
        ({ use, state }) => use === 'controller' && state === 'pending',
      )
      // Last: whatever comes after it would have to be signed by the next one.
      if (next && !desired.deactivated)
        changes.push({ method: 'changeOwner', name: CONTROLLER, value: addressOf(next) })
      return Promise.all(
        changes.map((change, at) =>
          signed(
            {
              ...change,
              chainId: chain.chainId,
              registry: chain.registry,
              identity,
              validity: change.method === 'setAttribute' ? validity : 0,
              nonce: nonce + at,
            },
            controller.id,
            deps,
          ),
        ),
      )
    },

    confirm: async (did, meanwhile) => {
      const asked = clock.now()
      const { keys } = await fresh(did)
      const { owner } = await readController(rpc, chain.registry, addressOfDid(did, chain.chainId))
      await controllerOf(did, owner)
      const listedUntil = asked + validity * 1000
      return store.transact(async (tx) => {
        for (const row of await ring.ofDid(did)) {
          const kid = row.use === 'signing' ? kidOf(row.publicJwk, keys.authentication) : undefined
          if (kid === undefined) continue
          if (row.state === 'pending') await ring.assign(row.id, { did, kid, listedUntil })
          // Listed anew after its time it has another name.
          else if (row.state === 'active' && row.kid !== kid)
            await ring.assign(row.id, { did, kid, listedUntil })
        }
        await meanwhile?.(tx)
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
      })
    },
  }
}

async function signed(change: UnsignedChange, keyRef: string, deps: RegistrationDeps): Promise<SignedChange> {
  return { ...change, signature: await deps.signDigest(keyRef, digestOfChange(change)) }
}

function keyChanges(rows: readonly KeyRow[], listed: readonly PublicJwk[], now: number): Change[] {
  return rows
    .filter(({ use }) => use === 'signing')
    .flatMap(({ state, publicJwk, listedUntil }): Change[] => {
      const isListed = listed.some((jwk) => isSameKey(jwk, publicJwk))
      const value = `0x${Buffer.from(publicJwk.x, 'base64url').toString('hex')}`
      if (state === 'compromised')
        return isListed ? [{ method: 'revokeAttribute', name: SIGNING_KEY, value }] : []
      // Listed anew it would have another name, under which nobody looks for what it signed.
      if (state === 'retired' && listedUntil !== null && listedUntil <= now) return []
      return isListed ? [] : [{ method: 'setAttribute', name: SIGNING_KEY, value }]
    })
}

function serviceChanges(listed: readonly string[], wanted: string): Change[] {
  const name = NODE_SERVICE
  const hex = (text: string) => `0x${Buffer.from(text, 'utf8').toString('hex')}`
  // The new one first: who looks in between finds two, and not none to remember.
  return [
    ...(listed.includes(wanted)
      ? []
      : [{ method: 'setAttribute', name, value: hex(wanted) } satisfies Change]),
    ...listed
      .filter((endpoint) => endpoint !== wanted)
      .map((endpoint): Change => ({ method: 'revokeAttribute', name, value: hex(endpoint) })),
  ]
}

/** The account of a controller key, in lower case. */
function addressOf({ publicJwk }: KeyRow): string {
  const hex = (part: string) => Buffer.from(part, 'base64url').toString('hex')
  if (publicJwk.kty !== 'EC') throw new Error('a controller key is on an elliptic curve')
  return computeAddress(`0x04${hex(publicJwk.x)}${hex(publicJwk.y)}`).toLowerCase()
}

function kidOf(jwk: PublicJwk, keys: ReadonlyMap<string, PublicJwk>): string | undefined {
  for (const [kid, listed] of keys) if (isSameKey(listed, jwk)) return kid
  return undefined
}
