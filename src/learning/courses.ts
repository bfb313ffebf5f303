import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import canonicalize from 'canonicalize'
import { z } from 'zod'
import { isRefusal, Refusal, roles } from '../core/index.ts'
import { parseJsonObject } from '../jose/index.ts'

const code = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/)
const texts = z.strictObject({ nl: z.string().min(1).max(500), en: z.string().min(1).max(500) })

const courseFile = z.strictObject({
  id: code,
  version: z.int().min(1).max(999_999),
  roles: z.array(z.enum(roles)).min(1),
  title: texts,
  summary: texts,
  validity_months: z.int().min(1).max(24),
  /** Questions of one attempt. */
  draw: z.int().min(1).max(50),
  pass_percent: z.int().min(50).max(100),
  minutes: z.int().min(1).max(240),
  attempts_per_day: z.int().min(1).max(20),
  lessons: z
    .array(z.strictObject({ id: code, minutes: z.int().min(1).max(60) }))
    .min(1)
    .max(20),
  files: z.record(z.string(), z.string().regex(/^sha-256:[A-Za-z0-9_-]{43}$/)),
})

const question = z.strictObject({
  id: code,
  text: texts,
  choices: z
    .array(z.strictObject({ id: code, text: texts, right: z.literal(true).optional() }))
    .min(2)
    .max(8)
    .refine((choices) => choices.filter(({ right }) => right).length === 1, 'one is right'),
  explanation: texts,
})
export type Question = z.output<typeof question>

const quizFile = z.strictObject({ questions: z.array(question).min(1).max(200) })

export interface Lesson {
  readonly id: string
  readonly minutes: number
  /** Markdown. */
  readonly text: { readonly nl: string; readonly en: string }
}

/** A course of one version, as people follow it. */
export interface Course extends Omit<z.output<typeof courseFile>, 'lessons' | 'files'> {
  readonly lessons: readonly Lesson[]
  readonly questions: readonly Question[]
  /** `sha-256:` and the base64url SHA-256 of the canonical JSON of `course.json`, which holds those of its texts. */
  readonly digest: string
}

/** The courses of this node: the newest version of each. */
export class Courses {
  readonly #byId: ReadonlyMap<string, Course>

  constructor(courses: readonly Course[]) {
    const newestLast = [...courses].sort((a, b) => a.version - b.version)
    this.#byId = new Map(newestLast.map((course) => [course.id, course]))
  }

  all(): Course[] {
    return [...this.#byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
  }

  find(id: string): Course | null {
    return this.#byId.get(id) ?? null
  }

  /** @throws Refusal `course_unknown` */
  require(id: string): Course {
    const course = this.find(id)
    if (!course) throw new Refusal('not_found', 'course_unknown', 'there is no such course')
    return course
  }
}

/**
 * Reads `<dir>/<id>/<version>/course.json` with its lessons and quiz.
 * @throws Refusal `course_unreadable`, `course_invalid`, `course_text_changed`, with `file` in its params
 */
export function loadCourses(dir: string): Courses {
  const found = folders(dir, /^[a-z][a-z0-9-]{0,63}$/).flatMap((id) =>
    folders(join(dir, id), /^[1-9]\d{0,5}$/).map((version) => loadCourse(dir, id, version)),
  )
  if (found.length === 0) throw refuse('course_unreadable', '.', 'no_courses')
  return new Courses(found)
}

function loadCourse(dir: string, id: string, version: string): Course {
  const at = `${id}/${version}`
  const file = `${at}/course.json`
  const course = parsed(courseFile, read(dir, file), file)
  if (course.id !== id || String(course.version) !== version) throw refuse('course_invalid', file, 'folder')
  const text = (name: string) => {
    const bytes = read(dir, `${at}/${name}`)
    const digest = sha256(bytes)
    if (digest !== course.files[name]) throw refuse('course_text_changed', `${at}/${name}`, digest)
    return bytes
  }
  const { questions } = parsed(quizFile, text('quiz.json'), `${at}/quiz.json`)
  const ids = [...questions.map((one) => one.id), ...questions.flatMap(choiceIds)]
  if (questions.length < course.draw || new Set(ids).size !== ids.length)
    throw refuse('course_invalid', `${at}/quiz.json`, 'questions')
  const { lessons, files: _files, ...rest } = course
  return {
    ...rest,
    lessons: lessons.map((lesson) => ({
      ...lesson,
      text: {
        nl: text(`${lesson.id}.nl.md`).toString('utf8'),
        en: text(`${lesson.id}.en.md`).toString('utf8'),
      },
    })),
    questions,
    digest: sha256(canonicalize(course) ?? ''),
  }
}

const choiceIds = ({ id, choices }: Question) => choices.map((choice) => `${id}/${choice.id}`)

const sha256 = (content: string | Uint8Array): string =>
  `sha-256:${createHash('sha256').update(content).digest('base64url')}`

function parsed<S extends z.ZodType>(schema: S, bytes: Uint8Array, file: string): z.output<S> {
  try {
    return schema.parse(parseJsonObject(bytes))
  } catch (cause) {
    const path = cause instanceof z.ZodError ? cause.issues[0]?.path.join('.') : undefined
    throw refuse('course_invalid', file, path ?? (isRefusal(cause) ? cause.code : ''), cause)
  }
}

function read(dir: string, file: string): Buffer {
  try {
    return readFileSync(join(dir, file))
  } catch (cause) {
    throw refuse('course_unreadable', file, 'no_file', cause)
  }
}

function folders(dir: string, pattern: RegExp): string[] {
  try {
    const found = readdirSync(dir, { withFileTypes: true }).filter((entry) => entry.isDirectory())
    return found.map(({ name }) => name).filter((name) => pattern.test(name))
  } catch (cause) {
    throw refuse('course_unreadable', '.', 'no_folder', cause)
  }
}

const refuse = (
  code: 'course_unreadable' | 'course_invalid' | 'course_text_changed',
  file: string,
  reason: string,
  cause?: unknown,
) =>
  new Refusal('invalid', code, `the course file ${file} cannot be used`, { params: { file, reason }, cause })
