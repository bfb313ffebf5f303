import { createHash, randomBytes } from 'node:crypto'
import type { Clock } from '../core/index.ts'
import { LessThan, rows, type Store, type Tx } from '../store/index.ts'
import { type SignInTicketRow, signInTicketTable } from './tables.ts'

const MINUTE_MS = 60_000
const LIFETIME_MS = { link: 10 * MINUTE_MS, registration: 5 * MINUTE_MS, authentication: 5 * MINUTE_MS }

/** What a code is found by: the code itself is nowhere. */
export const hashOfCode = (code: string): string =>
  createHash('sha256').update('regie sign-in\0').update(code).digest('base64url')

/** Codes and challenges that work once, for a few minutes. */
export class Tickets {
  readonly #deps: { readonly store: Store; readonly clock: Clock }

  constructor(deps: { readonly store: Store; readonly clock: Clock }) {
    this.#deps = deps
  }

  /** @returns the code, 256 bits, and until when it works (ms since the epoch) */
  async make(
    tx: Tx,
    kind: SignInTicketRow['kind'],
    userId: string | null,
  ): Promise<{ readonly code: string; readonly expiresAt: number }> {
    const code = randomBytes(32).toString('base64url')
    const expiresAt = this.#deps.clock.now() + LIFETIME_MS[kind]
    await tx.insert(signInTicketTable, { hash: hashOfCode(code), kind, userId, expiresAt })
    return { code, expiresAt }
  }

  /** Uses one up: of two who send it at once, one does. Null when it opens nothing. */
  async use(
    tx: Tx,
    kind: SignInTicketRow['kind'],
    code: string,
  ): Promise<{ readonly userId: string | null } | null> {
    const [used] = await rows<{ user_id: string | null }>(
      tx,
      'DELETE FROM sign_in_ticket WHERE hash = ? AND kind = ? AND expires_at > ? RETURNING user_id',
      [hashOfCode(code), kind, this.#deps.clock.now()],
    )
    return used ? { userId: used.user_id } : null
  }

  async tidy(): Promise<void> {
    const old = LessThan(this.#deps.clock.now())
    await this.#deps.store.transact((tx) => tx.delete(signInTicketTable, { expiresAt: old }))
  }
}
