import type { Audit } from '../audit/index.ts'
import { type Caller, type Clock, type Did, newId, type PartnerRole, Refusal } from '../core/index.ts'
import { change, LessThan, rows, type Store, type Tx } from '../store/index.ts'
import type { Vault, WrittenColumn } from '../vault/index.ts'
import type { Choice } from './kinds.ts'
import { type CallUpRow, callUpTable, messageTable } from './message-tables.ts'
import type { Messages } from './messages.ts'
import type { ChannelsPort, HeldChannel, TellingPort } from './ports.ts'
import { type MessageCode, refusalFor, requirePlain } from './refusals.ts'

export interface CallUpsDeps {
  readonly store: Store
  readonly vault: Vault
  readonly clock: Clock
  readonly audit: Audit
  readonly channels: ChannelsPort
  readonly messages: Messages
  readonly tell: TellingPort
  /** Our partners in a role. */
  readonly inRole: (role: PartnerRole) => Promise<readonly Called[]>
  /** The party id of our organisation. */
  readonly us: () => Promise<string>
}

/** A partner in the role that is called up; without a DID it is not in the network. */
export interface Called {
  readonly id: string
  readonly name: string
  readonly did: Did | null
}

export interface NewCallUp {
  readonly role: PartnerRole
  readonly subject: string
  readonly body: string
  readonly wanted: number | null
  readonly expiresAt: number | null
}

export interface Skipped {
  readonly id: string
  readonly name: string
  readonly code: MessageCode | 'partner_not_in_network'
}

interface CallUpContent {
  readonly subject: string
  readonly body: string
  readonly skipped: readonly Skipped[]
}

export interface OpenCallUp {
  readonly row: CallUpRow
  readonly content: CallUpContent
}

/** As many as one call goes to: they are all written with it. */
const MOST = 2_000

const place = (id: string) => `call_up:${id}:sealed`

/** What partners were called up for, and who of them did not get it. */
export const callUpTexts: WrittenColumn = {
  ...{ kind: 'messages', table: 'call_up', key: 'id', column: 'sealed', form: 'json', place },
}

/** Calls everybody in a role, and counts who comes. */
export class CallUps {
  readonly #deps: CallUpsDeps

  constructor(deps: CallUpsDeps) {
    this.#deps = deps
  }

  /**
   * Sends a call-up to every partner in a role that has opened itself for it; says who did not get it, and why.
   * @throws Refusal `group_empty`, `group_too_large`, `message_not_plain`, `message_too_long`
   */
  async start(caller: Caller, { role, subject, body, wanted, expiresAt }: NewCallUp): Promise<OpenCallUp> {
    requirePlain(subject, body)
    const { store, vault, clock, audit, channels, messages, inRole, us } = this.#deps
    const [called, party] = await Promise.all([inRole(role), us()])
    if (called.length === 0)
      throw new Refusal('conflict', 'group_empty', 'none of your partners has that role')
    if (called.length > MOST)
      throw new Refusal('conflict', 'group_too_large', 'this is more than one call-up goes to', {
        params: { most: MOST },
      })
    const id = newId()
    return store.transact(async (tx) => {
      const dids = called.flatMap(({ did }) => did ?? [])
      const held = new Map<Did, HeldChannel[]>()
      for (const channel of await channels.heldOf(tx, dids))
        held.set(channel.partner, [...(held.get(channel.partner) ?? []), channel])
      const skipped: Skipped[] = []
      for (const { id: partnerId, name, did } of called) {
        const message = { kind: 'call_up' as const, subject, body, expiresAt, callUpId: id }
        const sent = did
          ? await messages.sendAlong(tx, caller, held.get(did) ?? [], { ...message, partner: did })
          : { code: 'partner_not_in_network' as const }
        if ('code' in sent) skipped.push({ id: partnerId, name, code: sent.code })
      }
      const content: CallUpContent = { subject, body, skipped }
      const row: CallUpRow = {
        ...{ id, role, state: 'open', wanted, yes: 0, no: 0, maybe: 0, closedAt: null, expiresAt },
        sealed: await vault.seal(party, place(id), JSON.stringify(content)),
        createdAt: clock.now(),
      }
      await tx.insert(callUpTable, row)
      const counts = { sent: called.length - skipped.length, skipped: skipped.length }
      await audit.record(tx, caller, 'call_up.started', { call_up: id, role, ...counts })
      return { row, content }
    })
  }

  /** Newest first. */
  async list({ cursor, limit }: { cursor?: string; limit: number }): Promise<OpenCallUp[]> {
    const found = await this.#deps.store.reader.find(callUpTable, {
      where: cursor ? { id: LessThan(cursor) } : {},
      order: { id: 'DESC' },
      take: limit,
    })
    return Promise.all(found.map((row) => this.#open(row)))
  }

  /** @throws Refusal `call_up_unknown` */
  async require(id: string): Promise<OpenCallUp> {
    const row = await this.#deps.store.reader.findOneBy(callUpTable, { id })
    if (!row) throw unknownCallUp()
    return this.#open(row)
  }

  /** Ends a call-up; whoever got it is told. @throws Refusal `call_up_unknown`, `call_up_closed` */
  async close(caller: Caller, id: string): Promise<OpenCallUp> {
    await this.#deps.store.transact(async (tx) => {
      if (!(await tx.existsBy(callUpTable, { id }))) throw unknownCallUp()
      if (!(await this.#close(tx, caller, id))) throw refusalFor('call_up_closed')
    })
    return this.require(id)
  }

  /** What somebody says to a call-up, and closing it, come one after the other. */
  async hold(tx: Tx, id: string): Promise<void> {
    const lock = this.#deps.store.engine === 'postgres' ? 'FOR UPDATE' : ''
    await rows(tx, `SELECT id FROM call_up WHERE id = ? ${lock}`, [id])
  }

  /** Counts what somebody says. @returns false when it is closed */
  async counted(tx: Tx, id: string, choice: Choice): Promise<boolean> {
    const counted = await rows(
      tx,
      `UPDATE call_up SET ${choice} = ${choice} + 1 WHERE id = ? AND state = 'open' RETURNING id`,
      [id],
    )
    return counted.length === 1
  }

  async closeIfEnough(tx: Tx, id: string): Promise<void> {
    const row = await tx.findOneBy(callUpTable, { id })
    if (row && row.wanted !== null && row.yes >= row.wanted) await this.#close(tx, 'system', id)
  }

  /** Once: what waits does not leave any more, and whoever has it hears that it is over. */
  async #close(tx: Tx, by: Caller | 'system', id: string): Promise<boolean> {
    const { clock, audit, tell } = this.#deps
    const closed = { state: 'closed' as const, closedAt: clock.now() }
    if ((await change(tx, callUpTable, { id, state: 'open' }, closed)) !== 1) return false
    const over = { state: 'undeliverable' as const, outcomeCode: 'call_up_closed' }
    await change(tx, messageTable, { callUpId: id, state: 'waiting' }, over)
    for (const { id: message, partner } of await tx.findBy(messageTable, { callUpId: id, state: 'told' }))
      await tell.closed(tx, partner, message)
    await audit.record(tx, by, 'call_up.closed', { call_up: id })
    return true
  }

  async #open(row: CallUpRow): Promise<OpenCallUp> {
    return { row, content: JSON.parse(await this.#deps.vault.openText(place(row.id), row.sealed)) }
  }
}

const unknownCallUp = () => new Refusal('not_found', 'call_up_unknown', 'there is no such call-up')
