import type { Audit } from '../audit/index.ts'
import { type Caller, type Clock, type Did, newId, Refusal, seconds } from '../core/index.ts'
import { change, IsNull, type Store, type Tx } from '../store/index.ts'
import type { Vault } from '../vault/index.ts'
import type { Delivery } from './delivery.ts'
import { allows, type Choice, type MessageKind, monthlyLimits } from './kinds.ts'
import { type MessageContent, type MessageRow, messageTable } from './message-tables.ts'
import type { ChannelsPort, HeldChannel, TellingPort } from './ports.ts'
import { type MessageCode, refusalFor, requirePlain, unknownMessage } from './refusals.ts'
import { openMessage, sealMessage } from './sealed-message.ts'
import { isStopped } from './stop-rows.ts'
import { count, takePlace } from './tallies.ts'

export interface MessagesDeps {
  readonly store: Store
  readonly vault: Vault
  readonly clock: Clock
  readonly audit: Audit
  readonly channels: ChannelsPort
  readonly tell: TellingPort
  readonly delivery: Delivery
  /** The party id of our organisation. */
  readonly us: () => Promise<string>
}

export interface NewMessage {
  readonly partner: Did
  readonly kind: MessageKind
  readonly subject: string
  readonly body: string
  /** Milliseconds since the epoch: until when it can be answered. */
  readonly expiresAt: number | null
  readonly callUpId?: string
}

export interface NewAnswer {
  readonly body: string
  readonly choice?: Choice
}

/** What we send along grants: nothing without a live one for that purpose, which its owner has not stopped. */
export class Messages {
  readonly #deps: MessagesDeps

  constructor(deps: MessagesDeps) {
    this.#deps = deps
  }

  /**
   * Sends a message to a partner: to the organisation where it gave the grant, else to who of its people gave the
   * newest one.
   * @throws Refusal `message_not_plain`, `message_too_long`, `no_grant_for_message`, `messages_stopped`,
   *   `message_limit_reached`
   */
  async send(caller: Caller, message: NewMessage): Promise<MessageRow> {
    requirePlain(message.subject, message.body)
    const { store, channels } = this.#deps
    return store.transact(async (tx) => {
      const held = await channels.heldOf(tx, [message.partner])
      const sent = await this.sendAlong(tx, caller, held, message)
      if ('code' in sent) throw refusalFor(sent.code)
      return sent.row
    })
  }

  /** As {@link send}, along the first of these grants that lets it through; why not, where none does. */
  async sendAlong(
    tx: Tx,
    caller: Caller,
    held: readonly HeldChannel[],
    message: NewMessage,
  ): Promise<{ row: MessageRow } | { code: MessageCode }> {
    const channel = await this.#channelFor(tx, held, message.kind)
    if (typeof channel === 'string') return { code: channel }
    const { kind, expiresAt, callUpId = null } = message
    const { grantId, partner, partnerName } = channel
    const row = await this.#write(
      tx,
      { kind, grantId, partner, partnerName, party: await this.#deps.us(), callUpId, expiresAt },
      { subject: message.subject, body: message.body },
    )
    await this.#deps.audit.record(tx, caller, 'message.sent', {
      ...{ message: row.id, kind, partner, grant: grantId },
      ...(callUpId && { call_up: callUpId }),
    })
    return { row }
  }

  /**
   * Answers a message, once, along the grant it came by.
   * @param parties whose messages the caller may answer
   * @throws Refusal `message_unknown` also when it is another's, `message_answered`, `message_expired`,
   *   `call_up_closed`, `choice_missing`, `choice_not_asked`, `no_grant_for_message`, `message_not_plain`
   */
  async answer(
    caller: Caller,
    parties: readonly string[],
    id: string,
    { body, choice }: NewAnswer,
  ): Promise<MessageRow> {
    requirePlain(body)
    const { store, vault, audit, channels } = this.#deps
    return store.transact(async (tx) => {
      const asked = await this.#answerable(tx, parties, id, choice)
      const channel = await channels.given(tx, asked.grantId)
      if (!channel?.live || !allows(channel.purpose, asked.kind)) throw refusalFor('no_grant_for_message')
      const { subject } = await openMessage(vault, asked)
      const { kind, grantId, partner, partnerName, party } = asked
      const row = await this.#write(
        tx,
        { kind, grantId, partner, partnerName, party, answerTo: id, expiresAt: null },
        { subject, body, ...(choice && { choice }) },
      )
      if ((await change(tx, messageTable, { id, answerId: IsNull() }, { answerId: row.id })) !== 1)
        throw answered()
      await count(tx, { direction: 'received', grantId, kind, partner }, 'answers', this.#deps.clock.now())
      await audit.record(tx, caller, 'message.answered', { message: id, answer: row.id, partner })
      return row
    })
  }

  /**
   * Sends a message once more that did not arrive.
   * @throws Refusal `message_unknown`, `message_under_way`, `message_told`, and as {@link send}
   */
  async resend(caller: Caller, parties: readonly string[], id: string): Promise<MessageRow> {
    const { store, vault, audit } = this.#deps
    return store.transact(async (tx) => {
      const row = await tx.findOneBy(messageTable, { id, direction: 'sent' })
      if (!row || !parties.includes(row.party)) throw unknownMessage()
      if (row.state === 'told') throw new Refusal('conflict', 'message_told', 'this message arrived')
      if (row.state === 'waiting' && row.lastError === null)
        throw new Refusal('conflict', 'message_under_way', 'this is on its way')
      const code = await this.#deps.delivery.codeNow(tx, row)
      if (code) throw refusalFor(code)
      const tellId = await this.#tell(tx, row, await openMessage(vault, row))
      const again = { state: 'waiting' as const, tellId, outcomeCode: null, lastError: null }
      // Of two who send it again at once, one does.
      if ((await change(tx, messageTable, { id, tellId: row.tellId ?? '' }, again)) !== 1)
        throw new Refusal('conflict', 'message_under_way', 'this is on its way')
      await audit.record(tx, caller, 'message.resent', { message: id, partner: row.partner })
      return { ...row, ...again }
    })
  }

  /** The grant to send a kind along: the organisation's own before those of its people. */
  async #channelFor(
    tx: Tx,
    held: readonly HeldChannel[],
    kind: MessageKind,
  ): Promise<HeldChannel | MessageCode> {
    const fit = held.filter(({ live, purpose }) => live && allows(purpose, kind))
    const ordered = [
      ...fit.filter(({ grantor, partner }) => grantor === partner),
      ...fit.filter(({ grantor, partner }) => grantor !== partner),
    ]
    let code: MessageCode = 'no_grant_for_message'
    for (const channel of ordered) {
      const { grantId, partner, grantor, since } = channel
      if (await isStopped(tx, { side: 'theirs', partner, receiver: grantor, kind }, since)) {
        if (code === 'no_grant_for_message') code = 'messages_stopped'
        continue
      }
      const key = { direction: 'sent' as const, grantId, kind, partner }
      if (await takePlace(tx, key, monthlyLimits[kind], this.#deps.clock.now())) return channel
      code = 'message_limit_reached'
    }
    return code
  }

  async #answerable(
    tx: Tx,
    parties: readonly string[],
    id: string,
    choice: Choice | undefined,
  ): Promise<MessageRow> {
    const row = await tx.findOneBy(messageTable, { id, direction: 'received', answerTo: IsNull() })
    if (!row || !parties.includes(row.party)) throw unknownMessage()
    if (row.answerId !== null) throw answered()
    if (row.outcomeCode === 'call_up_closed') throw refusalFor('call_up_closed')
    if (row.expiresAt !== null && row.expiresAt <= this.#deps.clock.now()) throw refusalFor('message_expired')
    if (row.kind === 'call_up' && !choice)
      throw new Refusal('invalid', 'choice_missing', 'say whether you come: yes, no or maybe')
    if (row.kind !== 'call_up' && choice)
      throw new Refusal('invalid', 'choice_not_asked', 'only a call-up is answered with yes, no or maybe')
    return row
  }

  async #write(
    tx: Tx,
    about: Pick<MessageRow, 'kind' | 'grantId' | 'partner' | 'partnerName' | 'party' | 'expiresAt'> &
      Partial<Pick<MessageRow, 'answerTo' | 'callUpId'>>,
    content: MessageContent,
  ): Promise<MessageRow> {
    const { vault, clock } = this.#deps
    const id = newId()
    const row: MessageRow = {
      ...{ answerTo: null, callUpId: null, ...about, id, tellId: null, remoteId: null, direction: 'sent' },
      ...{ answerId: null, state: 'waiting', outcomeCode: null, attempts: 0, lastError: null },
      sealed: await sealMessage(vault, { id, party: about.party }, content),
      createdAt: clock.now(),
      toldAt: null,
    }
    const told = { ...row, tellId: await this.#tell(tx, row, content) }
    await tx.insert(messageTable, told)
    return told
  }

  /** @returns the `jti` under which it goes out after the commit */
  async #tell(tx: Tx, row: MessageRow, { subject, body, choice }: MessageContent): Promise<string> {
    const answers = row.answerTo && (await tx.findOneBy(messageTable, { id: row.answerTo }))
    return this.#deps.tell.message(tx, row.partner, {
      kind: 'message',
      ...{ id: row.id, grant: row.grantId, topic: row.kind, subject, body },
      ...(answers && { answer_to: answers.remoteId ?? '' }),
      ...(choice && { choice }),
      ...(row.expiresAt !== null && { expires: seconds(row.expiresAt) }),
    })
  }
}

const answered = () => new Refusal('conflict', 'message_answered', 'this message was answered before')
