import { createHmac, randomBytes } from 'node:crypto'
import { type Clock, isRefusal } from '../core/index.ts'
import { decodeBase64url } from '../jose/index.ts'
import { equalBytes, type Vault } from '../vault/index.ts'

const BODY_BYTES = 16
const TIME_BYTES = 6
const MAC_BYTES = 16
const HEAD_BYTES = BODY_BYTES + TIME_BYTES

export interface Ticket {
  /** 16 bytes: random, or what it was made for. */
  readonly body: Buffer
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
  readonly isExpired: boolean
}

/**
 * Texts that only this node can have made, 51 characters of base64url: a body, an end, and a MAC over both and over what
 * it is for. Giving one away writes nothing; every process on the same master key reads it.
 */
export class Tickets {
  readonly #key: Buffer
  readonly #clock: Clock

  /** @param purpose keeps one kind of ticket from passing for another */
  constructor(purpose: string, deps: { vault: Pick<Vault, 'deriveKey'>; clock: Clock }) {
    this.#key = deps.vault.deriveKey(`regie ${purpose}`)
    this.#clock = deps.clock
  }

  /**
   * @param scope what it is for, such as the party that gives it
   * @param expiresAt milliseconds since the epoch
   * @param body 16 bytes; random unless told
   */
  create(scope: string, expiresAt: number, body: Uint8Array = randomBytes(BODY_BYTES)): string {
    if (body.length !== BODY_BYTES) throw new TypeError('the body of a ticket is 16 bytes')
    const head = Buffer.concat([body, Buffer.alloc(TIME_BYTES)])
    head.writeUIntBE(expiresAt, BODY_BYTES, TIME_BYTES)
    return Buffer.concat([head, this.#mac(scope, head)]).toString('base64url')
  }

  /** What is in a ticket of ours for this scope; null when it is none. */
  read(scope: string, text: string): Ticket | null {
    const bytes = bytesOf(text)
    if (!bytes) return null
    const head = bytes.subarray(0, HEAD_BYTES)
    if (!equalBytes(bytes.subarray(HEAD_BYTES), this.#mac(scope, head))) return null
    const expiresAt = head.readUIntBE(BODY_BYTES, TIME_BYTES)
    return { body: head.subarray(0, BODY_BYTES), expiresAt, isExpired: this.#clock.now() >= expiresAt }
  }

  #mac(scope: string, head: Uint8Array): Buffer {
    return createHmac('sha256', this.#key).update(head).update(scope).digest().subarray(0, MAC_BYTES)
  }
}

function bytesOf(text: string): Buffer | null {
  try {
    const bytes = decodeBase64url(text)
    return bytes.length === HEAD_BYTES + MAC_BYTES ? bytes : null
  } catch (error) {
    if (isRefusal(error)) return null
    throw error
  }
}
