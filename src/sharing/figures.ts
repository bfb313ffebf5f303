import type { Audit } from '../audit/index.ts'
import { type Caller, type Clock, type Did, Refusal } from '../core/index.ts'
import { change, rows, type Store, type Tx } from '../store/index.ts'
import type { Lists } from './lists.ts'
import { defaultRules, type GroupRules, groupFigures } from './peer-groups.ts'
import { isOver } from './period.ts'
import { type PeerFigureRow, peerFigureTable, peerRulesTable } from './sharing-tables.ts'
import type { Statements } from './statements.ts'

export interface FiguresDeps {
  readonly store: Store
  readonly clock: Clock
  readonly audit: Audit
  readonly lists: Lists
  readonly statements: Statements
  /** The one group of each partner, by its DID: what it is to us first, or where it is. Those in none are left out. */
  readonly groupsOf: (grouping: PeerFigureRow['grouping']) => Promise<ReadonlyMap<Did, string>>
}

export const figureClaims = [
  'discount_percentage',
  'payment_term_days',
  'order_count',
  'order_value',
] as const
export const groupings = ['role', 'region'] as const

export interface NewFigures {
  readonly claim: (typeof figureClaims)[number]
  readonly period: string
  readonly grouping: PeerFigureRow['grouping']
}

/** The list partners read: what was published last. */
const MOST_LISTED = 200

/**
 * Figures about groups of customers, from what we stated to each. Computed once for each claim and period, by one
 * grouping whose groups have nobody in common: two figures whose difference is a few customers do not exist.
 */
export class Figures {
  readonly #deps: FiguresDeps

  constructor(deps: FiguresDeps) {
    this.#deps = deps
  }

  /**
   * @throws Refusal `period_open` while it could still change, `figures_frozen` when they were published,
   *   `group_too_small` when no group is large and even enough
   */
  async publish(caller: Caller, { claim, period, grouping }: NewFigures): Promise<PeerFigureRow> {
    const { store, clock, audit, lists, statements, groupsOf } = this.#deps
    const now = clock.now()
    if (!isOver(period, now)) throw new Refusal('conflict', 'period_open', 'this period is not over yet')
    const [stated, groups, rules] = await Promise.all([
      statements.about(period),
      groupsOf(grouping),
      this.rules(),
    ])
    const contributions = stated.flatMap(({ row, claims }) => {
      const group = groups.get(row.customer)
      const value = claims[claim]
      return group !== undefined && typeof value === 'number' ? [{ group, value }] : []
    })
    const { figures, withheld } = groupFigures(contributions, rules)
    if (figures.length === 0)
      throw new Refusal('conflict', 'group_too_small', 'no group is large and even enough to tell of', {
        params: { least: rules.minGroup },
      })
    return store.transact(async (tx) => {
      const row: PeerFigureRow = { claim, period, grouping, figures, withheld, publishedAt: now }
      await insertOnce(tx, row)
      await lists.setIn(tx, caller, 'figures', { figures: await listed(tx) })
      await audit.record(tx, caller, 'figures.published', { claim, period, grouping, groups: figures.length })
      return row
    })
  }

  /** Newest first. */
  async list(): Promise<PeerFigureRow[]> {
    return this.#deps.store.reader.find(peerFigureTable, {
      order: { publishedAt: 'DESC', claim: 'ASC' },
      take: MOST_LISTED,
    })
  }

  async rules(): Promise<GroupRules> {
    const row = await this.#deps.store.reader.findOneBy(peerRulesTable, { id: 'rules' })
    return row ? { minGroup: row.minGroup, maxShare: row.maxShare / 100 } : defaultRules
  }

  /**
   * Makes the rules stricter.
   * @param maxShare per cent
   * @throws Refusal `rules_not_stricter`
   */
  async tighten(caller: Caller, minGroup: number, maxShare: number): Promise<GroupRules> {
    const { store, audit } = this.#deps
    await store.transact(async (tx) => {
      const now = await tx.findOneBy(peerRulesTable, { id: 'rules' })
      if (!now || minGroup < now.minGroup || maxShare > now.maxShare)
        throw new Refusal('conflict', 'rules_not_stricter', 'these rules can be made stricter, not looser')
      const seen = { id: 'rules', minGroup: now.minGroup, maxShare: now.maxShare }
      if ((await change(tx, peerRulesTable, seen, { minGroup, maxShare })) !== 1)
        throw new Refusal('conflict', 'changed_meanwhile', 'somebody changed this in the meantime')
      await audit.record(tx, caller, 'figures.rules_set', { min_group: minGroup, max_share: maxShare })
    })
    return this.rules()
  }
}

/** @throws Refusal `figures_frozen` */
async function insertOnce(tx: Tx, row: PeerFigureRow): Promise<void> {
  const { claim, period, grouping, figures, withheld, publishedAt } = row
  const written = await rows(
    tx,
    `INSERT INTO peer_figure (claim, period, grouping, figures, withheld, published_at) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (claim, period) DO NOTHING RETURNING claim`,
    [claim, period, grouping, JSON.stringify(figures), JSON.stringify(withheld), publishedAt],
  )
  if (written.length === 0)
    throw new Refusal('conflict', 'figures_frozen', 'these figures were published, and stay as they are')
}

/** What partners read, the newest first. */
async function listed(tx: Tx): Promise<object[]> {
  const all = await tx.find(peerFigureTable, { order: { publishedAt: 'DESC' }, take: MOST_LISTED })
  return all
    .flatMap(({ claim, period, grouping, figures }) =>
      figures.map((figure) => ({ claim, period, grouping, ...figure })),
    )
    .slice(0, MOST_LISTED)
}
