import type { Audit } from '../audit/index.ts'
import {
  type Allow,
  type Caller,
  type Clock,
  isRefusal,
  type Log,
  newId,
  Refusal,
  requireAllowed,
  requireUser,
  type UserCaller,
} from '../core/index.ts'
import { change, In, LessThan, rows, type Store } from '../store/index.ts'
import type { Vault } from '../vault/index.ts'
import { type JobRow, type JobState, jobTable } from './tables.ts'

/** How far something is. */
export interface Progress {
  readonly done: number
  readonly total: number
}

export interface Work {
  readonly caller: UserCaller
  /** Aborted when it is cancelled or the node stops: look at it between two portions, and take back what was begun. */
  readonly signal: AbortSignal
  readonly told: (progress: Progress) => void
}

/** A kind of work. What it does once it does when it is begun again: a node may stop half-way. */
export interface JobKind {
  /** Who may have it done: looked at again when a node goes on with it. */
  readonly allow: Allow
  readonly run: (subject: string, input: unknown, work: Work) => Promise<object>
}

export interface Job {
  readonly id: string
  readonly kind: string
  readonly subject: string
  readonly state: JobState
  /** Null before it says so, and once it ended. */
  readonly progress: Progress | null
  readonly result: object | null
  readonly code: string | null
  readonly createdAt: number
  readonly endedAt: number | null
}

export interface JobsDeps {
  readonly store: Store
  readonly vault: Vault
  readonly clock: Clock
  readonly audit: Audit
  readonly log: Log
  /** Who a user is now; null when her account is not in use. */
  readonly accounts: { callerOf(userId: string): Promise<UserCaller | null> }
  /** Whose key seals what is to be done. */
  readonly scope: () => Promise<string>
}

const KEEP_MS = 7 * 24 * 3_600_000
const ENDED: readonly JobState[] = ['done', 'failed', 'cancelled']
/** Progress is told so often at most. */
const TELL_EVERY_MS = 200
/** Pages that watch at once. */
const MAX_WATCHERS = 200
/** A stream that nobody reads is found out by something said in it now and then. */
const STILL_HERE_MS = 15_000
/** Whoever watches on comes back, and shows again who she is. */
const WATCH_MS = 5 * 60_000

interface Live {
  readonly controller: AbortController
  progress: Progress | null
  toldAt: number
}

const place = (id: string) => `job:${id}:input`

/**
 * Long work, one piece after the other: each holds the writer of the database. What a node did not finish it begins
 * again when it starts; how far it is lives in memory, since a transaction that runs keeps every other writer waiting.
 */
export class Jobs {
  readonly #deps: JobsDeps
  readonly #kinds = new Map<string, JobKind>()
  readonly #live = new Map<string, Live>()
  readonly #watchers = new Set<() => void>()
  #last: Promise<void> = Promise.resolve()
  #isStopped = false

  constructor(deps: JobsDeps) {
    this.#deps = deps
  }

  /** Says how a kind of work is done. */
  on(kind: string, how: JobKind): void {
    this.#kinds.set(kind, how)
  }

  /**
   * Begins something, and answers before it is done.
   * @throws Refusal `job_under_way` where something is being done to the same subject
   */
  async start(caller: Caller, kind: string, subject: string, input: object): Promise<Job> {
    const { store, vault, clock, audit, scope } = this.#deps
    const { userId } = requireUser(caller)
    const id = newId()
    const sealed = await vault.seal(await scope(), place(id), JSON.stringify(input))
    const row: JobRow = {
      ...{ id, kind, subject, userId, state: 'waiting', input: sealed, result: null, code: null },
      ...{ createdAt: clock.now(), endedAt: null },
    }
    await store.transact(async (tx) => {
      const added = await rows(
        tx,
        `INSERT INTO job (id, kind, subject, user_id, state, input, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT DO NOTHING RETURNING id`,
        [id, kind, subject, userId, row.state, sealed.toString('base64'), row.createdAt],
      )
      if (added.length === 0)
        throw new Refusal('conflict', 'job_under_way', 'this is being worked on: wait until it is done')
      await audit.record(tx, caller, 'job.started', { job: id, kind })
    })
    this.#queue(row)
    return this.#show(row)
  }

  /** Her own, newest first. */
  async list(caller: Caller, page: { limit: number; cursor?: string }): Promise<Job[]> {
    const { userId } = requireUser(caller)
    const found = await this.#deps.store.current().find(jobTable, {
      where: { userId, ...(page.cursor && { id: LessThan(page.cursor) }) },
      order: { id: 'DESC' },
      take: page.limit,
    })
    return found.map((row) => this.#show(row))
  }

  /** @throws Refusal `job_unknown`, also where it is somebody else's */
  async require(caller: Caller, id: string): Promise<Job> {
    return this.#show(await this.#own(caller, id))
  }

  /** Ends it where it stands; nothing of it stays. @throws Refusal `job_unknown`, `job_ended` */
  async cancel(caller: Caller, id: string): Promise<Job> {
    const row = await this.#own(caller, id)
    if (ENDED.includes(row.state))
      throw new Refusal('conflict', 'job_ended', 'this ended already: there is nothing to stop')
    const live = this.#live.get(id)
    live?.controller.abort(CANCELLED)
    // One that does not run yet ends here; the other when it has taken back what it began.
    if (!live) await this.#end(row, { state: 'cancelled' })
    return this.require(caller, id)
  }

  /**
   * How a job is and becomes, until it ended. @throws Refusal `job_unknown`, `too_many_watchers`
   */
  async watch(caller: Caller, id: string): Promise<AsyncIterable<Job | null>> {
    await this.#own(caller, id)
    if (this.#watchers.size >= MAX_WATCHERS)
      throw new Refusal('unavailable', 'too_many_watchers', 'too many pages watch at once: ask again')
    return this.#watch(caller, id)
  }

  /** Goes on with what the node did not finish. */
  async begin(): Promise<void> {
    const left = await this.#deps.store
      .current()
      .find(jobTable, { where: { state: In(['waiting', 'running']) }, order: { id: 'ASC' } })
    for (const row of left) if (!this.#live.has(row.id)) this.#queue(row)
  }

  /** Breaks off what runs: it is begun again when the node starts. */
  async stop(): Promise<void> {
    this.#isStopped = true
    for (const { controller } of this.#live.values()) controller.abort(STOPPED)
    this.#tell()
    await this.#last
  }

  /** Forgets what ended a week ago. */
  async tidy(): Promise<void> {
    const { store, clock } = this.#deps
    await store.transact((tx) => tx.delete(jobTable, { endedAt: LessThan(clock.now() - KEEP_MS) }))
  }

  async *#watch(caller: Caller, id: string): AsyncGenerator<Job | null> {
    let wake: () => void = () => undefined
    let isNew = false
    const watcher = () => {
      isNew = true
      wake()
    }
    const until = Date.now() + WATCH_MS
    this.#watchers.add(watcher)
    try {
      while (!this.#isStopped && Date.now() < until) {
        isNew = false
        const job = await this.require(caller, id)
        yield job
        if (ENDED.includes(job.state)) return
        while (!isNew && !this.#isStopped && Date.now() < until) {
          let timer: NodeJS.Timeout | undefined
          await new Promise<void>((resolve) => {
            wake = resolve
            timer = setTimeout(resolve, STILL_HERE_MS)
            if (isNew) resolve()
          })
          clearTimeout(timer)
          if (!isNew) yield null
        }
      }
    } finally {
      this.#watchers.delete(watcher)
    }
  }

  #tell(): void {
    for (const watcher of this.#watchers) watcher()
  }

  #queue(row: JobRow): void {
    this.#last = this.#last.then(() => this.#run(row)).catch((err) => this.#deps.log.error({ err }, 'job'))
  }

  async #run({ id }: JobRow): Promise<void> {
    const { store, clock, log } = this.#deps
    if (this.#isStopped) return
    const controller = new AbortController()
    const live: Live = { controller, progress: null, toldAt: 0 }
    this.#live.set(id, live)
    try {
      const row = await store.current().findOneBy(jobTable, { id })
      if (!row || ENDED.includes(row.state)) return
      await store.transact((tx) => change(tx, jobTable, { id }, { state: 'running' }))
      this.#tell()
      const told = (progress: Progress) => {
        live.progress = progress
        if (clock.now() - live.toldAt < TELL_EVERY_MS) return
        live.toldAt = clock.now()
        this.#tell()
      }
      const result = await this.#work(row, { signal: controller.signal, told })
      await this.#end(row, { state: 'done', result })
    } catch (error) {
      if (error === STOPPED) return
      if (error === CANCELLED) return this.#end({ id }, { state: 'cancelled' })
      if (!isRefusal(error)) log.error({ err: error, job: id }, 'a job failed')
      await this.#end({ id }, { state: 'failed', code: isRefusal(error) ? error.code : 'internal_error' })
    } finally {
      this.#live.delete(id)
      this.#tell()
    }
  }

  async #work(row: JobRow, work: Omit<Work, 'caller'>): Promise<object> {
    const { vault, accounts } = this.#deps
    const how = this.#kinds.get(row.kind)
    if (!how) throw new Error(`nobody does ${row.kind}`)
    const caller = await accounts.callerOf(row.userId)
    if (!caller || !row.input) throw new Refusal('forbidden', 'not_allowed', 'who asked for this left')
    requireAllowed(how.allow, caller)
    work.signal.throwIfAborted()
    const input: unknown = JSON.parse((await vault.open(place(row.id), row.input)).toString())
    return how.run(row.subject, input, { ...work, caller })
  }

  async #end(
    { id }: Pick<JobRow, 'id'>,
    how: { state: JobState; result?: object; code?: string },
  ): Promise<void> {
    const { store, clock } = this.#deps
    const ended = { input: null, endedAt: clock.now(), ...how }
    await store.transact((tx) => change(tx, jobTable, { id, state: In(['waiting', 'running']) }, ended))
    this.#tell()
  }

  async #own(caller: Caller, id: string): Promise<JobRow> {
    const { userId } = requireUser(caller)
    const row = await this.#deps.store.current().findOneBy(jobTable, { id, userId })
    if (!row) throw new Refusal('not_found', 'job_unknown', 'there is no such job of yours')
    return row
  }

  #show({ id, kind, subject, state, result, code, createdAt, endedAt }: JobRow): Job {
    const progress = this.#live.get(id)?.progress ?? null
    return { id, kind, subject, state, progress, result, code, createdAt, endedAt }
  }
}

const CANCELLED = new Error('cancelled')
const STOPPED = new Error('the node stops')
