import type { AnyOperation, Log } from '../core/index.ts'
import { type JsonSchema, jsonSchemaOf, membersOf, resolve } from './json-schema.ts'
import type { Answer } from './ports.ts'
import { internalError, problemOf } from './problem.ts'

/**
 * Holds what an operation gives against its output schema: members that are not in it are left out, and what does
 * not fit leaves as a 500. The log gets the place and the kind of the misfit, never the value.
 */
export function checkOutput(
  operation: AnyOperation,
  log: Log,
): (result: unknown, requestId: string) => Answer {
  const schema = jsonSchemaOf(operation.output, 'output')
  return (result, requestId) => {
    const parsed = operation.output.safeParse(result)
    if (parsed.success) return { status: operation.status ?? 200, body: parsed.data }
    const issues = parsed.error.issues.map(({ code, path }) => ({ code, path: namedPath(path, schema) }))
    log.error(
      { request_id: requestId, operation: operation.name, issues },
      'an output does not fit its schema',
    )
    return { status: 500, body: problemOf(internalError, 'en', requestId) }
  }
}

/** A path with only the names the schema knows: keys of a record may be personal data. */
function namedPath(path: readonly PropertyKey[], root: JsonSchema): string {
  let schema: JsonSchema | undefined = root
  const names = path.map((key) => {
    const here: JsonSchema = resolve(schema ?? {}, root)
    if (typeof key === 'number') {
      schema = typeof here.items === 'object' ? here.items : undefined
      return '[]'
    }
    const member = membersOf(here, root).get(String(key))
    schema = member?.schema
    return member ? String(key) : '*'
  })
  return names.join('.')
}
