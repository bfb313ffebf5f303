import { randomBytes } from 'node:crypto'
import type { Audit } from '../audit/index.ts'
import { type Clock, newId, Refusal, type UserCaller } from '../core/index.ts'
import type { Accounts } from '../parties/index.ts'
import { change, LessThan, MoreThan, type Store, type Tx } from '../store/index.ts'
import { type SignInMethod, type WebSessionRow, webSessionTable } from './tables.ts'
import { hashOfCode, Tickets } from './tickets.ts'

export interface SessionsDeps {
  readonly store: Store
  readonly clock: Clock
  readonly audit: Audit
  readonly accounts: Pick<Accounts, 'callerOf'>
}

const MINUTE_MS = 60_000
/** Who does nothing for this long has to sign in again. */
const IDLE_MS = 8 * 60 * MINUTE_MS
export const LIFETIME_MS = 7 * 24 * 60 * MINUTE_MS
/** How old a proof of presence may be where one is asked for. */
export const PROOF_MS = 5 * MINUTE_MS
/** A row is not written for each call. */
const SEEN_EVERY_MS = 5 * MINUTE_MS

/** A session that was opened: what the browser keeps is seen once. */
export interface OpenedSession {
  readonly id: string
  readonly secret: string
  readonly account: string
}

/** People who are signed in with a browser. */
export class Sessions {
  readonly #deps: SessionsDeps
  readonly #tickets: Tickets

  constructor(deps: SessionsDeps) {
    this.#deps = deps
    this.#tickets = new Tickets(deps)
  }

  /**
   * Signs somebody in whose right to it was shown.
   * @param provedAt when she last showed that she is there; ms since the epoch, now unless told
   * @throws Refusal `sign_in_invalid` when her account is not in use
   */
  async open(
    tx: Tx,
    userId: string,
    method: SignInMethod,
    device: string,
    provedAt = this.#deps.clock.now(),
  ): Promise<OpenedSession> {
    const { clock, audit, accounts } = this.#deps
    const caller = await accounts.callerOf(userId)
    if (!caller) throw signInInvalid()
    const secret = randomBytes(32).toString('base64url')
    const now = clock.now()
    const id = newId()
    await tx.insert(webSessionTable, {
      ...{ id, hash: hashOfCode(secret), userId, method, device },
      ...{ createdAt: now, usedAt: now, expiresAt: now + LIFETIME_MS, provedAt },
    })
    await audit.record(tx, caller, 'session.opened', { session: id, method })
    return { id, secret, account: caller.account }
  }

  /** A link for somebody who is signed in elsewhere: it works once, for ten minutes. */
  async makeLink({ userId }: UserCaller): Promise<{ readonly code: string; readonly expiresAt: number }> {
    return this.#deps.store.transact((tx) => this.#tickets.make(tx, 'link', userId))
  }

  /** @throws Refusal `sign_in_invalid` */
  async openByLink(code: string, device: string): Promise<OpenedSession> {
    return this.#deps.store.transact(async (tx) => {
      const ticket = await this.#tickets.use(tx, 'link', code)
      if (!ticket?.userId) throw signInInvalid()
      return this.open(tx, ticket.userId, 'link', device)
    })
  }

  /** Who sends this cookie. @throws Refusal `session_ended` when nobody does, or no longer */
  async authenticate(secret: string): Promise<UserCaller> {
    const { store, clock, accounts } = this.#deps
    const now = clock.now()
    const row = await store.reader.findOneBy(webSessionTable, { hash: hashOfCode(secret) })
    const caller = row && isLive(row, now) ? await accounts.callerOf(row.userId) : null
    if (!row || !caller) throw sessionEnded()
    if (now - row.usedAt > SEEN_EVERY_MS)
      await store.transact((tx) => change(tx, webSessionTable, { id: row.id }, { usedAt: now }))
    return { ...caller, session: { id: row.id, isProved: now - row.provedAt < PROOF_MS } }
  }

  /** Hers that are live, the newest first. */
  async list({ userId }: UserCaller): Promise<WebSessionRow[]> {
    const now = this.#deps.clock.now()
    const found = await this.#deps.store.reader.find(webSessionTable, {
      where: { userId, expiresAt: MoreThan(now) },
      order: { id: 'DESC' },
    })
    return found.filter((row) => isLive(row, now))
  }

  /** Signs out one of her browsers. @throws Refusal `session_unknown` */
  async end(caller: UserCaller, id: string): Promise<void> {
    await this.#deps.store.transact(async (tx) => {
      const { affected } = await tx.delete(webSessionTable, { id, userId: caller.userId })
      if (!affected) throw new Refusal('not_found', 'session_unknown', 'you are not signed in there')
      await this.#deps.audit.record(tx, caller, 'session.ended', { session: id })
    })
  }

  /** Signs her out everywhere. @returns of how many browsers */
  async endAll(caller: UserCaller): Promise<number> {
    return this.#deps.store.transact(async (tx) => {
      const { affected } = await tx.delete(webSessionTable, { userId: caller.userId })
      const sessions = affected ?? 0
      await this.#deps.audit.record(tx, caller, 'session.ended_everywhere', { sessions })
      return sessions
    })
  }

  /** The node itself ends one session, or all of somebody; those that are gone are no mistake. */
  async drop(tx: Tx, which: { readonly id: string } | { readonly userId: string }): Promise<void> {
    const ended = await tx.findBy(webSessionTable, which)
    await tx.delete(webSessionTable, which)
    for (const { id } of ended) await this.#deps.audit.record(tx, 'system', 'session.ended', { session: id })
  }

  async tidy(): Promise<void> {
    const { store, clock } = this.#deps
    const now = clock.now()
    await store.transact(async (tx) => {
      await tx.delete(webSessionTable, { expiresAt: LessThan(now) })
      await tx.delete(webSessionTable, { usedAt: LessThan(now - IDLE_MS - SEEN_EVERY_MS) })
    })
    await this.#tickets.tidy()
  }
}

/** It was seen at most some minutes after what is written. */
const isLive = ({ expiresAt, usedAt }: WebSessionRow, now: number): boolean =>
  now < expiresAt && now - usedAt < IDLE_MS + SEEN_EVERY_MS

export const signInInvalid = (): Refusal =>
  new Refusal('forbidden', 'sign_in_invalid', 'this link was used, has expired or is unknown')

const sessionEnded = () =>
  new Refusal('unauthenticated', 'session_ended', 'you are signed out: sign in again')
