import type { Audit } from '../audit/index.ts'
import { type Caller, Refusal } from '../core/index.ts'
import type { Claims, Credentials, HeldCredentialRow } from '../credentials/index.ts'
import type { Parties } from '../parties/index.ts'
import type { Store, Tx } from '../store/index.ts'

/** What an organisation says of itself in one credential each: a partner reads a whole list under one claim. */
export const lists = { products: 'product-list', prices: 'price-list', figures: 'peer-figures' } as const
export type ListName = keyof typeof lists

export interface ListsDeps {
  readonly store: Store
  readonly credentials: Credentials
  readonly parties: Parties
  readonly audit: Audit
  /** Signs a list of our organisation; an earlier one is revoked and gives way, and its readers are told. */
  readonly publish: (tx: Tx, by: Caller, type: string, claims: Claims) => Promise<HeldCredentialRow>
  /** Who may read a list hears that it is gone, in the same transaction. */
  readonly whenWithdrawn: (tx: Tx, by: Caller, row: HeldCredentialRow) => Promise<void>
}

export interface PublishedList {
  readonly row: HeldCredentialRow
  readonly claims: Claims
}

/** The organisation's own lists: its products and services, its prices, its figures. Partners read them under grants. */
export class Lists {
  readonly #deps: ListsDeps

  constructor(deps: ListsDeps) {
    this.#deps = deps
  }

  /** @throws Refusal `invalid_claims`, `changed_meanwhile` */
  async set(caller: Caller, list: ListName, claims: Claims): Promise<PublishedList> {
    const row = await this.#deps.store.transact((tx) => this.setIn(tx, caller, list, claims))
    return { row, claims }
  }

  async setIn(tx: Tx, caller: Caller, list: ListName, claims: Claims): Promise<HeldCredentialRow> {
    const row = await this.#deps.publish(tx, caller, lists[list], claims)
    await this.#deps.audit.record(tx, caller, 'list.published', { list, credential: row.id })
    return row
  }

  /** @throws Refusal `list_unknown` */
  async require(list: ListName): Promise<PublishedList> {
    const { credentials, store } = this.#deps
    const row = await this.#current(store.current(), list)
    const { payload } = await credentials.read(row)
    const names = new Set(credentials.types.byName(lists[list]).metadata.claims.map(({ path }) => path[0]))
    return { row, claims: Object.fromEntries(Object.entries(payload).filter(([name]) => names.has(name))) }
  }

  /** The list is revoked and opens nothing any more. @throws Refusal `list_unknown`, `changed_meanwhile` */
  async withdraw(caller: Caller, list: ListName): Promise<void> {
    const { store, credentials, audit, whenWithdrawn } = this.#deps
    await store.transact(async (tx) => {
      const row = await this.#current(tx, list)
      await credentials.retire(tx, row)
      await whenWithdrawn(tx, caller, row)
      await audit.record(tx, caller, 'list.withdrawn', { list, credential: row.id })
    })
  }

  async #current(reader: Parameters<Credentials['findCurrent']>[0], list: ListName) {
    const { credentials, parties } = this.#deps
    const { vct } = credentials.types.byName(lists[list])
    const row = await credentials.findCurrent(reader, (await parties.organisation()).id, vct)
    if (!row) throw new Refusal('not_found', 'list_unknown', 'there is no such list')
    return row
  }
}
