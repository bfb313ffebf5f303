import { beforeAll, describe, expect, test } from 'vitest'
import { loadCourses } from '../src/learning/index.ts'
import { attemptTable } from '../src/learning/tables.ts'
import { onEachEngine } from './support/engines.ts'
import { openInside } from './support/inside.ts'
import { settleTrio, startTrio, type TestNode, type TestTrio } from './support/nodes.ts'

interface Attempt {
  id: string
  questions: { id: string; choices: { id: string; right?: unknown }[] }[]
}

const DAY = 86_400_000
const courses = loadCourses('learning')
const course = courses.require('bringing-partners-in')
const rightOf = (id: string) =>
  course.questions.find((one) => one.id === id)?.choices.find(({ right }) => right)?.id ?? ''
const rightAnswers = ({ questions }: Attempt) =>
  Object.fromEntries(questions.map(({ id }) => [id, rightOf(id)]))

onEachEngine((engine) => {
  let trio: TestTrio
  let company: TestNode
  beforeAll(async () => {
    trio = await startTrio(engine)
    await settleTrio(trio)
    company = trio.company
  })

  const add = (account: string, roles: string[]) =>
    company.call(company.config.name, 'POST', '/people', {
      ...{ account, given_name: 'Cor', family_name: 'Dinator', email: `${account}@example.example` },
      ...{ role: 'coordinator', roles },
    })
  const start = (account: string) =>
    company.call<Attempt>(account, 'POST', `/learning/courses/${course.id}/attempts`, {})
  const answer = (account: string, id: string, answers: object) =>
    company.call<{ state: string; code?: string; certificate: { expires_at: string } | null }>(
      account,
      'POST',
      `/learning/attempts/${id}/answers`,
      { answers },
    )
  const worksAs = async (account: string) => {
    const { status, body } = await company.call<{ code?: string; role?: string; course?: string }>(
      account,
      'GET',
      '/learning/overview',
    )
    return status === 200 ? 'works' : body.code
  }

  test('a role that needs a course works once it is passed, and not for longer than the certificate', async () => {
    const admin = company.config.name
    await add('oud', ['coordinator'])
    const required = await company.call(admin, 'PUT', '/learning/requirements/coordinator', {
      course: course.id,
      grace_days: 10,
    })
    expect(required.status).toBe(200)
    trio.clock.advance(1_000)
    await add('cor', ['coordinator'])
    // Who was there before has time; who comes now has not; the administrator is never locked out.
    expect(await worksAs('oud')).toBe('works')
    expect(await worksAs('cor')).toBe('training_required')
    expect(await worksAs(admin)).toBe('works')
    const refused = await company.call<{ params?: object }>('cor', 'GET', '/learning/overview')
    expect(refused).toMatchObject({
      status: 403,
      body: { params: { role: 'coordinator', course: course.id } },
    })

    const { body: attempt } = await start('cor')
    expect(JSON.stringify(attempt)).not.toContain('right')
    expect(attempt.questions).toHaveLength(course.draw)
    expect((await start('cor')).body.id).toBe(attempt.id)
    expect((await answer('oud', attempt.id, rightAnswers(attempt))).body.code).toBe('attempt_unknown')
    const outcomes = await Promise.all([1, 2, 3].map(() => answer('cor', attempt.id, rightAnswers(attempt))))
    expect(outcomes.map(({ body }) => body.state ?? body.code).sort()).toEqual([
      ...['attempt_over', 'attempt_over', 'passed'],
    ])
    expect(await worksAs('cor')).toBe('works')
    expect((await start('cor')).body).toMatchObject({ code: 'already_certified' })

    const { body: overview } = await company.call<{ items: object[] }>(admin, 'GET', '/learning/overview')
    expect(overview.items).toContainEqual(
      expect.objectContaining({ course: course.id, required: true, state: 'passed' }),
    )
    expect(JSON.stringify(overview)).not.toMatch(/right|answers|attempt/)

    trio.clock.advance(11 * DAY)
    expect(await worksAs('oud')).toBe('training_required')
    trio.clock.advance(330 * DAY)
    // Tokens last a year as well.
    for (const account of ['cor', admin]) await company.call(account, 'POST', '/me/token', {})
    const again = await start('cor').then(({ body }) => body)
    expect(again.questions).toHaveLength(course.draw)
    trio.clock.advance(60 * DAY)
    expect(await worksAs('cor')).toBe('training_required')
  })

  test('attempts are few a day, and over when their time is', async () => {
    await add('moe', ['coordinator'])
    for (let n = 0; n < course.attempts_per_day - 1; n++)
      expect((await answer('moe', (await start('moe')).body.id, {})).body.state).toBe('failed')
    const { body: last } = await start('moe')
    trio.clock.advance(course.minutes * 60_000)
    expect((await answer('moe', last.id, rightAnswers(last))).body.code).toBe('attempt_over')
    expect((await start('moe')).body).toMatchObject({ code: 'too_many_attempts' })
    trio.clock.advance(DAY)
    expect((await start('moe')).status).toBe(201)
  })

  test('of whoever had herself erased no attempt is left', async () => {
    await add('weg', ['contact_person'])
    await start('weg')
    const inside = await openInside(company, trio.clock)
    const { id: personId } = await inside.person('weg')
    const attempts = () => inside.store.reader.countBy(attemptTable, { personId })
    expect(await attempts()).toBe(1)
    const filed = await company.call<{ id: string }>('weg', 'POST', '/rights/requests', {
      ...{ kind: 'erasure', text: 'Wis mij' },
    })
    const erased = await company.call(
      ...([company.config.name, 'POST', `/rights/requests/${filed.body.id}/erasure`] as const),
    )
    expect(erased.status, JSON.stringify(erased.body)).toBe(201)
    expect(await attempts()).toBe(0)
  })

  describe('a company', () => {
    test.each([
      ['administrator', course.id, 'training_locks_out'],
      ['contact_person', course.id, 'course_not_for_role'],
      ['coordinator', 'nothing', 'course_unknown'],
    ])('cannot ask of the role %s the course %s: %s', async (role, id, code) => {
      const { body } = await company.call<{ code: string }>(
        company.config.name,
        'PUT',
        `/learning/requirements/${role}`,
        { course: id },
      )
      expect(body.code).toBe(code)
    })
  })
})
