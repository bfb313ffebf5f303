import type { Clock } from '../core/index.ts'
import type { Parties } from '../parties/index.ts'
import { change, In, IsNull, LessThan, type Store, type Tx } from '../store/index.ts'
import { warnedFrom } from './deadline.ts'
import { open } from './requests.ts'
import {
  type RightsMoveRow,
  type RightsRequestRow,
  rightsMoveTable,
  rightsRequestTable,
} from './rights-table.ts'

export interface InboxDeps {
  readonly store: Store
  readonly clock: Clock
  readonly parties: Parties
  /** Calls the organisation's own systems. */
  readonly announce: (tx: Tx, event: DueEvent) => Promise<void>
}

export interface DueEvent {
  readonly type: 'request_due' | 'request_overdue'
  readonly request: string
  readonly kind: RightsRequestRow['kind']
  readonly dueAt: number
}

/** A thing that was done about a request, and who did it, where her name is still there. */
export interface NamedMove extends Pick<RightsMoveRow, 'move' | 'at'> {
  readonly by: string | null
}

/** What waits, what is late, and who did what about it. */
export class Inbox {
  readonly #deps: InboxDeps

  constructor(deps: InboxDeps) {
    this.#deps = deps
  }

  /** Newest first. */
  async list(
    filter: {
      readonly personId?: string
      readonly contact?: { readonly partnerId: string; readonly mark: string }
      readonly overdue?: boolean
      readonly state?: RightsRequestRow['state']
    },
    { cursor, limit }: { cursor?: string; limit: number },
  ): Promise<RightsRequestRow[]> {
    const { personId, contact, overdue, state } = filter
    return this.#deps.store.reader.find(rightsRequestTable, {
      where: {
        ...(cursor && { id: LessThan(cursor) }),
        ...(personId && { subjectKind: 'person' as const, subjectId: personId }),
        ...(contact && {
          subjectKind: 'contact' as const,
          subjectId: contact.partnerId,
          contactMark: contact.mark,
        }),
        ...(state && { state }),
        ...(overdue && { closedAt: IsNull(), dueAt: LessThan(this.#deps.clock.now()) }),
      },
      order: { id: 'DESC' },
      take: limit,
    })
  }

  /** What was done about these requests, oldest first. */
  async moves(ids: readonly string[]): Promise<Map<string, NamedMove[]>> {
    const { store, parties } = this.#deps
    const found = await store.reader.find(rightsMoveTable, {
      where: { requestId: In([...ids]) },
      order: { id: 'ASC' },
    })
    const who = [...new Set(found.flatMap(({ byParty }) => byParty ?? []))]
    const profiles = await parties.profiles(who)
    const moves = new Map<string, NamedMove[]>(ids.map((id) => [id, []]))
    for (const { requestId, move, at, byParty } of found)
      moves.get(requestId)?.push({ move, at, by: (byParty && profiles.get(byParty)?.name) || null })
    return moves
  }

  /** Announces what is nearly due and what is overdue, each once; asked about once a minute. */
  async announceDue(): Promise<void> {
    const { store, clock } = this.#deps
    const now = clock.now()
    const waiting = await store.reader.findBy(rightsRequestTable, { state: open, overdueToldAt: IsNull() })
    for (const row of waiting) {
      if (now > row.dueAt) await this.#announce(row, 'request_overdue', { overdueToldAt: IsNull() })
      else if (now >= warnedFrom(row.dueAt)) await this.#announce(row, 'request_due', { dueToldAt: IsNull() })
    }
  }

  async #announce(row: RightsRequestRow, type: DueEvent['type'], untold: object): Promise<void> {
    const { store, clock, announce } = this.#deps
    const { id, kind, dueAt } = row
    const told = type === 'request_due' ? { dueToldAt: clock.now() } : { overdueToldAt: clock.now() }
    await store.transact(async (tx) => {
      // Not when it was answered or extended meanwhile, nor when another process was first.
      const isOurs = await change(tx, rightsRequestTable, { id, state: open, dueAt, ...untold }, told)
      if (isOurs === 1) await announce(tx, { type, request: id, kind, dueAt })
    })
  }
}
