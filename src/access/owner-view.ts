import { type Caller, type Clock, type Did, Refusal } from '../core/index.ts'
import type { Parties } from '../parties/index.ts'
import {
  type EntitySchema,
  In,
  IsNull,
  LessThan,
  MoreThan,
  placeholders,
  type Store,
  select,
} from '../store/index.ts'
import type { Vault } from '../vault/index.ts'
import {
  type AccessEventRow,
  accessEventTable,
  type GivenGrantRow,
  givenGrantTable,
  type ReceivedRequestRow,
  receivedRequestTable,
} from './access-tables.ts'
import { openActor } from './ask-ledger.ts'
import type { Actor } from './decide.ts'
import { requireMayDecide } from './may-decide.ts'
import { openRequest, type SealedRequest } from './sealed-request.ts'

export interface Page {
  readonly cursor?: string
  readonly limit: number
}

interface RequestFilter {
  readonly state?: ReceivedRequestRow['state']
  /** Who asked. */
  readonly partner?: Did
  readonly purpose?: string
  /** Ids of requests that are left out. */
  readonly without?: readonly string[]
}

type GrantState = 'open' | 'waiting' | 'revoked' | 'expired'

interface GrantFilter {
  readonly state?: GrantState
  readonly partner?: Did
  readonly purpose?: string
  readonly agreement?: string
}

/** What an owner sees of her own: requests that wait, grants she gave, who looked. */
export class OwnerView {
  readonly #store: Store
  readonly #vault: Vault
  readonly #clock: Clock

  constructor(deps: { store: Store; vault: Vault; clock: Clock }) {
    this.#clock = deps.clock
    this.#store = deps.store
    this.#vault = deps.vault
  }

  /** Newest first, decided or not: as they were. */
  async requests(
    subjects: readonly string[],
    page: Page,
    filter: RequestFilter = {},
  ): Promise<(Omit<ReceivedRequestRow, 'sealed'> & SealedRequest)[]> {
    const { state, partner, purpose, without = [] } = filter
    const found = await this.#page(receivedRequestTable, page, [
      ['subject_party', subjects],
      ...(state ? [where('state = ?', state)] : []),
      ...(partner === undefined ? [] : [where('asker = ?', partner)]),
      ...(purpose === undefined ? [] : [hasPurpose(purpose)]),
      ...(without.length > 0 ? [where(`id NOT IN (${placeholders(without.length)})`, ...without)] : []),
    ])
    return Promise.all(
      found.map(async ({ sealed, ...row }) => ({
        ...row,
        ...(await openRequest(this.#vault, { id: row.id, sealed })),
      })),
    )
  }

  /** What a request asks, for who narrows it. @throws Refusal `request_unknown`, `not_data_subject` */
  async asked(parties: Parties, caller: Caller, id: string) {
    const row = await this.#store.reader.findOneBy(receivedRequestTable, { id })
    if (!row) throw new Refusal('not_found', 'request_unknown', 'there is no such request')
    requireMayDecide(caller, await parties.require(row.subjectParty))
    const { actor, details } = await openRequest(this.#vault, row)
    return { ...row, hasSystem: actor?.kind === 'system' || details.system !== undefined }
  }

  /** Newest first, in force or not: as they were. */
  async grants(subjects: readonly string[], page: Page, filter: GrantFilter = {}): Promise<GivenGrantRow[]> {
    const { state, partner, purpose, agreement } = filter
    return this.#page(givenGrantTable, page, [
      ['grantor_party', subjects],
      ...(state ? [inState(state, this.#clock.now())] : []),
      ...(partner === undefined ? [] : [where('grantee = ?', partner)]),
      ...(purpose === undefined ? [] : [hasPurpose(purpose)]),
      ...(agreement === undefined ? [] : [where('agreement_id = ?', agreement)]),
    ])
  }

  #page<T extends { id: string }>(
    table: EntitySchema<T>,
    { cursor, limit }: Page,
    [[column, subjects], ...more]: [Own, ...Condition[]],
  ): Promise<T[]> {
    const all = [
      where(`${column} IN (${placeholders(subjects.length)})`, ...subjects),
      ...(cursor ? [where('id < ?', cursor)] : []),
      ...more,
    ]
    const condition = all.map(({ sql }) => sql).join(' AND ')
    const params = all.flatMap(({ params }) => params)
    return select(this.#store.reader, table, `${condition} ORDER BY id DESC LIMIT ?`, [...params, limit])
  }

  /** When somebody looked under a grant, or by a link, after a moment, named by an id of then; null when it did not. */
  async lookedSince(subjectParty: string, grantId: string, id: string): Promise<number | null> {
    const since = { subjectParty, outcome: 'permit' as const, id: MoreThan(id) }
    const [found] = await this.#store.reader.find(accessEventTable, {
      // A notice may be about a link: what is read by it is not what the grantee reads.
      where: [
        { ...since, grantId, linkId: IsNull() },
        { ...since, linkId: grantId },
      ],
      order: { id: 'DESC' },
      take: 1,
    })
    return found?.at ?? null
  }

  async events(
    subjects: readonly string[],
    { cursor, limit }: Page,
    asker?: Did,
  ): Promise<(Omit<AccessEventRow, 'actor'> & { actor: Actor | null })[]> {
    const found = await this.#store.reader.find(accessEventTable, {
      where: { subjectParty: In([...subjects]), ...(asker && { asker }), ...before(cursor) },
      order: { id: 'DESC' },
      take: limit,
    })
    return Promise.all(
      found.map(async ({ actor, ...row }) => ({
        ...row,
        actor: await openActor(this.#vault, row.id, actor),
      })),
    )
  }
}

const before = (cursor: string | undefined) => (cursor ? { id: LessThan(cursor) } : {})

/** The column that says whose a row is, and of whom rows are wanted. */
type Own = readonly [column: string, subjects: readonly string[]]

interface Condition {
  readonly sql: string
  readonly params: readonly unknown[]
}

const where = (sql: string, ...params: readonly unknown[]): Condition => ({ sql, params })

/** Purposes are kept as a JSON list of IRIs, in which no quote can be. */
const hasPurpose = (iri: string): Condition =>
  where(`purpose LIKE ? ESCAPE '!'`, `%"${iri.replace(/[!%_]/g, '!$&')}"%`)

const inState = (state: GrantState, now: number): Condition => {
  if (state === 'revoked') return where('revoked_at IS NOT NULL')
  if (state === 'waiting') return where('revoked_at IS NULL AND in_force_at IS NULL')
  const since = state === 'expired' ? 'expires_at <= ?' : 'in_force_at IS NOT NULL AND expires_at > ?'
  return where(`revoked_at IS NULL AND ${since}`, now)
}
