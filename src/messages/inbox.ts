import type { Audit } from '../audit/index.ts'
import { type Clock, type Did, milliseconds, newId } from '../core/index.ts'
import { change, In, IsNull, LessThan, MoreThan, type Store, type Tx } from '../store/index.ts'
import type { Vault } from '../vault/index.ts'
import type { CallUps } from './call-ups.ts'
import { allows, answeredKinds, type MessageKind } from './kinds.ts'
import { type MessageContent, type MessageRow, messageTable } from './message-tables.ts'
import type { Announce, ChannelsPort, TellingPort, WireMessage } from './ports.ts'
import type { MessageCode } from './refusals.ts'
import { openMessage, sealMessage } from './sealed-message.ts'
import { isStopped } from './stop-rows.ts'
import { count, limitOf, takePlace } from './tallies.ts'

export interface InboxDeps {
  readonly store: Store
  readonly vault: Vault
  readonly clock: Clock
  readonly audit: Audit
  readonly channels: ChannelsPort
  readonly tell: TellingPort
  readonly announce: Announce
  readonly callUps: CallUps
  /** The party id of our organisation. */
  readonly us: () => Promise<string>
}

/** A message with what is in it, and its answers. */
export interface OpenMessage {
  readonly row: MessageRow
  readonly content: MessageContent
  readonly answer: { readonly row: MessageRow; readonly content: MessageContent } | null
}

/** One message or answer by itself, opened. */
export interface PartyMessage extends Omit<MessageRow, 'sealed'>, MessageContent {}

/** In one query. */
const MOST_IDS = 500

/** What comes in along the grants our parties gave, and the answers to what we sent. */
export class Inbox {
  readonly #deps: InboxDeps

  constructor(deps: InboxDeps) {
    this.#deps = deps
  }

  /** Whether this party may send us such a message, as far as can be said before its signature is looked at. */
  async isExpected(from: Did, { grant, answer_to: id }: WireMessage): Promise<boolean> {
    const { store, channels } = this.#deps
    if (id === undefined) return (await channels.granteeOf(grant)) === from
    const asked = { id, partner: from, grantId: grant, direction: 'sent' as const }
    return store.reader.existsBy(messageTable, asked)
  }

  /** Takes in a message; one that nothing lets through is dropped, and its sender told why. */
  async accept(tx: Tx, from: Did, message: WireMessage, tell: string): Promise<void> {
    if (await tx.existsBy(messageTable, { partner: from, remoteId: message.id })) return
    const code =
      message.answer_to === undefined
        ? await this.#acceptNew(tx, from, message)
        : await this.#acceptAnswer(tx, from, message, message.answer_to)
    if (code === null) return
    await this.#deps.audit.record(tx, { kind: 'node', did: from }, 'message.refused', {
      ...{ kind: message.topic, grant: message.grant, code },
    })
    await this.#deps.tell.notTaken(tx, from, tell, code)
  }

  /** Whether we had a message from this party that it calls so. */
  hasFrom(from: Did, remoteId: string): Promise<boolean> {
    return this.#deps.store.reader.existsBy(messageTable, { partner: from, remoteId })
  }

  /** A call-up is over: it cannot be answered any more. */
  async closed(tx: Tx, from: Did, remoteId: string): Promise<void> {
    const open = { partner: from, remoteId, outcomeCode: IsNull() }
    await change(tx, messageTable, open, { outcomeCode: 'call_up_closed' })
  }

  /** Messages of these parties with their answers, the newest first; answers themselves are not listed. */
  async list(
    direction: MessageRow['direction'],
    parties: readonly string[],
    { cursor, limit }: { cursor?: string; limit: number },
    {
      waiting = false,
      ...filter
    }: { kind?: MessageKind; callUpId?: string; waiting?: boolean | undefined } = {},
  ): Promise<OpenMessage[]> {
    const where = {
      ...{ direction, party: In([...parties]), answerTo: IsNull(), ...filter },
      ...(cursor && { id: LessThan(cursor) }),
    }
    const open = {
      ...{ ...where, kind: filter.kind ?? In([...answeredKinds]) },
      ...{ answerId: IsNull(), outcomeCode: IsNull() },
    }
    const found = await this.#deps.store.reader.find(messageTable, {
      where: waiting
        ? [
            { ...open, expiresAt: IsNull() },
            { ...open, expiresAt: MoreThan(this.#deps.clock.now()) },
          ]
        : where,
      order: { id: 'DESC' },
      take: limit,
    })
    return Promise.all(found.map((row) => this.#open(row)))
  }

  /** Every message from or for one party, the newest first: what was sent, what came in, and the answers too. */
  async ofParty(
    party: string,
    { cursor, limit }: { cursor?: string; limit: number },
  ): Promise<PartyMessage[]> {
    const { store, vault } = this.#deps
    const found = await store.reader.find(messageTable, {
      where: { party, ...(cursor && { id: LessThan(cursor) }) },
      order: { id: 'DESC' },
      take: limit,
    })
    return Promise.all(
      found.map(async ({ sealed, ...row }) => ({
        ...row,
        ...(await openMessage(vault, { id: row.id, sealed })),
      })),
    )
  }

  /** Messages with these ids, whoever of ours they are from; the newest first. */
  async withIds(ids: readonly string[]): Promise<PartyMessage[]> {
    const { store, vault } = this.#deps
    const found: MessageRow[] = []
    for (let at = 0; at < ids.length; at += MOST_IDS)
      found.push(...(await store.reader.findBy(messageTable, { id: In(ids.slice(at, at + MOST_IDS)) })))
    return Promise.all(
      found
        .toSorted((one, other) => other.id.localeCompare(one.id))
        .map(async ({ sealed, ...row }) => ({
          ...row,
          ...(await openMessage(vault, { id: row.id, sealed })),
        })),
    )
  }

  async #open(row: MessageRow): Promise<OpenMessage> {
    const { store, vault } = this.#deps
    const answer = row.answerId && (await store.reader.findOneBy(messageTable, { id: row.answerId }))
    return {
      row,
      content: await openMessage(vault, row),
      answer: answer ? { row: answer, content: await openMessage(vault, answer) } : null,
    }
  }

  async #acceptNew(tx: Tx, from: Did, message: WireMessage): Promise<MessageCode | null> {
    const { channels, clock } = this.#deps
    const { grant: grantId, topic: kind } = message
    const now = clock.now()
    const given = await channels.given(tx, grantId)
    if (!given?.live || given.grantee !== from || !allows(given.purpose, kind)) return 'no_grant_for_message'
    const key = { direction: 'received' as const, grantId, kind, partner: from }
    const stop = { side: 'ours' as const, partner: from, receiver: given.party, kind }
    if (await isStopped(tx, stop, given.since)) {
      await count(tx, key, 'stopped', now)
      return 'messages_stopped'
    }
    if (message.expires !== undefined && milliseconds(message.expires) <= now) return 'message_expired'
    if (!(await takePlace(tx, key, await limitOf(tx, grantId, kind), now))) return 'message_limit_reached'
    const about = { partner: from, partnerName: given.granteeName, party: given.party }
    await this.#keep(tx, message, { ...about, id: newId() })
    return null
  }

  /** An answer to what we sent: along a grant that still lives, to what nobody answered before. */
  async #acceptAnswer(tx: Tx, from: Did, message: WireMessage, to: string): Promise<MessageCode | null> {
    const { channels, clock, callUps, us } = this.#deps
    const sent = await tx.findOneBy(messageTable, { id: to, partner: from, direction: 'sent' })
    const held = sent && (await channels.held(tx, sent.grantId))
    if (!sent || !held?.live || !allows(held.purpose, sent.kind)) return 'no_grant_for_message'
    // The call-up before its messages, as whoever closes it does.
    if (sent.callUpId !== null) await callUps.hold(tx, sent.callUpId)
    // One message, one answer: a second one changes nothing, also when both come at once.
    const id = newId()
    const isFirst = (await change(tx, messageTable, { id: to, answerId: IsNull() }, { answerId: id })) === 1
    if (!isFirst || message.topic !== sent.kind) return null
    if (sent.callUpId !== null && !(await this.#counted(tx, sent.callUpId, message))) {
      await change(tx, messageTable, { id: to, answerId: id }, { answerId: null })
      return 'call_up_closed'
    }
    const { partnerName, grantId, kind } = sent
    await this.#keep(tx, message, { id, partner: from, partnerName, party: await us(), answerTo: to })
    await count(tx, { direction: 'sent', grantId, kind, partner: from }, 'answers', clock.now())
    if (sent.callUpId !== null) await callUps.closeIfEnough(tx, sent.callUpId)
    return null
  }

  async #counted(tx: Tx, callUpId: string, { choice }: WireMessage): Promise<boolean> {
    return choice !== undefined && this.#deps.callUps.counted(tx, callUpId, choice)
  }

  async #keep(
    tx: Tx,
    message: WireMessage,
    about: Pick<MessageRow, 'id' | 'partner' | 'partnerName' | 'party'> &
      Partial<Pick<MessageRow, 'answerTo'>>,
  ): Promise<void> {
    const { vault, clock, audit, announce } = this.#deps
    const { grant: grantId, topic: kind, subject, body, choice, expires } = message
    const { id } = about
    const content = { subject, body, ...(choice && { choice }) }
    await tx.insert(messageTable, {
      ...{
        answerTo: null,
        ...about,
        direction: 'received',
        remoteId: message.id,
        tellId: null,
        kind,
        grantId,
      },
      ...{
        answerId: null,
        callUpId: null,
        state: 'received',
        outcomeCode: null,
        attempts: 0,
        lastError: null,
      },
      sealed: await sealMessage(vault, { id, party: about.party }, content),
      createdAt: clock.now(),
      toldAt: null,
      expiresAt: expires === undefined ? null : milliseconds(expires),
    })
    const type = about.answerTo ? 'answered' : 'received'
    await audit.record(tx, { kind: 'node', did: about.partner }, `message.${type}`, { message: id, kind })
    await announce(tx, { type, message: id, kind, partner: about.partner })
  }
}
