import type { Audit } from '../audit/index.ts'
import { type Caller, type Clock, type PartnerRole, partnerRoles, Refusal } from '../core/index.ts'
import { change, In, type Store } from '../store/index.ts'
import { changeList } from './partner-list.ts'
import { type PartnerRow, partnerTable } from './partner-table.ts'
import { type PartnerFilter, selectIds } from './selection.ts'

export interface ManyDeps {
  readonly store: Store
  readonly clock: Clock
  readonly audit: Audit
}

/** What is said of all that are meant. */
export interface ManyChange {
  readonly add?: readonly PartnerRole[]
  readonly remove?: readonly PartnerRole[]
  /** Nothing is to be expected of them any more, whatever the books say; false takes that back. */
  readonly inactive?: boolean
}

/** Partners that one choice may be about. */
const MOST = 10_000
const AT_A_TIME = 200

/** Says something of many partners at once: all of them, or none. */
export class Many {
  readonly #deps: ManyDeps

  constructor(deps: ManyDeps) {
    this.#deps = deps
  }

  /** @throws Refusal `partners_none_meant`, `partners_too_many`, `partners_busy`, `invalid` when nothing is said */
  async set(
    caller: Caller,
    filter: PartnerFilter,
    said: ManyChange,
  ): Promise<{ changed: number; same: number }> {
    if (said.inactive === undefined && !said.add?.length && !said.remove?.length)
      throw new Refusal('invalid', 'nothing_said', 'say which roles, or whether they are inactive')
    const { store, clock, audit } = this.#deps
    return changeList(
      store,
      () => this.#meant(filter),
      async (tx, found) => {
        const now = clock.now()
        const changed = found.flatMap((row) => {
          const set = after(row, said, now)
          const isSame =
            set.inactiveSaidAt === row.inactiveSaidAt && set.roles.join() === [...row.roles].join()
          return isSame ? [] : [{ id: row.id, ...set }]
        })
        for (const { id, ...set } of changed) {
          await change(tx, partnerTable, { id }, { ...set, updatedAt: now })
          await audit.record(tx, caller, 'partner.said', {
            ...{ partner: id, roles: set.roles, inactive: set.inactiveSaidAt === null ? 'no' : 'yes' },
          })
        }
        return { changed: changed.length, same: found.length - changed.length }
      },
    )
  }

  async #meant(filter: PartnerFilter): Promise<PartnerRow[]> {
    const { store } = this.#deps
    const ids = await selectIds(store, filter, MOST + 1)
    if (ids.length === 0)
      throw new Refusal('unprocessable', 'partners_none_meant', 'no partner is as you say')
    if (ids.length > MOST)
      throw new Refusal('too_large', 'partners_too_many', 'this is about too many partners at once', {
        params: { limit: MOST },
      })
    const found: PartnerRow[] = []
    for (let at = 0; at < ids.length; at += AT_A_TIME)
      found.push(...(await store.reader.findBy(partnerTable, { id: In(ids.slice(at, at + AT_A_TIME)) })))
    return found
  }
}

/** What a partner is after that was said. Inactive since the first time anybody said so. */
export function after(
  row: Pick<PartnerRow, 'roles' | 'inactiveSaidAt'>,
  { add = [], remove = [], inactive }: ManyChange,
  now: number,
): Pick<PartnerRow, 'roles' | 'inactiveSaidAt'> {
  const roles = partnerRoles.filter(
    (role) => (row.roles.includes(role) || add.includes(role)) && !remove.includes(role),
  )
  if (inactive === undefined) return { roles, inactiveSaidAt: row.inactiveSaidAt }
  return { roles, inactiveSaidAt: inactive ? (row.inactiveSaidAt ?? now) : null }
}
