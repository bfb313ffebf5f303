import { isIP } from 'node:net'
import type { Dispatcher } from 'undici'
import { isRefusal, Refusal } from '../core/index.ts'
import {
  type Connections,
  checkedAddresses,
  type Lookup,
  openConnections,
  systemNames,
} from './connections.ts'
import { bareHost, isVouchedFor, parseTarget, type TargetRules } from './target.ts'

export interface EgressDeps {
  /** Allows http and loopback addresses, for the embedded network and for tests. */
  readonly allowLoopback?: boolean
  /** `host:port` of services in the own network that may be called wherever they are, also over http. */
  readonly allowHosts?: readonly string[]
  /** Strict JSON (duplicate members and depth refused): `parseJsonStrict` of `jose/`. */
  readonly parseJson: (text: string) => unknown
  /** Name resolution; the system's unless told. */
  readonly lookup?: Lookup
}

export interface EgressOptions {
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  /** Media type for the `accept` header. */
  readonly accept?: string
  /** Milliseconds for everything together, redirects too; 5,000 unless told. */
  readonly timeoutMs?: number
  /** Bytes of body accepted; 1 MiB unless told. */
  readonly maxBytes?: number
  /** How many redirects of a GET are followed, each checked like the first URL; 0 unless told. */
  readonly redirects?: number
  /** Only the status counts: at most `maxBytes` of the body are read and dropped, and a longer one is no refusal. */
  readonly statusOnly?: true
}

export interface EgressResponse {
  readonly status: number
  /** Names in lower case; repeated headers joined by a comma. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

export interface EgressJson {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly json: unknown
}

export interface EgressStream extends Omit<EgressResponse, 'body'> {
  /** To be read once. It fails as a request does: `egress_timeout`, `egress_too_large`, `egress_unreachable`. */
  readonly body: AsyncIterable<Buffer>
}

/**
 * The only way out of the node.
 * All refusals have kind `upstream`: `egress_refused_url`, `egress_refused_address`, `egress_timeout`,
 * `egress_too_large`, `egress_unreachable`, `egress_bad_response`.
 */
export interface Egress {
  /** Any status is an answer; a redirect is too unless `redirects` allows following it. */
  request(url: string | URL, options?: EgressOptions): Promise<EgressResponse>
  /**
   * Whether this may be called, asked before somebody relies on it: its form, and every address its name has now.
   * Each call is checked again. @throws Refusal `egress_refused_url`, `egress_refused_address`, `egress_unreachable`
   */
  check(url: string | URL): Promise<void>
  /** As `request`, with the body as strictly parsed JSON. */
  json(url: string | URL, options?: EgressOptions): Promise<EgressJson>
  /** As `request`, with a body that is read as it is asked for; `timeoutMs` is until it begins, and between two pieces. */
  stream(url: string | URL, options?: Omit<EgressOptions, 'redirects' | 'statusOnly'>): Promise<EgressStream>
  dispose(): Promise<void>
}

const DEFAULT_TIMEOUT_MS = 5_000
const DEFAULT_MAX_BYTES = 1_048_576

export function createEgress(deps: EgressDeps): Egress {
  const rules: TargetRules = {
    allowLoopback: deps.allowLoopback ?? false,
    allowHosts: new Set(deps.allowHosts),
  }
  const lookup = deps.lookup ?? systemNames
  const connections = openConnections(rules, lookup)
  const request = async (url: string | URL, options: EgressOptions = {}): Promise<EgressResponse> => {
    const target = parseTarget(url, rules)
    const abort = new AbortController()
    const timer = setTimeout(() => abort.abort(), options.timeoutMs ?? DEFAULT_TIMEOUT_MS)
    try {
      return await followed(target, options, { rules, connections, signal: abort.signal })
    } catch (error) {
      throw asRefusal(error, abort.signal)
    } finally {
      clearTimeout(timer)
    }
  }
  const stream: Egress['stream'] = async (url, options = {}) => {
    const target = parseTarget(url, rules)
    const abort = new AbortController()
    const patience = new Patience(abort, options.timeoutMs ?? DEFAULT_TIMEOUT_MS)
    patience.begin()
    try {
      const way = { rules, connections, signal: abort.signal }
      const response = await send(target, requestHeaders(options), options, way)
      const { statusCode: status, headers } = response
      // What nobody begins to read is broken off as well.
      patience.begin()
      const body = patientPieces(response, options.maxBytes ?? DEFAULT_MAX_BYTES, patience)
      return { status, headers: flatHeaders(headers), body }
    } catch (error) {
      patience.end()
      throw asRefusal(error, abort.signal)
    }
  }
  return {
    request,
    stream,
    check: async (url) => {
      const target = parseTarget(url, rules)
      // A literal address was looked at with the form.
      if (isVouchedFor(target, rules) || isIP(bareHost(target.hostname)) !== 0) return
      await checkedAddresses(target.hostname, rules, lookup).catch((error) => {
        throw asRefusal(error)
      })
    },
    json: async (url, options = {}) => {
      const { status, headers, body } = await request(url, { accept: 'application/json', ...options })
      return { status, headers, json: parseBody(body, deps.parseJson) }
    },
    dispose: async () => {
      await Promise.all([connections.checked.destroy(), connections.vouched.destroy()])
    },
  }
}

interface Way {
  readonly rules: TargetRules
  readonly connections: Connections
  readonly signal: AbortSignal
}

async function followed(first: URL, options: EgressOptions, way: Way): Promise<EgressResponse> {
  let target = first
  let headers = requestHeaders(options)
  for (let left = options.redirects ?? 0; ; left -= 1) {
    const response = await once(target, headers, options, way)
    const next = response.headers.location
    if (left <= 0 || !isRedirect(response.status) || next === undefined) return response
    if (options.method !== undefined && options.method !== 'GET') return response
    const hop = URL.parse(next, target.href)
    if (!hop) throw badResponse('the answer redirects to something that is not a URL')
    if (hop.origin !== target.origin) headers = withoutCredentials(headers)
    target = parseTarget(hop, way.rules)
  }
}

async function once(
  target: URL,
  headers: Record<string, string>,
  options: EgressOptions,
  way: Way,
): Promise<EgressResponse> {
  const response = await send(target, headers, options, way)
  return {
    status: response.statusCode,
    headers: flatHeaders(response.headers),
    body: options.statusOnly
      ? await noBody(response, options.maxBytes ?? DEFAULT_MAX_BYTES)
      : await boundedBody(response, options.maxBytes ?? DEFAULT_MAX_BYTES),
  }
}

function send(
  target: URL,
  headers: Record<string, string>,
  options: EgressOptions,
  { rules, connections, signal }: Way,
): Promise<Dispatcher.ResponseData> {
  const dispatcher = isVouchedFor(target, rules) ? connections.vouched : connections.checked
  return dispatcher.request({
    origin: target.origin,
    path: target.pathname + target.search,
    method: options.method ?? 'GET',
    headers,
    body: options.body ?? null,
    signal,
  })
}

/** Breaks a call off when what it waits for does not come. */
class Patience {
  readonly #abort: AbortController
  readonly #ms: number
  #timer: NodeJS.Timeout | undefined

  constructor(abort: AbortController, ms: number) {
    this.#abort = abort
    this.#ms = ms
  }

  get signal(): AbortSignal {
    return this.#abort.signal
  }

  begin(): void {
    this.end()
    this.#timer = setTimeout(() => this.#abort.abort(), this.#ms)
  }

  end(): void {
    clearTimeout(this.#timer)
  }
}

async function* patientPieces(
  response: Dispatcher.ResponseData,
  maxBytes: number,
  patience: Patience,
): AsyncGenerator<Buffer> {
  try {
    patience.begin()
    for await (const piece of boundedPieces(response, maxBytes)) {
      // Whoever reads slowly does not make the other side late.
      patience.end()
      yield piece
      patience.begin()
    }
  } catch (error) {
    throw asRefusal(error, patience.signal)
  } finally {
    patience.end()
  }
}

/** A short body is read so that its connection serves the next call; whatever goes wrong in it, the status stands. */
async function noBody(response: Dispatcher.ResponseData, maxBytes: number): Promise<Buffer> {
  await boundedBody(response, maxBytes).catch(() => undefined)
  return Buffer.alloc(0)
}

async function boundedBody(response: Dispatcher.ResponseData, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of boundedPieces(response, maxBytes)) chunks.push(chunk)
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)
}

async function* boundedPieces(response: Dispatcher.ResponseData, maxBytes: number): AsyncGenerator<Buffer> {
  let size = 0
  const announced = Number(response.headers['content-length'] ?? 0)
  // Leaving the loop destroys the body, and with it the connection.
  for await (const chunk of response.body) {
    size += (chunk as Buffer).length
    if (size > maxBytes || announced > maxBytes)
      throw new Refusal('upstream', 'egress_too_large', `the answer is larger than ${maxBytes} bytes`, {
        params: { max_bytes: maxBytes },
      })
    yield chunk as Buffer
  }
}

function requestHeaders(options: EgressOptions): Record<string, string> {
  // No accept-encoding: a body that inflates cannot be bounded by its size on the wire.
  return { ...(options.accept === undefined ? {} : { accept: options.accept }), ...options.headers }
}

function withoutCredentials(headers: Readonly<Record<string, string>>): Record<string, string> {
  const secret = new Set(['authorization', 'cookie', 'proxy-authorization', 'dpop'])
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !secret.has(name.toLowerCase())))
}

function flatHeaders(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string> {
  const flat: Record<string, string> = Object.create(null)
  for (const name in headers) {
    const value = headers[name]
    if (value !== undefined) flat[name] = typeof value === 'string' ? value : value.join(', ')
  }
  return flat
}

function parseBody(body: Buffer, parseJson: (text: string) => unknown): unknown {
  try {
    return parseJson(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch (cause) {
    throw badResponse('the answer is not JSON', cause)
  }
}

const isRedirect = (status: number): boolean => [301, 302, 303, 307, 308].includes(status)

const badResponse = (why: string, cause?: unknown): Refusal =>
  new Refusal('upstream', 'egress_bad_response', why, { cause })

function asRefusal(error: unknown, signal?: AbortSignal): Refusal {
  if (isRefusal(error)) return error
  const code = (error as { code?: unknown } | null)?.code
  if (signal?.aborted || code === 'UND_ERR_CONNECT_TIMEOUT')
    return new Refusal('upstream', 'egress_timeout', 'the other side did not answer in time', {
      cause: error,
    })
  if (typeof code === 'string' && (code.startsWith('HPE_') || code === 'UND_ERR_HEADERS_OVERFLOW'))
    return badResponse('the answer is not HTTP', error)
  return new Refusal('upstream', 'egress_unreachable', 'the other side could not be reached', {
    cause: error,
  })
}
