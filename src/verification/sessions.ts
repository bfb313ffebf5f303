import { createHash } from 'node:crypto'
import type { Audit } from '../audit/index.ts'
import { type Caller, type Clock, Refusal } from '../core/index.ts'
import {
  change,
  createBatch,
  insertAll,
  LessThan,
  rows,
  type Store,
  select,
  type Tx,
} from '../store/index.ts'
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
  /** A session that a caller of the API started has ended. Hands `tx` to all it calls: {@link Store.transactAlone}. */
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

const ALONE = { alone: true } as const
const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('base64url')
const place = (id: string, what: 'request' | 'result') => `verification:${id}:${what}`

/** Whether a secret is the one whose hash we keep; also in the time it takes. */
export const isSecretOf = (hash: string | null, secret: string | undefined): boolean =>
  hash !== null && secret !== undefined && equalBytes(Buffer.from(hash), Buffer.from(hashOf(secret)))

interface Begun {
  readonly row: SessionRow
  readonly caller: Caller
}

interface Ended {
  readonly row: SessionRow
  readonly outcome: Outcome
  readonly set: Pick<SessionRow, 'state' | 'codeHash' | 'finishedAt'> & { readonly result: Buffer }
}

/** Requests under way and what came of them. Once means once: of two answers at the same time one is taken. */
export class Sessions {
  readonly #deps: SessionsDeps
  // Those of one moment share a commit.
  readonly #begin: (begun: Begun) => Promise<void>
  readonly #end: (ended: Ended) => Promise<void>

  constructor(deps: SessionsDeps) {
    this.#deps = deps
    this.#begin = createBatch(deps.store, (tx, all: readonly Begun[]) => this.#beginAll(tx, all), ALONE)
    this.#end = createBatch(deps.store, (tx, all: readonly Ended[]) => this.#endAll(tx, all), ALONE)
  }

  /** @param request made for the addresses of this `requestId` */
  async start(session: NewSession, requestId: string, request: StoredRequest): Promise<SessionRow> {
    const { vault, clock, scope } = this.#deps
    const { caller, owner, preset, flow, browser } = session
    const id = newSecret()
    const now = clock.now()
    const row: SessionRow = {
      ...{ id, requestId, owner, preset, flow, state: 'waiting', result: null, codeHash: null },
      request: await vault.seal(await scope(), place(id, 'request'), JSON.stringify(request)),
      browserHash: browser === null ? null : hashOf(browser),
      ...{ createdAt: now, expiresAt: now + LIFETIME_MS, finishedAt: null },
    }
    await this.#begin({ row, caller })
    return row
  }

  /**
   * The session that a wallet means, while it may still be answered.
   * @throws Refusal `verification_unknown`, `verification_finished`, `verification_expired`
   */
  async open(requestId: string): Promise<{ row: SessionRow; request: StoredRequest }> {
    const { store, vault } = this.#deps
    const [row] = await select(store.reader, sessionTable, 'request_id = ?', [requestId])
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
    const { vault, clock, scope } = this.#deps
    const code = row.flow === 'same_device' ? newSecret() : null
    const result = await vault.seal(await scope(), place(row.id, 'result'), JSON.stringify(outcome))
    const codeHash = code === null ? null : hashOf(code)
    await this.#end({
      row,
      outcome,
      set: { state: outcome.state, result, codeHash, finishedAt: clock.now() },
    })
    return code
  }

  /** @throws Refusal `verification_unknown` also for what is somebody else's */
  async require(id: string, owner: string): Promise<SessionRow> {
    const [row] = await select(this.#deps.store.reader, sessionTable, 'id = ?', [id])
    if (row?.owner !== owner) throw unknown()
    return row
  }

  /** What one browser started; null for any other. */
  async findOwn(id: string, owner: string, browser: string): Promise<SessionRow | null> {
    const [row] = await select(this.#deps.store.reader, sessionTable, 'id = ?', [id])
    return row?.owner === owner && isSecretOf(row.browserHash, browser) ? row : null
  }

  /** Takes a result, after which there is none. @returns whether it was there to take: of two who do, one did */
  async take(tx: Tx, id: string): Promise<boolean> {
    const taken = await rows(
      tx,
      `DELETE FROM verification_session WHERE id = ? AND state = 'done' AND code_hash IS NULL RETURNING id`,
      [id],
    )
    return taken.length === 1
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

  async #beginAll(tx: Tx, all: readonly Begun[]): Promise<undefined[]> {
    await insertAll(
      tx,
      sessionTable,
      all.map(({ row }) => row),
    )
    await this.#deps.audit.recordAll(
      tx,
      all.map(({ caller, row: { preset, flow } }) => ({
        ...{ caller, action: 'verification.started', data: { preset, flow } },
      })),
    )
    return all.map(() => undefined)
  }

  async #endAll(tx: Tx, all: readonly Ended[]): Promise<(Refusal | undefined)[]> {
    const { audit, clock, whenFinished } = this.#deps
    const now = clock.now()
    // Of two answers in one batch the first counts, as of two in a row.
    const first = new Map(all.toReversed().map((ended) => [ended.row.id, ended]))
    const inTime = [...first.values()].filter(({ row }) => now < row.expiresAt)
    const taken = await endWaiting(tx, inTime)
    const answers = all.map((ended) => {
      const { id, expiresAt } = ended.row
      if (now >= expiresAt) return late()
      return taken.has(id) && first.get(id) === ended ? undefined : finished()
    })
    const ended = all.filter((_, at) => answers[at] === undefined)
    await audit.recordAll(
      tx,
      ended.map(({ row: { preset }, outcome }) => ({
        caller: 'system' as const,
        action: 'verification.finished',
        data: {
          preset,
          outcome: outcome.state === 'failed' ? 'failed' : outcome.result.accepted ? 'accepted' : 'refused',
        },
      })),
    )
    for (const { row, set } of ended)
      if (row.owner !== PAGE && row.owner !== SIGN_IN)
        await whenFinished(tx, { ...row, ...set, request: null })
    return answers
  }

  #requireInTime({ expiresAt }: SessionRow): void {
    if (this.#deps.clock.now() >= expiresAt) throw late()
  }
}

/** @returns the ids of those that waited until now */
async function endWaiting(tx: Tx, all: readonly Ended[]): Promise<ReadonlySet<string>> {
  if (all.length === 0) return new Set()
  const ids = await rows<{ id: string }>(
    tx,
    `UPDATE verification_session SET state = ended.column2, request = NULL, result = ended.column3,
       code_hash = ended.column4, finished_at = CAST(ended.column5 AS bigint)
     FROM (VALUES ${all.map(() => '(?, ?, ?, ?, ?)').join(', ')}) AS ended
     WHERE id = ended.column1 AND verification_session.state = 'waiting' RETURNING id`,
    all.flatMap(({ row, set }) => [
      row.id,
      set.state,
      set.result.toString('base64'),
      set.codeHash,
      set.finishedAt,
    ]),
  )
  return new Set(ids.map(({ id }) => id))
}

/** Owner of what was started on the page: whoever has its cookie. */
export const PAGE = 'page'
/** Owner of what was started to sign in: the browser that did. */
export const SIGN_IN = 'sign-in'

const unknown = () => new Refusal('not_found', 'verification_unknown', 'there is no such verification')
const late = () => new Refusal('gone', 'verification_expired', 'this request was not answered in time')
const finished = () =>
  new Refusal('conflict', 'verification_finished', 'this request was answered already: it is answered once')
