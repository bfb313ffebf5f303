import { type Clock, Refusal } from '../core/index.ts'
import { rows, type Store, type Tx } from '../store/index.ts'

const MAX_GUESSES = 10
const WINDOW_MS = 15 * 60_000

/** Counts guesses at a person's secret and codes, in a row that all processes share. */
export class Guesses {
  readonly #store: Store
  readonly #clock: Clock

  constructor({ store, clock }: { readonly store: Store; readonly clock: Clock }) {
    this.#store = store
    this.#clock = clock
  }

  /** Counts a guess before it is looked at, so that many at once are no way round. @throws Refusal `consent_guesses_exceeded` */
  async count(partyId: string): Promise<void> {
    const now = this.#clock.now()
    const over = now - WINDOW_MS
    const [row] = await this.#store.transact((tx) =>
      rows<{ guesses: string | number; since: string | number }>(
        tx,
        `INSERT INTO consent_key_guess (party_id, guesses, since) VALUES (?, 1, ?)
         ON CONFLICT (party_id) DO UPDATE SET
           guesses = CASE WHEN consent_key_guess.since <= ? THEN 1 ELSE consent_key_guess.guesses + 1 END,
           since = CASE WHEN consent_key_guess.since <= ? THEN excluded.since ELSE consent_key_guess.since END
         RETURNING guesses, since`,
        [partyId, now, over, over],
      ),
    )
    if (!row || Number(row.guesses) <= MAX_GUESSES) return
    const waitMs = Number(row.since) + WINDOW_MS - now
    throw new Refusal('rate_limited', 'consent_guesses_exceeded', 'too many wrong secrets: wait a while', {
      params: { retry_after_s: Math.max(1, Math.ceil(waitMs / 1000)) },
    })
  }

  /** It was right: counting begins anew. */
  async forget(tx: Tx, partyId: string): Promise<void> {
    await rows(tx, 'DELETE FROM consent_key_guess WHERE party_id = ? RETURNING party_id', [partyId])
  }
}
