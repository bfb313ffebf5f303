/** What went wrong, seen from the caller; fixes the HTTP status. */
export type RefusalKind = keyof typeof statusOfKind

/** HTTP status for each kind of refusal (RFC 9110). */
export const statusOfKind = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  gone: 410,
  precondition_failed: 412,
  too_large: 413,
  unprocessable: 422,
  rate_limited: 429,
  upstream: 502,
  unavailable: 503,
} as const

/** Small facts a reader needs to understand the refusal. Never a value of personal data, never a secret. */
export type RefusalParams = Readonly<Record<string, string | number | boolean | readonly string[]>>

/**
 * A request we understood and do not carry out.
 * `code` is stable and snake_case: programs branch on it. `message` is for people, in English, and never
 * holds input values or secrets.
 */
export class Refusal extends Error {
  readonly kind: RefusalKind
  readonly code: string
  readonly params: RefusalParams

  constructor(
    kind: RefusalKind,
    code: string,
    message: string,
    options: { params?: RefusalParams; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'Refusal'
    this.kind = kind
    this.code = code
    this.params = options.params ?? {}
  }

  get status(): number {
    return statusOfKind[this.kind]
  }
}

/** True for a {@link Refusal} with one of these codes; without codes, for any refusal. */
export function isRefusal(error: unknown, ...codes: readonly string[]): error is Refusal {
  return error instanceof Refusal && (codes.length === 0 || codes.includes(error.code))
}

const CODE = /^[a-z][a-z0-9_]{0,79}$/

/**
 * What another node refused, as ours: the code says what is wrong there as well as it would here.
 * @param who what people call that node
 * @param problem the body of its answer
 * @returns null where it does not say what is wrong, or the fault is its own
 */
export function refusedThere(who: string, status: number, problem: unknown): Refusal | null {
  const { code, title } = (problem ?? {}) as { readonly code?: unknown; readonly title?: unknown }
  const kind = (Object.keys(statusOfKind) as RefusalKind[]).find((name) => statusOfKind[name] === status)
  if (status >= 500 || !kind || typeof code !== 'string' || !CODE.test(code)) return null
  // Our caller is signed in with us: what the other node lets in is not for him to mend.
  const ours = kind === 'unauthenticated' || kind === 'rate_limited' ? 'upstream' : kind
  const why = typeof title === 'string' && /^\P{Cc}{1,300}$/u.test(title) ? title : code
  return new Refusal(ours, code, `${who} refused: ${why}`)
}
