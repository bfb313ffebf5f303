import type { EntityTarget, FindOptionsWhere, ObjectLiteral, QueryDeepPartialEntity } from 'typeorm'
import type { Reader, Tx } from './store.ts'

/**
 * Runs SQL written once for both engines and gives its rows, also those of `RETURNING`: `?` marks a parameter.
 * Integers come back as text from Postgres; convert what you count with.
 */
export async function rows<T>(reader: Reader, sql: string, params: readonly unknown[] = []): Promise<T[]> {
  // TypeORM looks at the first letters and hands back no rows for what begins with INSERT or UPDATE.
  if (reader.connection.options.type !== 'postgres') return reader.query(` ${sql}`, [...params])
  let n = 0
  const numbered = sql.replace(/\?/g, () => `$${++n}`)
  const result: unknown = await reader.query(numbered, [...params])
  // For UPDATE and DELETE it gives [rows, count].
  const wrapped = Array.isArray(result) && result.length === 2 && Array.isArray(result[0])
  return (wrapped ? result[0] : result) as T[]
}

/** `?, ?, ?` for a list of this length. */
export const placeholders = (count: number): string => Array(count).fill('?').join(', ')

/**
 * Changes rows that are still as `where` says; how a thing happens only once.
 * @returns how many rows changed
 */
export async function change<T extends ObjectLiteral>(
  tx: Tx,
  entity: EntityTarget<T>,
  where: FindOptionsWhere<T>,
  set: QueryDeepPartialEntity<T>,
): Promise<number> {
  const result = await tx.update(entity, where, set)
  return result.affected ?? 0
}
