import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../config/index.ts'
import { type Clock, isRefusal, type Log, Refusal } from '../core/index.ts'
import type { HostedRow, Hosting, Runtime } from '../hosting/index.ts'
import { type Common, createNode, type Node } from '../node/index.ts'
import { dropDatabase } from '../store/index.ts'
import { writeFileOf } from './leaving.ts'
import { configOf, folderOf, storageOf } from './tenant.ts'

export interface TenantsDeps {
  readonly config: Config
  readonly base: URL
  readonly common: Common
  readonly clock: Clock
  readonly log: Log
  /** How many are open at once at the most. */
  readonly maxOpen: number
  /** How long one that nobody asks for stays open. */
  readonly idleMs: number
}

interface Open {
  readonly row: HostedRow
  readonly node: Node
  inFlight: number
  lastUsed: number
  /** Bytes its database takes, as it was looked at last. */
  size: number
}

const LOOK_EVERY_MS = 1_000
/** Opening takes a processor: who comes next waits its turn, and those that are open go on answering. */
const OPENING_AT_ONCE = 2
/** What is done in the background gets so long before it is closed again. */
const BACKGROUND_MS = 5_000
/** A process that was killed never says what is due: then it is looked at after this. */
const UNKNOWN_DUE_MS = 120_000
const BROKEN_MS = 5_000
const DRAIN_MS = 10_000
const ROOM_MS = 20_000
const SIZE_EVERY_MS = 30_000
/** As long as the code is good for at the least; afterwards it lies nowhere. */
const WELCOME_MS = 3_600_000

/**
 * The nodes of others that run in this process. Cold unless somebody asks for one: opened once however many ask, closed
 * when nobody does, the longest unused first when there are too many. What a closed one has to do wakes it. One that
 * does not open harms nobody else.
 */
export class Tenants implements Runtime {
  readonly #deps: TenantsDeps
  #hosting: Hosting | undefined
  readonly #open = new Map<string, Open>()
  readonly #opening = new Map<string, Promise<Open>>()
  readonly #closing = new Map<string, Promise<void>>()
  readonly #broken = new Map<string, { readonly refusal: Refusal; readonly until: number }>()
  readonly #leaving = new Map<string, Promise<void>>()
  /** Places taken: of those that are open, opening or closing. */
  #taken = 0
  #turns: Promise<unknown>[] = []
  #timer: NodeJS.Timeout | undefined
  #looking: Promise<void> | undefined
  #sizedAt = 0
  #stopped = false
  /** Whether what a process that was killed left of removed nodes is gone. */
  #cleared = false
  /** Whether this is the process that hosts, of several on one database. */
  #holds = false

  constructor(deps: TenantsDeps) {
    this.#deps = deps
  }

  /** The rows are the anchor node's, which is made with this one in hand. */
  attach(hosting: Hosting): void {
    this.#hosting = hosting
  }

  start(): void {
    this.#holds = true
    this.#cleared = false
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS)
    this.#look()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    clearInterval(this.#timer)
    await this.#looking
    await Promise.allSettled([...this.#opening.values(), ...this.#leaving.values()])
    await Promise.all([...this.#open.keys()].map((id) => this.close(id)))
  }

  /** Another process hosts now: all of them are closed here, and none is woken. */
  async pause(): Promise<void> {
    this.#holds = false
    clearInterval(this.#timer)
    await this.#looking
    await Promise.all([...this.#open.keys()].map((id) => this.close(id)))
  }

  /** How many are open. */
  get open(): number {
    return this.#open.size
  }

  /**
   * Hands a tenant's node to `work`, opened if it is not; it stays open until `work` is done.
   * @throws Refusal `hosted_node_unavailable`, `hosting_busy`, and those of its state
   */
  async use<T>(row: HostedRow, work: (node: Node, size: number) => Promise<T>): Promise<T> {
    const open = await this.#opened(row)
    open.inFlight += 1
    open.lastUsed = this.#deps.clock.now()
    try {
      return await work(open.node, open.size)
    } finally {
      open.inFlight -= 1
      open.lastUsed = this.#deps.clock.now()
    }
  }

  async provision(id: string): Promise<string> {
    this.#requireHolding()
    const row = await this.#require(id)
    const { administrator } = await this.#rows.secretsOf(row)
    await this.use(row, async () => undefined)
    const tokens = join(folderOf(this.#deps.config, id), 'tokens')
    // Her account gets its token by the code: one that lies here is nobody's.
    await rm(join(tokens, `${administrator.account}.token`), { force: true })
    const code = await readFile(join(tokens, `${administrator.account}.activation`), 'utf8').catch(() => null)
    if (code === null)
      throw new Refusal('conflict', 'hosting_welcomed', 'the code of its administrator was given out already')
    return code.trim()
  }

  async welcome(id: string): Promise<string> {
    this.#requireHolding()
    return this.use(await this.#require(id), (node) => node.welcome())
  }

  async close(id: string): Promise<void> {
    await this.#opening.get(id)?.catch(() => undefined)
    const open = this.#open.get(id)
    if (open) this.#begunClosing(open)
    await this.#closing.get(id)
  }

  writeFile(id: string): void {
    if (this.#leaving.has(id) || this.#stopped) return
    const { config, base, log } = this.#deps
    const work = this.close(id)
      .then(async () => writeFileOf({ config, base, hosting: this.#rows }, await this.#require(id)))
      .catch((err) => log.error({ hosted: id, err }, 'the file of a node that leaves could not be written'))
      .finally(() => this.#leaving.delete(id))
    this.#leaving.set(id, work)
  }

  async destroy(id: string): Promise<void> {
    const { config } = this.#deps
    await dropDatabase(storageOf(config, id))
    await rm(folderOf(config, id), { recursive: true, force: true })
  }

  get #rows(): Hosting {
    if (!this.#hosting) throw new Error('the host is not attached to its rows yet')
    return this.#hosting
  }

  /** @throws Refusal `hosting_elsewhere` */
  #requireHolding(): void {
    if (!this.#holds)
      throw new Refusal(
        'unavailable',
        'hosting_elsewhere',
        'another process hosts these nodes now: try again',
      )
  }

  async #require(id: string): Promise<HostedRow> {
    const row = await this.#rows.byId(id)
    if (!row) throw new Refusal('not_found', 'hosting_unknown', 'no such node is hosted here')
    return row
  }

  async #opened(row: HostedRow): Promise<Open> {
    // Whoever comes while it closes waits, and has it opened again.
    for (let closing = this.#closing.get(row.id); closing; closing = this.#closing.get(row.id)) await closing
    const open = this.#open.get(row.id)
    if (open) return open
    if (this.#stopped) throw new Refusal('unavailable', 'node_stopping', 'the host is stopping')
    const broken = this.#broken.get(row.id)
    if (broken && broken.until > this.#deps.clock.now()) throw broken.refusal
    const opening = this.#opening.get(row.id) ?? this.#beginOpening(row)
    const opened = await opening
    return this.#closing.has(row.id) ? this.#opened(row) : opened
  }

  #beginOpening({ id }: HostedRow): Promise<Open> {
    const opening = this.#inTurn(() => this.#openOne(id))
      .then((open) => {
        this.#broken.delete(id)
        this.#open.set(id, open)
        return open
      })
      .catch((error) => {
        throw this.#couldNot(id, error)
      })
      .finally(() => this.#opening.delete(id))
    this.#opening.set(id, opening)
    return opening
  }

  async #openOne(id: string): Promise<Open> {
    await this.#makeRoom()
    try {
      return await this.#openInRoom(id)
    } catch (error) {
      this.#taken -= 1
      throw error
    }
  }

  async #openInRoom(id: string): Promise<Open> {
    const { config, base, common, clock, log } = this.#deps
    // As it is now: what was suspended or left while this waited stays closed.
    const row = await this.#require(id)
    if (row.state !== 'active' && row.state !== 'creating')
      throw new Refusal('unavailable', `hosting_${row.state}`, 'this node is not open')
    const secrets = await this.#rows.secretsOf(row)
    await this.#rows.setNextDue(id, clock.now() + UNKNOWN_DUE_MS)
    const node = await createNode({
      config: configOf(config, base, row, secrets),
      secrets: { masterKey: secrets.masterKey },
      ...{ common, clock, log: named(log, id) },
      leave: (by, movedTo, key) => this.#rows.leave(by, id, movedTo, key),
    })
    try {
      await node.wake()
      await forgetWelcome(folderOf(config, id), row, clock)
      return { row, node, inFlight: 0, lastUsed: clock.now(), size: await node.size() }
    } catch (error) {
      await node.dispose().catch(() => undefined)
      throw error
    }
  }

  #couldNot(id: string, error: unknown): Refusal {
    const { clock, log } = this.#deps
    if (isRefusal(error) && error.code.startsWith('hosting_')) return error
    log.error({ hosted: id, err: error }, 'a hosted node could not be opened')
    const refusal = new Refusal('unavailable', 'hosted_node_unavailable', 'this node cannot be opened now', {
      cause: error,
    })
    this.#broken.set(id, { refusal, until: clock.now() + BROKEN_MS })
    return refusal
  }

  #begunClosing(open: Open): void {
    const { id } = open.row
    if (this.#closing.has(id)) return
    this.#open.delete(id)
    const closing = this.#closed(open)
      .catch((err) => this.#deps.log.error({ hosted: id, err }, 'a hosted node did not close well'))
      .finally(() => {
        this.#taken -= 1
        this.#closing.delete(id)
      })
    this.#closing.set(id, closing)
  }

  async #closed(open: Open): Promise<void> {
    const { clock } = this.#deps
    const { row, node } = open
    for (const until = Date.now() + DRAIN_MS; open.inFlight > 0 && Date.now() < until; )
      await new Promise((resolve) => setTimeout(resolve, 10))
    const due = await node.nextDue().catch(() => clock.now() + UNKNOWN_DUE_MS)
    await node.dispose()
    await this.#rows.setNextDue(row.id, due)
  }

  /** No more than so many open: waits for one nobody uses, and closes that. @throws Refusal `hosting_busy` */
  async #makeRoom(): Promise<void> {
    for (const until = Date.now() + ROOM_MS; this.#taken >= this.#deps.maxOpen; ) {
      const unused = [...this.#open.values()]
        .filter(({ inFlight }) => inFlight === 0)
        .sort((a, b) => a.lastUsed - b.lastUsed)
      if (unused[0]) this.#begunClosing(unused[0])
      const closing = [...this.#closing.values()]
      if (closing.length > 0) await Promise.race(closing)
      else if (Date.now() > until)
        throw new Refusal('unavailable', 'hosting_busy', 'too many nodes are in use here: try again soon')
      else await new Promise((resolve) => setTimeout(resolve, 20))
    }
    this.#taken += 1
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    while (this.#turns.length >= OPENING_AT_ONCE) await Promise.race(this.#turns)
    const turn = work()
    const ended = turn.then(
      () => undefined,
      () => undefined,
    )
    this.#turns.push(ended)
    void ended.then(() => {
      this.#turns = this.#turns.filter((one) => one !== ended)
    })
    return turn
  }

  #look(): void {
    this.#looking ??= this.#lookOnce()
      .catch((err) => this.#deps.log.error({ err }, 'the hosted nodes could not be looked at'))
      .finally(() => {
        this.#looking = undefined
      })
  }

  async #lookOnce(): Promise<void> {
    const { clock, idleMs } = this.#deps
    if (!this.#cleared) await this.#clearRemoved()
    for (const { id } of await this.#rows.leaving()) this.writeFile(id)
    for (const open of [...this.#open.values()])
      if (open.inFlight === 0 && clock.now() - open.lastUsed > idleMs) this.#begunClosing(open)
    await this.#lookAtSizes()
    for (const row of await this.#rows.due(OPENING_AT_ONCE)) await this.#wake(row)
  }

  /** A removed node’s folder goes last: where it is still there, its removal was broken off. */
  async #clearRemoved(): Promise<void> {
    this.#cleared = true
    const { config, log } = this.#deps
    for (const id of await readdir(folderOf(config, '')).catch(() => [])) {
      if ((await this.#rows.byId(id))?.state !== 'removed') continue
      await this.destroy(id).catch((err) =>
        log.error({ hosted: id, err }, 'what is left of a removed node could not be destroyed'),
      )
    }
  }

  async #lookAtSizes(): Promise<void> {
    if (this.#deps.clock.now() - this.#sizedAt < SIZE_EVERY_MS) return
    this.#sizedAt = this.#deps.clock.now()
    for (const open of [...this.#open.values()])
      if (!this.#closing.has(open.row.id)) open.size = await open.node.size().catch(() => open.size)
  }

  async #wake(row: HostedRow): Promise<void> {
    const { clock, idleMs } = this.#deps
    if (this.#stopped) return
    if (this.#open.has(row.id)) return this.#rows.setNextDue(row.id, clock.now() + UNKNOWN_DUE_MS)
    await this.#opened(row).then(
      (open) => {
        open.lastUsed = Math.min(open.lastUsed, clock.now() - idleMs + BACKGROUND_MS)
      },
      () => this.#rows.setNextDue(row.id, clock.now() + UNKNOWN_DUE_MS),
    )
  }
}

/** Which node a line is about; never its name, which can be a person's. */
const named = (log: Log, hosted: string): Log => ({
  info: (fields, message) => log.info({ hosted, ...fields }, message),
  warn: (fields, message) => log.warn({ hosted, ...fields }, message),
  error: (fields, message) => log.error({ hosted, ...fields }, message),
})

/** Nobody fetched it: who lost hers is helped by another administrator, or gets a new node. */
async function forgetWelcome(folder: string, { createdAt }: HostedRow, clock: Clock): Promise<void> {
  if (clock.now() - createdAt > WELCOME_MS) await rm(join(folder, 'tokens'), { recursive: true, force: true })
}
