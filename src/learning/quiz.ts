import { Refusal } from '../core/index.ts'
import type { Course, Question } from './courses.ts'

/** Which questions were drawn, and in which order their choices stand. */
export type Drawn = readonly { readonly question: string; readonly choices: readonly string[] }[]

/** The choice for each question. */
export type Answers = Readonly<Record<string, string>>

export interface Judged {
  readonly passed: boolean
  readonly right: number
  readonly of: number
  readonly questions: readonly {
    readonly id: string
    readonly chosen: string | null
    readonly right: boolean
  }[]
}

/** Draws the questions of one attempt. @param below gives a whole number from 0 up to but not including its argument */
export const draw = ({ questions, draw: count }: Course, below: (n: number) => number): Drawn =>
  shuffled(questions, below)
    .slice(0, count)
    .map(({ id, choices }) => ({
      question: id,
      choices: shuffled(choices, below).map((choice) => choice.id),
    }))

/**
 * Judges an attempt. A question that was not answered is wrong.
 * @throws Refusal `answers_malformed` for what was not asked
 */
export function judge(course: Course, drawn: Drawn, answers: Answers): Judged {
  for (const [id, choice] of Object.entries(answers))
    if (!drawn.some(({ question, choices }) => question === id && choices.includes(choice)))
      throw new Refusal('invalid', 'answers_malformed', 'this answers something that was not asked')
  const questions = drawn.map(({ question: id }) => {
    const chosen = Object.hasOwn(answers, id) ? (answers[id] ?? null) : null
    return { id, chosen, right: chosen !== null && chosen === rightOf(questionOf(course, id)) }
  })
  const right = questions.filter((one) => one.right).length
  return { passed: right * 100 >= course.pass_percent * drawn.length, right, of: drawn.length, questions }
}

/** @throws Refusal `course_changed` when the course was renewed since */
export function questionOf(course: Course, id: string): Question {
  const found = course.questions.find((question) => question.id === id)
  if (!found) throw new Refusal('conflict', 'course_changed', 'this course was renewed: begin again')
  return found
}

const rightOf = ({ choices }: Question): string | undefined => choices.find(({ right }) => right)?.id

/** Fisher and Yates. */
function shuffled<T>(all: readonly T[], below: (n: number) => number): T[] {
  const mixed = [...all]
  for (let at = mixed.length - 1; at > 0; at--) {
    const other = below(at + 1)
    const [one, two] = [mixed[at], mixed[other]]
    if (one !== undefined && two !== undefined) {
      mixed[at] = two
      mixed[other] = one
    }
  }
  return mixed
}
