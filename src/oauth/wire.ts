import express, { type ErrorRequestHandler, type Request, type RequestHandler } from 'express'
import { isRefusal, parseForm, type Refusal } from '../core/index.ts'
import { type JsonObject, offChainAlgs, parseJsonObject } from '../jose/index.ts'
import { OAuthRefusal, type TokenScheme } from './oauth-refusal.ts'

const MAX_BODY_BYTES = 64 * 1024
const FORM = 'application/x-www-form-urlencoded'
const JSON_TYPE = 'application/json'

const JWT_TYPE = 'application/jwt'

const receive = (type: string | string[]): RequestHandler =>
  express.raw({ type, limit: MAX_BODY_BYTES, inflate: false })

export const formBody: RequestHandler = receive(FORM)
export const jsonBody: RequestHandler = receive(JSON_TYPE)
/** JSON, or JSON that is encrypted: {@link isJwt} says which. */
export const jsonOrJwtBody: RequestHandler = receive([JSON_TYPE, JWT_TYPE])

/** @throws OAuthRefusal `invalid_request` */
export const readForm = (request: Request): ReadonlyMap<string, string> =>
  orRefuse('invalid_request', () => parseForm(bytesOf(request)))

/** @throws OAuthRefusal `invalid_credential_request` */
export const readJson = (request: Request): JsonObject =>
  orRefuse('invalid_credential_request', () => parseJsonObject(bytesOf(request)))

export const isJwt = (request: Request): boolean => request.is(JWT_TYPE) === JWT_TYPE

/** The body of a request that {@link isJwt}. */
export const bodyText = (request: Request): string => Buffer.from(bytesOf(request)).toString('latin1')

function bytesOf({ body }: Request): Uint8Array {
  if (Buffer.isBuffer(body)) return body
  throw new OAuthRefusal('invalid_request', 'unsupported_media_type', `send a body of type ${FORM} or JSON`)
}

function orRefuse<T>(error: 'invalid_request' | 'invalid_credential_request', read: () => T): T {
  try {
    return read()
  } catch (refusal) {
    if (!isRefusal(refusal)) throw refusal
    throw new OAuthRefusal(error, refusal.code, refusal.message, { cause: refusal })
  }
}

const AUTHORIZATION = /^(bearer|dpop) ([\w.~+/-]{1,512}=*)$/i

export interface SentToken {
  readonly scheme: TokenScheme
  readonly text: string
}

/** The access token (RFC 6750, section 2.1; RFC 9449, section 7.1). @throws OAuthRefusal `invalid_token` */
export function tokenOf(request: Request): SentToken {
  const [, scheme, text] = AUTHORIZATION.exec(request.headers.authorization ?? '') ?? []
  if (scheme === undefined || text === undefined)
    throw new OAuthRefusal('invalid_token', 'access_token_required', 'send an access token')
  return { scheme: scheme.toLowerCase() === 'dpop' ? 'DPoP' : 'Bearer', text }
}

/** The DPoP proof that came along; written twice it comes out joined, and verifies no more. */
export function dpopHeaderOf({ headers }: Request): string | undefined {
  const { dpop } = headers
  return Array.isArray(dpop) ? dpop.join() : dpop
}

/** The value of a cookie by its name (RFC 6265, section 5.4). */
export const cookieOf = ({ headers }: Request, name: string): string | undefined =>
  headers.cookie
    ?.split(';')
    .map((pair) => pair.trim().split('='))
    .find(([found]) => found === name)?.[1]

/** Nothing here may be kept by anybody on the way. */
export const noStore: RequestHandler = (_request, response, next) => {
  response.setHeader('Cache-Control', 'no-store')
  next()
}

/**
 * Refusals as OAuth writes them: `error` in its words, `code` in ours. What we did not foresee goes on to the node's
 * own handler.
 */
export const oauthErrors: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  const refusal = refusalOf(error)
  if (!refusal || response.headersSent) return next(error)
  if (refusal.status === 401) response.setHeader('WWW-Authenticate', challengesOf(refusal))
  if (refusal instanceof OAuthRefusal && refusal.dpopNonce !== undefined)
    response.setHeader('DPoP-Nonce', refusal.dpopNonce)
  response.status(refusal.status).json({
    error: refusal instanceof OAuthRefusal ? refusal.error : refusal.code,
    error_description: asDescription(refusal.message),
    code: refusal.code,
  })
}

const DPOP = `DPoP algs="${offChainAlgs.join(' ')}"`

/** RFC 6750, section 3; RFC 9449, section 7.1. */
function challengesOf(refusal: Refusal): string | string[] {
  if (!(refusal instanceof OAuthRefusal) || refusal.code === 'access_token_required') return ['Bearer', DPOP]
  if (refusal.challenge === 'DPoP') return `${DPOP}, error="${refusal.error}"`
  return `Bearer error="${refusal.error}"`
}

function refusalOf(error: unknown): Refusal | null {
  if (isRefusal(error)) return error
  // What express refuses while it reads a body, such as one that is too large.
  const { status, type } = error as { status?: unknown; type?: unknown }
  if (typeof status !== 'number' || status < 400 || status > 499 || typeof type !== 'string') return null
  return new OAuthRefusal('invalid_request', type.replaceAll('.', '_'), 'the body cannot be read')
}

/** The characters RFC 6749 allows there (section 5.2). */
const asDescription = (text: string): string =>
  text.replaceAll(/[^\x20-\x7e]/g, '?').replaceAll(/["\\]/g, "'")
