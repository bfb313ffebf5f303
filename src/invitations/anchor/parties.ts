import type { Audit } from '../../audit/index.ts'
import { type Clock, type Did, newId, Refusal, seconds } from '../../core/index.ts'
import type { Moved } from '../../registration/index.ts'
import {
  change,
  In,
  insertAll,
  MoreThan,
  Not,
  type Reader,
  rows,
  type Store,
  type Tx,
} from '../../store/index.ts'
import type { Vault } from '../../vault/index.ts'
import { forecast } from '../forecast.ts'
import { lengthsOf } from '../history.ts'
import { finalStates, isFinal, type Side, statesAtAnchor, type ToldState } from '../invitation-state.ts'
import type { LinksPort, TellPort } from '../ports.ts'
import type { InvitedContact, InvitedOrganisation, ToldMove } from '../wire.ts'
import { keyedMark, type MarkKind, type Marks, markKinds, marksIn, sameOrganisation } from './matching.ts'
import {
  type InvitationOrderRow,
  type InvitedPartyRow,
  invitationOrderTable,
  invitedPartyTable,
  moveReasonPlace,
  type OrderMoveRow,
  orderMoveTable,
  orderPlace,
  partyPlace,
  partyScope,
} from './tables.ts'

export interface PartiesDeps {
  readonly store: Store
  readonly vault: Vault
  readonly clock: Clock
  readonly audit: Audit
  /** Whose key seals what people write: the trust anchor's party id. */
  readonly scope: () => Promise<string>
  readonly tell: TellPort
  readonly links: LinksPort
  /** To the page that says how a node we made is taken over. */
  readonly setUpLinks: LinksPort
}

/** What is known of an invited organisation. */
export interface PartyContent {
  readonly partner: InvitedOrganisation
  readonly contact: InvitedContact
}

/** What one inviter said. */
export interface OrderContent {
  readonly why: string
  readonly roles: readonly string[]
}

/** A move to be told of an order. */
export interface OrderMove {
  readonly state: ToldState
  readonly at: number
  readonly side: Side
  readonly reason?: string | null
  readonly expectedAt?: number | null
  readonly talk?: { readonly at: number; readonly side: Side } | undefined
  readonly did?: Did | null
}

const orderMoves = { moves: 'order_move', of: 'order_id', state: 'state' } as const

/** Invited organisations at the trust anchor, each once, and the orders of the companies that invited them. */
export class InvitedParties {
  readonly #deps: PartiesDeps
  readonly #markKey: Buffer

  constructor(deps: PartiesDeps) {
    this.#deps = deps
    this.#markKey = deps.vault.deriveKey('regie invited organisation mark')
  }

  /** Orders come in one after the other from here on, until the transaction ends. */
  async lockIntake(tx: Tx): Promise<void> {
    await rows(tx, `UPDATE order_intake SET version = version + 1 WHERE id = 'intake' RETURNING id`)
  }

  /** The open one that is this organisation. Only under {@link lockIntake} is it still so a moment later. */
  async findSame(tx: Tx, { partner, contact }: PartyContent): Promise<InvitedPartyRow | null> {
    const marks = marksIn(partner, contact)
    for (const party of await this.#sharing(tx, marks, ['kvk', 'vat', 'place'])) {
      const known = await this.open(party)
      if (sameOrganisation(marksIn(known.partner, known.contact), marks)) return party
    }
    return null
  }

  /** Ids of other open ones with the same e-mail domain: perhaps the same organisation, for people to see. */
  async alike(party: InvitedPartyRow): Promise<string[]> {
    const { partner, contact } = await this.open(party)
    const found = await this.#sharing(this.#deps.store.reader, marksIn(partner, contact), ['domain', 'place'])
    return found.flatMap(({ id }) => (id === party.id ? [] : [id]))
  }

  async add(tx: Tx, content: PartyContent, caseId: string): Promise<InvitedPartyRow> {
    const { vault, clock } = this.#deps
    const id = newId()
    const now = clock.now()
    await vault.createKey(tx, partyScope(id))
    const row: InvitedPartyRow = {
      ...{
        id,
        caseId,
        state: 'submitted',
        sealed: await this.seal(id, content),
        language: content.contact.language,
      },
      ...{
        contactVersion: 1,
        choice: null,
        codeHash: null,
        codeExpiresAt: null,
        representation: null,
        nodeId: null,
        nodeUrl: null,
        nodeAt: null,
        joinedBy: null,
        strangers: 0,
      },
      ...{ linksSent: 0, linkExpiresAt: null, expectedAt: await this.expected('submitted'), talkAt: null },
      ...{ talkSide: null, createdAt: now, stateAt: now, version: 1 },
    }
    await insertAll(tx, invitedPartyTable, [row])
    await this.mark(tx, id, marksIn(content.partner, content.contact))
    return row
  }

  /** What it is known by, from now on. */
  async mark(tx: Tx, id: string, marks: Marks): Promise<void> {
    await rows(tx, 'DELETE FROM invited_mark WHERE party_id = ? RETURNING mark', [id])
    for (const [kind, value] of Object.entries(marks) as [MarkKind, string][])
      await rows(
        tx,
        'INSERT INTO invited_mark (mark, party_id, kind) VALUES (?, ?, ?) ON CONFLICT DO NOTHING RETURNING mark',
        [keyedMark(this.#markKey, kind, value), id, kind],
      )
  }

  /** @throws Refusal `invited_unknown` */
  async require(id: string): Promise<InvitedPartyRow> {
    const row = await this.#deps.store.current().findOneBy(invitedPartyTable, { id })
    if (!row) throw new Refusal('not_found', 'invited_unknown', 'there is no such invited organisation')
    return row
  }

  seal(id: string, content: PartyContent): Promise<Buffer> {
    return this.#deps.vault.seal(partyScope(id), partyPlace(id), JSON.stringify(content))
  }

  async open({ id, sealed }: InvitedPartyRow): Promise<PartyContent> {
    return JSON.parse(await this.#deps.vault.openText(partyPlace(id), sealed))
  }

  async openOrder({ id, sealed }: InvitationOrderRow): Promise<OrderContent | null> {
    return sealed && JSON.parse(await this.#deps.vault.openText(orderPlace(id), sealed))
  }

  /** Orders for an organisation that are not over, oldest first. */
  openOrders(reader: Reader, partyId: string): Promise<InvitationOrderRow[]> {
    const where = { partyId, state: Not(In([...finalStates])) }
    return reader.find(invitationOrderTable, { where, order: { id: 'ASC' } })
  }

  /** Changes one that still is as `row` says. @throws Refusal `invited_changed_meanwhile` */
  async change(tx: Tx, row: InvitedPartyRow, set: Partial<InvitedPartyRow>): Promise<InvitedPartyRow> {
    const counted = { ...set, version: row.version + 1 }
    if ((await change(tx, invitedPartyTable, { id: row.id, version: row.version }, counted)) === 1)
      return { ...row, ...counted }
    throw new Refusal('conflict', 'invited_changed_meanwhile', 'this was changed just now: look at it again')
  }

  /** Its case moved: everybody who invited it hears of it, each of its own order. */
  async caseMoved(tx: Tx, { caseId, to, at, by, reason, expectedAt, organisation }: Moved): Promise<void> {
    const party = await tx.findOneBy(invitedPartyTable, { caseId })
    if (!party || isFinal(party.state)) return
    const talk = to === 'stalled' && expectedAt !== null ? { at: expectedAt, side: by } : undefined
    await this.change(tx, party, {
      ...{ state: to, stateAt: at, expectedAt, talkAt: talk?.at ?? null, talkSide: talk?.side ?? null },
      ...(isFinal(to) && { codeHash: null, linkExpiresAt: null }),
    })
    if (isFinal(to)) await this.#close(tx, party.id)
    if (to === 'withdrawn') return
    for (const order of await this.openOrders(tx, party.id))
      await this.tell(tx, order, { state: to, at, side: by, reason, expectedAt, talk, did: organisation })
  }

  /** Writes a move of one order down, and tells its inviter. */
  async tell(tx: Tx, order: InvitationOrderRow, move: OrderMove): Promise<void> {
    const told = await this.write(tx, order, move)
    await this.#deps.tell.moved(tx, order.inviter, { invitation: order.orderRef, ...told })
  }

  /** Writes a move of one order down, for who is answered with it. */
  async write(tx: Tx, order: InvitationOrderRow, move: OrderMove): Promise<ToldMove> {
    const { vault, scope } = this.#deps
    const { state, at, side, reason, talk, expectedAt, did } = move
    const seq = order.seq + 1
    const id = newId()
    if ((await change(tx, invitationOrderTable, { id: order.id, seq: order.seq }, { seq, state })) === 0)
      throw new Refusal(
        'conflict',
        'invited_changed_meanwhile',
        'this was changed just now: look at it again',
      )
    const sealed = reason ? await vault.seal(await scope(), moveReasonPlace(id), reason) : null
    const row: OrderMoveRow = {
      ...{ id, orderId: order.id, seq, state, at, side, reason: sealed, expectedAt: expectedAt ?? null },
      ...{ talkAt: talk?.at ?? null, talkSide: talk?.side ?? null, did: did ?? null },
    }
    await insertAll(tx, orderMoveTable, [row])
    return shown(row, reason ?? null)
  }

  /** What was told of an order after a move, oldest first. */
  async movesOf(orderId: string, after = 0): Promise<ToldMove[]> {
    const found = await this.#deps.store.current().find(orderMoveTable, {
      where: { orderId, seq: MoreThan(after) },
      order: { seq: 'ASC' },
      take: 200,
    })
    const { vault } = this.#deps
    const opened: ToldMove[] = []
    // One after the other: inside a transaction there is one connection.
    for (const row of found)
      opened.push(shown(row, row.reason && (await vault.openText(moveReasonPlace(row.id), row.reason))))
    return opened
  }

  /** When a state should be over, by what went before. */
  async expected(state: ToldState): Promise<number | null> {
    const now = this.#deps.clock.now()
    return (
      forecast(await lengthsOf(this.#deps, orderMoves), { state, since: now, talkAt: null }, now).next?.at ??
      null
    )
  }

  /** Nobody finds it any more by what it is known by, and no link opens it. */
  async #close(tx: Tx, id: string): Promise<void> {
    await rows(tx, 'DELETE FROM invited_mark WHERE party_id = ? RETURNING mark', [id])
    await this.#deps.links.revoke(tx, id)
    await this.#deps.setUpLinks.revoke(tx, id)
  }

  async #sharing(reader: Reader, marks: Marks, kinds: readonly MarkKind[]): Promise<InvitedPartyRow[]> {
    const keyed = markKinds.flatMap((kind) => {
      const value = marks[kind]
      return value !== undefined && kinds.includes(kind) ? [keyedMark(this.#markKey, kind, value)] : []
    })
    const ids: string[] = []
    // By the strongest first: who has the same number goes before who has the same name.
    for (const mark of keyed)
      for (const { party_id: id } of await rows<{ party_id: string }>(
        reader,
        'SELECT party_id FROM invited_mark WHERE mark = ? ORDER BY party_id LIMIT 50',
        [mark],
      ))
        if (!ids.includes(id)) ids.push(id)
    if (ids.length === 0) return []
    const found = await reader.findBy(invitedPartyTable, { id: In(ids), state: In([...statesAtAnchor]) })
    return ids.flatMap((id) => found.find((row) => row.id === id) ?? [])
  }
}

const shown = (row: OrderMoveRow, reason: string | null): ToldMove => ({
  ...{ seq: row.seq, state: row.state, at: seconds(row.at), side: row.side },
  ...(reason && { reason }),
  ...(row.expectedAt !== null && { expected: seconds(row.expectedAt) }),
  ...(row.talkAt !== null &&
    row.talkSide !== null && { talk: { at: seconds(row.talkAt), owner: row.talkSide } }),
  ...(row.did !== null && { did: row.did }),
})
