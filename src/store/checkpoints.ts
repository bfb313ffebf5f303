import sqlite3 from 'sqlite3'

/** After so many commits what they wrote goes from the log into the database file. */
const EVERY = 64

/**
 * Moves what was committed from SQLite's write-ahead log into the database file, over a connection of its own. Left
 * to the writer it happens inside some commit, which then waits for the whole of it: everybody with it, for a tenth of
 * a second and more on a slow disk. A checkpoint that fails loses nothing: the writer does it when the log is long.
 */
export class Checkpoints {
  readonly #database: sqlite3.Database
  #commits = 0
  #running: Promise<void> | undefined

  private constructor(database: sqlite3.Database) {
    this.#database = database
  }

  /** @param file a database that is open already, in WAL mode */
  static open(file: string): Promise<Checkpoints> {
    return new Promise((resolve, reject) => {
      const database = new sqlite3.Database(file, sqlite3.OPEN_READWRITE, (error) =>
        error ? reject(error) : resolve(new Checkpoints(database)),
      )
    })
  }

  /** To be called after each commit. */
  committed(): void {
    this.#commits += 1
    if (this.#commits < EVERY || this.#running) return
    this.#commits = 0
    this.#running = this.#move().finally(() => {
      this.#running = undefined
    })
  }

  async close(): Promise<void> {
    await this.#running
    await new Promise((resolve) => this.#database.close(resolve))
  }

  /** Waits for no writer and no reader, and no writer waits for it. */
  #move(): Promise<void> {
    return new Promise((resolve) => this.#database.exec('PRAGMA wal_checkpoint(PASSIVE)', () => resolve()))
  }
}
