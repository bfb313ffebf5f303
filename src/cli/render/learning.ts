import { oneLine, printable } from '../text.ts'
import { commandsText, factsText, paragraph, parts } from './facts.ts'
import type { Renderer } from './renderer.ts'
import { meaning, say, sayAll } from './say.ts'
import { tableText } from './table.ts'
import { cell } from './value.ts'

interface Texts {
  readonly nl: string
  readonly en: string
}

interface Course {
  readonly id: string
  readonly title: Texts
  readonly summary: Texts
  readonly roles: readonly string[]
  readonly lessons: readonly { readonly id: string; readonly minutes: number }[]
  readonly required: boolean
  readonly certificate: { readonly expires_at: string } | null
}

const renderCourses: Renderer = (value, view) => {
  const { items } = value as { items: readonly Course[] }
  return parts(
    ...items.map((course) =>
      parts(
        oneLine(course.title[view.language]),
        paragraph(oneLine(course.summary[view.language]), view),
        factsText(
          [
            [say(view, 'course'), oneLine(course.id)],
            [say(view, 'roles'), course.roles.map((role) => oneLine(role)).join(', ')],
            [say(view, 'your roles need it'), say(view, course.required ? 'yes' : 'no')],
            [say(view, 'lessons'), course.lessons.map(({ id }) => oneLine(id)).join(', ')],
            [say(view, 'passed until'), course.certificate && cell(course.certificate.expires_at, view)],
          ],
          view,
        ),
        commandsText([
          [
            say(view, 'read the first lesson'),
            `${view.regie} learning lesson ${oneLine(course.id)} ${oneLine(course.lessons[0]?.id ?? '')}`,
          ],
          [say(view, 'take the quiz'), `${view.regie} learning take ${oneLine(course.id)}`],
        ]),
      ),
    ),
  )
}

const renderLesson: Renderer = (value, view) => {
  const { course, text, next } = value as { course: string; text: Texts; next: string | null }
  return parts(
    // A paragraph or list entry of Markdown is broken over lines where its writer liked: here where the screen ends.
    printable(text[view.language])
      .split(/\n{2,}|\n(?=- )/)
      .map((block) => paragraph(block.replaceAll(/\n\s*/g, ' ').replaceAll(/\*\*|^#+ /g, ''), view))
      .join('\n\n'),
    commandsText([
      next
        ? [say(view, 'the next lesson'), `${view.regie} learning lesson ${oneLine(course)} ${oneLine(next)}`]
        : [say(view, 'take the quiz'), `${view.regie} learning take ${oneLine(course)}`],
    ]),
  )
}

const renderStarted: Renderer = (value, view) => {
  const { id, ends_at, questions } = value as {
    id: string
    ends_at: string
    questions: readonly { id: string; text: Texts; choices: readonly { id: string; text: Texts }[] }[]
  }
  return parts(
    ...questions.map((one) =>
      parts(
        paragraph(`${oneLine(one.id)}: ${oneLine(one.text[view.language])}`, view),
        factsText(
          one.choices.map((choice) => [oneLine(choice.id), oneLine(choice.text[view.language])]),
          view,
        ),
      ),
    ),
    say(view, 'Answer before {time}, all at once.', { time: cell(ends_at, view) }),
    `${view.regie} learning answer ${oneLine(id)} --answers <question=choice>`,
  )
}

const renderAnswered: Renderer = (value, view) => {
  const { id, course, state, right, of, questions, certificate } = value as {
    id: string
    course: string
    state: string
    right: number
    of: number
    questions: readonly { text: Texts; right: boolean; explanation: Texts }[]
    certificate: { expires_at: string } | null
  }
  const passed = state === 'passed'
  return parts(
    say(view, passed ? 'Passed: {right} of {of} right.' : 'Not passed: {right} of {of} right.', {
      right,
      of,
    }),
    ...questions.map((one) =>
      paragraph(
        `${say(view, one.right ? 'right answer' : 'wrong answer')}: ${oneLine(one.text[view.language])} ${oneLine(
          one.explanation[view.language],
        )}`,
        view,
      ),
    ),
    certificate &&
      say(view, 'Your certificate counts until {day}.', { day: cell(certificate.expires_at, view) }),
    factsText([['id', oneLine(id)]], view, ''),
    !passed && commandsText([[say(view, 'try again'), `${view.regie} learning take ${oneLine(course)}`]]),
  )
}

const renderAttempts: Renderer = (value, view) => {
  const { items } = value as {
    items: readonly {
      id: string
      course: string
      state: string
      right: number | null
      of: number
      started_at: string
    }[]
  }
  if (items.length === 0) return say(view, '(no attempts)')
  const rows = items.map((one) => [
    ...[oneLine(one.id), oneLine(one.course), meaning(view, `training_${one.state}`)],
    ...[one.right === null ? '' : `${one.right}/${one.of}`, cell(one.started_at, view)],
  ])
  const head = [...sayAll(view, 'id', 'course', 'state', 'right answer', 'began')]
  return tableText({ head, rows, id: 0 }, view)
}

const renderOverview: Renderer = (value, view) => {
  const { items } = value as {
    items: readonly {
      name: string
      course: string
      required: boolean
      state: string
      expires_at: string | null
    }[]
  }
  if (items.length === 0) return say(view, '(nobody needs a course)')
  const rows = items.map((one) => [
    ...[oneLine(one.name), oneLine(one.course), meaning(view, `training_${one.state}`)],
    one.expires_at === null ? '' : cell(one.expires_at, view),
  ])
  return tableText({ head: sayAll(view, 'name', 'course', 'state', 'until'), rows }, view)
}

interface Requirement {
  readonly role: string
  readonly course: string
  readonly since: string
  readonly grace_until: string
}

const requirementsText = (items: readonly Requirement[], view: Parameters<Renderer>[1]): string =>
  items.length === 0
    ? say(view, '(no role needs a course)')
    : tableText(
        {
          head: sayAll(view, 'role', 'course', 'asked since', 'who was here may go on until'),
          rows: items.map((one) => [
            ...[oneLine(one.role), oneLine(one.course), cell(one.since, view), cell(one.grace_until, view)],
          ]),
        },
        view,
      )

export const learningRenderers: Readonly<Record<string, Renderer>> = {
  'learning.answer': renderAnswered,
  'learning.attempts': renderAttempts,
  'learning.courses': renderCourses,
  'learning.lesson': renderLesson,
  'learning.overview': renderOverview,
  'learning.require': (value, view) => requirementsText([value as Requirement], view),
  'learning.requirements': (value, view) =>
    requirementsText((value as { items: readonly Requirement[] }).items, view),
  'learning.start': renderStarted,
  'learning.unrequire': (value, view) =>
    say(view, 'The role {role} needs no course any more.', {
      role: oneLine((value as { role: string }).role),
    }),
}
