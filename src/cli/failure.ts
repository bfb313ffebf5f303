/** The command as typed cannot be carried out: exit code 2. The message is one sentence and what to do. */
export class UsageError extends Error {
  constructor(message: string, options?: { readonly cause?: unknown }) {
    super(message, options)
    this.name = 'UsageError'
  }
}

/** A question was answered, and the answer is no: exit code 1. It was shown already. */
export class UnfavourableAnswer extends Error {
  constructor() {
    super('the answer is no')
    this.name = 'UnfavourableAnswer'
  }
}

/** An RFC 9457 problem of a node, as far as it is filled in. */
export interface Problem {
  readonly code: string
  readonly title: string
  readonly status?: number
  readonly params?: Readonly<Record<string, unknown>>
  readonly errors?: readonly { readonly path: string; readonly code: string; readonly expected?: string }[]
  readonly request_id?: string
}

/** A node refused, or could not be asked: exit code 1. */
export class CommandFailure extends Error {
  readonly problem: Problem

  constructor(problem: Problem, options?: { readonly cause?: unknown }) {
    super(problem.title, options)
    this.name = 'CommandFailure'
    this.problem = problem
  }
}
