import type { PartnerRole } from '../core/index.ts'
import { rows, type Store } from '../store/index.ts'
import type { Condition } from './invited.ts'
import { type NetworkState, type PartnerKind, searchName } from './partner.ts'
import type { PartnerRow } from './partner-table.ts'

/** Which partners are meant: those for which all that is said holds. */
export interface PartnerFilter {
  /** Part of the name. */
  readonly q?: string
  readonly activity?: PartnerRow['activity']
  readonly inNetwork?: boolean
  readonly network?: NetworkState
  /** What it is to us; `none`: nobody said. */
  readonly role?: PartnerRole | 'none'
  readonly kind?: PartnerKind
  /** Of its newest invitation. */
  readonly invited?: Condition
}

export const partnerSorts = ['newest', 'name', 'activity'] as const
export type PartnerSort = (typeof partnerSorts)[number]

export interface PartnerPage {
  /** Id of the last one seen: names are in no address. */
  readonly cursor?: string
  readonly limit: number
  readonly sort?: PartnerSort
}

/** What somebody said counts before what the books say. */
const ACTIVITY = "CASE WHEN inactive_said_at IS NULL THEN activity ELSE 'inactive' END"

const ORDERS: Readonly<Record<PartnerSort, { readonly by: string; readonly past: '<' | '>' }>> = {
  newest: { by: 'id', past: '<' },
  name: { by: "COALESCE(search_name, '~')", past: '>' },
  activity: {
    by: `CASE ${ACTIVITY} WHEN 'active' THEN 0 WHEN 'dormant' THEN 1 WHEN 'unknown' THEN 2 ELSE 3 END`,
    past: '>',
  },
}

/** Ids of a page of partners. */
export function pageOfIds(
  store: Store,
  filter: PartnerFilter,
  { cursor, limit, sort = 'newest' }: PartnerPage,
): Promise<string[]> {
  const { by, past } = ORDERS[sort]
  const sql =
    sort === 'newest' ? 'id < ?' : `(${by}, id) ${past} (SELECT ${by}, id FROM partner WHERE id = ?)`
  const after = { sql, values: [cursor] }
  const direction = past === '<' ? 'DESC' : 'ASC'
  return idsWhere(store, [...conditionsOf(filter), ...(cursor === undefined ? [] : [after])], {
    order: `${by} ${direction}, id ${direction}`,
    limit,
  })
}

/** Ids of all that are meant, up to so many, the first ones of the list first. */
export const selectIds = (store: Store, filter: PartnerFilter, limit: number): Promise<string[]> =>
  idsWhere(store, conditionsOf(filter), { order: 'id', limit })

function conditionsOf({ q, activity, inNetwork, network, role, kind, invited }: PartnerFilter): Condition[] {
  const name = q === undefined ? '' : searchName(q)
  return [
    ...(name === ''
      ? []
      : [{ sql: "search_name LIKE ? ESCAPE '!'", values: [`%${name.replace(/[!%_]/g, '!$&')}%`] }]),
    ...(activity === undefined ? [] : [{ sql: `${ACTIVITY} = ?`, values: [activity] }]),
    ...(inNetwork === undefined
      ? []
      : [{ sql: `network_state ${inNetwork ? '=' : '<>'} ?`, values: ['in_network'] }]),
    ...(network === undefined ? [] : [{ sql: 'network_state = ?', values: [network] }]),
    ...(role === undefined
      ? []
      : role === 'none'
        ? [{ sql: 'roles = ?', values: ['[]'] }]
        : [{ sql: 'roles LIKE ?', values: [`%"${role}"%`] }]),
    ...(kind === undefined ? [] : [{ sql: 'kind = ?', values: [kind] }]),
    ...(invited === undefined ? [] : [invited]),
  ]
}

async function idsWhere(
  store: Store,
  conditions: readonly Condition[],
  { order, limit }: { readonly order: string; readonly limit: number },
): Promise<string[]> {
  const where = conditions.length > 0 ? `WHERE ${conditions.map(({ sql }) => sql).join(' AND ')}` : ''
  const found = await rows<{ id: string }>(
    store.reader,
    `SELECT id FROM partner ${where} ORDER BY ${order} LIMIT ?`,
    [...conditions.flatMap(({ values }) => values), limit],
  )
  return found.map(({ id }) => id)
}
