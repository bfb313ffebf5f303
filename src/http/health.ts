import { type RequestHandler, Router } from 'express'
import { type Log, Refusal } from '../core/index.ts'
import { describe, localsOf, send } from './exchange.ts'
import type { HealthReport } from './ports.ts'

const ANSWER_WITHIN_MS = 3_000

/** `GET /healthz`: the process is alive. `GET /readyz`: it can do its work, or 503 with what is wrong. */
export function healthRoutes(deps: {
  readonly health: () => Promise<HealthReport>
  readonly isClosing: () => boolean
  readonly log: Log
}): Router {
  const router = Router({ caseSensitive: true, strict: true })
  const live: RequestHandler = (request, response) => {
    localsOf(response).route = '/healthz'
    send(request, response, 'application/json', '{"alive":true}')
  }
  const ready: RequestHandler = async (request, response) => {
    localsOf(response).route = '/readyz'
    const report = deps.isClosing() ? closing : await reportOf(deps)
    response.statusCode = report.ready ? 200 : 503
    send(request, response, 'application/json', JSON.stringify(report))
  }
  router.get('/healthz', noStore, live)
  router.get('/readyz', noStore, ready)
  return router
}

export const noStore: RequestHandler = (_request, response, next) => {
  response.setHeader('Cache-Control', 'no-store')
  next()
}

const failing = (check: string, detail: string): HealthReport => ({
  ready: false,
  checks: { [check]: { ok: false, detail } },
})
const closing = failing('server', 'node_stopping')

/** A check that fails or does not answer is a node that is not ready. */
async function reportOf(deps: {
  readonly health: () => Promise<HealthReport>
  readonly log: Log
}): Promise<HealthReport> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<HealthReport>((resolve) => {
    timer = setTimeout(() => resolve(failing('health', 'no_answer')), ANSWER_WITHIN_MS)
  })
  try {
    return await Promise.race([deps.health(), late])
  } catch (error) {
    deps.log.error(describe(error), 'the health checks failed')
    return failing('health', error instanceof Refusal ? error.code : 'internal_error')
  } finally {
    clearTimeout(timer)
  }
}
