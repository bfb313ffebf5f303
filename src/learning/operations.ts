import { z } from 'zod'
import {
  type AnyOperation,
  isoTime,
  isoTimeOrNull,
  operation,
  Refusal,
  requireUser,
  roles,
} from '../core/index.ts'
import { attemptStates } from './attempt-state.ts'
import { type LearningDeps, overviewOf } from './overview.ts'
import { questionOf } from './quiz.ts'
import type { CertificateRow } from './tables.ts'

const time = z.iso.datetime()
const texts = z.object({ nl: z.string(), en: z.string() })
const course = z.string().max(64).describe('code of the course')
const role = z.enum(roles)
const signedIn = { users: ['signed_in'] } as const

const certificate = z.object({ passed_at: time, expires_at: time, course_version: z.int() })
const question = z.object({
  id: z.string(),
  text: texts,
  choices: z.array(z.object({ id: z.string(), text: texts })),
})
const requirement = z.object({ role: z.string(), course: z.string(), since: time, grace_until: time })

/** What every node offers: courses, and which of them a role needs. */
export function learningOperations(deps: LearningDeps): AnyOperation[] {
  return [...readingOperations(deps), ...attemptOperations(deps), ...companyOperations(deps)]
}

function readingOperations({ courses, certifying, requirements, clock }: LearningDeps): AnyOperation[] {
  return [
    operation({
      name: 'learning.courses',
      summary: 'The courses of this node, and which of them you passed',
      method: 'GET',
      path: '/learning/courses',
      input: z.strictObject({}),
      output: z.object({
        items: z.array(
          z.object({
            id: z.string(),
            version: z.int(),
            digest: z.string(),
            title: texts,
            summary: texts,
            roles: z.array(z.string()),
            lessons: z.array(z.object({ id: z.string(), title: texts, minutes: z.int() })),
            questions: z.int().describe('of one attempt'),
            pass_percent: z.int(),
            required: z.boolean().describe('one of your roles needs it'),
            certificate: certificate.nullable().describe('yours, where it counts now'),
          }),
        ),
      }),
      allow: signedIn,
      run: async (_input, { caller }) => {
        const user = requireUser(caller)
        const [own, asked] = await Promise.all([certifying.of(user.personId), requirements.list()])
        const hers = new Set([...user.roles, ...(user.inactive ?? []).map((one) => one.role)])
        return {
          items: courses.all().map((one) => ({
            ...{ id: one.id, version: one.version, digest: one.digest, title: one.title },
            ...{ summary: one.summary, roles: [...one.roles], pass_percent: one.pass_percent },
            lessons: one.lessons.map(({ id, minutes, text }) => ({
              ...{ id, minutes, title: { nl: titleOf(text.nl), en: titleOf(text.en) } },
            })),
            questions: one.draw,
            required: asked.some((row) => row.course === one.id && hers.has(row.role)),
            certificate: showCertificate(
              own.find((row) => row.course === one.id && row.expiresAt > clock.now()) ?? null,
            ),
          })),
        }
      },
    }),
    operation({
      name: 'learning.lesson',
      summary: 'The text of a lesson, in Dutch and English',
      method: 'GET',
      path: '/learning/courses/:course/lessons/:lesson',
      positional: ['course', 'lesson'],
      input: z.strictObject({ course, lesson: z.string().max(64) }),
      output: z.object({
        course: z.string(),
        lesson: z.string(),
        minutes: z.int(),
        text: texts.describe('Markdown'),
        next: z.string().nullable().describe('the lesson after it'),
      }),
      allow: signedIn,
      run: async (input) => {
        const { id, lessons } = courses.require(input.course)
        const at = lessons.findIndex((lesson) => lesson.id === input.lesson)
        const found = lessons[at]
        if (!found) throw new Refusal('not_found', 'lesson_unknown', 'this course has no such lesson')
        const { minutes, text } = found
        return { course: id, lesson: found.id, minutes, text, next: lessons[at + 1]?.id ?? null }
      },
    }),
  ]
}

/** What stands above a lesson. */
const titleOf = (text: string): string => /^# (.+)$/m.exec(text)?.[1] ?? ''

function attemptOperations({ attempts }: LearningDeps): AnyOperation[] {
  return [
    operation({
      name: 'learning.start',
      summary: 'Begin the quiz of a course: questions drawn for this attempt; an open one goes on',
      method: 'POST',
      path: '/learning/courses/:course/attempts',
      positional: ['course'],
      input: z.strictObject({ course }),
      output: z.object({ id: z.string(), course: z.string(), ends_at: time, questions: z.array(question) }),
      status: 201,
      secret: true,
      allow: signedIn,
      run: async (input, { caller }) => {
        const { row, paper, course } = await attempts.start(requireUser(caller), input.course)
        return {
          ...{ id: row.id, course: row.course, ends_at: isoTime(row.endsAt) },
          questions: paper.drawn.map((one) => {
            const { id, text, choices } = questionOf(course, one.question)
            return {
              ...{ id, text },
              // Never which one is right.
              choices: one.choices.flatMap((wanted) =>
                choices.filter((choice) => choice.id === wanted).map(({ id, text }) => ({ id, text })),
              ),
            }
          }),
        }
      },
    }),
    operation({
      name: 'learning.answer',
      summary: 'Answer the questions of your attempt, all at once and once',
      method: 'POST',
      path: '/learning/attempts/:id/answers',
      positional: ['id'],
      input: z.strictObject({
        id: z.uuid(),
        answers: z
          .record(z.string().max(64), z.string().max(64))
          .refine((all) => Object.keys(all).length <= 50, 'at most 50')
          .describe('question=choice'),
      }),
      output: z.object({
        id: z.string(),
        course: z.string(),
        state: z.enum(attemptStates),
        right: z.int(),
        of: z.int(),
        questions: z.array(z.object({ id: z.string(), text: texts, right: z.boolean(), explanation: texts })),
        certificate: certificate.nullable(),
      }),
      secret: true,
      allow: signedIn,
      run: async ({ id, answers }, { caller }) => {
        const { row, judged, course, certificate } = await attempts.answer(requireUser(caller), id, answers)
        return {
          ...{ id, course: row.course, state: row.state, right: judged.right, of: judged.of },
          questions: judged.questions.map((one) => {
            const { text, explanation } = questionOf(course, one.id)
            return { id: one.id, text, right: one.right, explanation }
          }),
          certificate: showCertificate(certificate),
        }
      },
    }),
    operation({
      name: 'learning.attempts',
      summary: 'Your own attempts; nobody else sees them',
      method: 'GET',
      path: '/learning/attempts',
      input: z.strictObject({}),
      output: z.object({
        items: z.array(
          z.object({
            id: z.string(),
            course: z.string(),
            state: z.enum(attemptStates),
            right: z.int().nullable(),
            of: z.int(),
            started_at: time,
            ends_at: time,
            finished_at: time.nullable(),
          }),
        ),
      }),
      allow: signedIn,
      run: async (_input, { caller }) => {
        const found = await attempts.of(requireUser(caller).personId)
        const papers = await Promise.all(found.map((row) => attempts.paperOf(row)))
        return {
          items: found.map((row, at) => ({
            ...{ id: row.id, course: row.course, state: row.state },
            ...{ right: papers[at]?.judged?.right ?? null, of: papers[at]?.drawn.length ?? 0 },
            ...{ started_at: isoTime(row.startedAt), ends_at: isoTime(row.endsAt) },
            finished_at: isoTimeOrNull(row.finishedAt),
          })),
        }
      },
    }),
  ]
}

function companyOperations(deps: LearningDeps): AnyOperation[] {
  const { requirements } = deps
  return [
    operation({
      name: 'learning.overview',
      summary: 'Who passed which course, and until when; never what they answered',
      method: 'GET',
      path: '/learning/overview',
      input: z.strictObject({}),
      output: z.object({
        items: z.array(
          z.object({
            person: z.string(),
            name: z.string(),
            course: z.string(),
            required: z.boolean(),
            state: z.enum(['not_passed', 'passed', 'expiring', 'expired']),
            expires_at: time.nullable(),
          }),
        ),
      }),
      allow: { users: ['administrator', 'coordinator'] },
      run: async () => ({ items: await overviewOf(deps) }),
    }),
    operation({
      name: 'learning.requirements',
      summary: 'Which roles need which course',
      method: 'GET',
      path: '/learning/requirements',
      input: z.strictObject({}),
      output: z.object({ items: z.array(requirement) }),
      allow: signedIn,
      run: async () => ({ items: (await requirements.list()).map(showRequirement) }),
    }),
    operation({
      name: 'learning.require',
      summary: 'Ask a course of whoever has a role: until she passed it the role does not work',
      method: 'PUT',
      path: '/learning/requirements/:role',
      positional: ['role', 'course'],
      input: z.strictObject({
        role,
        course,
        grace_days: z.coerce
          .number()
          .int()
          .min(0)
          .max(365)
          .default(30)
          .describe('days in which who is here already may go on without'),
      }),
      output: requirement,
      allow: { users: ['administrator'] },
      run: async ({ role, course, grace_days: graceDays }, { caller }) =>
        showRequirement(await requirements.require(caller, { role, course, graceDays })),
    }),
    operation({
      name: 'learning.unrequire',
      summary: 'Ask no course for a role any more',
      method: 'POST',
      path: '/learning/requirements/:role/end',
      positional: ['role'],
      input: z.strictObject({ role }),
      output: z.object({ role: z.string() }),
      allow: { users: ['administrator'] },
      run: async (input, { caller }) => {
        await requirements.end(caller, input.role)
        return { role: input.role }
      },
    }),
  ]
}

const showRequirement = (row: { role: string; course: string; since: number; graceUntil: number }) => ({
  ...{ role: row.role, course: row.course },
  ...{ since: isoTime(row.since), grace_until: isoTime(row.graceUntil) },
})

const showCertificate = (row: CertificateRow | null) =>
  row && {
    ...{ passed_at: isoTime(row.passedAt), expires_at: isoTime(row.expiresAt), course_version: row.version },
  }
