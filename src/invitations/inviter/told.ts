import type { Did } from '../../core/index.ts'
import { change, insertAll, rows, type Store, type Tx } from '../../store/index.ts'
import type { AnchorPort } from '../ports.ts'
import type { OrderAnswer, ToldMessage, ToldMove } from '../wire.ts'
import { type MovesDeps, makeMove } from './moves.ts'
import { type InvitationRow, invitationMessageTable, invitationTable, messagePlace } from './tables.ts'

export interface ToldDeps extends MovesDeps {
  readonly store: Store
  readonly anchor: Pick<AnchorPort, 'did'>
}

/** What the trust anchor says of our orders: each thing counts once, in whatever order and however often it comes. */
export class Told {
  readonly #deps: ToldDeps

  constructor(deps: ToldDeps) {
    this.#deps = deps
  }

  /** Only the trust anchor has anything to tell, and only of an order that went there. */
  async isExpected(from: Did, { invitation }: { readonly invitation: string }): Promise<boolean> {
    const row = await this.#deps.store.reader.findOneBy(invitationTable, { id: invitation })
    return row !== null && row.orderState !== 'none' && from === (await this.#deps.anchor.did())
  }

  async moved(tx: Tx, invitation: string, told: ToldMove): Promise<void> {
    const row = await tx.findOneBy(invitationTable, { id: invitation })
    if (row) await this.#move(tx, row, told)
  }

  async wrote(tx: Tx, invitation: string, { message, body, at }: ToldMessage): Promise<void> {
    const { vault, scope, announce, audit } = this.#deps
    const row = await tx.findOneBy(invitationTable, { id: invitation })
    if (!row || (await tx.existsBy(invitationMessageTable, { id: message }))) return
    const sealed = await vault.seal(await scope(), messagePlace(message), body)
    await insertAll(tx, invitationMessageTable, [
      {
        ...{ id: message, invitationId: invitation, side: 'servicedesk' as const, person: null, sealed },
        ...{ state: 'delivered' as const, at: at * 1000, readAt: null },
      },
    ])
    await rows(tx, 'UPDATE invitation SET unread = unread + 1 WHERE id = ? RETURNING id', [invitation])
    await audit.record(tx, 'system', 'invitation.message_received', { invitation, message })
    await announce(tx, { type: 'message', invitation, partner: row.partnerId, state: row.state })
  }

  /** Everything that an answer tells at once. */
  async take(tx: Tx, { id }: Pick<InvitationRow, 'id'>, { moves, messages }: OrderAnswer): Promise<void> {
    for (const move of [...moves].sort((a, b) => a.seq - b.seq)) await this.moved(tx, id, move)
    for (const message of messages) await this.wrote(tx, id, message)
    await change(tx, invitationTable, { id }, { checkedAt: this.#deps.clock.now() })
  }

  async #move(tx: Tx, row: InvitationRow, { seq, state, at, side, reason, expected, talk, did }: ToldMove) {
    await makeMove(tx, this.#deps, row, {
      ...{
        move: 'tell',
        to: state,
        by: 'system',
        side,
        seq,
        at: at * 1000,
        reason,
        did: did as Did | undefined,
      },
      expectedAt: expected === undefined ? null : expected * 1000,
      talk: talk && { at: talk.at * 1000, side: talk.owner },
    })
  }
}
