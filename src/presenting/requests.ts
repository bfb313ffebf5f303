import { createHash } from 'node:crypto'
import type { Audit } from '../audit/index.ts'
import { type Caller, type Clock, newId, Refusal } from '../core/index.ts'
import type { Parties, Party } from '../parties/index.ts'
import { change, insertAll, LessThan, type Store, select, type Tx } from '../store/index.ts'
import { openUnlessErased, type Vault } from '../vault/index.ts'
import type { OpenedRequest } from './open-request.ts'
import type { Verifier } from './policy.ts'
import type { PresentationRequest } from './request.ts'
import { type PresentationRequestRow, presentationRequestTable, type RequestState } from './request-table.ts'

export interface RequestsDeps {
  readonly store: Store
  readonly vault: Vault
  readonly clock: Clock
  readonly audit: Audit
  readonly parties: Pick<Parties, 'lock'>
}

/** So long a request is remembered, ms: what was shown is in the owner's log for longer. */
const KEEP_MS = 30 * 86_400_000
/** Requests that wait for one party: opening links must not fill a disk. */
const MAX_WAITING = 100

/** A request as it lies here, with the certificates of who asks. */
export interface KeptRequest extends PresentationRequest {
  readonly x5c: readonly string[] | null
}

const place = (id: string) => `presentation_request:${id}`

/** Requests that wait for whose data they ask, and what became of them. */
export class Requests {
  readonly #deps: RequestsDeps

  constructor(deps: RequestsDeps) {
    this.#deps = deps
  }

  /**
   * Keeps a request; opening the same link again finds the one there is.
   * @throws Refusal `presentation_request_replayed`, `too_many_presentation_requests`
   */
  async keep(
    caller: Caller,
    holder: Party,
    { client, request, expiresAt }: OpenedRequest,
    verifier: Verifier,
  ): Promise<PresentationRequestRow> {
    const { store, vault, clock, audit, parties } = this.#deps
    const id = newId()
    const holderParty = holder.id
    const kept: KeptRequest = { ...request, x5c: client.x5c }
    const row: PresentationRequestRow = {
      ...{ id, holderParty, requestKey: keyOf(client.clientId, request.nonce) },
      ...{ clientId: client.clientId, prefix: client.prefix },
      ...{ standing: verifier.standing, verifierName: verifier.name },
      request: await vault.seal(holderParty, place(id), JSON.stringify(kept)),
      ...{ state: 'pending', code: null, createdAt: clock.now(), expiresAt, decidedAt: null },
    }
    return store.transact(async (tx) => {
      const { requestKey } = row
      // Two who open one link at the same time find one request: the second waits here for the first.
      await parties.lock(tx, holder)
      const known = await tx.findOneBy(presentationRequestTable, { holderParty, requestKey })
      if (known) return requirePending(known)
      const waiting = await tx.countBy(presentationRequestTable, { holderParty, state: 'pending' })
      if (waiting >= MAX_WAITING)
        throw new Refusal('rate_limited', 'too_many_presentation_requests', 'too many requests wait already')
      await insertAll(tx, presentationRequestTable, [row])
      await audit.record(tx, caller, 'presentation.asked', { request: id, standing: row.standing })
      return row
    })
  }

  /** @throws Refusal `presentation_request_unknown` */
  async require(id: string): Promise<PresentationRequestRow> {
    const row = await this.#deps.store.reader.findOneBy(presentationRequestTable, { id })
    if (!row)
      throw new Refusal('not_found', 'presentation_request_unknown', 'there is no such request of a verifier')
    return row
  }

  /** Newest first. */
  list(
    holders: readonly string[],
    { cursor, limit, state }: { cursor?: string; limit: number; state?: RequestState },
  ): Promise<PresentationRequestRow[]> {
    const conditions = [
      `holder_party IN (${holders.map(() => '?').join(', ')})`,
      ...(cursor ? ['id < ?'] : []),
      ...(state ? ['state = ?'] : []),
    ]
    return select(
      this.#deps.store.reader,
      presentationRequestTable,
      `${conditions.join(' AND ')} ORDER BY id DESC LIMIT ?`,
      [...holders, ...(cursor ? [cursor] : []), ...(state ? [state] : []), limit],
    )
  }

  /** What a request asks; null once it is over, or its holder was erased. */
  async open({ id, request }: PresentationRequestRow): Promise<KeptRequest | null> {
    const text = request && (await openUnlessErased(this.#deps.vault, place(id), request))
    return text === null ? null : JSON.parse(text)
  }

  /**
   * Takes a request out of one state, once: of two who do so at the same time one is too late.
   * @throws Refusal `presentation_request_decided`
   */
  async move(
    tx: Tx,
    row: PresentationRequestRow,
    to: { state: RequestState; code?: string },
  ): Promise<PresentationRequestRow> {
    const { id, state, decidedAt } = row
    const isOver = to.state === 'sent' || to.state === 'declined'
    const set = {
      ...{ state: to.state, code: to.code ?? null, decidedAt: this.#deps.clock.now() },
      ...(isOver && { request: null }),
    }
    // A second try takes the very try before it: the time says which that was.
    const where = { id, state, ...(decidedAt !== null && { decidedAt }) }
    if ((await change(tx, presentationRequestTable, where, set)) !== 1) throw decided()
    return { ...row, ...set }
  }

  async tidy(): Promise<void> {
    const { store, clock } = this.#deps
    const over = clock.now() - KEEP_MS
    await store.transact((tx) => tx.delete(presentationRequestTable, { expiresAt: LessThan(over) }))
  }
}

const keyOf = (clientId: string, nonce: string): string =>
  createHash('sha256')
    .update(JSON.stringify([clientId, nonce]))
    .digest('base64url')

function requirePending(row: PresentationRequestRow): PresentationRequestRow {
  if (row.state === 'pending') return row
  throw new Refusal(
    'conflict',
    'presentation_request_replayed',
    'this request was opened and decided before',
    { params: { request: row.id } },
  )
}

export const decided = (): Refusal =>
  new Refusal('conflict', 'presentation_request_decided', 'this request was decided before')
