import type { Request, RequestHandler, Response } from 'express'
import { type Options, rateLimit } from 'express-rate-limit'
import { Refusal } from '../core/index.ts'

const MINUTE_MS = 60_000

/**
 * Counts calls without (valid) credentials per address, in memory; IPv6 addresses by their /56 network.
 * @throws Refusal `rate_limited`, through `next`
 */
export const anonymousLimit = (perMinute: number): RequestHandler => limit({ limit: perMinute })

/**
 * Counts only what was refused, per address: a busy partner whose messages are good is not held up. A 403 is an
 * answer to somebody who proved who it is, so it does not count.
 * @throws Refusal `rate_limited`, through `next`
 */
export const failureLimit = (perMinute: number): RequestHandler =>
  limit({
    limit: perMinute,
    skipSuccessfulRequests: true,
    requestWasSuccessful: (_request, response) => response.statusCode < 400 || response.statusCode === 403,
  })

function limit(options: Partial<Options>): RequestHandler {
  return rateLimit({
    ...options,
    windowMs: MINUTE_MS,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    // What it would complain about (proxy headers we do not trust) is as we want it.
    validate: false,
    handler: (request, _response, next) => {
      const { resetTime } = (request as { rateLimit?: { resetTime?: Date } }).rateLimit ?? {}
      const ms = resetTime ? resetTime.getTime() - Date.now() : MINUTE_MS
      next(
        new Refusal('rate_limited', 'rate_limited', 'too many requests: wait a moment', {
          params: { retry_after_s: Math.max(1, Math.ceil(ms / 1000)) },
        }),
      )
    },
  })
}

/** Runs a middleware inside an async function. */
export const run = (handler: RequestHandler, request: Request, response: Response): Promise<void> =>
  new Promise((resolve, reject) => {
    handler(request, response, (error?: unknown) => (error ? reject(error) : resolve()))
  })
