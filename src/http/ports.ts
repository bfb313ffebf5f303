import type { IncomingHttpHeaders } from 'node:http'
import type { Router } from 'express'
import type { AnyOperation, Caller, Clock, Log } from '../core/index.ts'

/** What authentication may look at: everything but the body, which is read only for who is let in. */
export interface RequestParts {
  readonly method: string
  /** The path of the request target, without query. */
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly remoteAddress: string
}

/**
 * Who calls. Without credentials: anonymous. With credentials that are not good it refuses (`unauthenticated`),
 * never falls back to anonymous.
 */
export type Authenticate = (request: RequestParts) => Promise<Caller>

/** A POST that must have its effect once, however often it is sent. */
export interface Attempt {
  /** The caller's `Idempotency-Key`. */
  readonly key: string
  readonly caller: Caller
  readonly operation: string
  /** SHA-256 of the input as it came in. */
  readonly digest: string
}

/** What was answered: an HTTP status and a JSON body. */
export interface Answer {
  readonly status: number
  readonly body: unknown
}

/**
 * `new`: go on · `busy`: the first one is still at work · `mismatch`: the key was used for another request ·
 * `interrupted`: the first one never finished, nobody knows how far it came · or the first one's answer.
 */
export type Begun = 'new' | 'busy' | 'mismatch' | 'interrupted' | Answer

export interface Idempotency {
  begin(attempt: Attempt): Promise<Begun>
  finish(attempt: Attempt, answer: Answer): Promise<void>
  /** Nothing was changed: the key is free again. */
  abandon(attempt: Attempt): Promise<void>
}

export interface HealthCheck {
  readonly ok: boolean
  /** A stable code or a number with its unit, such as `database_unavailable` or `age 4 s`. */
  readonly detail?: string
}

export interface HealthReport {
  readonly ready: boolean
  readonly checks: Readonly<Record<string, HealthCheck>>
}

/** A protocol with its own wire format (OpenID4VCI, OpenID4VP, status lists), mounted beside `/api/v1`. */
export interface MountedRouter {
  readonly path: string
  readonly router: Router
  /** `own`: it limits by itself. `failures`: only refused calls count. Otherwise the limit for anonymous callers holds. */
  readonly rateLimit?: 'own' | 'failures'
}

export interface ApiInfo {
  readonly title: string
  readonly version: string
  readonly description?: string
}

export interface Limits {
  /** Bytes of a JSON body. */
  readonly jsonBytes: number
  /** Bytes of an upload. */
  readonly uploadBytes: number
  /** Milliseconds the head of a request may take to come in. */
  readonly headersMs: number
  /** Milliseconds a whole body, but an upload's, may take to come in. */
  readonly bodyMs: number
  /** Milliseconds without a byte after which an upload has stalled. */
  readonly uploadIdleMs: number
  /** Calls per minute and address without (valid) credentials. */
  readonly anonymousPerMinute: number
  /** Milliseconds that requests in flight get to finish when the server closes. */
  readonly closeMs: number
}

export const defaultLimits: Limits = {
  jsonBytes: 1024 ** 2,
  uploadBytes: 4 * 1024 ** 3,
  headersMs: 10_000,
  bodyMs: 15_000,
  uploadIdleMs: 30_000,
  anonymousPerMinute: 600,
  closeMs: 10_000,
}

export interface HttpOptions {
  readonly operations: readonly AnyOperation[]
  readonly authenticate: Authenticate
  readonly idempotency: Idempotency
  readonly health: () => Promise<HealthReport>
  readonly routers: readonly MountedRouter[]
  readonly info: ApiInfo
  readonly log: Log
  readonly clock: Clock
  readonly limits?: Partial<Limits>
  /** Addresses of reverse proxies whose `X-Forwarded-For` is believed, such as `loopback, 10.0.0.0/8`. */
  readonly trustProxy?: string
}
