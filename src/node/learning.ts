import { randomInt } from 'node:crypto'
import { join } from 'node:path'
import type { Caller } from '../core/index.ts'
import { Attempts, Certifying, type LearningDeps, loadCourses, Requirements } from '../learning/index.ts'
import { userTable } from '../parties/index.ts'
import { DATA_ROOT, type Ground } from './ground.ts'

/** Courses, and what having passed them means for somebody's roles. */
export function openLearning(ground: Ground) {
  const { store, clock, parties, accounts, webhooks } = ground
  const courses = loadCourses(join(DATA_ROOT, 'learning'))
  const certifying = new Certifying({
    ...ground,
    announce: (tx, { id, personId, course, expiresAt }) =>
      webhooks.announce(tx, {
        type: 'nl.regie.training.expiring',
        ...{ subject: id, orderBy: personId },
        data: { person: personId, course, expires_at: new Date(expiresAt).toISOString() },
      }),
  })
  const requirements = new Requirements({
    ...{ ...ground, courses },
    accountSince: async (personId) =>
      (await store.reader.findOneBy(userTable, { personId }))?.createdAt ?? clock.now(),
  })
  const operations: LearningDeps = {
    ...{ courses, certifying, requirements, clock },
    attempts: new Attempts({ ...ground, courses, certifying, below: (n) => randomInt(n) }),
    people: async () => {
      const users = (await accounts.listUsers()).filter(({ state }) => state === 'active')
      const profiles = await parties.profiles(users.map(({ personId }) => personId))
      return users.map(({ personId, roles }) => ({
        ...{ id: personId, roles },
        name: profiles.get(personId)?.name ?? '',
      }))
    },
  }
  ground.follows.erasing.push((tx, party) => certifying.forget(tx, party.id))
  return {
    operations,
    /** The caller with the roles that work now. */
    trained: async (caller: Caller): Promise<Caller> => {
      if (caller.kind !== 'user') return caller
      const inactive = await requirements.missing(caller.personId, caller.roles)
      if (inactive.length === 0) return caller
      const roles = caller.roles.filter((role) => !inactive.some((one) => one.role === role))
      return { ...caller, roles, inactive }
    },
    tidy: () => certifying.remind(),
  }
}
