import type { Clock } from '../core/index.ts'
import { OAuthRefusal, type Once, Tickets } from '../oauth/index.ts'
import { rows, type Tx } from '../store/index.ts'
import type { Vault } from '../vault/index.ts'

/** How long a `c_nonce` can be used: long enough for a person to unlock a wallet. */
const VALID_MS = 5 * 60_000

/** A `c_nonce` that is ours, for this party, and in its time. Whether it was used, {@link useNonce} finds out. */
export interface Nonce {
  readonly text: string
  readonly expiresAt: number
}

/**
 * Nonces for proofs of possession (OpenID4VCI 1.0, section 7). Giving one away writes nothing: it carries its end and a
 * MAC over that and its party. Only one that is used leaves a row.
 */
export class Nonces {
  readonly #tickets: Tickets
  readonly #clock: Clock

  constructor(deps: { vault: Pick<Vault, 'deriveKey'>; clock: Clock }) {
    this.#tickets = new Tickets('oid4vci nonce', deps)
    this.#clock = deps.clock
  }

  create(partyId: string): string {
    return this.#tickets.create(partyId, this.#clock.now() + VALID_MS)
  }

  /** @throws OAuthRefusal `invalid_nonce` */
  require(partyId: string, text: string): Nonce {
    const ticket = this.#tickets.read(partyId, text)
    if (!ticket) throw invalid('nonce_unknown', 'this nonce is not of this issuer')
    if (ticket.isExpired) throw invalid('nonce_expired', 'this nonce is too old')
    return { text, expiresAt: ticket.expiresAt }
  }
}

/** Uses a nonce up, once. @throws OAuthRefusal `invalid_nonce` */
export async function useNonce(tx: Tx, { text, expiresAt }: Nonce): Promise<void> {
  if (!(await useOnce(tx, { key: text, expiresAt })))
    throw invalid('nonce_used', 'this nonce was used before')
}

/** Uses something up that may be used once. @returns false when it was used before */
export async function useOnce(tx: Tx, { key, expiresAt }: Once): Promise<boolean> {
  const used = await rows(
    tx,
    `INSERT INTO oid4vci_used_nonce (nonce, expires_at) VALUES (?, ?) ON CONFLICT (nonce) DO NOTHING RETURNING nonce`,
    [key, expiresAt],
  )
  return used.length === 1
}

const invalid = (code: string, message: string) => new OAuthRefusal('invalid_nonce', code, message)
