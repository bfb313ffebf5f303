import type { DIDDocument } from 'did-resolver'
import { asDid, type Clock, type ConsentUnlock, type Did, Refusal } from '../core/index.ts'
import type { Egress } from '../egress/index.ts'
import { jwkThumbprint, type PublicJwk, publicJwkOf, type Signer } from '../jose/index.ts'
import type { Store } from '../store/index.ts'
import type { Vault } from '../vault/index.ts'
import { type ChainConfig, createChainRpc } from './chain-rpc.ts'
import { didJwkOf, methodOfDidJwk } from './did-jwk.ts'
import { importPrivateHolderKey, type PrivateHolderKey, privateHolderKeyOf } from './holder-key.ts'
import type { JwtVcPort } from './jwt-vc-provider.ts'
import { KeyRing, type KeyRingDeps } from './key-ring.ts'
import type { KeyRow } from './key-table.ts'
import { KMS_NAME } from './kms.ts'
import { ownDocument, webKid } from './own-document.ts'
import { createRegistration, type Registration } from './registration.ts'
import { createResolver, type Resolver } from './resolver.ts'
import type { SdJwtPort } from './sd-jwt-provider.ts'
import { createVeramoAgent, type Veramo } from './veramo.ts'

export interface AgentDeps extends Pick<KeyRingDeps, 'dataKeyOf'> {
  readonly store: Store
  readonly vault: Pick<Vault, 'seal' | 'open'>
  readonly egress: Egress
  /** The way to the chain, which may be in the own network; `egress` unless told. */
  readonly chainEgress?: Egress
  readonly clock: Clock
  /** Where did:ethr lives; without it organisations cannot be made and did:ethr is not resolved. */
  readonly chain?: ChainConfig
  /** Fetches a did:web of localhost over http; the embedded network and tests only. */
  readonly allowLoopback?: boolean
  /** The organisation's DID, where it is to be a did:web; a did:ethr unless told. */
  readonly webDid?: Did
  /** Seconds the chain lists a signing key; ten years unless told. */
  readonly listedForS?: number
  readonly sdJwt: SdJwtPort
  /** W3C credentials; without it Veramo's plugin has SD-JWT VC only. */
  readonly jwtVc?: JwtVcPort
}

/** A key of a DID of ours, as far as others may know. */
export type KeyFacts = Pick<KeyRow, 'id' | 'use' | 'state' | 'kid' | 'createdAt' | 'listedUntil'>

/**
 * Keys, DIDs and signatures of the parties in this node, and who others are.
 * What creates or changes keys joins the caller's transaction, or makes one; the party's vault key must exist.
 */
export interface Agent extends Resolver {
  /**
   * A did:ethr whose signing key is in use once it is registered: `pendingChanges`, a relay, `confirm`. Or the did:web of
   * {@link AgentDeps.webDid}, whose key is in use at once: this node serves its document.
   */
  createOrganisationDid(partyId: string): Promise<{ readonly did: Did }>
  /**
   * A did:jwk (ES256).
   * @param dataKey of a person: her consent key is kept encrypted with it. A system's key has none
   */
  createPersonDid(partyId: string, dataKey?: Buffer): Promise<{ readonly did: Did; readonly kid: string }>
  /** A P-256 key that proves possession of credentials; its `kid` is its thumbprint. */
  createHolderKey(partyId: string): Promise<{ readonly kid: string; readonly jwk: PublicJwk }>
  /**
   * The private half of a holder key, for its holder to take along.
   * @throws Refusal `key_unknown`; `key_not_portable` for what signs as a DID, or was given up
   */
  exportHolderKey(kid: string): Promise<PrivateHolderKey>
  /**
   * Keeps a holder key that comes from another node; one that is there already stays what it is.
   * @returns its `kid`, the thumbprint
   * @throws Refusal `holder_key_invalid`; `holder_key_taken` where it is another party's
   */
  importHolderKey(partyId: string, key: PrivateHolderKey): Promise<string>
  /** The party whose holder key this is; null where it is nobody's here. */
  holderKeyOwner(kid: string): Promise<string | null>
  /** Another signing key for an organisation's DID: on chain it is to be registered like the first one. */
  createSigningKey(did: Did): Promise<void>
  /** Another key that is to control a did:ethr: it does once the chain says so. @throws Refusal `did_cannot_rotate` */
  createControllerKey(did: Did): Promise<void>
  /** Keys of a DID of ours, oldest first. */
  keysOf(did: Did): Promise<readonly KeyFacts[]>
  /** The document of a did:web of ours as this node serves it; null when it was deactivated. */
  ownDocument(did: Did, endpoint: string): Promise<DIDDocument | null>
  /**
   * The signer that proves possession of what was bound to a key, also to one that signs nothing else any more.
   * @throws Refusal `key_unknown`; `key_not_active` where it was given up
   */
  bindingSigner(key: string, bound: () => PublicJwk): Promise<Signer>
  /** The signer of a key. Ask for it per piece of work: a key can be retired. @throws Refusal `key_unknown`, `key_not_active` */
  signer(kid: string): Promise<Signer>
  /**
   * The signer a DID signs with now.
   * @param unlock opens it where it is a person's
   * @throws Refusal `key_unknown` when it has none (yet), `consent_locked`
   */
  signerOf(did: Did, unlock?: ConsentUnlock): Promise<Signer>
  /**
   * The signer of a holder key under a name that says the key itself, its did:jwk: proves to whom the key was named that
   * it is here.
   */
  holderSigner(kid: string): Promise<Signer>
  /** The public half of the key {@link signerOf} signs with. @throws Refusal `key_unknown` */
  publicKeyOf(did: Did): Promise<PublicJwk>
  /** The public half of a key of ours. @throws Refusal `key_unknown` */
  publicKey(kid: string): Promise<PublicJwk>
  /** Stops signing with a key; what it signed stays valid. @throws Refusal `key_unknown` */
  retireKey(kid: string): Promise<void>
  /** Gives a key up: the next `pendingChanges` take it off the chain. @throws Refusal `key_unknown` */
  compromiseKey(kid: string): Promise<void>
  /** No key of a DID for this use is used any more. */
  endKeys(did: Did, use: 'signing' | 'controller'): Promise<void>
  /** Deletes a DID with its keys; what they signed is there still. */
  deleteDid(did: Did): Promise<void>
  /** Deletes all keys and DIDs of a party. */
  deleteParty(partyId: string): Promise<void>
  /** See {@link Registration}. @throws Refusal `chain_not_configured` */
  readonly registration: Registration
  /** The agent as Veramo's tools know it. */
  readonly veramo: Veramo
}

export function createAgent(deps: AgentDeps): Agent {
  const { store, chain, chainEgress = deps.egress } = deps
  const ring = new KeyRing(deps)
  const resolver = createResolver(deps)
  const veramo = createVeramoAgent({
    store,
    ring,
    resolver,
    sdJwt: deps.sdJwt,
    ...(deps.jwtVc && { jwtVc: deps.jwtVc }),
    ...(chain ? { chainId: chain.chainId } : {}),
    ...(deps.webDid ? { webDid: deps.webDid } : {}),
  })
  const signDigest = (keyRef: string, digest: string) =>
    veramo.keyManagerSign({ keyRef, data: digest, encoding: 'hex', algorithm: 'eth_rawSign' })
  const registration = chain
    ? createRegistration({
        store,
        ring,
        resolver,
        chain,
        clock: deps.clock,
        rpc: createChainRpc(chainEgress, chain.rpcUrl),
        signDigest,
        controlledBy: async (did, keyRef) => {
          await store.currentTx().update('Identifier', { did }, { controllerKeyId: keyRef })
        },
        ...(deps.listedForS === undefined ? {} : { listedForS: deps.listedForS }),
      })
    : noRegistration
  const create = async (provider: string, partyId: string): Promise<Did> => {
    const { did } = await veramo.didManagerCreate({ provider, kms: KMS_NAME, options: { partyId } })
    return asDid(did)
  }
  const move = async (kid: string, from: Parameters<KeyRing['move']>[1], to: 'retired' | 'compromised') => {
    if (!(await store.transact(() => ring.move(kid, from, to))))
      throw new Refusal('not_found', 'key_unknown', 'this node has no such key in use')
  }

  const keepHolderKey = async ({ kid: id }: { readonly kid: string }) => {
    const { row } = await ring.byId(id)
    const kid = jwkThumbprint(row.publicJwk)
    await ring.assign(id, { did: null, kid })
    return { kid, jwk: row.publicJwk }
  }

  const another = async (did: Did, { type, use }: Pick<KeyRow, 'type' | 'use'>) => {
    const [first] = await ring.ofDid(did)
    if (!first || !/^did:(ethr|web):/.test(did)) throw cannotRotate()
    const meta = { partyId: first.partyId, use }
    const key = await veramo.keyManagerCreate({ kms: KMS_NAME, type, meta })
    await ring.assign(key.kid, { did })
    await veramo.didManagerAddKey({ did, key, options: { localOnly: true } })
    return key
  }

  return {
    ...resolver,
    veramo,
    registration,
    signer: (kid) => ring.signer(kid),
    signerOf: (did, unlock) => ring.signerOf(did, unlock),
    holderSigner: async (kid) => ring.signer(kid, methodOfDidJwk(didJwkOf(await ring.publicKey(kid)))),
    publicKeyOf: (did) => ring.publicKeyOf(did),
    publicKey: (kid) => ring.publicKey(kid),
    createOrganisationDid: (partyId) =>
      store.transact(async () => {
        if (deps.webDid) return { did: await create('did:web', partyId) }
        if (!chain) throw chainNotConfigured()
        return { did: await create('did:ethr', partyId) }
      }),
    createPersonDid: (partyId, dataKey) =>
      store.transact(async () => {
        const make = () => create('did:jwk', partyId)
        const did = dataKey ? await ring.guarding(partyId, dataKey, make) : await make()
        return { did, kid: `${did}#0` }
      }),
    createHolderKey: (partyId) =>
      store.transact(async () => {
        const meta = { partyId, use: 'holder' }
        return keepHolderKey(await veramo.keyManagerCreate({ kms: KMS_NAME, type: 'Secp256r1', meta }))
      }),
    exportHolderKey: async (kid) => privateHolderKeyOf(await ring.privateHalf(kid)),
    holderKeyOwner: async (kid) => (await ring.ownerOf(kid))?.partyId ?? null,
    importHolderKey: (partyId, given) =>
      store.transact(async () => {
        const key = importPrivateHolderKey(given)
        const known = await ring.ownerOf(jwkThumbprint(publicJwkOf(key)))
        if (known && known.partyId !== partyId)
          throw new Refusal('conflict', 'holder_key_taken', 'this key is somebody else’s here')
        if (known?.kid) return known.kid
        const made = await ring.bringing(key, (brought) => {
          const meta = { partyId, use: 'holder', brought }
          return veramo.keyManagerCreate({ kms: KMS_NAME, type: 'Secp256r1', meta })
        })
        return (await keepHolderKey(made)).kid
      }),
    createSigningKey: (did) =>
      store.transact(async () => {
        const isWeb = did.startsWith('did:web:')
        const key = await another(did, { type: isWeb ? 'Secp256r1' : 'Ed25519', use: 'signing' })
        if (isWeb) await ring.assign(key.kid, { did, kid: await webKid(ring, did, key.kid) })
      }),
    createControllerKey: (did) =>
      store.transact(async () => {
        if (!did.startsWith('did:ethr:')) throw cannotRotate()
        const { kid } = await another(did, { type: 'Secp256k1', use: 'controller' })
        await ring.moveById(kid, ['active'], 'pending')
      }),
    keysOf: async (did) =>
      (await ring.ofDid(did)).map(({ id, use, state, kid, createdAt, listedUntil }) => ({
        ...{ id, use, state, kid, createdAt, listedUntil },
      })),
    ownDocument: async (did, endpoint) => ownDocument(did, await ring.ofDid(did), endpoint),
    bindingSigner: (key, bound) => ring.bindingSigner(key, bound),
    endKeys: (did, ended) =>
      store.transact(async () => {
        for (const { id, use } of await ring.ofDid(did))
          if (use === ended) await ring.moveById(id, ['pending', 'active', 'retired'], 'ended')
      }),
    retireKey: (kid) => move(kid, ['active'], 'retired'),
    compromiseKey: (kid) => move(kid, ['active', 'retired'], 'compromised'),
    deleteDid: (did) => store.transact(async () => void (await veramo.didManagerDelete({ did }))),
    deleteParty: (partyId) =>
      store.transact(async () => {
        const rows = await ring.ofParty(partyId)
        for (const did of new Set(rows.map((row) => row.did))) if (did) await veramo.didManagerDelete({ did })
        for (const { id, did } of rows) if (!did) await veramo.keyManagerDelete({ kid: id })
      }),
  }
}

const chainNotConfigured = (): Refusal =>
  new Refusal('unavailable', 'chain_not_configured', 'no chain is configured, so there is no did:ethr')

const cannotRotate = (): Refusal =>
  new Refusal('unprocessable', 'did_cannot_rotate', 'only our own did:ethr or did:web can have another key')

const noRegistration: Registration = {
  isDeactivated: async () => {
    throw chainNotConfigured()
  },
  pendingChanges: async () => {
    throw chainNotConfigured()
  },
  confirm: async () => {
    throw chainNotConfigured()
  },
}
