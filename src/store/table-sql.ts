import type { EntitySchema, ObjectLiteral, ValueTransformer } from 'typeorm'
import { placeholders, rows } from './sql.ts'
import type { Reader, Tx } from './store.ts'

/** What TypeORM's finders and inserts do, without their query builder: for what happens at every read of a claim. */

interface Column {
  readonly property: string
  readonly name: string
  readonly transformer: ValueTransformer | undefined
}

interface Table {
  readonly name: string
  readonly columns: readonly Column[]
  /** All columns, for `SELECT` and `INSERT`. */
  readonly list: string
}

const known = new WeakMap<object, Table>()

/**
 * The rows of a table for which `condition` holds, as `find` gives them.
 * @param condition what comes after WHERE, in the names of the columns; `?` marks a parameter
 */
export async function select<T extends ObjectLiteral>(
  reader: Reader,
  entity: EntitySchema<T>,
  condition: string,
  params: readonly unknown[],
): Promise<T[]> {
  const { name, columns, list } = tableOf(entity)
  const found = await rows<Record<string, unknown>>(
    reader,
    `SELECT ${list} FROM ${name} WHERE ${condition}`,
    params,
  )
  return found.map((row) => {
    const read: Record<string, unknown> = {}
    for (const { property, name: column, transformer } of columns)
      read[property] = transformer ? transformer.from(row[column]) : row[column]
    return read as T
  })
}

/** As many rows as one statement takes on both engines, whatever the number of columns. */
const ROWS_PER_INSERT = 500

/** Writes whole rows: every column is given. */
export async function insertAll<T extends ObjectLiteral>(
  tx: Tx,
  entity: EntitySchema<T>,
  all: readonly T[],
): Promise<void> {
  const { name, columns, list } = tableOf(entity)
  const tuple = `(${placeholders(columns.length)})`
  for (let from = 0; from < all.length; from += ROWS_PER_INSERT) {
    const some = all.slice(from, from + ROWS_PER_INSERT)
    await rows(
      tx,
      `INSERT INTO ${name} (${list}) VALUES ${some.map(() => tuple).join(', ')}`,
      some.flatMap((row) =>
        columns.map(({ property, transformer }) => {
          const value: unknown = row[property]
          // A column that was forgotten must not be written as nothing.
          if (value === undefined) throw new Error(`${name}.${property} is missing`)
          return transformer ? transformer.to(value) : value
        }),
      ),
    )
  }
}

function tableOf<T extends ObjectLiteral>(entity: EntitySchema<T>): Table {
  const found = known.get(entity)
  if (found) return found
  const columns = Object.entries(entity.options.columns).map(([property, column]) => {
    if (!column || Array.isArray(column.transformer))
      throw new Error(`${entity.options.name}.${property} is not a plain column`)
    return { property, name: column.name ?? property, transformer: column.transformer }
  })
  const table = {
    name: entity.options.tableName ?? entity.options.name,
    columns,
    list: columns.map(({ name }) => name).join(', '),
  }
  known.set(entity, table)
  return table
}
