import { dayOf, type UserCaller } from '../../core/index.ts'
import { change, IsNull, LessThan, rows, type Tx } from '../../store/index.ts'
import type { BoardColumn, Invitations, InvitationsDeps } from './invitations.ts'
import { invitationTable } from './tables.ts'

/** What a coordinator is told in a day: numbers, no names. */
export interface Digest {
  /** Moves since the day before, by the state they led to. */
  readonly moved: readonly { readonly state: string; readonly count: number }[]
  readonly overdue: number
  readonly stalled: number
  readonly unread: number
  /** Stalled ones whose talk is today or was before. */
  readonly talks: number
}

export interface DigestsDeps extends InvitationsDeps {
  readonly invitations: Invitations
  /** Writes to one of ours; nothing where she has no address, or wants no mail. */
  readonly mail: (tx: Tx, person: string, digest: Digest) => Promise<void>
}

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
/** Not in the night: from this hour of the day in UTC, which is early in the morning here. */
const FROM_HOUR = 6
const AT_A_TIME = 200

/** Once a day each coordinator hears what moved, unless she wants no such mail; and of a talk on the day it is due. */
export class Digests {
  readonly #deps: DigestsDeps

  constructor(deps: DigestsDeps) {
    this.#deps = deps
  }

  async set(caller: UserCaller, on: boolean): Promise<void> {
    const { store, clock, audit } = this.#deps
    await store.transact(async (tx) => {
      await rows(
        tx,
        `INSERT INTO invitation_digest (person, off_at, sent_on) VALUES (?, ?, NULL)
         ON CONFLICT (person) DO UPDATE SET off_at = excluded.off_at RETURNING person`,
        [caller.personId, on ? null : clock.now()],
      )
      await audit.record(tx, caller, 'invitation.digest_set', { on: String(on) })
    })
  }

  /** Whether she gets it: unless she said no, she does. */
  async isOn({ personId }: UserCaller): Promise<boolean> {
    const off = await rows(
      this.#deps.store.reader,
      'SELECT person FROM invitation_digest WHERE person = ? AND off_at IS NOT NULL',
      [personId],
    )
    return off.length === 0
  }

  /** Sends what is due; of several processes one does it. @returns how many were written to */
  async send(): Promise<number> {
    const { store, clock } = this.#deps
    const now = clock.now()
    if (now % DAY_MS < FROM_HOUR * HOUR_MS) return 0
    const today = dayOf(now)
    const found = await rows<{ person: string }>(
      store.reader,
      `SELECT DISTINCT i.person FROM invitation i LEFT JOIN invitation_digest d ON d.person = i.person
       WHERE (d.person IS NULL OR (d.off_at IS NULL AND (d.sent_on IS NULL OR d.sent_on <> ?)))
       LIMIT ${AT_A_TIME}`,
      [today],
    )
    let sent = 0
    for (const { person } of found) if (await this.#sendTo(person, today)) sent += 1
    return sent
  }

  /** Our own systems hear once of a talk that is due. */
  async talksDue(): Promise<number> {
    const { store, clock, announce } = this.#deps
    const due = await store.reader.find(invitationTable, {
      where: { state: 'stalled', talkAt: LessThan(clock.now()), talkTold: IsNull() },
      take: AT_A_TIME,
    })
    let told = 0
    for (const { id, partnerId: partner } of due)
      await store.transact(async (tx) => {
        const set = { talkTold: clock.now() }
        if ((await change(tx, invitationTable, { id, state: 'stalled', talkTold: IsNull() }, set)) === 0)
          return
        await announce(tx, { type: 'stalled', invitation: id, partner, state: 'stalled' })
        told += 1
      })
    return told
  }

  async #sendTo(person: string, today: string): Promise<boolean> {
    const { store, mail } = this.#deps
    return store.transact(async (tx) => {
      const mine = await rows(
        tx,
        `INSERT INTO invitation_digest (person, off_at, sent_on) VALUES (?, NULL, ?)
         ON CONFLICT (person) DO UPDATE SET sent_on = excluded.sent_on
         WHERE invitation_digest.off_at IS NULL
           AND (invitation_digest.sent_on IS NULL OR invitation_digest.sent_on <> excluded.sent_on)
         RETURNING person`,
        [person, today],
      )
      const digest = mine.length > 0 ? await this.#digestOf(tx, person) : null
      if (!digest || isEmpty(digest)) return false
      await mail(tx, person, digest)
      return true
    })
  }

  async #digestOf(tx: Tx, person: string): Promise<Digest> {
    const now = this.#deps.clock.now()
    const columns = await this.#deps.invitations.board(person)
    const moved = await rows<{ state: string; n: number | string }>(
      tx,
      `SELECT m.to_state AS state, count(*) AS n FROM invitation_move m JOIN invitation i ON i.id = m.invitation_id
       WHERE i.person = ? AND m.at > ? AND m.side <> 'inviter' GROUP BY m.to_state ORDER BY m.to_state`,
      [person, now - DAY_MS],
    )
    const sum = (of: (column: BoardColumn) => number) => columns.reduce((total, one) => total + of(one), 0)
    const talks = await tx.countBy(invitationTable, {
      person,
      state: 'stalled',
      talkAt: LessThan(now + DAY_MS),
    })
    return {
      moved: moved.map(({ state, n }) => ({ state, count: Number(n) })),
      ...{ overdue: sum(({ overdue }) => overdue), unread: sum(({ unread }) => unread), talks },
      stalled: columns.find(({ state }) => state === 'stalled')?.count ?? 0,
    }
  }
}

const isEmpty = ({ moved, overdue, unread, talks }: Digest): boolean =>
  moved.length === 0 && overdue === 0 && unread === 0 && talks === 0
