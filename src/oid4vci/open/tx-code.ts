import { createHmac, randomInt } from 'node:crypto'
import { equalBytes, type Vault } from '../../vault/index.ts'
import type { OpenOfferRow, TxCode } from './tables.ts'

/** Guesses anybody gets at one transaction code, right or wrong; after them the offer is dead. */
export const MAX_TX_TRIES = 5

/** Transaction codes (OpenID4VCI 1.0, section 4.1.1): said to the holder on another way than the offer. */
export class TxCodes {
  readonly #key: Buffer

  constructor(vault: Pick<Vault, 'deriveKey'>) {
    this.#key = vault.deriveKey('regie oid4vci transaction code')
  }

  /** Digits, as many as asked for. The code is nowhere else. */
  create({ length }: TxCode): string {
    return Array.from({ length }, () => randomInt(10)).join('')
  }

  /** What is kept: few digits are soon guessed from a bare digest, so it is keyed and of this offer only. */
  digest(offerId: string, code: string): string {
    return createHmac('sha256', this.#key).update(`${offerId}:${code}`).digest('base64url')
  }

  isRight({ id, txCodeHash }: Pick<OpenOfferRow, 'id' | 'txCodeHash'>, code: string): boolean {
    if (txCodeHash === null) return false
    return equalBytes(Buffer.from(this.digest(id, code)), Buffer.from(txCodeHash))
  }
}
