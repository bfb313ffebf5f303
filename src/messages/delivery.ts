import type { Audit } from '../audit/index.ts'
import type { Clock, Did } from '../core/index.ts'
import { change, type Store, type Tx } from '../store/index.ts'
import { allows } from './kinds.ts'
import { type MessageRow, messageTable } from './message-tables.ts'
import type { ChannelsPort } from './ports.ts'
import type { MessageCode } from './refusals.ts'
import { isStopped, writeStop } from './stop-rows.ts'
import { count } from './tallies.ts'

export interface DeliveryDeps {
  readonly store: Store
  readonly clock: Clock
  readonly audit: Audit
  readonly channels: ChannelsPort
}

/** What one try to tell came to. */
export type Tried =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'refused' | 'failed'; readonly code: string }

/** What became of what we sent. */
export class Delivery {
  readonly #deps: DeliveryDeps

  constructor(deps: DeliveryDeps) {
    this.#deps = deps
  }

  /** Whether a message may leave now: what nothing lets through any more stays here. */
  async mayLeave(tellId: string): Promise<boolean> {
    return this.#deps.store.transact(async (tx) => {
      const row = await tx.findOneBy(messageTable, { tellId, state: 'waiting' })
      if (!row) return false
      const code = await this.codeNow(tx, row)
      if (code) await this.#undeliverable(tx, tellId, code)
      return code === null
    })
  }

  /** What one try to tell came to. */
  async tried(tellId: string, outcome: Tried): Promise<void> {
    const { store, clock } = this.#deps
    await store.transact(async (tx) => {
      if (outcome.kind === 'refused') return this.#undeliverable(tx, tellId, outcome.code)
      const row = await tx.findOneBy(messageTable, { tellId })
      const set =
        outcome.kind === 'failed'
          ? { lastError: outcome.code }
          : { state: 'told' as const, toldAt: clock.now(), lastError: null }
      const attempts = (row?.attempts ?? 0) + 1
      await change(tx, messageTable, { tellId, state: 'waiting' }, { ...set, attempts })
    })
  }

  /** Whether this organisation was sent a message under this id. */
  isOurs(from: Did, tellId: string): Promise<boolean> {
    return this.#deps.store.reader.existsBy(messageTable, { tellId, partner: from, direction: 'sent' })
  }

  /** The receiver says why it did not take a message. */
  async notTaken(tx: Tx, from: Did, tellId: string, reason: string): Promise<void> {
    const { channels, clock } = this.#deps
    const row = await tx.findOneBy(messageTable, { tellId, partner: from, direction: 'sent' })
    if (!row || row.state === 'undeliverable') return
    await this.#undeliverable(tx, tellId, reason)
    if (reason !== 'messages_stopped') return
    const now = clock.now()
    await count(tx, { ...row, direction: 'sent' }, 'stopped', now)
    const held = await channels.held(tx, row.grantId)
    const { kind, partner } = row
    if (held) await writeStop(tx, { side: 'theirs', partner, receiver: held.grantor, kind }, now)
  }

  /** Why a message of ours does not go now; null when it does. */
  async codeNow(tx: Tx, row: MessageRow): Promise<MessageCode | null> {
    const { channels, clock } = this.#deps
    const { grantId, kind, partner, expiresAt } = row
    if (expiresAt !== null && expiresAt <= clock.now()) return 'message_expired'
    if (row.answerTo !== null) {
      const given = await channels.given(tx, grantId)
      return given?.live && allows(given.purpose, kind) ? null : 'no_grant_for_message'
    }
    const held = await channels.held(tx, grantId)
    if (!held?.live || !allows(held.purpose, kind)) return 'no_grant_for_message'
    const stop = { side: 'theirs' as const, partner, receiver: held.grantor, kind }
    return (await isStopped(tx, stop, held.since)) ? 'messages_stopped' : null
  }

  async #undeliverable(tx: Tx, tellId: string, outcomeCode: string): Promise<void> {
    const set = { state: 'undeliverable' as const, outcomeCode, lastError: null }
    let changed = await change(tx, messageTable, { tellId, state: 'waiting' }, set)
    changed += await change(tx, messageTable, { tellId, state: 'told' }, set)
    if (changed === 0) return
    const row = await tx.findOneBy(messageTable, { tellId })
    await this.#deps.audit.record(tx, 'system', 'message.undeliverable', {
      ...{ message: row?.id ?? '', partner: row?.partner ?? '', code: outcomeCode },
    })
  }
}
