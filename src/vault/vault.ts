import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto'
import { type Clock, newId, Refusal } from '../core/index.ts'
import type { Reader, Store, Tx } from '../store/index.ts'
import { type VaultKeyRow, vaultKeyTable } from './vault-table.ts'

const KEY_BYTES = 32
const IV_BYTES = 12
const TAG_BYTES = 16
const ID_BYTES = 16
const MAX_CACHED_KEYS = 10_000
/** How long another process may go on with a key after it was destroyed here. */
const MAX_AGE_MS = 5_000
/** The key every other key hangs from, and the row that proves the master key is the right one. */
const ROOT = 'root'

interface OwnKey {
  readonly id: string
  readonly key: Buffer
  readonly until: number
}

/**
 * Encrypts at rest: master key → key per party (or any other scope) → values. AES-256-GCM; a sealed value is
 * `key id (16) ‖ iv (12) ‖ ciphertext ‖ tag (16)` and opens only in the row it was sealed for.
 */
export class Vault {
  readonly #store: Store
  readonly #clock: Clock
  readonly #master: Buffer
  readonly #unwrapped = new Map<string, { readonly key: Buffer; readonly until: number }>()
  // What a transaction looks up is remembered for others when it ends: a long one would look it up for each value.
  readonly #ofTransaction = new WeakMap<Reader, Map<string, OwnKey>>()
  readonly #idOfScope = new Map<string, string>()
  readonly #pseudonymKey: Buffer

  private constructor(store: Store, clock: Clock, master: Buffer) {
    this.#store = store
    this.#clock = clock
    this.#master = derive(master, 'regie wrap')
    this.#pseudonymKey = derive(master, 'regie pseudonym')
  }

  /**
   * @param masterKey 32 bytes, from the environment, a file or a KMS
   * @throws Refusal `wrong_master_key` when the database was sealed with another one
   */
  static async open(deps: { store: Store; clock: Clock; masterKey: Uint8Array }): Promise<Vault> {
    if (deps.masterKey.length !== KEY_BYTES)
      throw new Refusal('invalid', 'invalid_master_key', 'the master key is 32 bytes')
    const vault = new Vault(deps.store, deps.clock, Buffer.from(deps.masterKey))
    const requireRoot = () => deps.store.transact((tx) => vault.#requireRoot(tx))
    // Another process on this database may make it at the same moment: then it is there when we look again.
    await requireRoot().catch(requireRoot)
    return vault
  }

  /** Makes the key of a scope: a party's id, usually. Once per scope. */
  async createKey(tx: Tx, scope: string): Promise<void> {
    const id = newId()
    const key = randomBytes(KEY_BYTES)
    const wrapped = encrypt(this.#master, key, wrapAad(id, scope))
    await tx.insert(vaultKeyTable, { id, scope, wrapped, createdAt: this.#clock.now() })
  }

  /** Destroys a scope's key: what was sealed under it can never be read again. */
  async destroyKey(tx: Tx, scope: string): Promise<void> {
    // Written over first: what is merely deleted may lie in the file for a while.
    await tx.update(vaultKeyTable, { scope }, { wrapped: Buffer.alloc(KEY_BYTES + IV_BYTES + TAG_BYTES) })
    await tx.delete(vaultKeyTable, { scope })
    const own = this.#keysOf(tx)
    own.delete(own.get(scope)?.id ?? '')
    own.delete(scope)
    this.#store.afterCommit(() => {
      const id = this.#idOfScope.get(scope)
      this.#idOfScope.delete(scope)
      if (id) this.#unwrapped.delete(id)
    })
  }

  /**
   * @param scope whose key seals it
   * @param place the row and column it belongs to, such as `credential:<id>:compact`
   */
  async seal(scope: string, place: string, value: Uint8Array | string): Promise<Buffer> {
    const { id, key } = await this.#keyOfScope(scope)
    const idBytes = Buffer.from(id.replaceAll('-', ''), 'hex')
    return Buffer.concat([idBytes, encrypt(key, Buffer.from(value), sealAad(id, place))])
  }

  /**
   * @throws Refusal `sealed_value_lost` when its key was destroyed, `sealed_value_broken` when it was changed or
   *   moved to another place
   */
  async open(place: string, sealed: Uint8Array): Promise<Buffer> {
    const id = uuidOf(sealed.subarray(0, ID_BYTES))
    const key = this.#cached(id) ?? (await this.#keyById(id))
    return decrypt(key, sealed.subarray(ID_BYTES), sealAad(id, place))
  }

  async openText(place: string, sealed: Uint8Array): Promise<string> {
    return (await this.open(place, sealed)).toString('utf8')
  }

  /** A name for a person that only this node can lead back to her: for logs and audit entries. */
  pseudonym(personId: string): string {
    const digest = createHmac('sha256', this.#pseudonymKey).update(personId).digest('base64url')
    return `p_${digest.slice(0, 22)}`
  }

  /** A key for another purpose, derived from the master key; the same every time. */
  deriveKey(purpose: string): Buffer {
    return derive(this.#master, purpose)
  }

  async #requireRoot(tx: Tx): Promise<void> {
    const root = await tx.findOneBy(vaultKeyTable, { scope: ROOT })
    if (!root) return this.createKey(tx, ROOT)
    this.#unwrap(root)
  }

  async #keyOfScope(scope: string): Promise<{ id: string; key: Buffer }> {
    const known = this.#idOfScope.get(scope)
    const cached = known && this.#cached(known)
    if (known && cached) return { id: known, key: cached }
    const reading = this.#reading()
    const own = this.#own(reading, scope)
    if (own) return own
    const row = await reading.findOneBy(vaultKeyTable, { scope })
    if (!row) throw new Refusal('not_found', 'sealed_value_lost', 'the key of this party is gone')
    return { id: row.id, key: this.#remember(reading, row) }
  }

  async #keyById(id: string): Promise<Buffer> {
    const reading = this.#reading()
    const own = this.#own(reading, id)
    if (own) return own.key
    const row = await reading.findOneBy(vaultKeyTable, { id })
    if (!row) throw new Refusal('not_found', 'sealed_value_lost', 'the key of this value is gone')
    return this.#remember(reading, row)
  }

  #own(reading: Reader, idOrScope: string): OwnKey | undefined {
    const own = this.#keysOf(reading).get(idOrScope)
    return own && this.#clock.now() < own.until ? own : undefined
  }

  /** What this transaction looked up, by key id and by scope; outside one nothing is kept here. */
  #keysOf(reading: Reader): Map<string, OwnKey> {
    if (reading === this.#store.reader) return new Map()
    const known = this.#ofTransaction.get(reading) ?? new Map()
    this.#ofTransaction.set(reading, known)
    return known
  }

  #cached(id: string): Buffer | undefined {
    const found = this.#unwrapped.get(id)
    return found && this.#clock.now() < found.until ? found.key : undefined
  }

  #reading(): Reader {
    return this.#store.current()
  }

  #remember(reading: Reader, row: VaultKeyRow): Buffer {
    const key = this.#unwrap(row)
    const until = this.#clock.now() + MAX_AGE_MS
    for (const name of [row.id, row.scope]) this.#keysOf(reading).set(name, { id: row.id, key, until })
    // A key made in a transaction that fails must not stay behind: values sealed with it would be lost.
    this.#store.afterCommit(() => {
      // A bounded memory: what is dropped is only a row away.
      if (this.#unwrapped.size >= MAX_CACHED_KEYS) {
        this.#unwrapped.clear()
        this.#idOfScope.clear()
      }
      this.#unwrapped.set(row.id, { key, until: this.#clock.now() + MAX_AGE_MS })
      this.#idOfScope.set(row.scope, row.id)
    })
    return key
  }

  #unwrap(row: VaultKeyRow): Buffer {
    try {
      return decrypt(this.#master, row.wrapped, wrapAad(row.id, row.scope))
    } catch (cause) {
      throw new Refusal('unavailable', 'wrong_master_key', 'the master key does not fit this database', {
        cause,
      })
    }
  }
}

/** Compares secrets without telling by time where they differ. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}

const wrapAad = (id: string, scope: string) => Buffer.from(`regie key ${id} ${scope}`)
const sealAad = (id: string, place: string) => Buffer.from(`regie value ${id} ${place}`)

const derive = (master: Uint8Array, info: string) =>
  Buffer.from(hkdfSync('sha256', master, Buffer.alloc(0), info, KEY_BYTES))

/** AES-256-GCM: `iv (12) ‖ ciphertext ‖ tag (16)`, which opens with the same key and the same `aad` only. */
export function encrypt(key: Uint8Array, value: Uint8Array, aad: Uint8Array): Buffer {
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(aad)
  return Buffer.concat([iv, cipher.update(value), cipher.final(), cipher.getAuthTag()])
}

/** Opens what {@link encrypt} made. @throws Refusal `sealed_value_broken` */
export function decrypt(key: Uint8Array, sealed: Uint8Array, aad: Uint8Array): Buffer {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, IV_BYTES), {
      authTagLength: TAG_BYTES,
    })
    decipher.setAAD(aad).setAuthTag(sealed.subarray(sealed.length - TAG_BYTES))
    return Buffer.concat([
      decipher.update(sealed.subarray(IV_BYTES, sealed.length - TAG_BYTES)),
      decipher.final(),
    ])
  } catch (cause) {
    throw new Refusal('unavailable', 'sealed_value_broken', 'a stored value was changed or moved', { cause })
  }
}

function uuidOf(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
