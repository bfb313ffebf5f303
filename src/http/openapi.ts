import type { AnyOperation } from '../core/index.ts'
import { type JsonSchema, jsonSchemaOf, membersOf, withoutMembers } from './json-schema.ts'
import {
  Components,
  problemResponse,
  problemSchema,
  requestHeaders,
  securityOf,
  securitySchemes,
} from './openapi-parts.ts'
import type { ApiInfo } from './ports.ts'
import { takesBody } from './read-input.ts'
import { refuseUnknownMembers } from './strict-schema.ts'

/** An OpenAPI 3.1 document; only what our own readers look at is typed. */
export interface OpenApiDocument {
  readonly openapi: '3.1.0'
  readonly info: ApiInfo
  readonly servers: readonly { readonly url: string }[]
  readonly tags: readonly { readonly name: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> }
}

export interface OpenApiOperation {
  readonly operationId: string
  readonly summary: string
  readonly tags: readonly string[]
  readonly parameters: readonly OpenApiParameter[]
  readonly requestBody?: {
    readonly required: boolean
    readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>>
  }
  readonly responses: Readonly<Record<string, object>>
  readonly security: readonly object[]
  readonly 'x-regie-allow': AnyOperation['allow']
  readonly 'x-regie-positional': readonly string[]
  readonly 'x-regie-proof'?: true
}

export interface OpenApiParameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required: boolean
  readonly description?: string
  readonly schema: JsonSchema
}

/** The API as OpenAPI 3.1, made from the operations alone: at build time no node has to run. */
export function openApiDocument(operations: readonly AnyOperation[], info: ApiInfo): OpenApiDocument {
  const components = new Components()
  const paths: Record<string, Record<string, OpenApiOperation>> = {}
  for (const operation of operations) {
    const path = operation.path.replaceAll(/:([A-Za-z0-9_]+)/g, '{$1}')
    const methods = paths[path] ?? {}
    methods[operation.method.toLowerCase()] = describeOperation(operation, components)
    paths[path] = methods
  }
  const document = {
    openapi: '3.1.0' as const,
    info,
    servers: [{ url: '/api/v1' }],
    tags: [...new Set(operations.map(nounOf))].sort().map((name) => ({ name })),
    paths,
    components: {
      schemas: { Problem: problemSchema, ...components.schemas },
      responses: { Problem: problemResponse },
      securitySchemes,
    },
  }
  return document
}

/** A file, either way. */
const BYTES = { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } } as const

const nounOf = ({ name }: AnyOperation): string => name.split('.', 1)[0] ?? name

function describeOperation(operation: AnyOperation, components: Components): OpenApiOperation {
  const own = jsonSchemaOf(refuseUnknownMembers(operation.input), 'input')
  const input = components.hoist(`${operation.name}.input`, own)
  return {
    operationId: operation.name,
    summary: operation.summary,
    tags: [nounOf(operation)],
    parameters: [...parametersOf(operation, input, own), ...headersOf(operation)],
    ...requestBodyOf(operation, input),
    responses: responsesOf(operation, components),
    security: securityOf(operation.allow),
    'x-regie-allow': operation.allow,
    'x-regie-positional': operation.positional ?? [],
    ...(operation.proof && { 'x-regie-proof': true }),
  }
}

const pathNamesOf = ({ path }: AnyOperation): readonly string[] =>
  [...path.matchAll(/:([A-Za-z0-9_]+)/g)].map(([, name = '']) => name)

function parametersOf(operation: AnyOperation, input: JsonSchema, own: JsonSchema): OpenApiParameter[] {
  const members = membersOf(input.$ref ? own : input, own)
  const inPath = pathNamesOf(operation)
  const inQuery = takesBody(operation) ? [] : [...members.keys()].filter((name) => !inPath.includes(name))
  const parameter = (name: string, place: 'path' | 'query'): OpenApiParameter => {
    const { schema = { type: 'string' }, required = false } = members.get(name) ?? {}
    const { description, ...rest } = schema
    return {
      name,
      in: place,
      required: place === 'path' || required,
      ...(description === undefined ? {} : { description }),
      schema: rest,
    }
  }
  return [
    ...inPath.map((name) => parameter(name, 'path')),
    ...inQuery.map((name) => parameter(name, 'query')),
  ]
}

function headersOf(operation: AnyOperation): OpenApiParameter[] {
  const { idempotencyKey, consent, ifMatch, ifNoneMatch } = requestHeaders
  if (operation.upload) return []
  if (operation.method === 'GET') return hasVersion(operation) ? [ifNoneMatch] : []
  const signedIn = operation.method === 'POST' && !('anyone' in operation.allow)
  const repeatable = signedIn && !operation.secret
  const byPeople = signedIn && 'users' in operation.allow
  return [
    ...(repeatable ? [idempotencyKey] : []),
    ...(byPeople ? [consent] : []),
    ...(hasVersion(operation) ? [ifMatch] : []),
  ]
}

const hasVersion = (operation: AnyOperation): boolean =>
  !operation.download &&
  !operation.events &&
  membersOf(jsonSchemaOf(operation.output, 'output')).has('version')

function requestBodyOf(
  operation: AnyOperation,
  input: JsonSchema,
): Pick<OpenApiOperation, 'requestBody'> | undefined {
  if (operation.upload) {
    return { requestBody: { required: true, content: BYTES } }
  }
  if (!takesBody(operation)) return undefined
  const schema = withoutMembers(input, new Set(pathNamesOf(operation)))
  if (schema.$ref === undefined && membersOf(schema).size === 0) return undefined
  const required = [...membersOf(schema).values()].some((member) => member.required)
  return { requestBody: { required, content: { 'application/json': { schema } } } }
}

function contentOf(operation: AnyOperation, components: Components): object {
  // Which kind of file it is, its head says.
  if (operation.download) return BYTES
  const schema = components.hoist(`${operation.name}.output`, jsonSchemaOf(operation.output, 'output'))
  return { [operation.events ? 'text/event-stream' : 'application/json']: { schema } }
}

function responsesOf(operation: AnyOperation, components: Components): Record<string, object> {
  const headers = hasVersion(operation)
    ? { ETag: { description: 'The version, as `"3"`.', schema: { type: 'string' } } }
    : undefined
  const done = {
    description: operation.summary,
    ...(headers ? { headers } : {}),
    content: contentOf(operation, components),
  }
  const problem = { $ref: '#/components/responses/Problem' }
  const guarded: Record<string, object> =
    'anyone' in operation.allow ? {} : { '401': problem, '403': problem }
  return { [String(operation.status ?? 200)]: done, '400': problem, ...guarded, default: problem }
}
