import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type AttemptMove, attemptMoves, attemptStates, mayMove } from './attempt-state.ts'
import { loadCourses } from './courses.ts'
import { stateOf } from './overview.ts'
import { type Answers, draw, judge } from './quiz.ts'
import { isMet } from './requirements.ts'

const courses = loadCourses('learning')
const course = courses.require('privacy-purpose')
const rightOf = (id: string) =>
  course.questions.find((one) => one.id === id)?.choices.find(({ right }) => right)?.id ?? ''
const anyOrder = fc.infiniteStream(fc.nat()).map((stream) => (n: number) => (stream.next().value ?? 0) % n)

test.each(
  attemptStates.flatMap((state) =>
    (Object.keys(attemptMoves) as AttemptMove[]).map((move) => [state, move] as const),
  ),
)('an attempt that is %s may %s only when it is open', (state, move) => {
  expect(mayMove(state, move)).toBe(state === 'open')
})

test('each course is in two languages and asks more questions than one attempt shows', () => {
  for (const { lessons, questions, draw } of courses.all()) {
    expect(questions.length).toBeGreaterThan(draw)
    for (const { text } of lessons)
      for (const said of [text.nl, text.en]) expect(said.length).toBeGreaterThan(400)
  }
})

test('what is drawn is never the same question twice, and each with all its choices', () => {
  fc.assert(
    fc.property(anyOrder, (below) => {
      const drawn = draw(course, below)
      expect(new Set(drawn.map(({ question }) => question)).size).toBe(course.draw)
      for (const { question, choices } of drawn)
        expect([...choices].sort()).toEqual(
          course.questions
            .find(({ id }) => id === question)
            ?.choices.map(({ id }) => id)
            .sort(),
        )
    }),
  )
})

const drawn = draw(course, () => 0)
const answered = (count: number): Answers =>
  Object.fromEntries(drawn.slice(0, count).map(({ question }) => [question, rightOf(question)]))

test.each([
  [6, true],
  [5, true],
  [4, false],
  [0, false],
])('%i right of six: passed is %s', (count, passed) => {
  expect(judge(course, drawn, answered(count))).toMatchObject({ passed, right: count, of: 6 })
})

test('what was not asked cannot be answered', () => {
  const others = course.questions.filter(({ id }) => !drawn.some(({ question }) => question === id))
  expect(() => judge(course, drawn, { [others[0]?.id ?? '']: 'yes' })).toThrow(
    expect.objectContaining({ code: 'answers_malformed' }),
  )
  expect(() => judge(course, drawn, { [drawn[0]?.question ?? '']: 'nonsense' })).toThrow(
    expect.objectContaining({ code: 'answers_malformed' }),
  )
})

test.each([
  ['who has the certificate', { isCertified: true, accountSince: 9 }, 9, true],
  ['who was there before, in time', { isCertified: false, accountSince: 1 }, 9, true],
  ['who was there before, too late', { isCertified: false, accountSince: 1 }, 10, false],
  ['who came after', { isCertified: false, accountSince: 6 }, 9, false],
])('the role of %s works or not', (_who, person, now, met) => {
  expect(isMet({ since: 5, graceUntil: 10 }, person, now)).toBe(met)
})

const DAY = 86_400_000
test.each([
  [undefined, 'not_passed'],
  [0, 'expired'],
  [30 * DAY, 'expiring'],
  [31 * DAY, 'passed'],
])('a certificate that ends in %s ms is shown as %s', (left, state) => {
  expect(stateOf(left === undefined ? undefined : { expiresAt: 1_000 + left }, 1_000)).toBe(state)
})
