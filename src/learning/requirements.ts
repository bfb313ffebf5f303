import type { Audit } from '../audit/index.ts'
import { type Caller, type Clock, type InactiveRole, Refusal, type Role } from '../core/index.ts'
import { placeholders, rows, type Store } from '../store/index.ts'
import type { Courses } from './courses.ts'
import { type RequirementRow, requirementTable } from './tables.ts'

export interface RequirementsDeps {
  readonly store: Store
  readonly clock: Clock
  readonly audit: Audit
  readonly courses: Courses
  /** Since when somebody has her account, in ms. */
  readonly accountSince: (personId: string) => Promise<number>
}

const DAY_MS = 86_400_000

/** Whether somebody's role works: she has a certificate, or was there before it was asked and still has time. */
export function isMet(
  { since, graceUntil }: Pick<RequirementRow, 'since' | 'graceUntil'>,
  person: { readonly isCertified: boolean; readonly accountSince: number },
  now: number,
): boolean {
  return person.isCertified || (person.accountSince <= since && now < graceUntil)
}

/** Which training a company asks for before a role works. */
export class Requirements {
  readonly #deps: RequirementsDeps

  constructor(deps: RequirementsDeps) {
    this.#deps = deps
  }

  list(): Promise<RequirementRow[]> {
    return this.#deps.store.reader.find(requirementTable, { order: { role: 'ASC' } })
  }

  /**
   * Asks a course for a role, in the place of what was asked before.
   * @param graceDays for who has an account already
   * @throws Refusal `course_unknown`, `course_not_for_role`, `training_locks_out`
   */
  async require(
    caller: Caller,
    {
      role,
      course: id,
      graceDays,
    }: { readonly role: Role; readonly course: string; readonly graceDays: number },
  ): Promise<RequirementRow> {
    const { store, clock, audit, courses } = this.#deps
    if (role === 'administrator')
      throw new Refusal(
        'conflict',
        'training_locks_out',
        'nobody could take this back: an administrator needs none',
      )
    if (!courses.require(id).roles.includes(role))
      throw new Refusal('unprocessable', 'course_not_for_role', 'this course is made for other roles')
    const since = clock.now()
    const row: RequirementRow = { role, course: id, since, graceUntil: since + graceDays * DAY_MS }
    await store.transact(async (tx) => {
      await tx.upsert(requirementTable, row, ['role'])
      await audit.record(tx, caller, 'training.required', { role, course: id, grace_days: graceDays })
    })
    return row
  }

  /** @throws Refusal `training_not_required` */
  async end(caller: Caller, role: Role): Promise<void> {
    const { store, audit } = this.#deps
    await store.transact(async (tx) => {
      const gone = await rows(tx, 'DELETE FROM training_requirement WHERE role = ? RETURNING role', [role])
      if (gone.length === 0)
        throw new Refusal('not_found', 'training_not_required', 'no training is asked for this role')
      await audit.record(tx, caller, 'training.requirement_ended', { role })
    })
  }

  /** Those of somebody's roles that do not work for want of a certificate. Asked at each call she makes. */
  async missing(personId: string, held: readonly Role[]): Promise<InactiveRole[]> {
    if (held.length === 0) return []
    const { store, clock, accountSince } = this.#deps
    const now = clock.now()
    const lacking = await rows<{ role: Role; course: string; since: string; grace_until: string }>(
      store.reader,
      `SELECT role, course, since, grace_until FROM training_requirement r
       WHERE role IN (${placeholders(held.length)}) AND role <> 'administrator' AND NOT EXISTS (
         SELECT 1 FROM training_certificate c
         WHERE c.person_id = ? AND c.course = r.course AND c.state = 'current' AND c.expires_at > ?)
       ORDER BY role`,
      [...held, personId, now],
    )
    if (lacking.length === 0) return []
    const person = { isCertified: false, accountSince: await accountSince(personId) }
    return lacking
      .filter((row) => !isMet({ since: Number(row.since), graceUntil: Number(row.grace_until) }, person, now))
      .map(({ role, course }) => ({ role, course }))
  }
}
