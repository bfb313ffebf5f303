import type { Connection } from './connection.ts'
import { exchange, type Incoming, type Outgoing } from './exchange.ts'
import { CommandFailure, type Problem } from './failure.ts'
import type { CliOperation } from './operations.ts'

export type Input = Readonly<Record<string, unknown>>

/** A file on its way to a node. */
export interface Upload {
  readonly content: AsyncIterable<Uint8Array>
  /** Bytes, where known before. */
  readonly size?: number
}

/** What goes along with a call, or comes back, beside JSON. */
export interface Files extends Pick<Outgoing, 'into'> {
  readonly upload?: Upload | undefined
}

/**
 * Calls an operation on a node.
 * @returns what it answered
 * @throws CommandFailure with the node's problem, or with why the node could not be asked
 */
export async function callOperation(
  connection: Connection,
  language: string,
  operation: CliOperation,
  input: Input,
  { upload, into }: Files = {},
): Promise<unknown> {
  const members = bodyOf(operation, input)
  const body = upload ? upload.content : members && JSON.stringify(members)
  const answer = await exchange({
    method: operation.method,
    url: `${connection.url}/api/v1${targetOf(operation, input)}`,
    headers: {
      accept: 'application/json, application/problem+json',
      'accept-language': language,
      ...(connection.token ? { authorization: `Bearer ${connection.token}` } : {}),
      ...(connection.consent ? { 'regie-consent': connection.consent } : {}),
      ...headersOf(body, upload),
    },
    ...(body === undefined ? {} : { body }),
    ...(into && { into }),
  })
  return resultOf(answer, connection.url)
}

function headersOf(
  body: string | AsyncIterable<Uint8Array> | undefined,
  upload: Upload | undefined,
): Record<string, string> {
  if (body === undefined) return {}
  if (typeof body === 'string')
    return { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }
  return {
    'content-type': 'application/octet-stream',
    ...(upload?.size === undefined ? {} : { 'content-length': String(upload.size) }),
  }
}

/** The path with its parameters filled in, and the query. */
function targetOf(operation: CliOperation, input: Input): string {
  const path = operation.path.replaceAll(/\{([^}]+)\}/g, (_, name: string) =>
    encodeURIComponent(String(input[name] ?? '')),
  )
  const query = new URLSearchParams()
  for (const { name, place } of operation.members)
    if (place === 'query' && input[name] !== undefined)
      for (const value of [input[name]].flat()) query.append(name, String(value))
  return query.size > 0 ? `${path}?${query}` : path
}

function bodyOf(operation: CliOperation, input: Input): Input | undefined {
  if (operation.upload || (operation.method !== 'POST' && operation.method !== 'PUT')) return undefined
  const outside = new Set(
    operation.members.filter(({ place }) => place !== 'body').map((member) => member.name),
  )
  return Object.fromEntries(Object.entries(input).filter(([name]) => !outside.has(name)))
}

function resultOf({ status, type, text }: Incoming, url: string): unknown {
  const isJson = /^application\/(problem\+)?json\b/.test(type)
  const value = isJson ? parse(text) : undefined
  if (status >= 200 && status < 300 && (text === '' || isJson)) return value
  if (isProblem(value)) throw new CommandFailure(value)
  throw new CommandFailure({
    code: 'not_a_node',
    title: `What answers at ${url} does not speak Regie's API (HTTP ${status})`,
    status,
  })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const isProblem = (value: unknown): value is Problem =>
  typeof value === 'object' &&
  value !== null &&
  'code' in value &&
  typeof value.code === 'string' &&
  'title' in value &&
  typeof value.title === 'string'
