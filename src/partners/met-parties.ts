import { BoundedMap, type Clock, type Did } from '../core/index.ts'
import { column, EntitySchema, type Migration, rows, type Store } from '../store/index.ts'
import { searchName } from './partner.ts'

export interface MetPartyRow {
  did: Did
  /** A name it had in the registry or on our list, as it is searched by. */
  searchName: string
  metAt: number
}

export const metPartyTable = new EntitySchema<MetPartyRow>({
  name: 'met_party',
  columns: {
    did: column.id('did'),
    searchName: column.id('search_name'),
    metAt: column.time('met_at'),
  },
})

export const metPartiesMigration: Migration = {
  id: 1795000005002,
  name: 'MetParties',
  up: [
    'CREATE TABLE met_party (did text NOT NULL, search_name text NOT NULL, met_at bigint NOT NULL, PRIMARY KEY (did, search_name))',
    'CREATE INDEX met_party_search_name ON met_party (search_name)',
  ],
}

const MAX_REMEMBERED = 5_000
/** More have no name that tells anybody who is meant. */
const MAX_NAMESAKES = 10

/**
 * The organisations of the network we ever dealt with, by the names under which we showed them: who reads such a name in
 * a request, a grant or a line to copy can say it back to us. Natural persons are not among them.
 */
export class MetParties {
  readonly #store: Store
  readonly #clock: Clock
  readonly #noted = new BoundedMap<true>(MAX_REMEMBERED)

  constructor(deps: { readonly store: Store; readonly clock: Clock }) {
    this.#store = deps.store
    this.#clock = deps.clock
  }

  async note({ did, name }: { readonly did: Did; readonly name: string }): Promise<void> {
    const search = searchName(name)
    const key = `${did} ${search}`
    if (search === '' || this.#noted.get(key)) return
    const isKnown = await this.#store.reader.existsBy(metPartyTable, { did, searchName: search })
    if (!isKnown)
      await this.#store.transact((tx) =>
        rows(
          tx,
          'INSERT INTO met_party (did, search_name, met_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING RETURNING did',
          [did, search, this.#clock.now()],
        ),
      )
    this.#store.afterCommit(() => this.#noted.set(key, true))
  }

  async has(did: Did): Promise<boolean> {
    return this.#store.reader.existsBy(metPartyTable, { did })
  }

  /** Who was ever shown by this name. */
  async named(name: string): Promise<Did[]> {
    const found = await this.#store.reader.find(metPartyTable, {
      where: { searchName: searchName(name) },
      order: { did: 'ASC' },
      take: MAX_NAMESAKES,
    })
    return found.map(({ did }) => did)
  }
}
