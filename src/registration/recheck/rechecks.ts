import type { Audit } from '../../audit/index.ts'
import {
  type Clock,
  type Did,
  isRefusal,
  type Log,
  newId,
  Refusal,
  type UserCaller,
} from '../../core/index.ts'
import {
  acquireLease,
  change,
  column,
  EntitySchema,
  insertAll,
  LessThan,
  type Migration,
  rows,
  type Store,
  type Tx,
} from '../../store/index.ts'
import type { Vault } from '../../vault/index.ts'
import { scopeOf } from '../case/seals.ts'
import type { LookUps } from '../kvk/look-ups.ts'

/** One look at a registered organisation, a year after the one before. */
export interface RecheckRow {
  id: string
  caseId: string
  organisation: Did
  at: number
  /** `failed`: the register gave no usable answer; it is asked again a day later. */
  outcome: 'same' | 'different' | 'failed'
  /** What differs: names of facts, never their values. */
  fields: readonly string[]
  /** A difference is open until the reputation manager judged it. */
  state: 'open' | 'closed'
  /** What she found, sealed under the case's key. */
  verdict: Buffer | null
  byParty: string | null
  closedAt: number | null
}

export const recheckTable = new EntitySchema<RecheckRow>({
  name: 'registration_recheck',
  columns: {
    id: column.id(),
    caseId: column.text('case_id'),
    organisation: column.text('organisation'),
    at: column.time('at'),
    outcome: column.text('outcome'),
    fields: column.json('fields'),
    state: column.text('state'),
    verdict: column.optionalBytes('verdict'),
    byParty: column.optionalText('by_party'),
    closedAt: column.optionalTime('closed_at'),
  },
})

export const recheckMigration: Migration = {
  id: 1795000520005,
  name: 'RegistrationRecheck',
  up: [
    `CREATE TABLE registration_recheck (
      id text PRIMARY KEY, case_id text NOT NULL, organisation text NOT NULL, at bigint NOT NULL,
      outcome text NOT NULL, fields text NOT NULL, state text NOT NULL, verdict text, by_party text, closed_at bigint)`,
    'CREATE INDEX registration_recheck_of_case ON registration_recheck (case_id, at)',
    'CREATE INDEX registration_recheck_by_state ON registration_recheck (state, id)',
  ],
}

export interface RechecksDeps {
  readonly store: Store
  readonly vault: Vault
  readonly clock: Clock
  readonly audit: Audit
  readonly log: Log
  readonly lookUps: LookUps
  /** Tells the trust anchor's own systems that there is a difference. */
  readonly whenDifferent: (tx: Tx, row: RecheckRow) => Promise<void>
}

export interface ShownRecheck extends Omit<RecheckRow, 'verdict'> {
  readonly verdict: string | null
}

const DAY_MS = 86_400_000
const YEAR_MS = 365 * DAY_MS
const LEASE_MS = 120_000
/** The register is asked little by little. */
const MAX_AT_ONCE = 5
const LEASE = 'registration_recheck'
/** About the register, not about this organisation: the others would fare no better now. */
const NOT_NOW = ['kvk_not_configured', 'kvk_unreachable', 'kvk_busy', 'kvk_key_refused'] as const
const place = (id: string) => `registration_recheck:${id}:verdict`

/** The yearly look at each registered organisation, and what the reputation manager makes of what differs. */
export class Rechecks {
  readonly #deps: RechecksDeps
  readonly #holder = newId()
  #looking: Promise<void> | undefined

  constructor(deps: RechecksDeps) {
    this.#deps = deps
  }

  /** Looks at some of those whose year is over; one process at a time, and once in it. */
  carryOn(): Promise<void> {
    this.#looking ??= this.#lookAtSome().finally(() => {
      this.#looking = undefined
    })
    return this.#looking
  }

  async #lookAtSome(): Promise<void> {
    const { store, clock, log } = this.#deps
    const due = await this.#due()
    if (due.length === 0) return
    if (!(await acquireLease(store, clock, { name: LEASE, holder: this.#holder, ms: LEASE_MS }))) return
    for (const { id, organisation } of due) {
      try {
        if (!(await this.#look(id, organisation))) return
      } catch (err) {
        log.error({ err, case: id }, 'an organisation could not be checked again')
      }
    }
  }

  /** Newest first. */
  async list(filter: {
    readonly state?: RecheckRow['state'] | undefined
    readonly cursor?: string | undefined
    readonly limit: number
  }): Promise<{ items: ShownRecheck[]; next: string | null }> {
    const { state, cursor, limit } = filter
    const found = await this.#deps.store.reader.find(recheckTable, {
      where: { ...(state && { state }), ...(cursor && { id: LessThan(cursor) }) },
      order: { id: 'DESC' },
      take: limit,
    })
    const items = await Promise.all(found.map((row) => this.#open(row)))
    return { items, next: found.length === limit ? (found.at(-1)?.id ?? null) : null }
  }

  /**
   * Closes a difference, with what was found about it. Once.
   * @throws Refusal `recheck_unknown`, `recheck_closed`
   */
  async close(caller: UserCaller, id: string, verdict: string): Promise<ShownRecheck> {
    const { store, vault, clock, audit } = this.#deps
    const row = await this.#require(id)
    const sealed = await vault.seal(scopeOf(row.caseId), place(id), verdict)
    const set = { state: 'closed', verdict: sealed, byParty: caller.personId, closedAt: clock.now() } as const
    await store.transact(async (tx) => {
      if ((await change(tx, recheckTable, { id, state: 'open' }, set)) !== 1)
        throw new Refusal('conflict', 'recheck_closed', 'this difference was judged before')
      const { caseId, organisation } = row
      await audit.record(tx, caller, 'registration.recheck_closed', {
        case: caseId,
        organisation,
        recheck: id,
      })
    })
    return this.#open(await this.#require(id))
  }

  async #require(id: string): Promise<RecheckRow> {
    const row = await this.#deps.store.current().findOneBy(recheckTable, { id })
    if (!row) throw new Refusal('not_found', 'recheck_unknown', 'there is no such difference')
    return row
  }

  #due(): Promise<{ id: string; organisation: Did }[]> {
    const { store, clock } = this.#deps
    const now = clock.now()
    return rows(
      store.reader,
      `SELECT id, organisation FROM registration_case c
       WHERE state = 'registered' AND decided_at < ? AND NOT EXISTS (SELECT 1 FROM registration_recheck r
         WHERE r.case_id = c.id AND ((r.outcome <> 'failed' AND r.at > ?) OR r.at > ?))
       ORDER BY decided_at LIMIT ?`,
      [now - YEAR_MS, now - YEAR_MS, now - DAY_MS, MAX_AT_ONCE],
    )
  }

  /** @returns false where the register is not to be asked now */
  async #look(caseId: string, organisation: Did): Promise<boolean> {
    const { lookUps } = this.#deps
    try {
      const { compared } = await lookUps.look('system', caseId)
      const fields = compared.flatMap(({ field, same }) => (same ? [] : [field]))
      await this.#record(caseId, organisation, fields.length > 0 ? 'different' : 'same', fields)
    } catch (error) {
      if (isRefusal(error, ...NOT_NOW)) return false
      if (!isRefusal(error)) throw error
      // Not in the register any more, or never was: somebody has to look.
      const isGone = isRefusal(error, 'kvk_unknown', 'kvk_number_missing')
      await this.#record(caseId, organisation, isGone ? 'different' : 'failed', [error.code])
    }
    return true
  }

  async #record(
    caseId: string,
    organisation: Did,
    outcome: RecheckRow['outcome'],
    fields: readonly string[],
  ): Promise<void> {
    const { store, clock, audit, whenDifferent } = this.#deps
    const row: RecheckRow = {
      ...{ id: newId(), caseId, organisation, at: clock.now(), outcome, fields },
      state: outcome === 'different' ? 'open' : 'closed',
      ...{ verdict: null, byParty: null, closedAt: null },
    }
    await store.transact(async (tx) => {
      await insertAll(tx, recheckTable, [row])
      await audit.record(tx, 'system', 'registration.rechecked', {
        ...{ case: caseId, organisation, recheck: row.id, outcome },
        differences: [...fields],
      })
      if (outcome === 'different') await whenDifferent(tx, row)
    })
  }

  async #open({ verdict, ...row }: RecheckRow): Promise<ShownRecheck> {
    return { ...row, verdict: verdict && (await this.#deps.vault.openText(place(row.id), verdict)) }
  }
}
