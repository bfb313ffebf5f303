import { STATUS_CODES } from 'node:http'
import { ZodError, type z } from 'zod'
import { type Language, Refusal, type RefusalParams } from '../core/index.ts'
import { titleOf } from './titles.ts'

/** RFC 9457 problem details, as we fill them. Programs branch on `code`; `title` is for people. */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: string
  readonly params: RefusalParams
  /** What is wrong with the input, by member; never what it was. */
  readonly errors?: readonly InputError[]
  readonly request_id: string
}

export interface InputError {
  /** The member, such as `address.street` or `items.0.name`; empty for the input as a whole. */
  readonly path: string
  readonly code: string
  /** What was expected there, from the schema. */
  readonly expected?: string
}

/** An input that does not fit its operation's schema. */
export class InputRefusal extends Refusal {
  readonly errors: readonly InputError[]

  /** @param input what was parsed: looked at only to tell a missing member from a wrong one */
  constructor(error: z.ZodError, input: unknown) {
    super('invalid', 'invalid_input', 'the input is not right')
    this.errors = error.issues.slice(0, 50).flatMap((issue) => errorsOfIssue(issue, input))
  }
}

/** A refusal with a status that {@link Refusal} has no kind for. */
export interface Failure {
  readonly status: number
  readonly code: string
  readonly message: string
  readonly params: RefusalParams
  readonly errors?: readonly InputError[]
}

export const internalError: Failure = {
  status: 500,
  code: 'internal_error',
  message: 'something went wrong on our side',
  params: {},
}

/**
 * What to tell about an error. Whatever we did not foresee is a 500 that says nothing.
 */
export function failureOf(error: unknown): Failure {
  if (error instanceof Refusal)
    return {
      status: error.status,
      code: error.code,
      message: error.message,
      params: error.params,
      ...(error instanceof InputRefusal ? { errors: error.errors } : {}),
    }
  if (error instanceof ZodError) return internalError
  return failureOfExpress(error) ?? internalError
}

export function problemOf(failure: Failure, language: Language, requestId: string): Problem {
  return {
    type: `urn:regie:problem:${failure.code}`,
    title: titleOf(failure.code, language, failure.message),
    status: failure.status,
    code: failure.code,
    params: failure.params,
    ...(failure.errors ? { errors: failure.errors } : {}),
    request_id: requestId,
  }
}

/** Errors of express and its body parsers carry an HTTP status; what they say may quote the request. */
function failureOfExpress(error: unknown): Failure | undefined {
  if (!(error instanceof Error)) return undefined
  const { status } = error as { status?: unknown }
  if (typeof status !== 'number' || status < 400 || status > 499) return undefined
  if (error instanceof URIError)
    return { status, code: 'malformed_url', message: 'this address is not well-formed', params: {} }
  const text = STATUS_CODES[status] ?? 'Bad Request'
  const code = text.toLowerCase().replaceAll(/[^a-z]+/g, '_')
  return { status, code, message: text.toLowerCase(), params: {} }
}

type Issue = z.core.$ZodIssue

function errorsOfIssue(issue: Issue, input: unknown): InputError[] {
  const at = issue.path.map((part) => String(part)).join('.')
  if (issue.code === 'unrecognized_keys')
    return issue.keys
      .slice(0, 10)
      .map((key) => ({ path: [at, key.slice(0, 100)].filter(Boolean).join('.'), code: 'unknown_member' }))
  const expected = expectedBy(issue)
  const code = issue.code !== 'custom' && isMissing(input, issue.path) ? 'missing' : issue.code
  return [{ path: at.slice(0, 300), code, ...(expected === undefined ? {} : { expected }) }]
}

function isMissing(input: unknown, path: readonly PropertyKey[]): boolean {
  const at = path.reduce<unknown>(
    (within, key) =>
      typeof within === 'object' && within !== null
        ? (within as Record<PropertyKey, unknown>)[key]
        : undefined,
    input,
  )
  return path.length > 0 && at === undefined
}

/** What the schema asks for, in a few words. */
function expectedBy(issue: Issue): string | undefined {
  if (issue.code === 'invalid_type') return issue.expected
  // Nobody reads an expression: what it is about is said by its author, or not at all.
  if (issue.code === 'invalid_format')
    return issue.format === 'regex' ? ownWords(issue.message) : issue.format
  if (issue.code === 'invalid_value') return issue.values.map((value) => String(value)).join(' | ')
  if (issue.code === 'too_small')
    return `${issue.inclusive === false ? '>' : '>='} ${issue.minimum}${unitOf(issue.origin)}`
  if (issue.code === 'too_big')
    return `${issue.inclusive === false ? '<' : '<='} ${issue.maximum}${unitOf(issue.origin)}`
  if (issue.code === 'not_multiple_of') return `a multiple of ${issue.divisor}`
  // A rule of the operation's author, in the author's words.
  if (issue.code === 'custom') return ownWords(issue.message)
  return undefined
}

/** What the schema's author said; what the validator says by itself tells nobody anything. */
const ownWords = (message: string): string | undefined => (/^Invalid /.test(message) ? undefined : message)

const unitOf = (origin: string): string => {
  if (origin === 'string') return ' characters'
  return origin === 'array' ? ' items' : ''
}
