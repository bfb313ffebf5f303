import { createHash } from 'node:crypto'
import { type Clock, type Did, Refusal } from '../core/index.ts'
import { rows, type Store } from '../store/index.ts'
import { type Balance, balanceOf, cursorOf, furthestFirst, nothing, placeOf, type Side } from './balance.ts'

export interface ReciprocityDeps {
  readonly store: Store
  readonly clock: Clock
  /** From how many claims more on one side it is out of balance. */
  readonly threshold: number
  /** Our organisation: id of the party. */
  readonly organisation: () => Promise<{ readonly id: string }>
}

export const DAY_MS = 86_400_000

/** Days of which looks count, both included; UTC. */
export interface Period {
  readonly from: number
  readonly until: number
}

/** What we and one partner let each other see. */
export interface Reciprocal {
  readonly partner: Did
  readonly name: string
  readonly gave: Side
  readonly got: Side
  readonly balance: Balance
  readonly key: string
}

/** One grant as far as giving and getting goes; of persons' own grants nothing but their number is told. */
export interface CountedGrant {
  readonly id: string
  readonly claims: readonly { readonly vct: string; readonly path: readonly (string | number)[] }[]
  readonly purpose: readonly string[]
  readonly isLive: boolean
  readonly expiresAt: number
}

/** How grants of each direction are told apart. Names of columns, no input. */
interface Direction {
  readonly table: string
  readonly partner: string
  readonly name: string
  readonly claims: string
  readonly live: string
  /** Whether a person gave it. */
  readonly person: string
}

const given: Direction = {
  ...{ table: 'given_grant', partner: 'grantee', name: 'grantee_name', claims: 'tuples' },
  live: 'revoked_at IS NULL AND in_force_at IS NOT NULL AND expires_at > ?',
  person: 'grantor_party <> ?',
}
const received: Direction = {
  ...{ table: 'received_grant', partner: 'partner', name: 'partner_name', claims: 'claims' },
  live: "state = 'live' AND expires_at > ?",
  person: "grantor <> partner AND '' <> ?",
}
const MOST = 200

/** What we gave each partner and what we got of it. */
export class Reciprocity {
  readonly #deps: ReciprocityDeps

  constructor(deps: ReciprocityDeps) {
    this.#deps = deps
  }

  /** The furthest out of balance first. @throws Refusal `invalid_cursor` */
  async list(
    period: Period,
    { cursor, limit }: { readonly cursor?: string; readonly limit: number },
    outOfBalance: boolean,
  ): Promise<{ items: Reciprocal[]; next: string | null }> {
    const after = cursor === undefined ? null : placeOf(cursor)
    if (cursor !== undefined && !after)
      throw new Refusal('invalid', 'invalid_cursor', 'the cursor is not of this list')
    const all = (await this.#all(period))
      .filter(({ balance }) => !outOfBalance || balance.state !== 'in_balance')
      .sort(furthestFirst)
      .filter((one) => !after || furthestFirst(after, one) < 0)
    const items = all.slice(0, limit)
    const last = all.length > limit ? items.at(-1) : undefined
    return { items, next: last ? cursorOf(last) : null }
  }

  /** Of one partner; nothing both ways when nobody gave anything. */
  async of(partner: Did, period: Period): Promise<Reciprocal> {
    const found = (await this.#all(period, partner)).find((one) => one.partner === partner)
    const balance = balanceOf(nothing, nothing, this.#deps.threshold)
    return found ?? { partner, name: '', gave: nothing, got: nothing, balance, key: keyOf(partner) }
  }

  /** The organisation's own grants to a partner, and what the partner and its people gave us; the newest first. */
  async grants(partner: Did): Promise<{ gave: CountedGrant[]; got: CountedGrant[] }> {
    const { id } = await this.#deps.organisation()
    const of = async (
      { table, partner: column, claims, live }: Direction,
      own: string,
      params: unknown[],
    ) => {
      const found = await rows<Record<'id' | 'claims' | 'purpose' | 'live' | 'expires_at', string>>(
        this.#deps.store.reader,
        `SELECT id, ${claims} AS claims, purpose, CASE WHEN ${live} THEN 1 ELSE 0 END AS live, expires_at
         FROM ${table} WHERE ${column} = ? ${own} ORDER BY id DESC LIMIT ${MOST}`,
        [this.#deps.clock.now(), partner, ...params],
      )
      return found.map((row) => ({
        id: row.id,
        claims: JSON.parse(row.claims) as CountedGrant['claims'],
        purpose: JSON.parse(row.purpose) as string[],
        isLive: Number(row.live) === 1,
        expiresAt: Number(row.expires_at),
      }))
    }
    return { gave: await of(given, 'AND grantor_party = ?', [id]), got: await of(received, '', []) }
  }

  async #all(period: Period, only?: Did): Promise<Reciprocal[]> {
    const { threshold } = this.#deps
    const [gave, got, theirs, ours] = await Promise.all([
      this.#sides(given, only),
      this.#sides(received, only),
      this.#theirLooks(period, only),
      this.#ourLooks(period, only),
    ])
    const partners = new Set([...gave.keys(), ...got.keys()])
    return [...partners].map((partner) => {
      const [out, back] = [gave.get(partner), got.get(partner)]
      const sides = {
        gave: { ...(out?.side ?? nothing), looks: theirs.get(partner) ?? 0 },
        got: { ...(back?.side ?? nothing), looks: ours.get(partner) ?? 0 },
      }
      const balance = balanceOf(sides.gave, sides.got, threshold)
      return { partner, name: out?.name ?? back?.name ?? '', ...sides, balance, key: keyOf(partner) }
    })
  }

  async #sides(direction: Direction, only?: Did): Promise<Map<Did, { name: string; side: Side }>> {
    const { store, clock, organisation } = this.#deps
    const { table, partner, name, live, person } = direction
    const now = clock.now()
    const where = only === undefined ? '' : `WHERE ${partner} = ?`
    const mine = only === undefined ? [] : [only]
    const counted = await rows<Record<'partner' | 'name', string> & Record<string, string | number>>(
      store.reader,
      `SELECT ${partner} AS partner, max(${name}) AS name, count(*) AS total,
         sum(CASE WHEN ${live} THEN 1 ELSE 0 END) AS live, sum(CASE WHEN ${person} THEN 1 ELSE 0 END) AS persons
       FROM ${table} ${where} GROUP BY ${partner}`,
      [now, (await organisation()).id, ...mine],
    )
    const [claims, purposes] = await Promise.all([
      this.#distinct(direction, 'claims', now, only),
      this.#distinct(direction, 'purposes', now, only),
    ])
    return new Map(
      counted.map((row) => {
        const did = row.partner as Did
        const side = {
          live: Number(row.live),
          past: Number(row.total) - Number(row.live),
          byPersons: Number(row.persons),
          claims: claims.get(did) ?? 0,
          purposes: purposes.get(did) ?? 0,
          looks: 0,
        }
        return [did, { name: row.name, side }]
      }),
    )
  }

  /** Of each partner, how many different claims, or purposes, its live grants open. */
  async #distinct(
    { table, partner, claims, live }: Direction,
    what: 'claims' | 'purposes',
    now: number,
    only?: Did,
  ): Promise<Map<Did, number>> {
    const isPostgres = this.#deps.store.engine === 'postgres'
    const list = what === 'claims' ? claims : 'purpose'
    const each = isPostgres ? `json_array_elements(g.${list}::json) AS e(value)` : `json_each(g.${list}) AS e`
    const claim = isPostgres
      ? "(e.value ->> 'vct') || ' ' || (e.value -> 'path')::text"
      : "json_extract(e.value, '$.vct') || ' ' || json_extract(e.value, '$.path')"
    const purpose = isPostgres ? 'e.value::text' : 'e.value'
    const one = what === 'claims' ? `g.grantor || ' ' || ${claim}` : purpose
    const found = await rows<{ partner: string; n: number | string }>(
      this.#deps.store.reader,
      `SELECT g.${partner} AS partner, count(DISTINCT ${one}) AS n FROM ${table} g, ${each}
       WHERE ${live} ${only === undefined ? '' : `AND g.${partner} = ?`} GROUP BY g.${partner}`,
      [now, ...(only === undefined ? [] : [only])],
    )
    return new Map(found.map((row) => [row.partner as Did, Number(row.n)]))
  }

  #theirLooks(period: Period, only?: Did): Promise<Map<Did, number>> {
    return this.#counts('access_event', 'asker', "outcome = 'permit'", period, only)
  }

  /** A look at what our own list has of a partner names its row there, not its DID: it counts for nobody here. */
  #ourLooks(period: Period, only?: Did): Promise<Map<Did, number>> {
    return this.#counts('own_look', 'partner', 'grant_id IS NOT NULL', period, only)
  }

  /** Looks per partner; names of a table and its columns, no input. */
  async #counts(
    table: string,
    partner: string,
    counts: string,
    { from, until }: Period,
    only?: Did,
  ): Promise<Map<Did, number>> {
    const found = await rows<{ partner: string; n: number | string }>(
      this.#deps.store.reader,
      `SELECT ${partner} AS partner, count(*) AS n FROM ${table}
       WHERE ${counts} AND at_ms >= ? AND at_ms < ? ${only === undefined ? '' : `AND ${partner} = ?`}
       GROUP BY ${partner}`,
      [from * DAY_MS, (until + 1) * DAY_MS, ...(only === undefined ? [] : [only])],
    )
    return new Map(found.map(({ partner, n }) => [partner as Did, Number(n)]))
  }
}

const keyOf = (partner: Did): string => createHash('sha256').update(partner).digest('base64url').slice(0, 22)
