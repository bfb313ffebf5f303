import { createHmac, randomBytes } from 'node:crypto'
import { type Clock, isRefusal } from '../core/index.ts'
import { decodeBase64url } from '../jose/index.ts'
import { OAuthRefusal } from '../oauth/index.ts'
import { rows, type Tx } from '../store/index.ts'
import { equalBytes, type Vault } from '../vault/index.ts'

/** How long a `c_nonce` can be used: long enough for a person to unlock a wallet. */
const VALID_MS = 5 * 60_000
const RANDOM_BYTES = 16
const TIME_BYTES = 6
const MAC_BYTES = 16

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
  readonly #key: Buffer
  readonly #clock: Clock

  constructor(deps: { vault: Pick<Vault, 'deriveKey'>; clock: Clock }) {
    this.#key = deps.vault.deriveKey('regie oid4vci nonce')
    this.#clock = deps.clock
  }

  create(partyId: string): string {
    const head = randomBytes(RANDOM_BYTES + TIME_BYTES)
    head.writeUIntBE(this.#clock.now() + VALID_MS, RANDOM_BYTES, TIME_BYTES)
    return Buffer.concat([head, this.#mac(partyId, head)]).toString('base64url')
  }

  /** @throws OAuthRefusal `invalid_nonce` */
  require(partyId: string, text: string): Nonce {
    const bytes = bytesOf(text)
    const head = bytes.subarray(0, RANDOM_BYTES + TIME_BYTES)
    if (!equalBytes(bytes.subarray(head.length), this.#mac(partyId, head)))
      throw invalid('nonce_unknown', 'this nonce is not of this issuer')
    const expiresAt = head.readUIntBE(RANDOM_BYTES, TIME_BYTES)
    if (this.#clock.now() >= expiresAt) throw invalid('nonce_expired', 'this nonce is too old')
    return { text, expiresAt }
  }

  #mac(partyId: string, head: Uint8Array): Buffer {
    return createHmac('sha256', this.#key).update(head).update(partyId).digest().subarray(0, MAC_BYTES)
  }
}

/** Uses a nonce up, once. @throws OAuthRefusal `invalid_nonce` */
export async function useNonce(tx: Tx, nonce: Nonce): Promise<void> {
  const used = await rows(
    tx,
    `INSERT INTO oid4vci_used_nonce (nonce, expires_at) VALUES (?, ?) ON CONFLICT (nonce) DO NOTHING RETURNING nonce`,
    [nonce.text, nonce.expiresAt],
  )
  if (used.length !== 1) throw invalid('nonce_used', 'this nonce was used before')
}

function bytesOf(text: string): Buffer {
  try {
    const bytes = decodeBase64url(text)
    if (bytes.length === RANDOM_BYTES + TIME_BYTES + MAC_BYTES) return bytes
  } catch (error) {
    if (!isRefusal(error)) throw error
  }
  throw invalid('nonce_unknown', 'this nonce is not of this issuer')
}

const invalid = (code: string, message: string) => new OAuthRefusal('invalid_nonce', code, message)
