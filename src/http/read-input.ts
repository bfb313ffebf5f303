import type { IncomingMessage, ServerResponse } from 'node:http'
import { type AnyOperation, Refusal } from '../core/index.ts'
import { hasBody, readJson } from './body.ts'
import { type JsonSchema, jsonSchemaOf, type Member, membersOf } from './json-schema.ts'
import type { Limits } from './ports.ts'
import { fromTexts, readQuery } from './query.ts'

/** So much longer an operation that takes large bodies waits for one. */
const LARGE_BODY_TIMES = 8

/** What is known of an operation's input before any request comes. */
export interface InputShape {
  readonly schema: JsonSchema
  readonly members: ReadonlyMap<string, Member>
}

export function inputShapeOf(operation: AnyOperation): InputShape {
  const schema = jsonSchemaOf(operation.input, 'input')
  return { schema, members: membersOf(schema) }
}

/**
 * Path, query and JSON body as one object, not yet parsed by the operation's schema.
 * @throws Refusal `duplicate_member` for a member in two places, `unexpected_body`, and those of the body and the
 *   query
 */
export async function readInput(
  operation: AnyOperation,
  shape: InputShape,
  request: IncomingMessage & { readonly params: Readonly<Record<string, string | readonly string[]>> },
  response: ServerResponse,
  limits: Limits,
): Promise<Record<string, unknown>> {
  const input: Record<string, unknown> = Object.create(null)
  const add = (name: string, value: unknown) => {
    if (Object.hasOwn(input, name))
      throw new Refusal('invalid', 'duplicate_member', 'a member was given in two places')
    input[name] = value
  }
  for (const [name, text] of Object.entries(request.params))
    add(name, fromTexts([text].flat(), shape.members.get(name)?.schema, shape.schema))
  const [, search = ''] = (request.url ?? '').split('?', 2)
  for (const [name, value] of readQuery(search, shape.members, shape.schema)) add(name, value)
  if (operation.upload || !hasBody(request)) return storable(input)
  if (!takesBody(operation)) throw new Refusal('invalid', 'unexpected_body', 'this request takes no body')
  const body = await readJson(request, response, bodyLimits(operation, limits))
  for (const [name, value] of Object.entries(body)) add(name, value)
  return storable(input)
}

/** What takes more bytes may take as much longer to come in. */
function bodyLimits({ jsonBytes }: AnyOperation, limits: Limits): Pick<Limits, 'jsonBytes' | 'bodyMs'> {
  if (jsonBytes === undefined) return limits
  return { jsonBytes, bodyMs: limits.bodyMs * LARGE_BODY_TIMES }
}

/** Postgres keeps no NUL in a text, so it is bad input everywhere and not a fault somewhere. @throws Refusal `invalid_text` */
function storable<T>(value: T): T {
  if (typeof value === 'string' && value.includes('\u0000'))
    throw new Refusal('invalid', 'invalid_text', 'a text may not hold a NUL character')
  if (typeof value === 'object' && value !== null) for (const member of Object.values(value)) storable(member)
  return value
}

/** Whether the members of the input that are not in the path go in a JSON body. */
export const takesBody = (operation: AnyOperation): boolean =>
  !operation.upload && (operation.method === 'POST' || operation.method === 'PUT')
