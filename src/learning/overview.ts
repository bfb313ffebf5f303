import { isoTime } from '../core/index.ts'
import { type Attempts, RENEW_BEFORE_MS } from './attempts.ts'
import type { Certifying } from './certifying.ts'
import type { Courses } from './courses.ts'
import type { Requirements } from './requirements.ts'
import type { CertificateRow } from './tables.ts'

export interface LearningDeps {
  readonly courses: Courses
  readonly attempts: Attempts
  readonly certifying: Certifying
  readonly requirements: Requirements
  readonly clock: { now(): number }
  /** Those who have an account in use, with all their roles. */
  readonly people: () => Promise<
    readonly { readonly id: string; readonly name: string; readonly roles: readonly string[] }[]
  >
}

/** What the company sees: a row for each course that somebody needs, or passed. */
export async function overviewOf({ people, requirements, certifying, clock }: LearningDeps) {
  const [all, asked, certificates] = await Promise.all([people(), requirements.list(), certifying.all()])
  return all.flatMap((person) => {
    const own = certificates.filter(({ personId }) => personId === person.id)
    const needed = asked.filter(({ role }) => person.roles.includes(role)).map(({ course }) => course)
    return [...new Set([...needed, ...own.map(({ course }) => course)])].map((course) => {
      const row = own.find((one) => one.course === course)
      return {
        ...{ person: person.id, name: person.name, course, required: needed.includes(course) },
        state: stateOf(row, clock.now()),
        expires_at: row ? isoTime(row.expiresAt) : null,
      }
    })
  })
}

export function stateOf(row: Pick<CertificateRow, 'expiresAt'> | undefined, now: number) {
  if (!row) return 'not_passed' as const
  if (row.expiresAt <= now) return 'expired' as const
  return row.expiresAt - RENEW_BEFORE_MS <= now ? ('expiring' as const) : ('passed' as const)
}
