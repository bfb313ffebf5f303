import { createHash } from 'node:crypto'
import type { Audit } from '../audit/index.ts'
import { type Caller, type Clock, Refusal } from '../core/index.ts'
import { change, LessThan, type Store, type Tx } from '../store/index.ts'
import { equalBytes, type Vault } from '../vault/index.ts'
import { newSecret, type StoredRequest } from './request.ts'
import type { VerificationResult } from './result.ts'
import { type Flow, type SessionRow, sessionTable } from './session-table.ts'

/** How long a wallet may take, in ms. */
export const LIFETIME_MS = 5 * 60_000
/** How long a result may be fetched, in ms: it holds what somebody showed, and is not ours to keep. */
const KEEP_MS = 60 * 60_000

export interface SessionsDeps {
  readonly store: Store
  readonly vault: Vault
  readonly clock: Clock
  readonly audit: Audit
  /** Id of our organisation: the vault's scope. */
  readonly scope: () => Promise<string>
  /** A session that a caller of the API started has ended, in the transaction in which it did. */
  readonly whenFinished: (tx: Tx, row: SessionRow) => Promise<void>
}

/** How a session ended: with a result, or with what the wallet says went wrong. */
export type Outcome =
  | { readonly state: 'done'; readonly result: VerificationResult }
  | { readonly state: 'failed'; readonly error: string }

export interface NewSession {
  readonly caller: Caller
  readonly owner: string
  readonly preset: string
  readonly flow: Flow
  /** What the browser that started it keeps; null for the API. */
  readonly browser: string | null
}

const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('base64url')
const place = (id: string, what: 'request' | 'result') => `verification:${id}:${what}`

/** Whether a secret is the one whose hash we keep; also in the time it takes. */
export const isSecretOf = (hash: string | null, secret: string | undefined): boolean =>
  hash !== null && secret !== undefined && equalBytes(Buffer.from(hash), Buffer.from(hashOf(secret)))

/** Requests under way and what came of them. Once means once: of two answers at the same time one is taken. */
export class Sessions {
  readonly #deps: SessionsDeps

  constructor(deps: SessionsDeps) {
    this.#deps = deps
  }

  /** @param request made for the addresses of this `requestId` */
  async start(session: NewSession, requestId: string, request: StoredRequest): Promise<SessionRow> {
    const { store, vault, clock, audit, scope } = this.#deps
    const { caller, owner, preset, flow, browser } = session
    const id = newSecret()
    const now = clock.now()
    const row: SessionRow = {
      ...{ id, requestId, owner, preset, flow, state: 'waiting', result: null, codeHash: null },
      request: await vault.seal(await scope(), place(id, 'request'), JSON.stringify(request)),
      browserHash: browser === null ? null : hashOf(browser),
      ...{ createdAt: now, expiresAt: now + LIFETIME_MS, finishedAt: null },
    }
    await store.transact(async (tx) => {
      await tx.insert(sessionTable, row)
      await audit.record(tx, caller, 'verification.started', { preset, flow })
    })
    return row
  }

  /**
   * The session that a wallet means, while it may still be answered.
   * @throws Refusal `verification_unknown`, `verification_finished`, `verification_expired`
   */
  async open(requestId: string): Promise<{ row: SessionRow; request: StoredRequest }> {
    const { store, vault } = this.#deps
    const row = await store.reader.findOneBy(sessionTable, { requestId })
    if (!row) throw unknown()
    if (row.state !== 'waiting' || !row.request) throw finished()
    this.#requireInTime(row)
    return { row, request: JSON.parse(await vault.openText(place(row.id, 'request'), row.request)) }
  }

  /**
   * Ends a session with what came of it; the keys and the nonce of its request are gone with that.
   * @returns the response code that the browser has to bring; null across devices
   * @throws Refusal `verification_finished`, `verification_expired`
   */
  async finish(row: SessionRow, outcome: Outcome): Promise<string | null> {
    const { store, vault, clock, audit, scope, whenFinished } = this.#deps
    const code = row.flow === 'same_device' ? newSecret() : null
    const result = await vault.seal(await scope(), place(row.id, 'result'), JSON.stringify(outcome))
    const finishedAt = clock.now()
    await store.transact(async (tx) => {
      this.#requireInTime(row)
      const set = {
        ...{ state: outcome.state, request: null, result, finishedAt },
        codeHash: code === null ? null : hashOf(code),
      }
      if ((await change(tx, sessionTable, { id: row.id, state: 'waiting' }, set)) !== 1) throw finished()
      await audit.record(tx, 'system', 'verification.finished', {
        preset: row.preset,
        outcome: outcome.state === 'failed' ? 'failed' : outcome.result.accepted ? 'accepted' : 'refused',
      })
      if (row.owner !== PAGE) await whenFinished(tx, { ...row, ...set })
    })
    return code
  }

  /** @throws Refusal `verification_unknown` also for what is somebody else's */
  async require(id: string, owner: string): Promise<SessionRow> {
    const row = await this.#deps.store.reader.findOneBy(sessionTable, { id })
    if (row?.owner !== owner) throw unknown()
    return row
  }

  /** How a session ended; null while it did not. */
  async outcomeOf({ id, result }: SessionRow): Promise<Outcome | null> {
    return result && JSON.parse(await this.#deps.vault.openText(place(id, 'result'), result))
  }

  /** `expired` is not written: it is so once the time is over. */
  stateOf({ state, expiresAt }: SessionRow): SessionRow['state'] | 'expired' {
    return state === 'waiting' && this.#deps.clock.now() >= expiresAt ? 'expired' : state
  }

  /**
   * Takes the response code of the browser that came back from its wallet, once; then its page shows the result.
   * @throws Refusal `response_code_invalid`
   */
  async release(row: SessionRow, code: string | undefined): Promise<void> {
    const { codeHash } = row
    const isTaken =
      codeHash !== null &&
      isSecretOf(codeHash, code) &&
      (await this.#deps.store.transact((tx) =>
        change(tx, sessionTable, { id: row.id, codeHash }, { codeHash: null }),
      )) === 1
    if (!isTaken)
      throw new Refusal('forbidden', 'response_code_invalid', 'this is not the code of your wallet')
  }

  /** Removes what nobody may fetch any more. */
  async tidy(): Promise<void> {
    const { store, clock } = this.#deps
    const over = clock.now() - KEEP_MS
    await store.transact((tx) => tx.delete(sessionTable, { expiresAt: LessThan(over) }))
  }

  #requireInTime({ expiresAt }: SessionRow): void {
    if (this.#deps.clock.now() >= expiresAt)
      throw new Refusal('gone', 'verification_expired', 'this request was not answered in time')
  }
}

/** Owner of what was started on the page: whoever has its cookie. */
export const PAGE = 'page'

const unknown = () => new Refusal('not_found', 'verification_unknown', 'there is no such verification')
const finished = () =>
  new Refusal('conflict', 'verification_finished', 'this request was answered already: it is answered once')
