import sqlite3 from 'sqlite3'
import type { DataSource, QueryRunner } from 'typeorm'

/** Statements a connection keeps ready. Each is a few kilobytes. */
const MAX_PREPARED = 200
/** Longer ones are inserts of many rows at once, hardly ever twice of as many. */
const MAX_SQL_LENGTH = 4_000
const REUSABLE = /^\s*(SELECT|INSERT|UPDATE|DELETE|WITH|BEGIN|COMMIT|ROLLBACK)\b/i

/**
 * A connection that prepares a statement once instead of each time it is used: that takes as long as running it. SQLite
 * prepares again by itself when a table changed. A statement runs once at a time; who comes meanwhile waits for it.
 */
class ReusingDatabase extends sqlite3.Database {
  // In the order of their use; null for what was seen once and not worth it yet.
  readonly #prepared = new Map<string, sqlite3.Statement | null>()
  #closing = false

  override all(sql: string, ...rest: unknown[]): this {
    const [params] = rest
    // Called without, it would still have the parameters of last time.
    if (sql.includes('?') && !(Array.isArray(params) && params.length > 0)) return super.all(sql, ...rest)
    const known = this.#prepared.get(sql)
    if (known) {
      this.#remember(sql, known)
      known.all(...resetFirst(known, rest))
      return this
    }
    if (known === null) this.#prepare(sql)
    else if (sql.length <= MAX_SQL_LENGTH && REUSABLE.test(sql)) this.#remember(sql, null)
    return super.all(sql, ...rest)
  }

  override close(callback?: (error: Error | null) => void): void {
    // A connection does not close while it has statements.
    this.#closing = true
    for (const statement of this.#prepared.values()) statement?.finalize()
    this.#prepared.clear()
    super.close(callback)
  }

  /** For the next time: this time it is used as it came, which also tells what is wrong with it. */
  #prepare(sql: string): void {
    this.#prepared.delete(sql)
    const statement = this.prepare(sql, (error: Error | null) => {
      if (error) return
      if (this.#closing || this.#prepared.get(sql)) statement.finalize()
      else this.#remember(sql, statement)
    })
  }

  #remember(sql: string, statement: sqlite3.Statement | null): void {
    this.#prepared.delete(sql)
    this.#prepared.set(sql, statement)
    if (this.#prepared.size <= MAX_PREPARED) return
    for (const [oldest, least] of this.#prepared) {
      this.#prepared.delete(oldest)
      // It ends when those who still wait for it were served.
      least?.finalize()
      return
    }
  }
}

type Done = (this: unknown, error: Error | null, ...more: unknown[]) => void

/**
 * The arguments of a call, whose callback hears of a failure only after the statement let go. One that found the
 * database locked stays where it was: what it had begun to read would stay open after ROLLBACK, and every write of this
 * connection would fail from then on.
 */
function resetFirst(statement: sqlite3.Statement, args: readonly unknown[]): unknown[] {
  const done = args.at(-1)
  if (typeof done !== 'function') return [...args]
  const told: Done = function (error, ...more) {
    if (error) statement.reset(() => (done as Done).call(this, error, ...more))
    else (done as Done).call(this, error, ...more)
  }
  return [...args.slice(0, -1), told]
}

/**
 * SQLite for TypeORM, which asks a driver to be verbose: then each call takes a stack trace and prints its parameters
 * for it, which takes as long as the query, and may put values into errors.
 */
export const sqliteDriver = { ...sqlite3, Database: ReusingDatabase, verbose: () => sqliteDriver }

/**
 * Ends what a failed transaction left behind. When the database ended it by itself, as SQLite does when a disk is full
 * at COMMIT, TypeORM believes that it goes on: everything after it would be a savepoint of a transaction that nobody
 * commits, acknowledged and lost.
 */
export async function endLeftTransaction({ driver }: DataSource): Promise<void> {
  // All of SQLite's transactions share one, on one connection.
  const shared = driver as unknown as { queryRunner?: QueryRunner | undefined }
  if (!shared.queryRunner?.isTransactionActive) return
  await shared.queryRunner.query('ROLLBACK').catch(() => undefined)
  shared.queryRunner = undefined
}
