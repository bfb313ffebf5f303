import { createHash } from 'node:crypto'
import type { Caller, Clock } from '../core/index.ts'
import { change, IsNull, LessThan, Not, rows, type Store, type Tx } from '../store/index.ts'
import type { Vault } from '../vault/index.ts'
import { type IdempotencyRow, idempotencyTable } from './idempotency-table.ts'
import type { Answer, Attempt, Begun, Idempotency } from './ports.ts'

/** How long an answer is kept for who asks again. */
const KEPT_MS = 24 * 3_600_000
/** A request that runs longer than this was cut off with its process. */
const RUNNING_MS = 10 * 60_000
const SWEEP_EVERY_MS = 10 * 60_000
/** The vault's scope: an answer may be about several people, and is gone within a day. */
const SCOPE = 'root'

/** Remembers answers in a table, so that a repeated request finds them on any process of the node. */
export class IdempotencyStore implements Idempotency {
  readonly #store: Store
  readonly #vault: Vault
  readonly #clock: Clock
  #sweptAt = 0

  constructor(deps: { readonly store: Store; readonly vault: Vault; readonly clock: Clock }) {
    this.#store = deps.store
    this.#vault = deps.vault
    this.#clock = deps.clock
  }

  async begin(attempt: Attempt): Promise<Begun> {
    const now = this.#clock.now()
    const id = idOf(attempt)
    const found = await this.#store.transact(async (tx) => {
      if (now - this.#sweptAt > SWEEP_EVERY_MS) {
        await tx.delete(idempotencyTable, { startedAt: LessThan(now - KEPT_MS) })
        this.#sweptAt = now
      }
      const made = await rows<{ id: string }>(
        tx,
        `INSERT INTO idempotency (id, operation, digest, state, started_at) VALUES (?, ?, ?, 'running', ?)
         ON CONFLICT (id) DO NOTHING RETURNING id`,
        [id, attempt.operation, attempt.digest, now],
      )
      return made.length === 1 ? undefined : tx.findOneBy(idempotencyTable, { id })
    })
    return found ? this.#answerOf(found, attempt, now) : 'new'
  }

  async finish(attempt: Attempt, answer: Answer): Promise<void> {
    const id = idOf(attempt)
    const body = await this.#vault.seal(SCOPE, placeOf(id), JSON.stringify(answer.body ?? null))
    const done = { state: 'done' as const, status: answer.status, body }
    await this.#store.transact((tx) => change(tx, idempotencyTable, { id, state: 'running' }, done))
  }

  async abandon(attempt: Attempt): Promise<void> {
    const id = idOf(attempt)
    await this.#store.transact((tx) => tx.delete(idempotencyTable, { id, state: 'running' }))
  }

  /** Throws away kept answers in which these words occur: of who is erased nothing stays, also not for a day. */
  async forget(tx: Tx, words: readonly string[]): Promise<void> {
    const written = words.map((word) => JSON.stringify(word).slice(1, -1))
    for (const { id, body } of await tx.findBy(idempotencyTable, { state: 'done', body: Not(IsNull()) })) {
      const text = body && (await this.#vault.openText(placeOf(id), body))
      // Who asks again hears that nobody knows any more what came of it.
      if (text && written.some((word) => text.includes(word)))
        await change(tx, idempotencyTable, { id }, { body: null })
    }
  }

  async #answerOf(row: IdempotencyRow, attempt: Attempt, now: number): Promise<Begun> {
    if (row.operation !== attempt.operation || row.digest !== attempt.digest) return 'mismatch'
    if (row.state === 'running') return now - row.startedAt > RUNNING_MS ? 'interrupted' : 'busy'
    if (row.body === null || row.status === null) return 'interrupted'
    const text = await this.#vault.openText(placeOf(row.id), row.body)
    return { status: row.status, body: JSON.parse(text) }
  }
}

const placeOf = (id: string): string => `idempotency:${id}:body`

const idOf = ({ caller, key }: Attempt): string =>
  createHash('sha256')
    .update(JSON.stringify([identityOf(caller), key]))
    .digest('base64url')

function identityOf(caller: Caller): readonly string[] {
  if (caller.kind === 'user') return ['user', caller.userId]
  if (caller.kind === 'client') return ['client', caller.clientId]
  if (caller.kind === 'node') return ['node', caller.did]
  return ['anonymous']
}
