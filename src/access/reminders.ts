import type { Audit } from '../audit/index.ts'
import { type Caller, type Clock, type Did, Refusal } from '../core/index.ts'
import type { Parties } from '../parties/index.ts'
import { In, MoreThan, type Reader, rows, type Store, select, type Tx } from '../store/index.ts'
import {
  type GivenGrantRow,
  givenGrantTable,
  type ReceivedGrantRow,
  type ReceivedRequestRow,
  receivedGrantTable,
  receivedRequestTable,
  type SentRequestRow,
  sentRequestTable,
} from './access-tables.ts'
import { type DueMarkRow, dueMarkTable, reminderSettingsTable } from './due-table.ts'
import { requireMayDecide } from './may-decide.ts'

export interface RemindersDeps {
  readonly store: Store
  readonly audit: Audit
  readonly clock: Clock
  readonly parties: Parties
  /** Tells the company's own systems, in the transaction. */
  readonly announce: (tx: Tx, event: Reminder) => Promise<void>
  /** Tells a partner that its answer is waited for, after the commit. */
  readonly nudge: (tx: Tx, to: Did, digest: string) => Promise<unknown>
}

export type Reminder =
  /** A request waits for one of our owners. */
  | { readonly kind: 'waiting'; readonly request: string; readonly asker: Did; readonly days: number }
  /** A grant ends soon: one we gave, or one we hold, which we may ask to renew. */
  | {
      readonly kind: 'expiring'
      readonly side: 'given' | 'held'
      readonly grant: string
      readonly partner: Did
      readonly until: number
    }

export interface ReminderSettings {
  readonly expiringDays: number
  readonly waitingDays: number
}

const DAY_MS = 86_400_000
const DEFAULTS: ReminderSettings = { expiringDays: 14, waitingDays: 7 }
const NUDGE_EVERY_MS = 7 * DAY_MS
const MOST_NUDGES = 3
/** What one sweep announces at most of each kind. */
const SWEEP = 200

/** What waits and what ends: put off, asked after, and announced once, however many processes look. */
export class Reminders {
  readonly #deps: RemindersDeps

  constructor(deps: RemindersDeps) {
    this.#deps = deps
  }

  /**
   * Puts a request off: it is not among those that wait before then, and can be decided all the same. The asker is told
   * nothing.
   * @param until milliseconds since the epoch
   * @throws Refusal `request_unknown`, `not_data_subject`, `request_decided`, `invalid_until`
   */
  async defer(caller: Caller, id: string, until: number): Promise<{ id: string; until: number }> {
    const { store, audit, clock, parties } = this.#deps
    if (until <= clock.now() || until > clock.now() + 90 * DAY_MS)
      throw new Refusal('invalid', 'invalid_defer_until', 'put it off to a day in the next three months')
    return store.transact(async (tx) => {
      const request = await tx.findOneBy(receivedRequestTable, { id })
      if (!request) throw new Refusal('not_found', 'request_unknown', 'there is no such request')
      requireMayDecide(caller, await parties.require(request.subjectParty))
      if (request.state !== 'pending')
        throw new Refusal('conflict', 'request_decided', 'this request was decided before')
      await rows(
        tx,
        `INSERT INTO due_mark (kind, subject, at_ms, times) VALUES ('deferred', ?, ?, 1)
         ON CONFLICT (kind, subject) DO UPDATE SET at_ms = excluded.at_ms, times = due_mark.times + 1 RETURNING subject`,
        [id, until],
      )
      await audit.record(tx, caller, 'request.deferred', { request: id, until })
      return { id, until }
    })
  }

  /** Until when requests are put off (ms), of those that are now. */
  async deferred(reader: Reader, now = this.#deps.clock.now()): Promise<Map<string, number>> {
    const found = await reader.findBy(dueMarkTable, { kind: 'deferred', at: MoreThan(now) })
    return new Map(found.map(({ subject, at }) => [subject, at]))
  }

  /** When the asker asked after requests (ms). */
  async nudged(ids: readonly string[]): Promise<Map<string, number>> {
    const found = await this.#deps.store.reader.findBy(dueMarkTable, {
      kind: 'nudge_taken',
      subject: In([...ids]),
    })
    return new Map(found.map(({ subject, at }) => [subject, at]))
  }

  /**
   * Asks a partner after a request of ours that waits: once a week, three times at most.
   * @throws Refusal `request_unknown`, `request_decided`, `nudged_before`
   */
  async nudge(by: Caller, id: string): Promise<SentRequestRow> {
    const { store, audit, clock, nudge } = this.#deps
    return store.transact(async (tx) => {
      const request = await tx.findOneBy(sentRequestTable, { id })
      if (!request) throw new Refusal('not_found', 'request_unknown', 'we made no such request')
      if (request.state !== 'pending' || !request.digest.startsWith('sha-256:'))
        throw new Refusal('conflict', 'request_decided', 'this request does not wait for an answer')
      const before = { since: clock.now() - NUDGE_EVERY_MS, most: MOST_NUDGES }
      if (!(await this.#mark(tx, 'nudged', id, before)))
        throw new Refusal('conflict', 'nudged_before', 'ask after a request once a week, three times at most')
      await nudge(tx, request.partner, request.digest)
      await audit.record(tx, by, 'request.nudged', { request: id, partner: request.partner })
      return request
    })
  }

  /** A partner asks after its request. More often than it may is no news. */
  async takeNudge(tx: Tx, from: Did, digest: string): Promise<void> {
    const waiting = await tx.findBy(receivedRequestTable, { asker: from, digest, state: 'pending' })
    for (const request of waiting) {
      const before = { since: this.#deps.clock.now() - NUDGE_EVERY_MS + DAY_MS, most: MOST_NUDGES }
      if (!(await this.#mark(tx, 'nudge_taken', request.id, before))) continue
      await this.#deps.audit.record(tx, { kind: 'node', did: from }, 'request.nudged', {
        request: request.id,
      })
      if (!(await this.deferred(tx)).has(request.id)) await this.#announceWaiting(tx, request)
    }
  }

  /** Announces what became due: each thing once, a request that goes on waiting again after as long. */
  async sweep(): Promise<void> {
    const { store, clock } = this.#deps
    const now = clock.now()
    const { expiringDays, waitingDays } = await this.settings()
    const waitingMs = waitingDays * DAY_MS
    const due = await select(
      store.reader,
      receivedRequestTable,
      `state = 'pending' AND created_at <= ? AND NOT EXISTS (SELECT 1 FROM due_mark WHERE subject = received_request.id
         AND ((kind = 'waiting' AND at_ms > ?) OR (kind = 'deferred' AND at_ms > ?))) ORDER BY id LIMIT ${SWEEP}`,
      [now - waitingMs, now - waitingMs, now],
    )
    for (const request of due)
      await store.transact(async (tx) => {
        if (await this.#mark(tx, 'waiting', request.id, { since: now - waitingMs }))
          await this.#announceWaiting(tx, request)
      })
    for (const side of ['given', 'held'] as const)
      for (const { id, partner, until } of await this.#unannounced(side, now + expiringDays * DAY_MS))
        await store.transact(async (tx) => {
          if (await this.#mark(tx, `expiring_${side}`, id, { since: Number.MIN_SAFE_INTEGER }))
            await this.#deps.announce(tx, { kind: 'expiring', side, grant: id, partner, until })
        })
  }

  /** Grants that end soon: those of these subjects, and those we hold. */
  async expiring(subjects: readonly string[]): Promise<{ given: GivenGrantRow[]; held: ReceivedGrantRow[] }> {
    const { store, clock } = this.#deps
    const now = clock.now()
    const before = now + (await this.settings()).expiringDays * DAY_MS
    const [given, held] = await Promise.all([
      select(store.reader, givenGrantTable, `${openGiven} ORDER BY expires_at, id LIMIT ${SWEEP}`, [
        now,
        before,
      ]),
      select(store.reader, receivedGrantTable, `${openHeld} ORDER BY expires_at, id LIMIT ${SWEEP}`, [
        now,
        before,
      ]),
    ])
    return { given: given.filter(({ grantorParty }) => subjects.includes(grantorParty)), held }
  }

  async settings(): Promise<ReminderSettings> {
    const row = await this.#deps.store.reader.findOneBy(reminderSettingsTable, { id: 'organisation' })
    return row ?? DEFAULTS
  }

  async set(by: Caller, change: Partial<ReminderSettings>): Promise<ReminderSettings> {
    const { store, audit } = this.#deps
    const settings = { ...(await this.settings()), ...change }
    await store.transact(async (tx) => {
      await tx.upsert(reminderSettingsTable, { ...settings, id: 'organisation' }, ['id'])
      await audit.record(tx, by, 'reminders.set', {
        expiring: settings.expiringDays,
        waiting: settings.waitingDays,
      })
    })
    return settings
  }

  async #unannounced(side: 'given' | 'held', before: number) {
    const { store, clock } = this.#deps
    const table = side === 'given' ? 'given_grant' : 'received_grant'
    const isNew = `NOT EXISTS (SELECT 1 FROM due_mark WHERE kind = 'expiring_${side}' AND subject = ${table}.id)`
    const where = `${side === 'given' ? openGiven : openHeld} AND ${isNew} ORDER BY id LIMIT ${SWEEP}`
    const times = [clock.now(), before]
    const found =
      side === 'given'
        ? (await select(store.reader, givenGrantTable, where, times)).map((row) => ({
            ...row,
            partner: row.grantee,
          }))
        : await select(store.reader, receivedGrantTable, where, times)
    return found.map(({ id, partner, expiresAt: until }) => ({ id, partner, until }))
  }

  /** Once: whoever changes the row says it. @returns whether that was us */
  async #mark(
    tx: Tx,
    kind: DueMarkRow['kind'],
    subject: string,
    { since, most = Number.MAX_SAFE_INTEGER }: { since: number; most?: number },
  ): Promise<boolean> {
    const marked = await rows(
      tx,
      `INSERT INTO due_mark (kind, subject, at_ms, times) VALUES (?, ?, ?, 1)
       ON CONFLICT (kind, subject) DO UPDATE SET at_ms = excluded.at_ms, times = due_mark.times + 1
       WHERE due_mark.at_ms <= ? AND due_mark.times < ? RETURNING subject`,
      [kind, subject, this.#deps.clock.now(), since, most],
    )
    return marked.length === 1
  }

  #announceWaiting(tx: Tx, { id: request, asker, createdAt }: ReceivedRequestRow): Promise<void> {
    const days = Math.floor((this.#deps.clock.now() - createdAt) / DAY_MS)
    return this.#deps.announce(tx, { kind: 'waiting', request, asker, days })
  }
}

const openGiven = 'expires_at > ? AND expires_at <= ? AND revoked_at IS NULL AND in_force_at IS NOT NULL'
const openHeld = `expires_at > ? AND expires_at <= ? AND state = 'live'`
