import type { Audit } from '../audit/index.ts'
import { type Caller, type Clock, newId, Refusal, requireVersion } from '../core/index.ts'
import { change, LessThan, rows, type Store, type Tx } from '../store/index.ts'
import type { Vault } from '../vault/index.ts'
import { BreachText, type BreachWords } from './breach-text.ts'
import type { Announce } from './ports.ts'
import {
  type BreachRow,
  type BreachScope,
  type BreachStep,
  breachStepTable,
  breachTable,
} from './processing-tables.ts'

export interface BreachesDeps {
  readonly store: Store
  readonly vault: Vault
  readonly clock: Clock
  readonly audit: Audit
  readonly scope: () => Promise<string>
  readonly announce: Announce
  /** Hours from discovery in which is decided and reported; of the settings. */
  readonly hours: () => Promise<number>
}

export interface BreachCase {
  readonly row: BreachRow
  readonly words: BreachWords
}

const HOUR = 3_600_000
/** Hours from discovery that AVG article 33 gives. */
export const DEFAULT_HOURS = 72
/** The company's systems hear that the clock runs out when this part of it is left. */
const NEAR = 4

/** Cases of a breach of personal data: a clock, decisions, and what was done (AVG, articles 33 and 34). */
export class Breaches {
  readonly #deps: BreachesDeps
  readonly #text: BreachText

  constructor(deps: BreachesDeps) {
    this.#deps = deps
    this.#text = new BreachText(deps)
  }

  /** @throws Refusal `breach_times_wrong` */
  async open(
    by: Caller,
    given: { readonly discoveredAt: number; readonly scope: BreachScope; readonly words: BreachWords },
  ): Promise<BreachCase> {
    const { store, clock, announce, hours } = this.#deps
    const { discoveredAt, scope, words } = given
    const now = clock.now()
    requireTimes(scope, discoveredAt, now)
    const id = newId()
    const row: BreachRow = {
      ...{ id, state: 'open', discoveredAt, deadlineAt: discoveredAt + (await hours()) * HOUR, scope },
      sealed: await this.#text.seal(id, words),
      ...{ authority: null, persons: null, reportedAt: null, personsToldAt: null },
      ...{ nearToldAt: null, overdueToldAt: null, openedAt: now, closedAt: null, version: 1 },
    }
    const step = await this.#text.step(id, 'opened', by, words.title)
    await store.transact(async (tx) => {
      await tx.insert(breachTable, row)
      await this.#record(tx, by, step)
      const data = { breach: id, deadline_at: row.deadlineAt }
      await announce(tx, [{ type: 'nl.regie.breach.opened', subject: id, data }])
    })
    return { row, words }
  }

  /** What is known of it now; what is not given stays. @throws Refusal as {@link get}, `breach_times_wrong`, `changed_meanwhile` */
  async amend(
    by: Caller,
    id: string,
    given: { readonly scope?: BreachScope; readonly words: Partial<BreachWords>; readonly note: string },
    seen?: number,
  ): Promise<BreachCase> {
    const known = await this.#requireOpen(id, seen)
    const scope = given.scope ?? known.row.scope
    requireTimes(scope, known.row.discoveredAt, this.#deps.clock.now())
    const words = { ...known.words, ...given.words }
    const sealed = await this.#text.seal(id, words)
    return this.#change(by, known, 'amended', given.note, { scope, sealed }, words)
  }

  /** Whether the supervisor, or the persons, are to be told, and why; until it is closed it may be decided anew. */
  async decide(
    by: Caller,
    id: string,
    { about, report, reason }: { about: 'authority' | 'persons'; report: boolean; reason: string },
    seen?: number,
  ): Promise<BreachCase> {
    const known = await this.#requireOpen(id, seen)
    const decision = { at: this.#deps.clock.now(), report }
    return this.#change(by, known, `${about}_decided`, reason, { [about]: decision })
  }

  /** Writes down what was done. @param at ms, when it was done */
  async note(
    by: Caller,
    id: string,
    { step, text, at }: { step: 'reported' | 'persons_told' | 'note'; text: string; at: number },
    seen?: number,
  ): Promise<BreachCase> {
    const known = await this.#requireOpen(id, seen)
    if (at > this.#deps.clock.now() || (step !== 'note' && at < known.row.discoveredAt)) throw wrongTimes()
    const set = { reported: { reportedAt: at }, persons_told: { personsToldAt: at }, note: {} }[step]
    return this.#change(by, known, step, text, set)
  }

  /** @throws Refusal `breach_not_finished`, with what is missing; `breach_closed`, `breach_unknown` */
  async close(by: Caller, id: string, text: string, seen?: number): Promise<BreachCase> {
    const known = await this.#requireOpen(id, seen)
    const missing = missingIn(known.row)
    if (missing.length > 0)
      throw new Refusal(
        'conflict',
        'breach_not_finished',
        'decide first, and do what was decided: then the case can be closed',
        { params: { missing } },
      )
    return this.#change(by, known, 'closed', text, { state: 'closed', closedAt: this.#deps.clock.now() })
  }

  /** @throws Refusal `breach_unknown` */
  async get(id: string): Promise<BreachCase> {
    const row = await this.#deps.store.reader.findOneBy(breachTable, { id })
    if (!row) throw new Refusal('not_found', 'breach_unknown', 'there is no such case')
    return { row, words: await this.#text.open(row) }
  }

  /** What was done, oldest first. */
  steps(id: string) {
    return this.#text.steps(id)
  }

  /** Newest first. */
  async list(page: { readonly cursor?: string; readonly limit: number }) {
    const found = await this.#deps.store.reader.find(breachTable, {
      where: page.cursor ? { id: LessThan(page.cursor) } : {},
      order: { id: 'DESC' },
      take: page.limit,
    })
    const items = await Promise.all(
      found.map(async (row): Promise<BreachCase> => ({ row, words: await this.#text.open(row) })),
    )
    return { items, next: items.length === page.limit ? (items.at(-1)?.row.id ?? null) : null }
  }

  /** Tells systems, once each, that the clock of a case runs out soon, and that it ran out. */
  async announceClocks(): Promise<void> {
    const { store, clock } = this.#deps
    const now = clock.now()
    const running = await rows<{ id: string; remaining: number | string; whole: number | string }>(
      store.reader,
      `SELECT id, deadline_at - ? AS remaining, deadline_at - discovered_at AS whole FROM breach
       WHERE state = 'open' AND reported_at IS NULL AND (near_told_at IS NULL OR overdue_told_at IS NULL)`,
      [now],
    )
    for (const { id, remaining, whole } of running) {
      const { row } = await this.get(id)
      // Who decided not to report has no clock any more.
      if (row.authority?.report === false) continue
      if (Number(remaining) <= 0) await this.#tellOnce(row, 'overdue', now)
      else if (Number(remaining) <= Number(whole) / NEAR) await this.#tellOnce(row, 'deadline_near', now)
    }
  }

  async #tellOnce(row: BreachRow, what: 'overdue' | 'deadline_near', now: number): Promise<void> {
    const { store, audit, announce } = this.#deps
    const mark = what === 'overdue' ? 'overdue_told_at' : 'near_told_at'
    await store.transact(async (tx) => {
      const told = await rows(
        tx,
        `UPDATE breach SET ${mark} = ? WHERE id = ? AND ${mark} IS NULL AND state = 'open' RETURNING id`,
        [now, row.id],
      )
      if (told.length === 0) return
      await audit.record(tx, 'system', `breach.${what}`, { breach: row.id })
      const data = { breach: row.id, deadline_at: row.deadlineAt }
      await announce(tx, [{ type: `nl.regie.breach.${what}`, subject: row.id, data }])
    })
  }

  /** @param seen the version the caller looked at, where it says so */
  async #requireOpen(id: string, seen: number | undefined): Promise<BreachCase> {
    const known = await this.get(id)
    if (known.row.state === 'closed')
      throw new Refusal('conflict', 'breach_closed', 'this case is closed: open a new one')
    requireVersion(seen, known.row.version)
    return known
  }

  /** One change at a time: who worked on an older case must look again. */
  async #change(
    by: Caller,
    { row, words: before }: BreachCase,
    name: BreachStep,
    text: string,
    set: Partial<BreachRow>,
    words: BreachWords = before,
  ): Promise<BreachCase> {
    const { id, version } = row
    const step = await this.#text.step(id, name, by, text)
    const changed = { ...set, version: version + 1 }
    await this.#deps.store.transact(async (tx) => {
      if ((await change(tx, breachTable, { id, state: 'open', version }, changed)) === 0)
        throw new Refusal('conflict', 'breach_changed', 'somebody else changed this case: look at it again')
      await this.#record(tx, by, step)
    })
    return { row: { ...row, ...changed }, words }
  }

  async #record(tx: Tx, by: Caller, step: Awaited<ReturnType<BreachText['step']>>): Promise<void> {
    await tx.insert(breachStepTable, step)
    await this.#deps.audit.record(tx, by, `breach.${step.step}`, { breach: step.breachId })
  }
}

/** What a case still needs before it can be closed. */
export function missingIn({ authority, persons, reportedAt, personsToldAt }: BreachRow): string[] {
  const open: readonly (readonly [string, boolean])[] = [
    ['authority_decision', authority === null],
    ['persons_decision', persons === null],
    ['report', authority?.report === true && reportedAt === null],
    ['persons_told', persons?.report === true && personsToldAt === null],
  ]
  return open.flatMap(([what, isOpen]) => (isOpen ? [what] : []))
}

function requireTimes({ from, until }: BreachScope, discoveredAt: number, now: number): void {
  if (from > until || discoveredAt < from || discoveredAt > now || until > now) throw wrongTimes()
}

const wrongTimes = () =>
  new Refusal(
    'invalid',
    'breach_times_wrong',
    'these times lie in the future, or the end or the discovery before the beginning',
  )
