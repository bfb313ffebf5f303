import type { Audit } from '../../audit/index.ts'
import { type Caller, type Clock, newId, Refusal } from '../../core/index.ts'
import { change, type Store, type Tx } from '../../store/index.ts'
import { type ColumnMapping, requireColumns } from '../import/index.ts'
import { type CsvMappingRow, csvMappingTable } from './mapping-table.ts'

export interface MappingsDeps {
  readonly store: Store
  readonly clock: Clock
  readonly audit: Audit
}

/** The head of a list, and what recognises lists with the same one. */
export interface ListHead {
  readonly signature: string
  readonly headings: readonly string[]
}

/** What somebody said before about the columns of lists: per list of headings, known by the package's name. */
export class Mappings {
  readonly #deps: MappingsDeps

  constructor(deps: MappingsDeps) {
    this.#deps = deps
  }

  /** The one for lists with these headings. */
  async find(signature: string): Promise<ColumnMapping | undefined> {
    return (await this.#deps.store.reader.findOneBy(csvMappingTable, { signature }))?.mapping
  }

  /** Remembers it for lists with these headings; a name given before stays when none is given now. */
  async remember(
    tx: Tx,
    { signature, headings }: ListHead,
    mapping: ColumnMapping,
    name: string | undefined,
  ): Promise<void> {
    const known = await tx.findOneBy(csvMappingTable, { signature })
    await tx.upsert(
      csvMappingTable,
      {
        ...{ signature, id: known?.id ?? newId(), name: name ?? known?.name ?? '' },
        ...{ headings, mapping, updatedAt: this.#deps.clock.now() },
      },
      ['signature'],
    )
  }

  /** By name. */
  list(): Promise<CsvMappingRow[]> {
    return this.#deps.store.reader.find(csvMappingTable, { order: { name: 'ASC', id: 'ASC' } })
  }

  /** @throws Refusal `csv_mapping_unknown` */
  async require(id: string): Promise<CsvMappingRow> {
    const row = await this.#deps.store.current().findOneBy(csvMappingTable, { id })
    if (!row) throw unknownMapping()
    return row
  }

  /**
   * Changes what it is called, or which column holds what.
   * @throws Refusal `csv_mapping_unknown`, `csv_mapping_incomplete`, `csv_mapping_column_missing` when its lists have no
   *   such heading, `csv_mapping_unchanged` when nothing is said
   */
  async set(
    caller: Caller,
    id: string,
    said: { readonly name?: string; readonly mapping?: ColumnMapping },
  ): Promise<CsvMappingRow> {
    const { store, clock, audit } = this.#deps
    if (said.name === undefined && said.mapping === undefined)
      throw new Refusal(
        'invalid',
        'csv_mapping_unchanged',
        'say what it is called, or which column holds what',
      )
    const { headings } = await this.require(id)
    if (said.mapping && headings) requireColumns(headings, said.mapping)
    return store.transact(async (tx) => {
      if ((await change(tx, csvMappingTable, { id }, { ...said, updatedAt: clock.now() })) === 0)
        throw unknownMapping()
      await audit.record(tx, caller, 'partners.mapping_changed', { mapping: id, what: Object.keys(said) })
      return this.require(id)
    })
  }

  /** Lists with these headings are asked about again. @throws Refusal `csv_mapping_unknown` */
  async forget(caller: Caller, id: string): Promise<void> {
    const { store, audit } = this.#deps
    await store.transact(async (tx) => {
      const { affected } = await tx.delete(csvMappingTable, { id })
      if (affected === 0) throw unknownMapping()
      await audit.record(tx, caller, 'partners.mapping_forgotten', { mapping: id })
    })
  }
}

const unknownMapping = () =>
  new Refusal('not_found', 'csv_mapping_unknown', 'there is no such column mapping')
