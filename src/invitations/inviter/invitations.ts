import { type Caller, type InvitationState, invitationStates, Refusal } from '../../core/index.ts'
import { change, In, placeholders, rows, type Store, type Tx } from '../../store/index.ts'
import { openUnlessErased } from '../../vault/index.ts'
import { type Forecast, forecast, type StepLength } from '../forecast.ts'
import { inviterMoves, lengthsOf } from '../history.ts'
import { finalStates, isFinal } from '../invitation-state.ts'
import type { InvitedContact } from '../wire.ts'
import { type InvitationContent, sealInvitation } from './content.ts'
import type { MovesDeps } from './moves.ts'
import {
  type InvitationMoveRow,
  type InvitationRow,
  invitationMoveTable,
  invitationTable,
  reasonPlace,
  scopeOf,
} from './tables.ts'

export interface InvitationsDeps extends MovesDeps {
  readonly store: Store
}

/** An invitation as a coordinator reads it. */
export interface Invitation {
  readonly row: InvitationRow
  /** Null once the person it was for had herself erased. */
  readonly content: InvitationContent | null
  readonly forecast: Forecast
  readonly isOverdue: boolean
}

export interface Move {
  readonly row: InvitationMoveRow
  readonly reason: string | null
}

export interface InvitationFilter {
  readonly state?: InvitationState | undefined
  readonly overdue?: boolean | undefined
  readonly unread?: boolean | undefined
  /** Party id of the coordinator. */
  readonly person?: string | undefined
  readonly partner?: string | undefined
}

/** How many invitations are in a state, and how many of them should have gone on by now. */
export interface BoardColumn {
  readonly state: InvitationState
  readonly count: number
  readonly overdue: number
  readonly unread: number
}

/** Our invitations: where each is, what was said, and when it goes on. */
export class Invitations {
  readonly #deps: InvitationsDeps

  constructor(deps: InvitationsDeps) {
    this.#deps = deps
  }

  /** Newest first. */
  async list(
    filter: InvitationFilter,
    { cursor, limit }: { readonly cursor?: string | undefined; readonly limit: number },
  ): Promise<{ items: Invitation[]; next: string | null }> {
    const { store, clock } = this.#deps
    const { state, overdue, unread, person, partner } = filter
    const conditions: { sql: string; values: readonly unknown[] }[] = [
      ...(cursor ? [{ sql: 'id < ?', values: [cursor] }] : []),
      ...(state ? [{ sql: 'state = ?', values: [state] }] : []),
      ...(person ? [{ sql: 'person = ?', values: [person] }] : []),
      ...(partner ? [{ sql: 'partner_id = ?', values: [partner] }] : []),
      ...(unread ? [{ sql: 'unread > 0', values: [] }] : []),
      ...(overdue ? [{ sql: LATE, values: [clock.now(), ...finalStates] }] : []),
    ]
    const where = conditions.length > 0 ? `WHERE ${conditions.map(({ sql }) => sql).join(' AND ')}` : ''
    const ids = await rows<{ id: string }>(
      store.reader,
      `SELECT id FROM invitation ${where} ORDER BY id DESC LIMIT ?`,
      [...conditions.flatMap(({ values }) => values), limit],
    )
    const found = await store.reader.find(invitationTable, {
      where: { id: In(ids.map(({ id }) => id)) },
      order: { id: 'DESC' },
    })
    const lengths = await this.lengths()
    const items = await Promise.all(found.map((row) => this.#open(row, lengths)))
    return { items, next: ids.length === limit ? (ids.at(-1)?.id ?? null) : null }
  }

  /** @throws Refusal `invitation_unknown` */
  async get(id: string): Promise<Invitation> {
    return this.#open(await this.require(id), await this.lengths())
  }

  /** @throws Refusal `invitation_unknown` */
  async require(id: string): Promise<InvitationRow> {
    const row = await this.#deps.store.current().findOneBy(invitationTable, { id })
    if (!row) throw new Refusal('not_found', 'invitation_unknown', 'there is no such invitation')
    return row
  }

  /** What an invitation says. @throws Refusal `invitation_erased` */
  async requireContent(row: InvitationRow): Promise<InvitationContent> {
    const text = await openUnlessErased(this.#deps.vault, `invitation:${row.id}:sealed`, row.sealed)
    if (text === null) throw new Refusal('gone', 'invitation_erased', 'whom it was for had herself erased')
    return JSON.parse(text)
  }

  /** Every move so far, oldest first. */
  async moves(id: string): Promise<Move[]> {
    const found = await this.#deps.store.reader.find(invitationMoveTable, {
      where: { invitationId: id },
      order: { id: 'ASC' },
    })
    return Promise.all(
      found.map(async (row) => ({
        row,
        reason: row.reason && (await this.#deps.vault.openText(reasonPlace(row.id), row.reason)),
      })),
    )
  }

  /** How long each step lasts here. */
  lengths(): Promise<StepLength[]> {
    return lengthsOf(this.#deps, inviterMoves)
  }

  /** Each state with how many are in it, in the order of the road. */
  async board(person?: string): Promise<BoardColumn[]> {
    const { store, clock } = this.#deps
    const found = await rows<{
      state: InvitationState
      n: string
      late: string | null
      unread: string | null
    }>(
      store.reader,
      `SELECT state, count(*) AS n, sum(CASE WHEN ${LATE} THEN 1 ELSE 0 END) AS late, sum(unread) AS unread
       FROM invitation ${person ? 'WHERE person = ?' : ''} GROUP BY state`,
      [clock.now(), ...finalStates, ...(person ? [person] : [])],
    )
    return invitationStates.map((state) => {
      const column = found.find((one) => one.state === state)
      return {
        ...{ state, count: Number(column?.n ?? 0) },
        ...{ overdue: Number(column?.late ?? 0), unread: Number(column?.unread ?? 0) },
      }
    })
  }

  /** Somebody else is to be written to, or the same one elsewhere. */
  async setContact(
    tx: Tx,
    caller: Caller,
    row: InvitationRow,
    { language, ...contact }: InvitedContact,
  ): Promise<void> {
    const { vault, audit } = this.#deps
    const sealed = await sealInvitation(vault, row.id, { ...(await this.requireContent(row)), contact })
    const where = { id: row.id, version: row.version }
    if ((await change(tx, invitationTable, where, { sealed, language, version: row.version + 1 })) === 0)
      throw new Refusal('conflict', 'changed_meanwhile', 'somebody changed this in the meantime')
    await audit.record(tx, caller, 'invitation.contact_changed', { invitation: row.id })
  }

  /** The person at this partner had herself erased: whom its invitations were for cannot be read any more. */
  async erase(tx: Tx, caller: Caller, partnerId: string): Promise<void> {
    for (const { id } of await tx.findBy(invitationTable, { partnerId })) {
      await this.#deps.vault.destroyKey(tx, scopeOf(id))
      await this.#deps.audit.record(tx, caller, 'invitation.erased', { invitation: id })
    }
  }

  async #open(row: InvitationRow, lengths: readonly StepLength[]): Promise<Invitation> {
    const now = this.#deps.clock.now()
    const text = await openUnlessErased(this.#deps.vault, `invitation:${row.id}:sealed`, row.sealed)
    const at = { state: row.state, since: row.stateAt, talkAt: row.talkAt }
    const isOverdue = !isFinal(row.state) && row.expectedAt !== null && row.expectedAt < now
    return {
      row,
      content: text === null ? null : JSON.parse(text),
      forecast: forecast(lengths, at, now),
      isOverdue,
    }
  }
}

const LATE = `(expected_at < ? AND state NOT IN (${placeholders(finalStates.length)}))`
