import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express'
import { type Clock, type Log, languageOf, newId, Refusal } from '../core/index.ts'
import { hasBody } from './body.ts'
import { type Failure, failureOf, problemOf } from './problem.ts'

/** Milliseconds a refused body may go on coming in, so that its sender gets to read the refusal. */
const LINGER_MS = 3_000

/** What we know of a request while it is handled. Never holds anything the caller sent. */
interface Locals {
  requestId: string
  /** The pattern of the route, not the address: addresses hold values. */
  route?: string
  caller?: string
}

export const localsOf = (response: Response): Locals => response.locals as Locals

/** Gives each request its id, and logs how it ended. */
export function begin(log: Log, clock: Clock): RequestHandler {
  return (request, response, next) => {
    const locals = localsOf(response)
    locals.requestId = newId()
    response.setHeader('X-Request-Id', locals.requestId)
    const started = clock.now()
    response.once('finish', () => {
      const { requestId, caller } = locals
      const route = locals.route ?? patternOf(request.route?.path) ?? 'unmatched'
      const ms = clock.now() - started
      const fields = { request_id: requestId, method: request.method, route, caller, ms }
      log.info({ ...fields, status: response.statusCode }, 'request')
    })
    next()
  }
}

/** Protocols that are mounted at the root have their whole pattern in their route. */
const patternOf = (path: unknown): string | undefined => (typeof path === 'string' ? path : undefined)

/** The one place where an error becomes an answer. */
export function refuse(log: Log): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => {
    const failure = failureOf(error)
    const { requestId, route } = localsOf(response)
    if (failure.status >= 500)
      log.error({ request_id: requestId, route, code: failure.code, ...describe(error) }, 'request failed')
    if (response.headersSent) response.destroy()
    else sendProblem(request, response, failure)
  }
}

export function sendProblem(request: Request, response: Response, failure: Failure): void {
  const language = languageOf(request.headers['accept-language'])
  const { status, code, params } = failure
  response.setHeader('Content-Language', language)
  response.setHeader('Vary', 'Accept-Language')
  response.setHeader('Cache-Control', 'no-store')
  if (status === 401)
    response.setHeader(
      'WWW-Authenticate',
      code === 'authentication_required' ? 'Bearer' : 'Bearer error="invalid_token"',
    )
  if (typeof params.retry_after_s === 'number') response.setHeader('Retry-After', params.retry_after_s)
  response.statusCode = status
  const problem = problemOf(failure, language, localsOf(response).requestId)
  send(request, response, 'application/problem+json', JSON.stringify(problem))
}

/** Writes the answer; while the body is still coming in, lets it come a little before the connection ends. */
export function send(
  request: IncomingMessage,
  response: ServerResponse,
  contentType: string,
  text: string,
): void {
  const body = Buffer.from(text)
  response.setHeader('Content-Type', contentType)
  response.setHeader('Content-Length', body.length)
  if (request.complete || !hasBody(request)) {
    response.end(request.method === 'HEAD' ? undefined : body)
    return
  }
  response.setHeader('Connection', 'close')
  response.write(body)
  const end = () => {
    clearTimeout(timer)
    response.end()
  }
  const timer = setTimeout(end, LINGER_MS)
  request.once('end', end).once('close', end).once('error', end)
  request.resume()
}

/** Class and frames of an error and its causes; not their messages, which may quote what was sent. */
export function describe(error: unknown): object {
  if (error instanceof Refusal) return { error: error.name, cause: describeCause(error.cause) }
  if (!(error instanceof Error)) return { error: typeof error }
  const at = error.stack?.indexOf('\n    at ') ?? -1
  const { code } = error as { code?: unknown }
  return {
    error: error.name,
    ...(typeof code === 'string' && /^[A-Z0-9_]{1,40}$/.test(code) ? { error_code: code } : {}),
    stack: at < 0 ? undefined : error.stack?.slice(at + 1),
    cause: describeCause(error.cause),
  }
}

const describeCause = (cause: unknown): object | undefined =>
  cause === undefined ? undefined : describe(cause)
