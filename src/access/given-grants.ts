import { type Reader, type Store, select, type Tx } from '../store/index.ts'
import { type GivenGrantRow, givenGrantTable } from './access-tables.ts'

/** The grants our parties gave, for who must know whether one is open at the moment of a change. */
export class GivenGrants {
  readonly #store: Store

  constructor({ store }: { readonly store: Store }) {
    this.#store = store
  }

  async find(reader: Reader, id: string): Promise<GivenGrantRow | null> {
    const [row] = await select(reader, givenGrantTable, 'id = ?', [id])
    return row ?? null
  }

  /** As {@link find}; it is not taken back until this transaction ends. On SQLite writers wait for each other anyway. */
  async hold(tx: Tx, id: string): Promise<GivenGrantRow | null> {
    const lock = this.#store.engine === 'postgres' ? ' FOR UPDATE' : ''
    const [row] = await select(tx, givenGrantTable, `id = ?${lock}`, [id])
    return row ?? null
  }
}
