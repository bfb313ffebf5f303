import { type Caller, type Clock, type Log, newId, Refusal, silentLog } from '../core/index.ts'
import {
  acquireLease,
  insertAll,
  LessThan,
  LessThanOrEqual,
  Like,
  MoreThan,
  type Reader,
  rows,
  type Store,
  type Tx,
} from '../store/index.ts'
import {
  type AuditData,
  type AuditHeadRow,
  type AuditRow,
  auditHeadTable,
  auditTable,
} from './audit-table.ts'
import { type ChainReport, entryHash, GENESIS } from './chain.ts'

export interface AuditDeps {
  readonly store: Store
  readonly clock: Clock
  /** A name for a person that only this node can lead back to her. */
  readonly pseudonym: (personId: string) => string
  readonly log?: Log
}

/** A place in the chain: the number of an entry and its hash. */
export interface ChainPlace {
  readonly seq: number
  readonly hash: string
}

/** Before the first entry. */
export const chainStart: ChainPlace = { seq: 0, hash: GENESIS }

export interface SealedEntry extends ChainPlace {
  readonly at: number
  readonly action: string
  readonly actor: string
  readonly data: AuditData
}

const HEAD = 'head'
const SEAL_EVERY_MS = 500
const LEASE_MS = 5_000
const PAGE = 500

/** The append-only record of every decision and change, hash-chained within a second. */
export class Audit {
  readonly #deps: AuditDeps
  readonly #log: Log
  readonly #holder = newId()
  #timer: NodeJS.Timeout | undefined
  #sealing: Promise<void> = Promise.resolve()

  constructor(deps: AuditDeps) {
    this.#deps = deps
    this.#log = deps.log ?? silentLog
  }

  /** Writes what happened, in the transaction in which it happens. */
  async record(tx: Tx, caller: Caller | 'system', action: string, data: AuditData = {}): Promise<void> {
    await this.recordAll(tx, [{ caller, action, data }])
  }

  async recordAll(
    tx: Tx,
    entries: readonly { caller: Caller | 'system'; action: string; data?: AuditData }[],
  ): Promise<void> {
    if (entries.length === 0) return
    await insertAll(
      tx,
      auditTable,
      entries.map(({ caller, action, data }) => ({
        id: newId(),
        at: this.#deps.clock.now(),
        action,
        actor: this.#actor(caller),
        data: data ?? {},
        seq: null,
        prev: null,
        hash: null,
      })),
    )
  }

  /** What a person did, under her pseudonym; oldest first. */
  async of(personId: string): Promise<Pick<AuditRow, 'id' | 'at' | 'action' | 'data'>[]> {
    const actor = this.#deps.pseudonym(personId)
    return this.#deps.store.reader.find(auditTable, { where: { actor }, order: { id: 'ASC' } })
  }

  /** Newest first. */
  /** Newest first: about one thing, such as `grant`, and up to a moment, where that is asked. */
  async list(page: {
    readonly about?: string
    readonly until?: number
    readonly cursor?: string
    readonly limit: number
  }): Promise<{ items: AuditRow[]; next: string | null }> {
    const { about, until, cursor } = page
    const items = await this.#deps.store.reader.find(auditTable, {
      where: {
        ...(cursor !== undefined && { id: LessThan(cursor) }),
        ...(about !== undefined && { action: Like(`${about}.%`) }),
        ...(until !== undefined && { at: LessThanOrEqual(until) }),
      },
      order: { id: 'DESC' },
      take: page.limit,
    })
    return { items, next: items.length === page.limit ? (items.at(-1)?.id ?? null) : null }
  }

  /**
   * Sealed entries in the order of the chain, those after a place in it; each is checked against the one before, so
   * that nothing is built on what was changed or taken out.
   * @throws Refusal `audit_broken`
   */
  async sealedAfter(reader: Reader, after: ChainPlace, limit: number): Promise<SealedEntry[]> {
    const found = await reader.find(auditTable, {
      where: { seq: MoreThan(after.seq) },
      order: { seq: 'ASC' },
      take: limit,
    })
    let last = after
    return found.map((row) => {
      const seq = last.seq + 1
      if (row.seq !== seq || row.prev !== last.hash || row.hash !== entryHash(row, seq, last.hash))
        throw new Refusal('unavailable', 'audit_broken', 'the audit log is not intact: verify it first')
      last = { seq, hash: row.hash }
      return { at: row.at, action: row.action, actor: row.actor, data: row.data, ...last }
    })
  }

  /** Whether something happened up to a moment that lies beyond this place in the chain, sealed or not. */
  async hasBeyond(reader: Reader, seq: number, until: number): Promise<boolean> {
    const [open] = await rows(reader, 'SELECT id FROM audit_entry WHERE seq IS NULL AND at_ms <= ? LIMIT 1', [
      until,
    ])
    const [later] = await rows(reader, 'SELECT id FROM audit_entry WHERE seq > ? AND at_ms <= ? LIMIT 1', [
      seq,
      until,
    ])
    return open !== undefined || later !== undefined
  }

  /** Starts sealing in the background; one process per database does it at a time. */
  start(): void {
    this.#timer = setInterval(() => {
      this.#sealing = this.#sealing
        .then(() => this.#sealIfHolder())
        .catch((err) => this.#log.error({ err }, 'the audit log could not be sealed'))
    }, SEAL_EVERY_MS)
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#sealing
  }

  /** Chains what is not chained yet. @returns how many entries it sealed */
  async seal(): Promise<number> {
    return this.#deps.store.transact(async (tx) => {
      const head = await tx.findOneBy(auditHeadTable, { id: HEAD })
      const open = await rows<{ id: string; at_ms: number; action: string; actor: string; data: string }>(
        tx,
        `SELECT id, at_ms, action, actor, data FROM audit_entry WHERE seq IS NULL ORDER BY id LIMIT ${PAGE}`,
      )
      if (open.length === 0) return 0
      let { seq, hash } = head ?? { seq: 0, hash: GENESIS }
      const sealed = open.flatMap((row) => {
        const entry = { ...row, at: Number(row.at_ms), data: JSON.parse(row.data) }
        const prev = hash
        seq += 1
        hash = entryHash(entry, seq, prev)
        return [row.id, seq, prev, hash]
      })
      // One statement: a page entry by entry would hold the writer up for as long as hundreds of requests.
      await rows(
        tx,
        `UPDATE audit_entry SET seq = CAST(sealed.column2 AS bigint), prev = sealed.column3, hash = sealed.column4
         FROM (VALUES ${open.map(() => '(?, ?, ?, ?)').join(', ')}) AS sealed WHERE id = sealed.column1`,
        sealed,
      )
      await tx.upsert(auditHeadTable, { id: HEAD, seq, hash }, ['id'])
      return open.length
    })
  }

  /** Walks the whole chain and says whether anything was changed, taken out or cut off. */
  async verify(): Promise<ChainReport> {
    const reader = this.#deps.store.reader
    const head = (await reader.findOneBy(auditHeadTable, { id: HEAD })) ?? { seq: 0, hash: GENESIS }
    let seq = 0
    let hash: string = GENESIS
    for (;;) {
      const page = await reader.find(auditTable, {
        where: { seq: MoreThan(seq) },
        order: { seq: 'ASC' },
        take: PAGE,
      })
      for (const entry of page) {
        if (entry.seq !== seq + 1 || entry.prev !== hash) return broken(seq, 'entry_missing')
        if (entry.hash !== entryHash(entry, entry.seq, hash)) return broken(seq, 'entry_changed')
        seq = entry.seq
        hash = entry.hash
      }
      if (page.length < PAGE) break
    }
    return this.#report(head, seq, hash)
  }

  async #report(head: Pick<AuditHeadRow, 'seq' | 'hash'>, seq: number, hash: string): Promise<ChainReport> {
    // Entries sealed while we walked lie beyond the head we read; fewer than it says were cut off.
    if (seq < head.seq || (seq === head.seq && hash !== head.hash)) return broken(seq, 'chain_cut')
    const [open] = await rows<{ n: number }>(
      this.#deps.store.reader,
      'SELECT count(*) AS n FROM audit_entry WHERE seq IS NULL',
    )
    return { intact: true, entries: seq, head: hash, unsealed: Number(open?.n ?? 0) }
  }

  async #sealIfHolder(): Promise<void> {
    const { store, clock } = this.#deps
    const [open] = await rows(store.reader, 'SELECT id FROM audit_entry WHERE seq IS NULL LIMIT 1')
    if (!open) return
    if (!(await acquireLease(store, clock, { name: 'audit', holder: this.#holder, ms: LEASE_MS }))) return
    while ((await this.seal()) === PAGE);
  }

  #actor(caller: Caller | 'system'): string {
    if (caller === 'system') return 'system'
    if (caller.kind === 'user') return this.#deps.pseudonym(caller.personId)
    if (caller.kind === 'client') return `client:${caller.clientId}`
    return caller.kind === 'node' ? caller.did : 'anonymous'
  }
}

const broken = (seq: number, reason: 'entry_changed' | 'entry_missing' | 'chain_cut'): ChainReport => ({
  intact: false,
  entries: seq,
  brokenAt: seq + 1,
  reason,
})
