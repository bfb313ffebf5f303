import { randomBytes } from 'node:crypto'
import type { Audit } from '../audit/index.ts'
import { type Clock, newId, Refusal, requireVersion, type UserCaller } from '../core/index.ts'
import { change, LessThan, type Reader, type Store, type Tx } from '../store/index.ts'
import { sha256 } from '../trust/index.ts'
import type { Vault } from '../vault/index.ts'
import { maySee, type NeedToKnow, type Registered, registeredText, requireSound } from './secret.ts'
import {
  type TradeSecretDocumentRow,
  type TradeSecretLookRow,
  type TradeSecretRow,
  type TradeSecretTextRow,
  tradeSecretDocumentTable,
  tradeSecretLookTable,
  tradeSecretTable,
  tradeSecretTextTable,
} from './tables.ts'

export interface RegisterDeps {
  readonly store: Store
  readonly vault: Vault
  readonly clock: Clock
  readonly audit: Audit
  /** What follows when one is taken out, in the same transaction. */
  readonly whenWithdrawn?: (tx: Tx, by: UserCaller, id: string) => Promise<void>
}

/** Who answers for a secret, and who needs to know. */
export interface Keeping {
  readonly ownerParty: string
  readonly needToKnow: NeedToKnow
}

/** A document with what it is called. */
export type Document = Omit<TradeSecretDocumentRow, 'sealed' | 'secretId'> & { readonly name: string }

/** A secret with what the register says of it now. */
export interface ShownSecret {
  readonly row: TradeSecretRow
  readonly said: Registered
  readonly digest: string
  readonly documents: readonly Document[]
}

export const documentPlace = (id: string) => `trade_secret_document:${id}:name`
const textPlace = (id: string) => `trade_secret_text:${id}:sealed`

/** The trade secrets of our company: what they are, who needs to know, and who looked. */
export class Register {
  readonly #deps: RegisterDeps

  constructor(deps: RegisterDeps) {
    this.#deps = deps
  }

  /** @throws Refusal `trade_secret_too_long` */
  async add(caller: UserCaller, said: Registered, keeping: Keeping): Promise<TradeSecretRow> {
    const { store, vault, clock } = this.#deps
    const now = clock.now()
    const id = newId()
    const row: TradeSecretRow = {
      id,
      state: 'registered',
      version: 1,
      ...keeping,
      createdAt: now,
      changedAt: now,
    }
    // Committed first: nothing is sealed under a key that is not there yet.
    await store.transact((tx) => vault.createKey(tx, id))
    await store.transact(async (tx) => {
      await tx.insert(tradeSecretTable, row)
      await this.#write(tx, caller, row, said)
    })
    return row
  }

  /**
   * Says it anew; what was said before stays what its digest proves.
   * @throws Refusal `trade_secret_unknown`, `trade_secret_withdrawn`, `trade_secret_too_long`, `changed_meanwhile`
   */
  async change(
    caller: UserCaller,
    id: string,
    said: Registered,
    keeping: Keeping,
    ifMatch?: number,
  ): Promise<TradeSecretRow> {
    const { store, clock } = this.#deps
    return store.transact(async (tx) => {
      const row = await this.requireRegistered(tx, caller, id)
      requireVersion(ifMatch, row.version)
      const after = { ...row, ...keeping, version: row.version + 1, changedAt: clock.now() }
      await changeOnce(tx, row, after)
      await this.#write(tx, caller, after, said)
      return after
    })
  }

  /** Takes it out of use; what was registered can still be proven. @throws Refusal as {@link change} */
  async withdraw(caller: UserCaller, id: string): Promise<TradeSecretRow> {
    const { store, clock, audit } = this.#deps
    return store.transact(async (tx) => {
      const row = await this.requireRegistered(tx, caller, id)
      const after = { ...row, state: 'withdrawn' as const, changedAt: clock.now() }
      await changeOnce(tx, row, after)
      await audit.record(tx, caller, 'trade_secret.withdrawn', { secret: id, version: row.version })
      await this.#deps.whenWithdrawn?.(tx, caller, id)
      return after
    })
  }

  /** Those that she may see, without what they are: only their titles. */
  async list(caller: UserCaller): Promise<(ShownSecret['row'] & { readonly title: string })[]> {
    const { reader } = this.#deps.store
    const rows = await reader.find(tradeSecretTable, { order: { id: 'ASC' } })
    return Promise.all(
      rows
        .filter((row) => maySee(caller, row))
        .map(async (row) => ({ ...row, title: (await this.#said(await this.#text(reader, row))).title })),
    )
  }

  /** What the register says of one; that she looked is recorded with it. @throws Refusal `trade_secret_unknown` */
  async show(caller: UserCaller, id: string): Promise<ShownSecret> {
    const { store } = this.#deps
    const row = await store.transact((tx) => this.looked(tx, caller, id, null))
    const text = await this.#text(store.reader, row)
    const found = await store.reader.find(tradeSecretDocumentTable, {
      where: { secretId: id },
      order: { id: 'ASC' },
    })
    const documents = await this.named(found)
    return { row, said: await this.#said(text), digest: text.digest, documents }
  }

  /** What it says, for whoever may see it already. @throws Refusal `trade_secret_unknown` */
  async said(reader: Reader, row: TradeSecretRow): Promise<Registered> {
    return this.#said(await this.#text(reader, row))
  }

  /** Documents with what they are called. */
  named(rows: readonly TradeSecretDocumentRow[]): Promise<Document[]> {
    return Promise.all(
      rows.map(async ({ sealed, secretId: _, ...one }) => ({
        ...one,
        name: await this.#deps.vault.openText(documentPlace(one.id), sealed),
      })),
    )
  }

  /**
   * What was registered as a version, and the text that its digest is of.
   * @throws Refusal `trade_secret_unknown`
   */
  async proof(
    caller: UserCaller,
    id: string,
    version?: number,
  ): Promise<TradeSecretTextRow & { text: string }> {
    const { store, vault } = this.#deps
    const row = await store.transact((tx) => this.looked(tx, caller, id, null))
    const found = await this.#text(store.reader, { id, version: version ?? row.version })
    return { ...found, text: await vault.openText(textPlace(found.id), found.sealed) }
  }

  /** Who looked, the newest first. @throws Refusal `trade_secret_unknown` */
  async looks(
    caller: UserCaller,
    id: string,
    { cursor, limit }: { readonly cursor?: string | undefined; readonly limit: number },
  ): Promise<{ items: TradeSecretLookRow[]; next: string | null }> {
    const { reader } = this.#deps.store
    await this.#require(reader, caller, id)
    const where = { secretId: id, ...(cursor && { id: LessThan(cursor) }) }
    const found = await reader.find(tradeSecretLookTable, { where, order: { id: 'DESC' }, take: limit + 1 })
    const items = found.slice(0, limit)
    return { items, next: found.length > limit ? (items.at(-1)?.id ?? null) : null }
  }

  /** Lets her look and writes that she did, both or neither. @throws Refusal `trade_secret_unknown` */
  async looked(tx: Tx, caller: UserCaller, id: string, documentId: string | null): Promise<TradeSecretRow> {
    const { clock, audit } = this.#deps
    const row = await this.#require(tx, caller, id)
    const { version } = row
    const look = { secretId: id, version, personId: caller.personId, documentId, at: clock.now() }
    await tx.insert(tradeSecretLookTable, { id: newId(), ...look, shareId: null, question: null })
    await audit.record(tx, caller, 'trade_secret.seen', {
      ...{ secret: id, version },
      ...(documentId && { document: documentId }),
    })
    return row
  }

  /** One that can be changed. @throws Refusal `trade_secret_unknown`, `trade_secret_withdrawn` */
  async requireRegistered(reader: Reader, caller: UserCaller, id: string): Promise<TradeSecretRow> {
    const row = await this.#require(reader, caller, id)
    if (row.state === 'registered') return row
    throw new Refusal('conflict', 'trade_secret_withdrawn', 'this was taken out of the register')
  }

  /** Who does not need to know, does not learn that it is there. */
  async #require(reader: Reader, caller: UserCaller, id: string): Promise<TradeSecretRow> {
    const row = await reader.findOneBy(tradeSecretTable, { id })
    if (!row || !maySee(caller, row)) throw unknownSecret()
    return row
  }

  async #write(tx: Tx, caller: UserCaller, { id, version, changedAt: at }: TradeSecretRow, said: Registered) {
    const { vault, audit } = this.#deps
    const text = registeredText(randomBytes(32).toString('base64url'), requireSound(said))
    const textId = newId()
    const digest = sha256(text)
    const sealed = await vault.seal(id, textPlace(textId), text)
    await tx.insert(tradeSecretTextTable, { id: textId, secretId: id, version, digest, sealed, at })
    await audit.record(tx, caller, 'trade_secret.registered', { secret: id, version, digest })
  }

  async #text(reader: Reader, { id: secretId, version }: Pick<TradeSecretRow, 'id' | 'version'>) {
    const text = await reader.findOneBy(tradeSecretTextTable, { secretId, version })
    if (!text) throw unknownSecret()
    return text
  }

  async #said({ id, sealed }: TradeSecretTextRow): Promise<Registered> {
    const text = JSON.parse(await this.#deps.vault.openText(textPlace(id), sealed)) as { secret: Registered }
    return text.secret
  }
}

/** @throws Refusal `changed_meanwhile` */
async function changeOnce(tx: Tx, { id, version }: TradeSecretRow, after: TradeSecretRow): Promise<void> {
  const { id: _, ...set } = after
  if ((await change(tx, tradeSecretTable, { id, version, state: 'registered' }, set)) !== 1)
    throw new Refusal('conflict', 'changed_meanwhile', 'somebody changed this in the meantime')
}

const unknownSecret = () =>
  new Refusal('not_found', 'trade_secret_unknown', 'there is no such trade secret for you')
