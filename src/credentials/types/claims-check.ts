import type { ErrorObject } from 'ajv/dist/2020.js'
import { Ajv2020 } from 'ajv/dist/2020.js'
import ajvFormats from 'ajv-formats'
import { isValidIBAN } from 'ibantools'
import { isDid } from '../../core/index.ts'
import { CLAIM_NAME, type ClaimPath } from './claim-path.ts'

/** What is wrong with a claim; never its value. */
export interface ClaimError {
  readonly path: ClaimPath
  readonly code: ClaimErrorCode
}

export type ClaimErrorCode =
  | 'missing'
  | 'unknown_claim'
  | 'wrong_type'
  | 'too_long'
  | 'too_short'
  | 'malformed'
  | 'not_allowed'
  | 'duplicate'

export type ClaimsReport =
  | { readonly ok: true }
  | { readonly ok: false; readonly errors: readonly ClaimError[] }

const MAX_ERRORS = 20
const MAX_VALUES = 5_000
const MAX_TEXT = 10_000
const MAX_NESTING = 16

const codes: Readonly<Record<string, ClaimErrorCode>> = {
  required: 'missing',
  dependentRequired: 'missing',
  additionalProperties: 'unknown_claim',
  type: 'wrong_type',
  maxLength: 'too_long',
  maxItems: 'too_long',
  minLength: 'too_short',
  minItems: 'too_short',
  minProperties: 'too_short',
  pattern: 'malformed',
  format: 'malformed',
  uniqueItems: 'duplicate',
}

/** Compiles schemas once; knows the formats of RFC 3339 and friends, and our `did` and `iban`. Fetches nothing. */
export function createSchemaCompiler(): (schema: object) => (claims: unknown) => ClaimsReport {
  const ajv = new Ajv2020({ strict: true, allErrors: true, ownProperties: true, allowUnionTypes: true })
  ajvFormats.default(ajv, ['date', 'date-time', 'duration', 'email', 'uri', 'uuid'])
  ajv.addFormat('did', { type: 'string', validate: isDid })
  ajv.addFormat('iban', { type: 'string', validate: (text: string) => isValidIBAN(text) })
  return (schema) => {
    const validate = ajv.compile(schema)
    return (claims) => {
      const unfit = firstUnfit(claims)
      if (unfit) return { ok: false, errors: [unfit] }
      if (validate(claims)) return { ok: true }
      return {
        ok: false,
        errors: (validate.errors ?? []).slice(0, MAX_ERRORS).map((e) => toClaimError(e, claims)),
      }
    }
  }
}

/**
 * The first value that no schema needs to look at: not JSON, too much of it, or text that databases and screens choke
 * on. Goes first, so that reporting every error stays cheap.
 */
function firstUnfit(claims: unknown): ClaimError | null {
  const waiting: { path: ClaimPath; value: unknown }[] = [{ path: [], value: claims }]
  let seen = 0
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { path, value } = next
    seen += 1
    if (seen > MAX_VALUES || path.length > MAX_NESTING) return { path: [], code: 'too_long' }
    if (typeof value === 'string') {
      if (value.length > MAX_TEXT) return { path, code: 'too_long' }
      if (!isPlainText(value)) return { path, code: 'malformed' }
    } else if (typeof value === 'number') {
      if (!Number.isFinite(value)) return { path, code: 'malformed' }
    } else if (Array.isArray(value)) {
      if (value.length > MAX_VALUES) return { path, code: 'too_long' }
      value.forEach((child, index) => void waiting.push({ path: [...path, index], value: child }))
    } else if (typeof value === 'object' && value !== null) {
      for (const [name, child] of Object.entries(value))
        waiting.push({ path: isSafeName(name) ? [...path, name] : path, value: child })
    } else if (typeof value !== 'boolean' && value !== null) return { path, code: 'wrong_type' }
  }
  return null
}

/** No control characters but tab and line breaks, and no half surrogates: PostgreSQL refuses NUL, UTF-8 the halves. */
function isPlainText(text: string): boolean {
  if (/\p{Surrogate}/u.test(text)) return false
  return !/\p{Cc}/u.test(text.replace(/[\t\n\r]/g, ''))
}

function toClaimError(error: ErrorObject, claims: unknown): ClaimError {
  const at = pointerToPath(error.instancePath, claims)
  const code = codes[error.keyword] ?? 'not_allowed'
  const name = error.params.missingProperty ?? error.params.additionalProperty
  return { path: isSafeName(name) ? [...at, name] : at, code }
}

/** A member name can be input too; one that could not be a claim's name is left out of reports. */
const isSafeName = (name: unknown): name is string => typeof name === 'string' && CLAIM_NAME.test(name)

/** RFC 6901. An array's elements get numbers. */
function pointerToPath(pointer: string, claims: unknown): ClaimPath {
  const path: (string | number)[] = []
  let here = claims
  for (const raw of pointer.split('/').slice(1)) {
    const name = raw.replaceAll('~1', '/').replaceAll('~0', '~')
    path.push(Array.isArray(here) ? Number(name) : name)
    here = typeof here === 'object' && here !== null ? (here as Record<string, unknown>)[name] : undefined
  }
  return path
}
