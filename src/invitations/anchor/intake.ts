import { type Did, newId, Refusal } from '../../core/index.ts'
import {
  addressSchema,
  burn,
  type CaseContact,
  type CaseFiles,
  type InvitedPartner,
  invitedPartnerSchema,
  type Mover,
} from '../../registration/index.ts'
import { change, insertAll, rows, type Tx } from '../../store/index.ts'
import { isFinal } from '../invitation-state.ts'
import { type VerifyWireDeps, verifyChange, verifyOrder } from '../verify-wire.ts'
import type { Change, InvitedContact, InvitedOrganisation, Order, OrderAnswer } from '../wire.ts'
import type { HostedPartners } from './hosted-partners.ts'
import type { Letters } from './letters.ts'
import { marksIn } from './matching.ts'
import type { InvitedParties, PartiesDeps } from './parties.ts'
import {
  type InvitationOrderRow,
  type InvitedPartyRow,
  invitationOrderTable,
  orderPlace,
  partyScope,
} from './tables.ts'
import type { Threads } from './threads.ts'

export interface IntakeDeps extends PartiesDeps, VerifyWireDeps {
  /** Address of this trust anchor. */
  readonly url: string
  readonly parties: InvitedParties
  readonly cases: Pick<CaseFiles, 'openInvited' | 'setContact' | 'withdraw'>
  readonly letters: Letters
  readonly hosted: HostedPartners
  readonly threads: Threads
  /** Who is in the network. */
  readonly registry: {
    find(did: Did): Promise<{ readonly state: string } | null>
    findByKvk(kvk: string): Promise<{ readonly did: Did; readonly state: string } | null>
  }
}

/** More open orders than a company ever has: who floods the servicedesk is stopped here. */
const MOST_OPEN = 5_000

/** Takes in what companies order: a partner invited by two of them is one case, and neither learns of the other. */
export class OrderIntake {
  readonly #deps: IntakeDeps

  constructor(deps: IntakeDeps) {
    this.#deps = deps
  }

  /**
   * Takes an order in. The same order again, under a new signature, is answered as it stands by now.
   * @throws Refusal as verifyOrder, `message_replayed`, `inviter_not_registered`, `too_many_orders`
   */
  async order(compact: string): Promise<OrderAnswer> {
    const { url, store, clock } = this.#deps
    const order = await verifyOrder(compact, url, this.#deps)
    return store.transact(async (tx) => {
      await burn(tx, clock, order)
      await this.#requireMember(order.iss)
      await this.#deps.parties.lockIntake(tx)
      const known = await this.#find(tx, order)
      if (known) return this.#answer(known)
      await this.#requireRoom(tx, order.iss)
      return this.#answer(await this.#take(tx, order))
    })
  }

  /**
   * What follows on an order, from who gave it. Of an order that is not here nothing is said but that.
   * @throws Refusal as verifyChange, `message_replayed`, `inviter_not_registered`, `order_unknown`, `order_over`
   */
  async change(compact: string): Promise<OrderAnswer> {
    const { url, store, clock } = this.#deps
    const message = await verifyChange(compact, url, this.#deps)
    return store.transact(async (tx) => {
      await burn(tx, clock, message)
      await this.#requireMember(message.iss)
      await this.#deps.parties.lockIntake(tx)
      const order = await this.#find(tx, message)
      if (message.ask.kind === 'withdraw') return this.#withdraw(tx, message, order, message.ask.reason)
      if (!order)
        throw new Refusal('not_found', 'order_unknown', 'this trust anchor has no such order of yours')
      if (message.ask.kind === 'state') return this.#answer(order, message.ask.seq)
      if (message.ask.kind === 'message') await this.#deps.threads.received(tx, order, message.ask)
      else await this.#setContact(tx, order, message.ask.contact)
      return this.#answer(await this.#again(tx, order), order.seq)
    })
  }

  async #take(tx: Tx, order: Order): Promise<InvitationOrderRow> {
    const { registry, audit, clock, parties } = this.#deps
    const { iss, id: orderRef, partner, contact } = order
    const member = partner.kvk_number ? await registry.findByKvk(partner.kvk_number) : null
    const now = clock.now()
    const row: InvitationOrderRow = {
      ...{ id: newId(), inviter: iss, orderRef, partyId: null, state: 'submitted', seq: 0, sealed: null },
      ...{ unread: 0, receivedAt: now },
    }
    const by = { kind: 'node', did: iss } as const
    if (member) {
      await insertAll(tx, invitationOrderTable, [row])
      await parties.write(tx, row, { state: 'registered', at: now, side: 'system', did: member.did })
      await audit.record(tx, by, 'invitation_order.answered', { order: row.id, organisation: member.did })
      return this.#again(tx, row)
    }
    const content = { partner, contact }
    const known = await parties.findSame(tx, content)
    const party = known ?? (await this.#open(tx, order))
    const sealed = await this.#deps.vault.seal(
      partyScope(party.id),
      orderPlace(row.id),
      JSON.stringify({ why: order.why, roles: order.roles }),
    )
    const taken = { ...row, partyId: party.id, sealed }
    await insertAll(tx, invitationOrderTable, [taken])
    await audit.record(tx, by, 'invitation_order.taken', { order: row.id, invited: party.id })
    await parties.write(tx, taken, {
      ...{ state: party.state === 'withdrawn' ? 'submitted' : party.state, at: now, side: 'system' },
      ...{ expectedAt: party.expectedAt },
      ...(party.talkAt !== null && party.talkSide && { talk: { at: party.talkAt, side: party.talkSide } }),
    })
    // Who was written to before is not written to again because one more company asks.
    if (!known) await this.#deps.letters.invite(tx, party)
    return this.#again(tx, taken)
  }

  async #open(tx: Tx, { iss, partner, contact, roles }: Order): Promise<InvitedPartyRow> {
    const by = { kind: 'inviter', caller: { kind: 'node', did: iss } } as const
    const caseId = await this.#deps.cases.openInvited(tx, by, {
      ...{ partner: casePartner(partner), contact: caseContact(contact), intendedRoles: roles },
    })
    return this.#deps.parties.add(tx, { partner, contact }, caseId)
  }

  async #withdraw(
    tx: Tx,
    { iss, id: orderRef }: Change,
    order: InvitationOrderRow | null,
    reason: string | undefined,
  ): Promise<OrderAnswer> {
    const { audit, clock } = this.#deps
    const by = { kind: 'node', did: iss } as const
    if (!order) {
      // It overtook its order, which then opens nothing.
      const row: InvitationOrderRow = {
        ...{ id: newId(), inviter: iss, orderRef, partyId: null, state: 'withdrawn', seq: 0, sealed: null },
        ...{ unread: 0, receivedAt: clock.now() },
      }
      await insertAll(tx, invitationOrderTable, [row])
      return this.#answer(row)
    }
    if (isFinal(order.state)) return this.#answer(order)
    await change(tx, invitationOrderTable, { id: order.id, state: order.state }, { state: 'withdrawn' })
    await audit.record(tx, by, 'invitation_order.withdrawn', { order: order.id })
    if (order.partyId) await this.#leave(tx, order.partyId, iss, reason)
    return this.#answer({ ...order, state: 'withdrawn' })
  }

  /** Nobody orders it any more: the case is over, unless the organisation itself is on its way in. */
  async #leave(tx: Tx, partyId: string, iss: Did, reason: string | undefined): Promise<void> {
    const { parties, cases } = this.#deps
    const party = await parties.require(partyId)
    const others = await parties.openOrders(tx, partyId)
    if (others.length > 0 || party.joinedBy !== null || party.choice !== null || !party.caseId) return
    const by = { kind: 'inviter', caller: { kind: 'node', did: iss } } as const
    await cases.withdraw(tx, by, party.caseId, reason)
  }

  /** Its contact is somebody else: the old link opens nothing, a new one goes out. */
  async #setContact(tx: Tx, order: InvitationOrderRow, contact: InvitedContact): Promise<void> {
    if (!order.partyId || isFinal(order.state)) throw over()
    const by = { kind: 'inviter', caller: { kind: 'node', did: order.inviter } } as const
    await this.changeContact(tx, order.partyId, contact, by)
  }

  /** @throws Refusal `invited_unknown`, `order_over` */
  async changeContact(tx: Tx, partyId: string, contact: InvitedContact, by: Mover): Promise<void> {
    const { parties, cases, letters, hosted, audit } = this.#deps
    const party = await parties.require(partyId)
    if (isFinal(party.state)) throw over()
    const { partner, contact: before } = await parties.open(party)
    if (JSON.stringify(before) === JSON.stringify(contact)) return
    const changed = await parties.change(tx, party, {
      ...{ sealed: await parties.seal(partyId, { partner, contact }), language: contact.language },
      ...{ contactVersion: party.contactVersion + 1, linksSent: 0 },
    })
    await parties.mark(tx, partyId, marksIn(partner, contact))
    if (party.caseId) await cases.setContact(tx, by, party.caseId, caseContact(contact))
    await audit.record(tx, by.caller, 'invited.contact_changed', { invited: partyId })
    // Who chose already, or joined, needs no link; but one that says how a node is taken over is for her alone.
    if (party.joinedBy !== null) return
    if (party.nodeAt !== null) await hosted.sendLink(tx, changed)
    else if (party.choice === null) await letters.invite(tx, changed)
  }

  #find(tx: Tx, { iss, id }: Pick<Order, 'iss' | 'id'>): Promise<InvitationOrderRow | null> {
    return tx.findOneBy(invitationOrderTable, { inviter: iss, orderRef: id })
  }

  async #again(tx: Tx, { id }: InvitationOrderRow): Promise<InvitationOrderRow> {
    return (await tx.find(invitationOrderTable, { where: { id } }))[0] as InvitationOrderRow
  }

  async #answer(order: InvitationOrderRow, after = 0): Promise<OrderAnswer> {
    const { parties, threads } = this.#deps
    const moves = await parties.movesOf(order.id, after)
    return { id: order.orderRef, moves, messages: await threads.toldIn(order.id) }
  }

  /** @throws Refusal `inviter_not_registered` */
  async #requireMember(did: Did): Promise<void> {
    if ((await this.#deps.registry.find(did))?.state === 'active') return
    throw new Refusal('forbidden', 'inviter_not_registered', 'only who is in the network can invite others')
  }

  /** @throws Refusal `too_many_orders` */
  async #requireRoom(tx: Tx, inviter: Did): Promise<void> {
    const [found] = await rows<{ n: number | string }>(
      tx,
      `SELECT count(*) AS n FROM invitation_order WHERE inviter = ?
       AND state NOT IN ('registered', 'rejected', 'declined_by_partner', 'withdrawn')`,
      [inviter],
    )
    if (Number(found?.n ?? 0) < MOST_OPEN) return
    throw new Refusal('rate_limited', 'too_many_orders', 'too many orders of yours are open: try again later')
  }
}

const over = () => new Refusal('conflict', 'order_over', 'this order is over')

export const caseContact = ({ phone, ...contact }: InvitedContact): CaseContact => ({
  ...contact,
  ...(phone && { phone_number: phone.slice(0, 32) }),
})

/** As a register is asked: an address counts when it is whole, a website when it is an address of the web. */
export function casePartner({ address, website, ...partner }: InvitedOrganisation): InvitedPartner {
  const whole = addressSchema.safeParse({ country: 'NL', ...address })
  const url = website && (/^https?:\/\//i.test(website) ? website : `https://${website}`)
  const found = invitedPartnerSchema.shape.website.safeParse(url)
  return {
    ...partner,
    ...(whole.success && { address: whole.data }),
    ...(found.success && found.data && { website: found.data }),
  }
}
