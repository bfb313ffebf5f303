import { isRefusal, newId, Refusal, type UserCaller } from '../../core/index.ts'
import { insertAll, rows, type Store, type Tx } from '../../store/index.ts'
import { forecast, type StepLength } from '../forecast.ts'
import { isFinal, requireMove } from '../invitation-state.ts'
import type { InvitedContact } from '../wire.ts'
import type { InvitationContent } from './content.ts'
import type { Delivery } from './delivery.ts'
import type { Invitations } from './invitations.ts'
import { type MovesDeps, makeMove } from './moves.ts'
import {
  type InvitationMessageRow,
  type InvitationRow,
  invitationMessageTable,
  invitationTable,
  messagePlace,
} from './tables.ts'

export interface CoordinatingDeps extends MovesDeps {
  readonly store: Store
  readonly invitations: Invitations
  readonly delivery: Delivery
  /** Her data is used for the first time, or goes to somebody else: whom an import brought must be told of it now. */
  readonly becomesDue: (
    tx: Tx,
    by: UserCaller,
    due: { readonly partnerIds: readonly string[]; readonly because: 'first_contact' | 'first_disclosure' },
  ) => Promise<unknown>
  /** Announces the invitation to the partner's contact, by mail. @throws Refusal `mail_…`, `recipient_…` */
  readonly preNotice: (tx: Tx, notice: PreNotice) => Promise<void>
  /** Whether one of it is written, and waits for its reader to be sent. */
  readonly isDrafted: (id: string) => Promise<boolean>
}

export interface PreNotice {
  readonly row: InvitationRow
  readonly content: InvitationContent & { readonly contact: NonNullable<InvitationContent['contact']> }
  /** Who invites, at our side. */
  readonly caller: UserCaller
  /** It waits until she read it and sends it. */
  readonly asDraft: boolean
}

/** What came of one of several. */
export interface Outcome {
  readonly id: string
  readonly state: InvitationRow['state'] | null
  /** Why nothing came of it. */
  readonly code: string | null
}

export interface Message {
  readonly row: InvitationMessageRow
  readonly body: string
}

/** What a coordinator does with invitations: announce them, order them, take them back, write about them. */
export class Coordinating {
  readonly #deps: CoordinatingDeps

  constructor(deps: CoordinatingDeps) {
    this.#deps = deps
  }

  /**
   * Writes to the partner's contact that an invitation is coming. One that cannot be is left, with the reason.
   * @param asDraft it is written only: whoever sends it later informs
   */
  async inform(caller: UserCaller, ids: readonly string[], asDraft = false): Promise<Outcome[]> {
    return this.#each(ids, async (tx, row, lengths) => {
      const content = await this.#deliverable(row)
      if (await this.#deps.isDrafted(row.id))
        throw new Refusal(
          'conflict',
          'invitation_notice_drafted',
          'its notice is written: send that, or cancel it',
        )
      requireMove('inform', row.state, 'informed')
      await this.#deps.preNotice(tx, { row, content, caller, asDraft })
      if (!asDraft) await this.#informed(tx, caller, row, lengths)
    })
  }

  /** The notice she read first leaves. @throws Refusal `invitation_move_refused`, `invitation_unknown` */
  async noticeSent(tx: Tx, caller: UserCaller, id: string): Promise<void> {
    const { invitations } = this.#deps
    await this.#informed(tx, caller, await invitations.require(id), await invitations.lengths())
  }

  async #informed(tx: Tx, caller: UserCaller, row: InvitationRow, lengths: readonly StepLength[]) {
    await makeMove(tx, this.#deps, row, {
      ...{ move: 'inform', to: 'informed', by: caller, side: 'inviter' },
      expectedAt: this.#expected(lengths, 'informed'),
    })
    await this.#deps.becomesDue(tx, caller, { partnerIds: [row.partnerId], because: 'first_contact' })
  }

  /** Orders the trust anchor to bring the partners in. It goes out with the transaction, and until it is taken. */
  async submit(caller: UserCaller, ids: readonly string[]): Promise<Outcome[]> {
    return this.#each(ids, async (tx, row, lengths) => {
      await this.#deliverable(row)
      await makeMove(tx, this.#deps, row, {
        ...{ move: 'submit', to: 'submitted', by: caller, side: 'inviter' },
        set: { orderState: 'waiting', orderCode: null },
        expectedAt: this.#expected(lengths, 'submitted'),
      })
      await this.#deps.becomesDue(tx, caller, { partnerIds: [row.partnerId], because: 'first_disclosure' })
      await this.#deps.delivery.send(tx, 'order', row.id)
    })
  }

  /** @throws Refusal `invitation_unknown`, `invitation_move_refused` */
  async withdraw(caller: UserCaller, id: string, reason?: string): Promise<void> {
    const row = await this.#deps.invitations.require(id)
    await this.#deps.store.transact(async (tx) => {
      await makeMove(tx, this.#deps, row, {
        move: 'withdraw',
        to: 'withdrawn',
        by: caller,
        side: 'inviter',
        reason,
      })
      const { orderState } = await this.#deps.invitations.require(id)
      if (orderState === 'waiting' || orderState === 'taken')
        await this.#deps.delivery.send(tx, 'withdraw', id)
    })
  }

  /** @throws Refusal `invitation_unknown`, `invitation_over`, `invitation_erased`, `changed_meanwhile` */
  async setContact(caller: UserCaller, id: string, contact: InvitedContact): Promise<void> {
    const { store, invitations, delivery } = this.#deps
    await store.transact(async (tx) => {
      const row = await this.#open(id)
      await invitations.setContact(tx, caller, row, contact)
      if (row.orderState === 'waiting' || row.orderState === 'taken') await delivery.send(tx, 'contact', id)
    })
  }

  /**
   * Writes to the servicedesk about an invitation.
   * @throws Refusal `invitation_unknown`, `invitation_not_ordered`
   */
  async write(caller: UserCaller, id: string, body: string): Promise<string> {
    const { store, vault, audit, clock, scope, delivery, invitations } = this.#deps
    const message = newId()
    const sealed = await vault.seal(await scope(), messagePlace(message), body)
    await store.transact(async (tx) => {
      const { orderState } = await invitations.require(id)
      if (orderState !== 'waiting' && orderState !== 'taken')
        throw new Refusal(
          'conflict',
          'invitation_not_ordered',
          'the trust anchor does not know of this invitation yet',
        )
      await insertAll(tx, invitationMessageTable, [
        {
          ...{ id: message, invitationId: id, side: 'inviter' as const, person: caller.personId, sealed },
          ...{ state: 'waiting' as const, at: clock.now(), readAt: clock.now() },
        },
      ])
      await delivery.send(tx, 'message', id, message)
      await audit.record(tx, caller, 'invitation.message_sent', { invitation: id, message })
    })
    return message
  }

  /** What was written both ways, oldest first. @throws Refusal `invitation_unknown` */
  async messages(id: string): Promise<Message[]> {
    const { store, vault, invitations } = this.#deps
    await invitations.require(id)
    const found = await store.reader.find(invitationMessageTable, {
      where: { invitationId: id },
      order: { id: 'ASC' },
    })
    return Promise.all(
      found.map(async (row) => ({ row, body: await vault.openText(messagePlace(row.id), row.sealed) })),
    )
  }

  /** All that the servicedesk wrote so far was read. */
  async read(id: string): Promise<void> {
    const { store, clock, invitations } = this.#deps
    await invitations.require(id)
    await store.transact(async (tx) => {
      const read = await rows<{ id: string }>(
        tx,
        'UPDATE invitation_message SET read_at = ? WHERE invitation_id = ? AND read_at IS NULL RETURNING id',
        [clock.now(), id],
      )
      if (read.length > 0)
        await rows(tx, 'UPDATE invitation SET unread = unread - ? WHERE id = ? RETURNING id', [
          read.length,
          id,
        ])
    })
  }

  /** Asks the trust anchor how it stands. @throws Refusal `invitation_unknown`, `invitation_not_ordered`, `trust_anchor_…` */
  async refresh(id: string): Promise<void> {
    const row = await this.#deps.invitations.require(id)
    if (row.orderState !== 'taken')
      throw new Refusal(
        'conflict',
        'invitation_not_ordered',
        'the trust anchor does not know of this invitation yet',
      )
    await this.#deps.delivery.ask(row)
  }

  async #each(
    ids: readonly string[],
    work: (tx: Tx, row: InvitationRow, lengths: readonly StepLength[]) => Promise<void>,
  ): Promise<Outcome[]> {
    const { store, invitations } = this.#deps
    const lengths = await invitations.lengths()
    const outcomes: Outcome[] = []
    for (const id of new Set(ids)) {
      try {
        const state = await store.transact(async (tx) => {
          await work(tx, await invitations.require(id), lengths)
          return (await invitations.require(id)).state
        })
        outcomes.push({ id, state, code: null })
      } catch (error) {
        if (!isRefusal(error)) throw error
        const row = await store.reader.findOneBy(invitationTable, { id })
        outcomes.push({ id, state: row?.state ?? null, code: error.code })
      }
    }
    return outcomes
  }

  /** What is in it, with somebody to write to. @throws Refusal `invitation_contact_missing`, `invitation_erased` */
  async #deliverable(row: InvitationRow): Promise<PreNotice['content']> {
    const content = await this.#deps.invitations.requireContent(row)
    const { contact } = content
    if (!contact)
      throw new Refusal(
        'unprocessable',
        'invitation_contact_missing',
        'say first whom to write to at this partner',
      )
    return { ...content, contact }
  }

  async #open(id: string): Promise<InvitationRow> {
    const row = await this.#deps.invitations.require(id)
    if (isFinal(row.state)) throw new Refusal('conflict', 'invitation_over', 'this invitation is over')
    return row
  }

  #expected(lengths: readonly StepLength[], state: 'informed' | 'submitted'): number | null {
    const now = this.#deps.clock.now()
    return forecast(lengths, { state, since: now, talkAt: null }, now).next?.at ?? null
  }
}
