import express, { type Express, type Request, type RequestHandler, Router } from 'express'
import helmet from 'helmet'
import type { AnyOperation } from '../core/index.ts'
import { receiveWithin } from './deadline.ts'
import { docsRoutes } from './docs.ts'
import { begin, localsOf, refuse, send, sendProblem } from './exchange.ts'
import { healthRoutes, noStore } from './health.ts'
import { openApiDocument } from './openapi.ts'
import type { HttpOptions, Limits } from './ports.ts'
import { anonymousLimit, failureLimit } from './rate-limit.ts'
import { type RouteDeps, routeOf } from './route.ts'

const API = '/api/v1'

/** The whole of what a node answers over HTTP. */
export function createApp(options: HttpOptions, limits: Limits, isClosing: () => boolean): Express {
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.enable('case sensitive routing')
  app.enable('strict routing')
  app.set('query parser', 'simple')
  if (options.trustProxy !== undefined) app.set('trust proxy', options.trustProxy)
  app.use(begin(options.log, options.clock))
  app.use(secureHeaders)
  app.use(closeWhenClosing(isClosing))
  app.use(healthRoutes({ ...options, isClosing }))
  const limitAnonymous = anonymousLimit(limits.anonymousPerMinute)
  const limit = {
    anonymous: countedOnce(limitAnonymous),
    failures: countedOnce(failureLimit(limits.anonymousPerMinute)),
  }
  app.use(API, noStore, apiRoutes(options.operations, { ...options, limits, limitAnonymous }))
  app.get('/api/openapi.json', documentRoute(options))
  app.use('/api/docs', docsRoutes())
  app.use(receiveWithin(limits.bodyMs))
  // What is for a router must not be counted on the way by one that is stricter.
  for (const rateLimit of ['own', 'failures', 'anonymous'] as const)
    for (const { path, router } of options.routers.filter(
      (one) => (one.rateLimit ?? 'anonymous') === rateLimit,
    ))
      app.use(
        path,
        ...(path === '/' ? [] : [named(path)]),
        ...(rateLimit === 'own' ? [] : [limit[rateLimit]]),
        router,
      )
  app.use((request, response) => {
    sendProblem(request, response, notFound)
  })
  app.use(refuse(options.log))
  return app
}

/** A request that several routers look at counts as one. */
function countedOnce(limit: RequestHandler): RequestHandler {
  const counted = new WeakSet<Request>()
  return (request, response, next) => {
    if (counted.has(request)) return next()
    counted.add(request)
    return limit(request, response, next)
  }
}

/** The API answers data, never pages: nothing may be loaded or framed from it. */
const secureHeaders = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { 'default-src': ["'none'"], 'base-uri': ["'none'"], 'frame-ancestors': ["'none'"] },
  },
  referrerPolicy: { policy: 'no-referrer' },
})

const notFound = {
  status: 404,
  code: 'route_not_found',
  message: 'there is nothing at this address',
  params: {},
}

function apiRoutes(operations: readonly AnyOperation[], deps: RouteDeps): RequestHandler {
  requireDistinct(operations)
  const routers = new Map<string, Router>()
  for (const path of [...new Set(operations.map((operation) => operation.path))].sort(literalFirst)) {
    const here = operations.filter((operation) => operation.path === path)
    const router = routers.get(firstSegment(path)) ?? Router({ caseSensitive: true, strict: true })
    routers.set(firstSegment(path), router)
    const route = router.route(path)
    route.all(named(`${API}${path}`))
    for (const operation of here) route[methodOf(operation)](routeOf(operation, deps))
    route.all(wrongMethod(here))
  }
  // A router tries its routes one by one: of hundreds that takes longer than many an answer.
  return (request, response, next) => {
    const router = routers.get(firstSegment(request.path))
    if (router) router(request, response, next)
    else next()
  }
}

/** `/requests/:id` begins with `requests`; operations begin with a name, never with a parameter. */
const firstSegment = (path: string): string => path.split('/', 2)[1] ?? ''

const methodOf = (operation: AnyOperation) =>
  operation.method.toLowerCase() as 'get' | 'post' | 'put' | 'delete'

const named =
  (pattern: string): RequestHandler =>
  (_request, response, next) => {
    localsOf(response).route = pattern
    next()
  }

function wrongMethod(here: readonly AnyOperation[]): RequestHandler {
  const allow = here
    .map(({ method }) => method)
    .flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : method))
  return (request, response) => {
    response.setHeader('Allow', allow.join(', '))
    sendProblem(request, response, {
      status: 405,
      code: 'method_not_allowed',
      message: 'this address does not take this method',
      params: { allow },
    })
  }
}

/**
 * `/requests/mine` is looked at before `/requests/:id`: segment by segment, a parameter after every word. A whole order,
 * so that it does not hang on which other paths there are.
 */
function literalFirst(a: string, b: string): number {
  const [left, right] = [a.split('/'), b.split('/')]
  for (let at = 0; at < Math.min(left.length, right.length); at++) {
    const [one = '', other = ''] = [left[at], right[at]]
    if (one.startsWith(':') !== other.startsWith(':')) return one.startsWith(':') ? 1 : -1
    if (one !== other) return one < other ? -1 : 1
  }
  return left.length - right.length
}

/** Two operations with one name or one route: a mistake of ours, found when the node starts. */
function requireDistinct(operations: readonly AnyOperation[]): void {
  const seen = new Set<string>()
  for (const { name, method, path } of operations) {
    if (firstSegment(path).startsWith(':')) throw new Error(`${name} begins with a parameter`)
    for (const key of [name, `${method} ${path.replaceAll(/:[^/]+/g, ':')}`]) {
      if (seen.has(key)) throw new Error(`two operations share ${key}`)
      seen.add(key)
    }
  }
}

function documentRoute(options: HttpOptions): RequestHandler {
  let text: string | undefined
  return (request, response) => {
    localsOf(response).route = '/api/openapi.json'
    text ??= JSON.stringify(openApiDocument(options.operations, options.info))
    response.setHeader('Cache-Control', 'no-cache')
    send(request, response, 'application/json', text)
  }
}

/** While the server closes, connections end with their answer instead of waiting for more. */
function closeWhenClosing(isClosing: () => boolean): RequestHandler {
  return (_request, response, next) => {
    if (isClosing()) response.setHeader('Connection', 'close')
    next()
  }
}
