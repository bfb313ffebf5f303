import { createContext, Script } from 'node:vm'
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js'
import ajvFormats from 'ajv-formats'
import { Refusal } from '../../core/index.ts'

/**
 * Milliseconds the schema of somebody else may keep us busy, to be read and each time it is used: a schema made to keep
 * its reader busy (a pattern that never ends, references that multiply) is broken off.
 */
const COMPILE_MS = 500
const CHECK_MS = 100

/**
 * Whether claims follow a schema of somebody else; `null` when that could not be found out in time. Claims that are not
 * there are no fault: their holder may have left them out.
 */
export type BoundedCheck = (claims: unknown) => boolean | null

/** What is wrong with a value that is there, whatever else is. Of alternatives nobody can say which was meant. */
const definite = new Set([
  ...['type', 'enum', 'const', 'pattern', 'format', 'multipleOf', 'additionalProperties', 'uniqueItems'],
  ...['maxLength', 'minLength', 'maximum', 'minimum', 'exclusiveMaximum', 'exclusiveMinimum', 'maxItems'],
  'false schema',
])
const ALTERNATIVE = /\/(?:anyOf|oneOf|not|if|then|else|contains)(?:\/|$)/

/** Compiles the JSON Schema (2020-12) of somebody else; none of them is remembered. */
export function createBoundedCompiler(): (schema: object) => BoundedCheck {
  let ajv = createAjv()
  return (schema) => {
    // Its name is nothing that must be unique here.
    const { $id: _, ...anonymous } = schema as Record<string, unknown>
    try {
      const validate = within(COMPILE_MS, () => ajv.compile(anonymous))
      ajv.removeSchema()
      // One that answers later would be taken for a yes, and its no would reach nobody.
      if (!validate || '$async' in validate) throw unusable()
      return (claims) => within(CHECK_MS, () => validate(claims) || !(validate.errors ?? []).some(isFault))
    } catch (error) {
      // One that was broken off half way may be in any state.
      ajv = createAjv()
      throw error
    }
  }
}

function createAjv(): Ajv2020 {
  const ajv = new Ajv2020({ strict: false, allErrors: true, ownProperties: true, logger: false })
  ajvFormats.default(ajv, ['date', 'date-time', 'email', 'uri', 'uuid'])
  return ajv
}

/** The result, or null when it did not come in time. @throws Refusal `type_schema_unusable` */
function within<T>(timeout: number, run: () => T): T | null {
  const held: { result?: T } = {}
  try {
    // The watch of node:vm is over everything that runs meanwhile, also what was made outside.
    const context = createContext({
      run: () => {
        held.result = run()
      },
    })
    new Script('run()').runInContext(context, { timeout })
  } catch (cause) {
    if ((cause as { code?: unknown } | null)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return null
    throw unusable(cause)
  }
  return held.result ?? null
}

const isFault = ({ keyword, schemaPath }: ErrorObject) =>
  definite.has(keyword) && !ALTERNATIVE.test(schemaPath)

const unusable = (cause?: unknown) =>
  new Refusal('unprocessable', 'type_schema_unusable', 'the schema of this credential type cannot be used', {
    cause,
  })
