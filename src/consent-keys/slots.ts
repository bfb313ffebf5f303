import { type Clock, newId } from '../core/index.ts'
import { In, LessThan, type Reader, rows, type Store, type Tx } from '../store/index.ts'
import type { Vault } from '../vault/index.ts'
import { type SlotKind, type SlotRow, slotTable } from './slot-table.ts'
import { hashOfToken, keyOfToken, type SecretDerivation, type SecretKey, unwrap, wrap } from './wrapping.ts'

export interface SlotsDeps {
  readonly store: Store
  readonly vault: Vault
  readonly clock: Clock
}

/** What a slot's row holds, sealed. */
interface Content {
  /** base64url. */
  readonly wrapped: string
  readonly derivation?: SecretDerivation
}

interface SlotOf {
  readonly partyId: string
  readonly dataKey: Buffer
}

const place = (id: string): string => `consent_key_slot:${id}`

/** The rows that wrap consent keys. What opens them is never here. */
export class Slots {
  readonly #deps: SlotsDeps

  constructor(deps: SlotsDeps) {
    this.#deps = deps
  }

  /** Wraps a data key with a token of full entropy. */
  async addToken(
    tx: Tx,
    { partyId, dataKey }: SlotOf,
    slot: { kind: Exclude<SlotKind, 'secret'>; token: string; expiresAt: number | null },
  ): Promise<void> {
    const id = newId()
    const wrapped = wrap(keyOfToken(slot.token, id), dataKey, id).toString('base64url')
    await this.#insert(tx, { ...slot, id, partyId, tokenHash: hashOfToken(slot.token) }, { wrapped })
  }

  /** Wraps it with what she remembers, in the place of what she remembered before. */
  async setSecret(tx: Tx, { partyId, dataKey }: SlotOf, { key, derivation }: SecretKey): Promise<void> {
    await this.end(tx, partyId, ['secret'])
    const id = newId()
    const wrapped = wrap(key, dataKey, id).toString('base64url')
    const row = { id, partyId, kind: 'secret', tokenHash: null, expiresAt: null } as const
    await this.#insert(tx, row, { wrapped, derivation })
  }

  /** The data key a token opens, or null when it opens nothing of hers now. */
  async openByToken(partyId: string, kind: SlotKind, token: string): Promise<Buffer | null> {
    const row = await this.findByToken(partyId, kind, token)
    if (!row) return null
    const { wrapped } = await this.#content(row)
    return unwrap(keyOfToken(token, row.id), Buffer.from(wrapped, 'base64url'), row.id)
  }

  async findByToken(partyId: string, kind: SlotKind, token: string): Promise<SlotRow | null> {
    const tokenHash = hashOfToken(token)
    const row = await this.#reader.findOneBy(slotTable, { partyId, kind, tokenHash })
    return row && (row.expiresAt === null || row.expiresAt > this.#deps.clock.now()) ? row : null
  }

  /** How the key of what she remembers is derived; null when she has set nothing yet. */
  async secretDerivation(partyId: string): Promise<SecretDerivation | null> {
    const row = await this.#reader.findOneBy(slotTable, { partyId, kind: 'secret' })
    return row ? ((await this.#content(row)).derivation ?? null) : null
  }

  async openBySecret(partyId: string, { key }: SecretKey): Promise<Buffer | null> {
    const row = await this.#reader.findOneBy(slotTable, { partyId, kind: 'secret' })
    if (!row) return null
    const { wrapped } = await this.#content(row)
    return unwrap(key, Buffer.from(wrapped, 'base64url'), row.id)
  }

  /** Of these parties those that have such a slot. */
  async among(partyIds: readonly string[], kind: SlotKind): Promise<ReadonlySet<string>> {
    const found = await this.#reader.find(slotTable, {
      where: { partyId: In([...partyIds]), kind },
      select: { id: true, partyId: true },
    })
    return new Set(found.map(({ partyId }) => partyId))
  }

  count(partyId: string, kind: SlotKind): Promise<number> {
    return this.#reader.countBy(slotTable, { partyId, kind })
  }

  /** @returns whether it was there: of two who use a one-use slot, one does */
  async use(tx: Tx, { id }: SlotRow): Promise<boolean> {
    return (await rows(tx, 'DELETE FROM consent_key_slot WHERE id = ? RETURNING id', [id])).length === 1
  }

  async end(tx: Tx, partyId: string, kinds: readonly SlotKind[]): Promise<void> {
    await tx.delete(slotTable, { partyId, kind: In([...kinds]) })
  }

  /** Ends the one slot that a token opens. */
  async endToken(tx: Tx, partyId: string, kind: SlotKind, tokenHash: string): Promise<void> {
    await tx.delete(slotTable, { partyId, kind, tokenHash })
  }

  /** Removes what has expired. */
  async tidy(): Promise<void> {
    const now = this.#deps.clock.now()
    await this.#deps.store.transact((tx) => tx.delete(slotTable, { expiresAt: LessThan(now) }))
  }

  async #insert(tx: Tx, row: Omit<SlotRow, 'sealed' | 'createdAt'>, content: Content): Promise<void> {
    const { vault, clock } = this.#deps
    const { id, partyId, kind, tokenHash, expiresAt } = row
    const sealed = await vault.seal(partyId, place(id), JSON.stringify(content))
    await tx.insert(slotTable, { id, partyId, kind, tokenHash, expiresAt, sealed, createdAt: clock.now() })
  }

  async #content({ id, sealed }: SlotRow): Promise<Content> {
    return JSON.parse(await this.#deps.vault.openText(place(id), sealed)) as Content
  }

  get #reader(): Reader {
    return this.#deps.store.current()
  }
}
