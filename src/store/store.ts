import { AsyncLocalStorage } from 'node:async_hooks'
import type { DataSource, EntityManager } from 'typeorm'
import { type Log, Refusal, silentLog } from '../core/index.ts'
import { Checkpoints } from './checkpoints.ts'
import { openReader, openWriter } from './data-source.ts'
import { KnownTables } from './known-tables.ts'
import { migrate } from './migration.ts'
import { guarded, refusalIfOutside } from './outside.ts'
import { endLeftTransaction } from './sqlite-driver.ts'
import type { Engine, Entities, Migrations, StorageConfig } from './storage.ts'

declare const writing: unique symbol

/** Reads committed data. What decides something is read in a {@link Tx} instead. */
export type Reader = Pick<
  EntityManager,
  'find' | 'findBy' | 'findOne' | 'findOneBy' | 'exists' | 'existsBy' | 'count' | 'countBy' | 'query'
> & { readonly connection: DataSource }

/** A transaction: the only thing one can write with. */
export type Tx = Reader &
  Pick<EntityManager, 'insert' | 'update' | 'delete' | 'upsert' | 'createQueryBuilder' | 'getRepository'> & {
    readonly [writing]: true
  }

export interface StoreDeps {
  readonly storage: StorageConfig
  readonly entities: Entities
  readonly migrations: Migrations
  /** Shared by several with the same `entities`. */
  readonly tables?: KnownTables
  readonly log?: Log
}

interface Running {
  readonly tx: Tx
  readonly afterCommit: (() => void)[]
  open: boolean
}

/** The node's database: one writer (a queue on SQLite, a pool on Postgres) and a reader that cannot write. */
export class Store {
  readonly engine: Engine
  readonly #writer: DataSource
  readonly #reader: DataSource
  /** Committed data, without waiting for writers. @throws Refusal `database_unavailable` */
  readonly reader: Reader
  readonly #running = new AsyncLocalStorage<Running>()
  readonly #runningAlone = new WeakMap<Tx, Running>()
  readonly #checkpoints: Checkpoints | null
  #contexts = 0
  readonly #log: Log
  #queue: Promise<unknown> = Promise.resolve()
  #disposed = false

  private constructor(
    opened: { writer: DataSource; reader: DataSource; checkpoints: Checkpoints | null },
    engine: Engine,
    log: Log,
  ) {
    this.#writer = opened.writer
    this.#reader = opened.reader
    this.#checkpoints = opened.checkpoints
    this.reader = guarded(opened.reader.manager)
    this.engine = engine
    this.#log = log
  }

  /** Opens the database and brings its schema up to date. @throws Refusal `schema_newer`, `database_unreachable` */
  static async open(deps: StoreDeps): Promise<Store> {
    let writer: DataSource | undefined
    try {
      const { storage, tables = new KnownTables() } = deps
      writer = await openWriter({ ...deps, tables })
      await migrate(writer)
      const reader = await openReader({ ...deps, tables })
      const checkpoints = storage.engine === 'sqlite' ? await Checkpoints.open(storage.file) : null
      return new Store({ writer, reader, checkpoints }, storage.engine, deps.log ?? silentLog)
    } catch (error) {
      await writer?.destroy().catch(() => undefined)
      if (error instanceof Refusal) throw error
      throw new Refusal('unavailable', 'database_unreachable', 'the database cannot be opened', {
        cause: error,
      })
    }
  }

  /**
   * Runs `work` in one transaction: all of it or nothing. Inside another transaction it joins that one.
   * On SQLite transactions wait for each other, so never await network or slow crypto inside.
   * @throws Refusal `disk_full`, `database_unavailable`
   */
  async transact<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const running = this.#running.getStore()
    if (running?.open) return work(running.tx)
    return this.#inTurn(() => this.#runTransaction((running) => this.#inContext(running, work)))
  }

  /**
   * As {@link transact}, for work that hands its `tx` to all it calls: nothing in it finds the transaction by itself,
   * and it may not call what does. For what happens at every read of a claim, as a context makes every promise dearer.
   */
  async transactAlone<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#inTurn(() =>
      this.#runTransaction(async (running) => {
        this.#runningAlone.set(running.tx, running)
        try {
          return await work(running.tx)
        } finally {
          running.open = false
        }
      }),
    )
  }

  /** The transaction this code runs in. @throws Error outside one: a write there would join somebody else's. */
  currentTx(): Tx {
    const running = this.#running.getStore()
    if (!running?.open) throw new Error('this must run inside transact()')
    return running.tx
  }

  /** The current transaction, or the committed data when there is none. */
  current(): Reader {
    const running = this.#running.getStore()
    return running?.open ? running.tx : this.reader
  }

  /**
   * Calls `then` once the current transaction is committed; never when it fails. At once when there is none.
   * @param tx names the transaction, for what also runs in {@link transactAlone}
   */
  afterCommit(then: () => void, tx?: Tx): void {
    const running = (tx && this.#runningAlone.get(tx)) ?? this.#running.getStore()
    if (running?.open) running.afterCommit.push(then)
    else then()
  }

  /** Runs `work` outside the transaction this code may run in. */
  detached<T>(work: () => T): T {
    return this.#running.exit(work)
  }

  /** True when both connections answer. */
  async isReady(): Promise<boolean> {
    const one = (source: DataSource) => source.query('SELECT 1')
    return Promise.all([one(this.#writer), one(this.#reader)]).then(
      () => true,
      () => false,
    )
  }

  /** Bytes it takes on disk. */
  async size(): Promise<number> {
    const [row] = await this.#reader.query(
      this.engine === 'postgres'
        ? `SELECT SUM(pg_total_relation_size(oid)) AS bytes FROM pg_class
           WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace`
        : 'SELECT page_count * page_size AS bytes FROM pragma_page_count(), pragma_page_size()',
    )
    return Number(row?.bytes ?? 0)
  }

  /** Finishes what is queued and closes the connections. */
  async dispose(): Promise<void> {
    if (this.#disposed) return
    this.#disposed = true
    await this.#queue
    await this.#checkpoints?.close()
    await Promise.all([this.#writer.destroy(), this.#reader.destroy()])
  }

  #inTurn<T>(run: () => Promise<T>): Promise<T> {
    if (this.#disposed) throw new Refusal('unavailable', 'node_stopping', 'the node is stopping')
    if (this.engine === 'postgres') return run()
    const turn = this.#queue.then(run, run)
    this.#queue = turn.catch(() => undefined)
    return turn
  }

  async #inContext<T>(running: Running, work: (tx: Tx) => Promise<T>): Promise<T> {
    this.#contexts += 1
    try {
      return await this.#running.run(running, () => work(running.tx))
    } finally {
      running.open = false
      this.#contexts -= 1
      // While it is in use, Node.js follows every promise of the process.
      if (this.#contexts === 0) this.#running.disable()
    }
  }

  async #runTransaction<T>(work: (running: Running) => Promise<T>): Promise<T> {
    const afterCommit: (() => void)[] = []
    const result = await this.#writer
      .transaction((manager) => work({ tx: manager as unknown as Tx, afterCommit, open: true }))
      .catch(async (error) => {
        if (this.engine === 'sqlite') await endLeftTransaction(this.#writer)
        throw refusalIfOutside(error)
      })
    this.#checkpoints?.committed()
    for (const then of afterCommit) {
      try {
        then()
      } catch (error) {
        // The change is committed: what follows it must not turn it into a failure.
        this.#log.error({ err: error }, 'after-commit work failed')
      }
    }
    return result
  }
}
