import { type Did, isRefusal, type Log, newId, Refusal, seconds } from '../../core/index.ts'
import type { Signer } from '../../jose/index.ts'
import type { Outbox } from '../../outbox/index.ts'
import { change, placeholders, rows, type Store, type Tx } from '../../store/index.ts'
import { MESSAGE_LIFETIME_S } from '../../trust/index.ts'
import { statesAtAnchor } from '../invitation-state.ts'
import type { AnchorPort } from '../ports.ts'
import { type Ask, type OrderAnswer, orderAnswer, signWire } from '../wire.ts'
import type { Invitations } from './invitations.ts'
import { type MovesDeps, makeMove } from './moves.ts'
import {
  type InvitationRow,
  invitationMessageTable,
  invitationMoveTable,
  invitationTable,
  messagePlace,
  reasonPlace,
} from './tables.ts'
import type { Told } from './told.ts'

export interface DeliveryDeps extends MovesDeps {
  readonly store: Store
  readonly outbox: Outbox
  readonly log: Log
  readonly anchor: AnchorPort
  readonly invitations: Invitations
  readonly told: Told
  /** Our organisation. */
  readonly organisation: () => Promise<{ readonly did: Did }>
  readonly signerOf: (did: Did) => Promise<Signer>
}

const TOPIC = 'invitation.wire'
/** So long without a word an order is asked after. */
const UNHEARD_MS = 6 * 3_600_000
const AT_ONCE = 20
export const ORDERS = '/api/v1/invitation-orders'

/** What goes to the trust anchor; it is read and signed when it goes, so that it says how things are then. */
export type Errand = 'order' | 'withdraw' | 'contact' | 'message'

/** Gets our orders, and what follows on them, to the trust anchor: with the change, and until it took them. */
export class Delivery {
  readonly #deps: DeliveryDeps

  constructor(deps: DeliveryDeps) {
    this.#deps = deps
    deps.outbox.on(TOPIC, ({ errand = '', invitation = '', message = '' }) =>
      this.#deliver(errand as Errand, invitation, message),
    )
  }

  /** Puts an errand on its way, in the transaction of the change. @param message of a message: its id */
  async send(tx: Tx, errand: Errand, invitation: string, message = ''): Promise<void> {
    await this.#deps.outbox.send(tx, TOPIC, { errand, invitation, message }, TOPIC)
  }

  /** Asks after orders of which nothing was heard for long: what was told may have been lost. */
  async catchUp(): Promise<void> {
    const { store, clock, log } = this.#deps
    const now = clock.now()
    const found = await rows<{ id: string }>(
      store.reader,
      `SELECT id FROM invitation WHERE order_state = 'taken' AND (checked_at IS NULL OR checked_at < ?)
       AND state IN (${placeholders(statesAtAnchor.length)}) ORDER BY checked_at LIMIT ${AT_ONCE}`,
      [now - UNHEARD_MS, ...statesAtAnchor],
    )
    for (const { id } of found) {
      // Of several processes one asks; when it fails it is asked again a while later.
      const mine = await store.transact((tx) =>
        rows(
          tx,
          'UPDATE invitation SET checked_at = ? WHERE id = ? AND (checked_at IS NULL OR checked_at < ?) RETURNING id',
          [now, id, now - UNHEARD_MS],
        ),
      )
      const row = mine.length > 0 ? await store.reader.findOneBy(invitationTable, { id }) : null
      if (row)
        await this.ask(row).catch((err) =>
          log.warn({ err, invitation: id }, 'an order could not be asked after'),
        )
    }
  }

  /** Asks the trust anchor how an order stands: what it told and never came is caught up on. */
  async ask(row: InvitationRow): Promise<void> {
    await this.#take(row, await this.#post(row, { kind: 'state', seq: row.seq }))
  }

  async #deliver(errand: Errand, id: string, message: string): Promise<void> {
    const { store } = this.#deps
    const row = await store.reader.findOneBy(invitationTable, { id })
    if (!row) return
    try {
      if (errand === 'order') await this.#order(row)
      else {
        const ask = await this.#askOf(errand, row, message)
        if (ask) await this.#take(row, await this.#post(row, ask))
        if (errand === 'message') await this.#messageIs(message, 'delivered')
      }
    } catch (error) {
      if (!isFinalRefusal(error)) throw error
      if (errand === 'order') await this.#returned(row, error.code)
      if (errand === 'message') await this.#messageIs(message, 'refused')
    }
  }

  async #order(row: InvitationRow): Promise<void> {
    // It was taken back before it left, or it is there already.
    if (!(statesAtAnchor as readonly string[]).includes(row.state) || row.orderState !== 'waiting') return
    const { partner, contact, why } = await this.#deps.invitations.requireContent(row)
    if (!contact)
      throw new Refusal('unprocessable', 'invitation_contact_missing', 'nobody to write to is known')
    const { anchor } = this.#deps
    const { iss, signer, ...addressed } = await this.#addressed()
    const order = await signWire(
      'order',
      {
        ...{ ...addressed, iss, id: row.id, partner, why, roles: [...row.roles] },
        contact: { ...contact, language: row.language },
      },
      signer,
    )
    const answer = parseAnswer(await anchor.post(ORDERS, { order }))
    await this.#deps.store.transact((tx) =>
      change(
        tx,
        invitationTable,
        { id: row.id, orderState: 'waiting' },
        { orderState: 'taken', orderCode: null },
      ),
    )
    await this.#take(row, answer)
  }

  async #post(row: InvitationRow, ask: Ask): Promise<OrderAnswer> {
    const { iss, signer, ...addressed } = await this.#addressed()
    const signed = await signWire('change', { ...addressed, iss, id: row.id, ask }, signer)
    return parseAnswer(await this.#deps.anchor.post(`${ORDERS}/changes`, { change: signed }))
  }

  async #addressed() {
    const { anchor, clock, organisation, signerOf } = this.#deps
    const { did: iss } = await organisation()
    const iat = seconds(clock.now())
    const signer = await signerOf(iss)
    return { iss, signer, aud: anchor.url, iat, exp: iat + MESSAGE_LIFETIME_S, jti: newId() }
  }

  async #askOf(errand: Errand, row: InvitationRow, message: string): Promise<Ask | null> {
    const { store, vault, invitations } = this.#deps
    if (errand === 'withdraw') {
      const last = await store.reader.findOneBy(invitationMoveTable, {
        invitationId: row.id,
        toState: 'withdrawn',
      })
      const reason = last?.reason && (await vault.openText(reasonPlace(last.id), last.reason))
      return { kind: 'withdraw', ...(reason && { reason }) }
    }
    if (errand === 'contact') {
      const { contact } = await invitations.requireContent(row)
      return contact && { kind: 'contact', contact: { ...contact, language: row.language } }
    }
    const found = await store.reader.findOneBy(invitationMessageTable, { id: message })
    if (!found) return null
    return { kind: 'message', message, body: await vault.openText(messagePlace(message), found.sealed) }
  }

  async #take(row: InvitationRow, answer: OrderAnswer): Promise<void> {
    await this.#deps.store.transact((tx) => this.#deps.told.take(tx, row, answer))
  }

  async #returned(row: InvitationRow, code: string): Promise<void> {
    const { store } = this.#deps
    await store.transact(async (tx) => {
      const now = await tx.findOneBy(invitationTable, { id: row.id })
      if (now?.state !== 'submitted' || now.orderState !== 'waiting') return
      const set = { orderState: 'refused' as const, orderCode: code }
      await makeMove(tx, this.#deps, row, { move: 'return', to: 'draft', by: 'system', side: 'system', set })
    })
  }

  async #messageIs(id: string, state: 'delivered' | 'refused'): Promise<void> {
    await this.#deps.store.transact((tx) =>
      change(tx, invitationMessageTable, { id, state: 'waiting' }, { state }),
    )
  }
}

/** Whether no other try would change it. */
const isFinalRefusal = (error: unknown): error is Refusal =>
  isRefusal(error) &&
  !['upstream', 'unavailable', 'rate_limited', 'precondition_failed'].includes(error.kind) &&
  // Somebody moved it at the same moment: looked at again it is settled.
  !['message_replayed', 'invitation_move_refused'].includes(error.code)

/** @throws Refusal `trust_anchor_malformed` */
function parseAnswer(json: unknown): OrderAnswer {
  const parsed = orderAnswer.safeParse(json)
  if (parsed.success) return parsed.data
  throw new Refusal(
    'upstream',
    'trust_anchor_malformed',
    'the trust anchor answered something else than was asked',
  )
}
