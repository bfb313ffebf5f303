import type { RequestHandler } from 'express'
import { hasBody } from './body.ts'
import { sendProblem } from './exchange.ts'

/** For routers that read their bodies themselves: a body that comes in slower than this is not waited for. */
export function receiveWithin(ms: number): RequestHandler {
  return (request, response, next) => {
    if (hasBody(request)) {
      const timer = setTimeout(() => {
        if (request.complete) return
        if (response.headersSent) request.destroy()
        else
          sendProblem(request, response, {
            status: 408,
            code: 'body_stalled',
            message: 'the body stopped coming in',
            params: {},
          })
      }, ms)
      request.once('end', () => clearTimeout(timer)).once('close', () => clearTimeout(timer))
    }
    next()
  }
}
