import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { BoundedMap, type Clock, type Did, newId, Refusal } from '../core/index.ts'
import { algOfJwk, type PublicJwk, publicJwkOf, type Signer, signWith } from '../jose/index.ts'
import { change, In, type Store } from '../store/index.ts'
import type { Vault } from '../vault/index.ts'
import { type KeyRow, type KeyState, type KeyType, type KeyUse, keyTable } from './key-table.ts'

export interface KeyRingDeps {
  readonly store: Store
  readonly vault: Pick<Vault, 'seal' | 'open'>
  readonly clock: Clock
}

/** A key that may be used now. */
export interface LoadedKey {
  readonly row: Omit<KeyRow, 'sealed'>
  readonly privateKey: KeyObject
}

/** How long another process may go on with a key after it was retired here. */
const MAX_AGE_MS = 5_000
const MAX_CACHED = 2_000

/** The private keys of all parties of this node: sealed in the table, loaded in memory for a few seconds. */
export class KeyRing {
  readonly #deps: KeyRingDeps
  readonly #loaded = new BoundedMap<{ key: LoadedKey; until: number } | null>(MAX_CACHED)

  constructor(deps: KeyRingDeps) {
    this.#deps = deps
  }

  /** Makes a key; a private key never enters or leaves. Must run inside `transact()`. */
  async create(spec: { partyId: string; type: KeyType; use: KeyUse; id?: string }): Promise<KeyRow> {
    const { store, vault, clock } = this.#deps
    const id = spec.id ?? newId()
    const privateKey = generate(spec.type)
    const pkcs8 = privateKey.export({ type: 'pkcs8', format: 'der' })
    const row: KeyRow = {
      id,
      partyId: spec.partyId,
      type: spec.type,
      use: spec.use,
      state: spec.use === 'signing' ? 'pending' : 'active',
      did: null,
      kid: null,
      publicJwk: publicJwkOf(privateKey),
      sealed: await vault.seal(spec.partyId, place(id), pkcs8),
      createdAt: clock.now(),
    }
    pkcs8.fill(0)
    await store.currentTx().insert(keyTable, row)
    return row
  }

  /** The signer of a key, by the name verifiers know it by. @throws Refusal `key_unknown`, `key_not_active` */
  async signer(kid: string): Promise<Signer> {
    return signerOver(await this.#load(`kid ${kid}`, () => this.#find({ kid })))
  }

  /** The signer a DID signs with now: its newest active signing key. @throws Refusal `key_unknown`, `did_not_ready` */
  async signerOf(did: Did): Promise<Signer> {
    return signerOver(await this.#active(did))
  }

  /** The public half of the key that {@link signerOf} signs with. @throws Refusal `key_unknown`, `did_not_ready` */
  async publicKeyOf(did: Did): Promise<PublicJwk> {
    return (await this.#active(did)).row.publicJwk
  }

  /** The public half of a key of ours. @throws Refusal `key_unknown` */
  async publicKey(kid: string): Promise<PublicJwk> {
    return (await this.#load(`kid ${kid}`, () => this.#find({ kid }))).row.publicJwk
  }

  /** A key by Veramo's reference, whatever its state. @throws Refusal `key_unknown` */
  byId(id: string): Promise<LoadedKey> {
    return this.#load(`id ${id}`, () => this.#find({ id }))
  }

  /** Keys of a DID, oldest first. */
  ofDid(did: Did): Promise<KeyRow[]> {
    return this.#deps.store
      .current()
      .find(keyTable, { where: { did }, order: { createdAt: 'ASC', id: 'ASC' } })
  }

  ofParty(partyId: string): Promise<KeyRow[]> {
    return this.#deps.store.current().findBy(keyTable, { partyId })
  }

  all(): Promise<KeyRow[]> {
    return this.#deps.store.current().find(keyTable)
  }

  /** Says whose key it is; with a `kid` it is in use from then on. Must run inside `transact()`. */
  async assign(id: string, to: { did: Did | null; kid?: string }): Promise<void> {
    const named = to.kid === undefined ? {} : { kid: to.kid, state: 'active' as const }
    await change(this.#deps.store.currentTx(), keyTable, { id }, { did: to.did, ...named })
    this.#drop({ id, did: to.did, kid: to.kid ?? null })
  }

  /** @returns whether the key was in one of the states `from`. Must run inside `transact()`. */
  async move(kid: string, from: readonly KeyState[], to: KeyState): Promise<boolean> {
    const tx = this.#deps.store.currentTx()
    const row = await tx.findOneBy(keyTable, { kid })
    if (!row || (await change(tx, keyTable, { kid, state: In([...from]) }, { state: to })) === 0) return false
    this.#drop(row)
    return true
  }

  /** Must run inside `transact()`. */
  async delete(id: string): Promise<boolean> {
    const tx = this.#deps.store.currentTx()
    const row = await tx.findOneBy(keyTable, { id })
    if (!row) return false
    await tx.delete(keyTable, { id })
    this.#drop(row)
    return true
  }

  #active(did: Did): Promise<LoadedKey> {
    return this.#load(`did ${did}`, async () => {
      const active = await this.#find({ did, use: 'signing', state: 'active' })
      if (!active && (await this.#find({ did, use: 'signing', state: 'pending' })))
        throw new Refusal('unavailable', 'did_not_ready', 'the key of this DID is not on the chain yet')
      return active
    })
  }

  #find(where: FindWhere): Promise<KeyRow | null> {
    return this.#deps.store.current().findOne(keyTable, { where, order: { createdAt: 'DESC', id: 'DESC' } })
  }

  async #load(name: string, find: () => Promise<KeyRow | null>): Promise<LoadedKey> {
    const { store, vault, clock } = this.#deps
    const cached = this.#loaded.get(name)
    if (cached && clock.now() < cached.until) return cached.key
    const found = await find()
    if (!found) throw new Refusal('not_found', 'key_unknown', 'this node has no such key')
    const { sealed, ...row } = found
    const pkcs8 = await vault.open(place(row.id), sealed)
    const key = { row, privateKey: createPrivateKey({ key: pkcs8, type: 'pkcs8', format: 'der' }) }
    pkcs8.fill(0)
    // A key of a transaction that fails must not stay behind.
    store.afterCommit(() => this.#loaded.set(name, { key, until: clock.now() + MAX_AGE_MS }))
    return key
  }

  #drop({ id, kid, did }: Pick<KeyRow, 'id' | 'kid' | 'did'>): void {
    const drop = () => {
      for (const name of [`id ${id}`, `kid ${kid}`, `did ${did}`]) this.#loaded.set(name, null)
    }
    drop()
    // What was loaded meanwhile is of before the change.
    this.#deps.store.afterCommit(drop)
  }
}

type FindWhere = Partial<Pick<KeyRow, 'id' | 'use' | 'state'> & { kid: string; did: Did }>

/** @throws Refusal `key_not_for_signing`, `key_not_active` */
function signerOver({ row, privateKey }: LoadedKey): Signer {
  if (row.use === 'controller' || row.kid === null)
    throw new Refusal('forbidden', 'key_not_for_signing', 'this key does not sign as a DID')
  requireActive(row)
  const alg = algOfJwk(row.publicJwk)
  return { alg, kid: row.kid, sign: (data) => signWith(privateKey, alg, data) }
}

/** @throws Refusal `key_not_active` */
export function requireActive(row: Pick<KeyRow, 'state'>): void {
  if (row.state !== 'active')
    throw new Refusal('conflict', 'key_not_active', `this key is ${row.state} and does not sign`, {
      params: { state: row.state },
    })
}

const place = (id: string): string => `agent_key:${id}:sealed`

function generate(type: KeyType): KeyObject {
  switch (type) {
    case 'Ed25519':
      return generateKeyPairSync('ed25519').privateKey
    case 'Secp256r1':
      return generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey
    case 'Secp256k1':
      return generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey
  }
}
