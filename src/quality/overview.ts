import { type Caller, isoTime, Refusal } from '../core/index.ts'
import {
  differencesOf,
  type Partner,
  type PartnerQuality,
  type Partners,
  type QualityCode,
  type SharedValue,
} from '../partners/index.ts'
import { placeholders, rows, type Store } from '../store/index.ts'
import type { Assessor } from './assessor.ts'
import type { Bounces } from './bounces.ts'
import { agesOf, pointsOf, type QualityRules, weights } from './judge.ts'
import { partnerQualityTable, type StoredReason } from './quality-tables.ts'

export interface QualityOverviewDeps {
  readonly store: Store
  readonly clock: { now(): number }
  readonly partners: Pick<Partners, 'byIds'>
  readonly assessor: Assessor
  readonly bounces: Bounces
  readonly rules: QualityRules
  /** Which of these grants we hold let this caller look. */
  readonly allowedAmong: (caller: Caller, grants: readonly string[]) => Promise<ReadonlySet<string>>
}

type Reason = PartnerQuality['reasons'][number]

/** A partner with why what we have of it may not be right. */
export interface JudgedPartner {
  readonly partner: Partner
  readonly points: number
  readonly reasons: readonly Reason[]
}

const DAY_MS = 86_400_000

/** How good what we have of partners is: the worst first, and of one partner value by value. */
export class QualityOverview {
  readonly #deps: QualityOverviewDeps

  constructor(deps: QualityOverviewDeps) {
    this.#deps = deps
  }

  /** The worst first. A difference is counted for whom the owner lets see the value, and for nobody else. */
  async list(
    caller: Caller,
    filter: { readonly reason?: QualityCode; readonly activity?: string },
    { cursor, limit }: { readonly cursor?: string; readonly limit: number },
  ): Promise<{ items: JudgedPartner[]; next: string | null; waiting: boolean }> {
    const { store, partners, assessor } = this.#deps
    const waiting = await assessor.catchUp()
    const after = cursor === undefined ? null : parseCursor(cursor)
    const seen = await this.#differences(caller)
    const inSeen = seen.grants.length > 0 ? `d.grant_id IN (${placeholders(seen.grants.length)})` : '1 = 0'
    const reason =
      filter.reason === undefined
        ? ''
        : filter.reason === 'different'
          ? 'AND different > 0'
          : `AND reasons LIKE '%"code":"${filter.reason}"%'`
    const found = await rows<{ partner_id: string; total: number | string; reasons: string }>(
      store.reader,
      `SELECT partner_id, total, reasons FROM (
         SELECT partner_id, reasons, different, points + ${weights.different} * different AS total FROM (
           SELECT q.partner_id, q.points, q.reasons, (
             SELECT count(*) FROM partner_difference d WHERE d.partner_id = q.partner_id AND ${inSeen}) AS different
           FROM partner_quality q JOIN partner p ON p.id = q.partner_id
           ${filter.activity === undefined ? '' : 'WHERE p.activity = ?'}) AS counted) AS summed
       WHERE total > 0 ${reason} ${after ? 'AND (total < ? OR (total = ? AND partner_id > ?))' : ''}
       ORDER BY total DESC, partner_id LIMIT ?`,
      [
        ...seen.grants,
        ...(filter.activity === undefined ? [] : [filter.activity]),
        ...(after ? [after.total, after.total, after.id] : []),
        limit,
      ],
    )
    const opened = new Map(
      (await partners.byIds(found.map(({ partner_id }) => partner_id))).map((one) => [one.row.id, one]),
    )
    const items = found.flatMap(({ partner_id: id, reasons }): JudgedPartner[] => {
      const partner = opened.get(id)
      if (!partner) return []
      const all = reasonsOf(JSON.parse(reasons), seen.claims.get(id) ?? [])
      return [{ partner, points: pointsOf(all), reasons: all }]
    })
    const last = found.length === limit ? found.at(-1) : undefined
    return { items, next: last ? `${Number(last.total)} ${last.partner_id}` : null, waiting }
  }

  /** Of one partner, value by value. @param shared what the caller may see of it */
  async of(partner: Partner, shared: readonly SharedValue[]): Promise<PartnerQuality> {
    const { store, clock, assessor, bounces, rules } = this.#deps
    await assessor.refresh(partner.row.id)
    const stored = await store.reader.findOneBy(partnerQualityTable, { partnerId: partner.row.id })
    const different = differencesOf(partner, shared).map(({ claim }) => claim)
    const reasons = reasonsOf(stored?.reasons ?? [], different)
    const now = clock.now()
    return {
      points: pointsOf(reasons),
      reasons,
      ages: agesOf(partner, shared, rules, now).map(({ asOf, ...age }) => ({
        ...age,
        as_of: isoTime(asOf),
        days: Math.max(0, Math.floor((now - asOf) / DAY_MS)),
      })),
      bounces: (await bounces.open(partner.row.id)).map((one) => ({
        ...{
          id: one.id,
          what: one.what,
          whose: one.whose,
          grant: one.grantId,
          kind: one.kind,
          count: one.count,
        },
        first_at: isoTime(one.firstAt),
        last_at: isoTime(one.lastAt),
      })),
      taken: Object.entries(partner.content.taken?.fields ?? {}).map(([field, taken]) => ({
        ...{ field, claim: taken.claim, grant: taken.grantId, source: taken.source },
        as_of: isoTime(taken.asOf),
        taken_at: isoTime(taken.at),
      })),
    }
  }

  /** The differences this caller may know of: the grants they are under, and the claims by partner. */
  async #differences(caller: Caller) {
    const found = await rows<{ partner_id: string; claim: string; grant_id: string }>(
      this.#deps.store.reader,
      'SELECT partner_id, claim, grant_id FROM partner_difference ORDER BY claim',
    )
    const allowed = await this.#deps.allowedAmong(caller, [...new Set(found.map(({ grant_id }) => grant_id))])
    const claims = new Map<string, string[]>()
    for (const { partner_id, claim, grant_id } of found)
      if (allowed.has(grant_id)) claims.set(partner_id, [...(claims.get(partner_id) ?? []), claim])
    return { grants: [...allowed], claims }
  }
}

/** The heaviest first. */
const reasonsOf = (stored: readonly StoredReason[], different: readonly string[]): Reason[] =>
  [
    ...stored,
    ...(different.length > 0
      ? [{ code: 'different' as const, count: different.length, what: different }]
      : []),
  ]
    .map(({ code, count, what }) => ({
      code,
      count,
      points: weights[code] * count,
      what: [...new Set(what)],
    }))
    .sort((a, b) => b.points - a.points)

/** @throws Refusal `invalid_cursor` */
function parseCursor(cursor: string): { total: number; id: string } {
  const [, total, id = ''] = /^(\d{1,9}) (\S+)$/.exec(cursor) ?? []
  if (total === undefined) throw new Refusal('invalid', 'invalid_cursor', 'the cursor is not of this list')
  return { total: Number(total), id }
}
