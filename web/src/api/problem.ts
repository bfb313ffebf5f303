/** What the node refused (RFC 9457): `code` is stable, `message` is for the reader, in the language she asked for. */
export class Problem extends Error {
  readonly status: number
  readonly code: string
  readonly params: Readonly<Record<string, unknown>>

  constructor(status: number, code: string, message: string, params: Readonly<Record<string, unknown>> = {}) {
    super(message)
    this.name = 'Problem'
    this.status = status
    this.code = code
    this.params = params
  }
}

/** The node was not reached at all. */
export const OFFLINE = 'offline'

export const isProblem = (error: unknown, ...codes: readonly string[]): error is Problem =>
  error instanceof Problem && (codes.length === 0 || codes.includes(error.code))
