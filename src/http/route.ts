import type { Request, RequestHandler, Response } from 'express'
import {
  type AnyOperation,
  type Caller,
  type Context,
  type Download,
  isRefusal,
  requireAllowed,
  requireProof,
} from '../core/index.ts'
import { sendFile } from '../documents/index.ts'
import { readUpload } from './body.ts'
import { localsOf, send } from './exchange.ts'
import { attemptOf, once } from './idempotency.ts'
import { checkOutput } from './output.ts'
import type { Answer, HttpOptions, Limits } from './ports.ts'
import { etagOf, hasVersion, parseIfMatch, versionOf } from './preconditions.ts'
import { InputRefusal } from './problem.ts'
import { run as runMiddleware } from './rate-limit.ts'
import { inputShapeOf, readInput } from './read-input.ts'
import { sendEvents } from './send-events.ts'
import { refuseUnknownMembers } from './strict-schema.ts'

export interface RouteDeps extends Pick<HttpOptions, 'authenticate' | 'idempotency' | 'log'> {
  readonly limits: Limits
  readonly limitAnonymous: RequestHandler
}

/**
 * The way of one request: who calls, may they, what do they send, was it sent before, do it, check what comes out.
 * The order matters: who may not call learns nothing about the input.
 */
export function routeOf(operation: AnyOperation, deps: RouteDeps): RequestHandler {
  // Made when it is first called: of hundreds of operations a small node uses a few, and each takes a millisecond.
  let made: ReturnType<typeof prepare> | undefined
  return async (request, response) => {
    const caller = await authenticated(request, response, deps)
    requireAllowed(operation.allow, caller)
    if (operation.proof) requireProof(caller)
    made ??= prepare(operation, deps)
    const { shape, schema, check } = made
    const raw = await readInput(operation, shape, request, response, deps.limits)
    const parsed = schema.safeParse(raw)
    if (!parsed.success) throw new InputRefusal(parsed.error, raw)
    const context = contextOf(operation, caller, request, response, deps)
    if (operation.download) {
      const file = (await operation.run(parsed.data, context)) as Download
      return sendFile(response, file, deps.limits.uploadIdleMs)
    }
    if (operation.events) {
      const events = (await operation.run(parsed.data, context)) as AsyncIterable<unknown>
      return sendEvents(request, response, events, (one) => check(one, localsOf(response).requestId))
    }
    const key = request.get('idempotency-key')
    const { answer, replayed } = await once(deps, attemptOf(operation, caller, key, raw), async () =>
      check(await operation.run(parsed.data, context), localsOf(response).requestId),
    )
    if (replayed) response.setHeader('Idempotency-Replayed', 'true')
    respond(request, response, answer)
  }
}

const prepare = (operation: AnyOperation, { log }: RouteDeps) => ({
  shape: inputShapeOf(operation),
  schema: refuseUnknownMembers(operation.input),
  check: checkOutput(operation, log),
})

async function authenticated(request: Request, response: Response, deps: RouteDeps): Promise<Caller> {
  const parts = {
    method: request.method,
    path: request.originalUrl.split('?', 1)[0] ?? '',
    headers: request.headers,
    remoteAddress: request.ip ?? '',
  }
  try {
    const caller = await deps.authenticate(parts)
    localsOf(response).caller = caller.kind
    if (caller.kind === 'anonymous') await runMiddleware(deps.limitAnonymous, request, response)
    return caller
  } catch (error) {
    // Who guesses at tokens counts as anonymous.
    if (isRefusal(error) && error.kind === 'unauthenticated')
      await runMiddleware(deps.limitAnonymous, request, response)
    throw error
  }
}

function contextOf(
  operation: AnyOperation,
  caller: Caller,
  request: Request,
  response: Response,
  deps: RouteDeps,
): Context {
  const ifMatch = parseIfMatch(request.headers['if-match'])
  return {
    caller,
    ...(ifMatch === undefined ? {} : { ifMatch }),
    ...(operation.upload ? { upload: readUpload(request, response, deps.limits) } : {}),
  }
}

function respond(request: Request, response: Response, { status, body }: Answer): void {
  response.statusCode = status
  const version = status < 400 ? versionOf(body) : undefined
  if (version !== undefined) {
    response.setHeader('ETag', etagOf(version))
    if (request.method === 'GET' && hasVersion(request.headers['if-none-match'], version)) {
      response.statusCode = 304
      response.end()
      return
    }
  }
  const type = status < 400 ? 'application/json' : 'application/problem+json'
  send(request, response, type, JSON.stringify(body ?? {}))
}
