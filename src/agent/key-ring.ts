import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import {
  BoundedMap,
  type Clock,
  type ConsentUnlock,
  consentLocked,
  type Did,
  isDid,
  newId,
  Refusal,
} from '../core/index.ts'
import { algOfJwk, isSameKey, type PublicJwk, publicJwkOf, type Signer, signWith } from '../jose/index.ts'
import { change, In, type Store } from '../store/index.ts'
import { decrypt, encrypt, type Vault } from '../vault/index.ts'
import { type KeyRow, type KeyState, type KeyType, type KeyUse, keyTable } from './key-table.ts'

export interface KeyRingDeps {
  readonly store: Store
  readonly vault: Pick<Vault, 'seal' | 'open'>
  readonly clock: Clock
  /** The data key a session of its person opens; without it consent keys stay closed. @throws Refusal `consent_locked` */
  readonly dataKeyOf?: (partyId: string, session: string) => Promise<Buffer>
}

/** A key that may be used now: opened, or still encrypted with its data key. */
export interface LoadedKey {
  readonly row: Omit<KeyRow, 'sealed'>
  readonly privateKey: KeyObject | { readonly encrypted: Buffer }
}

/** How long another process may go on with a key after it was retired here. */
const MAX_AGE_MS = 5_000
const MAX_CACHED = 2_000

/** The private keys of all parties of this node: sealed in the table, loaded in memory for a few seconds. */
export class KeyRing {
  readonly #deps: KeyRingDeps
  /** Counts what was dropped. */
  #epoch = 0
  readonly #loaded = new BoundedMap<{ key: LoadedKey; until: number } | null>(MAX_CACHED)
  /** Data keys of parties that are being made. */
  readonly #making = new Map<string, Buffer>()
  /** Holder keys that are being brought from another node. */
  readonly #brought = new Map<string, KeyObject>()

  constructor(deps: KeyRingDeps) {
    this.#deps = deps
  }

  /** Makes the consent key of a new party with this data key: it is written encrypted, never otherwise. */
  async guarding<T>(partyId: string, dataKey: Buffer, make: () => Promise<T>): Promise<T> {
    this.#making.set(partyId, dataKey)
    try {
      return await make()
    } finally {
      this.#making.delete(partyId)
    }
  }

  /**
   * Lets {@link create} keep this key instead of making one. It goes past Veramo by a name: whatever Veramo is given it
   * writes down.
   */
  async bringing<T>(key: KeyObject, make: (brought: string) => Promise<T>): Promise<T> {
    const name = newId()
    this.#brought.set(name, key)
    try {
      return await make(name)
    } finally {
      this.#brought.delete(name)
    }
  }

  /** Makes a key, or keeps the one that is brought. Must run inside `transact()`. */
  async create(spec: {
    partyId: string
    type: KeyType
    use: KeyUse
    id?: string
    state?: KeyState
    brought?: string
  }): Promise<KeyRow> {
    const { store, vault, clock } = this.#deps
    const id = spec.id ?? newId()
    const privateKey = spec.brought === undefined ? generate(spec.type) : this.#requireBrought(spec.brought)
    const pkcs8 = privateKey.export({ type: 'pkcs8', format: 'der' })
    const dataKey = spec.use === 'signing' ? this.#making.get(spec.partyId) : undefined
    const secret = dataKey ? encrypt(dataKey, pkcs8, aadOf(id)) : pkcs8
    const row: KeyRow = {
      id,
      partyId: spec.partyId,
      type: spec.type,
      use: spec.use,
      state: spec.state ?? (spec.use === 'signing' ? 'pending' : 'active'),
      did: null,
      kid: null,
      publicJwk: publicJwkOf(privateKey),
      guard: dataKey ? 'consent' : 'vault',
      sealed: await vault.seal(spec.partyId, place(id), secret),
      createdAt: clock.now(),
      listedUntil: null,
    }
    pkcs8.fill(0)
    await store.currentTx().insert(keyTable, row)
    return row
  }

  /**
   * The signer of a key, by the name verifiers know it by.
   * @param as the `kid` it signs under, where that is another one
   * @throws Refusal `key_unknown`, `key_not_active`, `consent_locked`
   */
  async signer(kid: string, as?: string): Promise<Signer> {
    return this.#signerOver(await this.#load(`kid ${kid}`, () => this.#find({ kid })), undefined, as)
  }

  /**
   * The signer a DID signs with now: its newest active signing key.
   * @param unlock opens the key where it is a person's
   * @throws Refusal `key_unknown`, `did_not_ready`, `consent_locked`
   */
  async signerOf(did: Did, unlock?: ConsentUnlock): Promise<Signer> {
    return this.#signerOver(await this.#active(did), unlock)
  }

  /**
   * The signer that proves possession of what was bound to a key: also to one that signs nothing else any more.
   * @param key its `kid`, or the DID whose key it is
   * @param bound the key in `cnf`
   * @throws Refusal `key_unknown`; `key_not_active` where it was given up
   */
  async bindingSigner(key: string, bound: () => PublicJwk): Promise<Signer> {
    const loaded = await (isDid(key)
      ? this.#boundTo(key, bound())
      : this.#load(`kid ${key}`, () => this.#find({ kid: key })))
    const { row } = loaded
    if (row.state !== 'retired') return this.#signerOver(loaded)
    return this.#signerOver({ ...loaded, row: { ...row, state: 'active' } })
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

  /** Whose a key is; null where nobody has it. */
  ownerOf(kid: string): Promise<Pick<KeyRow, 'partyId' | 'kid'> | null> {
    return this.#find({ kid })
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
  async assign(
    id: string,
    to: { did: Did | null; kid?: string; listedUntil?: number; state?: KeyState },
  ): Promise<void> {
    const { kid, listedUntil, state = 'active' } = to
    const named = kid === undefined ? {} : { kid, state }
    const listed = listedUntil === undefined ? {} : { listedUntil }
    await change(this.#deps.store.currentTx(), keyTable, { id }, { did: to.did, ...named, ...listed })
    this.#drop({ id, did: to.did, kid: to.kid ?? null })
  }

  /**
   * The private half of a holder key, for its holder to take along.
   * @throws Refusal `key_unknown`; `key_not_portable` for what signs as a DID, or was given up
   */
  async privateHalf(kid: string): Promise<KeyObject> {
    const { row, privateKey } = await this.#load(`kid ${kid}`, () => this.#find({ kid }))
    const isPortable = row.use === 'holder' && (row.state === 'active' || row.state === 'retired')
    if (!isPortable || 'encrypted' in privateKey)
      throw new Refusal('forbidden', 'key_not_portable', 'this key does not leave the node')
    return privateKey
  }

  /** @returns whether the key was in one of the states `from`. Must run inside `transact()`. */
  async move(kid: string, from: readonly KeyState[], to: KeyState): Promise<boolean> {
    const tx = this.#deps.store.currentTx()
    const row = await tx.findOneBy(keyTable, { kid })
    if (!row || (await change(tx, keyTable, { kid, state: In([...from]) }, { state: to })) === 0) return false
    this.#drop(row)
    return true
  }

  /** As {@link move}, by Veramo's reference: for keys that have no `kid`. */
  async moveById(id: string, from: readonly KeyState[], to: KeyState): Promise<boolean> {
    const tx = this.#deps.store.currentTx()
    const row = await tx.findOneBy(keyTable, { id })
    if (!row || (await change(tx, keyTable, { id, state: In([...from]) }, { state: to })) === 0) return false
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

  #requireBrought(name: string): KeyObject {
    const key = this.#brought.get(name)
    if (!key) throw new Error('nobody brought this key')
    return key
  }

  /** Mostly the key the DID signs with now. @throws Refusal `key_unknown` */
  async #boundTo(did: Did, jwk: PublicJwk): Promise<LoadedKey> {
    const active = await this.#active(did).catch(() => null)
    if (active && isSameKey(active.row.publicJwk, jwk)) return active
    const row = (await this.ofDid(did)).find(
      ({ use, publicJwk }) => use === 'signing' && isSameKey(publicJwk, jwk),
    )
    if (!row) throw new Refusal('not_found', 'key_unknown', 'this node has no such key')
    return this.byId(row.id)
  }

  #active(did: Did): Promise<LoadedKey> {
    return this.#load(`did ${did}`, async () => {
      const active = await this.#find({ did, use: 'signing', state: 'active' })
      if (active) return active
      if (await this.#find({ did, use: 'signing', state: 'pending' }))
        throw new Refusal('unavailable', 'did_not_ready', 'the key of this DID is not on the chain yet')
      if (await this.#find({ did, use: 'signing', state: 'ended' }))
        throw new Refusal(
          'conflict',
          'did_deactivated',
          'this DID was deactivated: it signs nothing any more',
        )
      if (await this.#find({ did, use: 'signing', state: 'retired' }))
        throw new Refusal('unavailable', 'key_retired', 'the key of this DID signs no more: rotate it')
      return null
    })
  }

  #find(where: FindWhere): Promise<KeyRow | null> {
    return this.#deps.store.current().findOne(keyTable, { where, order: { createdAt: 'DESC', id: 'DESC' } })
  }

  async #load(name: string, find: () => Promise<KeyRow | null>): Promise<LoadedKey> {
    const { store, vault, clock } = this.#deps
    const cached = this.#loaded.get(name)
    if (cached && clock.now() < cached.until) return cached.key
    const epoch = this.#epoch
    const found = await find()
    if (!found) throw new Refusal('not_found', 'key_unknown', 'this node has no such key')
    const { sealed, ...row } = found
    const opened = await vault.open(place(row.id), sealed)
    const key = { row, privateKey: row.guard === 'consent' ? { encrypted: opened } : privateKeyOf(opened) }
    // A key of a transaction that fails must not stay behind.
    store.afterCommit(() => {
      // A key that was given up while it was read must not come back.
      if (this.#epoch === epoch) this.#loaded.set(name, { key, until: clock.now() + MAX_AGE_MS })
    })
    return key
  }

  /** @throws Refusal `key_not_for_signing`, `key_not_active`, `consent_locked` */
  async #signerOver(key: LoadedKey, unlock?: ConsentUnlock, as?: string): Promise<Signer> {
    const { row } = key
    if (row.use === 'controller' || row.kid === null)
      throw new Refusal('forbidden', 'key_not_for_signing', 'this key does not sign as a DID')
    requireActive(row)
    const alg = algOfJwk(row.publicJwk)
    const privateKey =
      'encrypted' in key.privateKey ? await this.#open(row, key.privateKey, unlock) : key.privateKey
    return { alg, kid: as ?? row.kid, sign: (data) => signWith(privateKey, alg, data) }
  }

  /** Opens a consent key for one piece of work: it is not kept. @throws Refusal `consent_locked` */
  async #open(
    { id, partyId }: LoadedKey['row'],
    { encrypted }: { readonly encrypted: Buffer },
    unlock: ConsentUnlock | undefined,
  ): Promise<KeyObject> {
    const { dataKeyOf } = this.#deps
    const opens = unlock?.reveal()
    if (!opens || !dataKeyOf) throw consentLocked()
    const dataKey = 'dataKey' in opens ? opens.dataKey : await dataKeyOf(partyId, opens.session)
    return privateKeyOf(decrypt(dataKey, encrypted, aadOf(id)))
  }

  #drop({ id, kid, did }: Pick<KeyRow, 'id' | 'kid' | 'did'>): void {
    const drop = () => {
      this.#epoch += 1
      for (const name of [`id ${id}`, `kid ${kid}`, `did ${did}`]) this.#loaded.set(name, null)
    }
    drop()
    // What was loaded meanwhile is of before the change.
    this.#deps.store.afterCommit(drop)
  }
}

type FindWhere = Partial<Pick<KeyRow, 'id' | 'use' | 'state'> & { kid: string; did: Did }>

/** @throws Refusal `key_not_active` */
export function requireActive(row: Pick<KeyRow, 'state'>): void {
  if (row.state !== 'active')
    throw new Refusal('conflict', 'key_not_active', `this key is ${row.state} and does not sign`, {
      params: { state: row.state },
    })
}

const place = (id: string): string => `agent_key:${id}:sealed`
const aadOf = (id: string): Buffer => Buffer.from(`regie consent key ${id}`)

function privateKeyOf(pkcs8: Buffer): KeyObject {
  const key = createPrivateKey({ key: pkcs8, type: 'pkcs8', format: 'der' })
  pkcs8.fill(0)
  return key
}

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
