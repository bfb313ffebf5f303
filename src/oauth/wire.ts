import express, { type ErrorRequestHandler, type Request, type RequestHandler } from 'express'
import { isRefusal, parseForm, type Refusal } from '../core/index.ts'
import { type JsonObject, parseJsonObject } from '../jose/index.ts'
import { OAuthRefusal } from './oauth-refusal.ts'

const MAX_BODY_BYTES = 64 * 1024
const FORM = 'application/x-www-form-urlencoded'
const JSON_TYPE = 'application/json'

const receive = (type: string): RequestHandler => express.raw({ type, limit: MAX_BODY_BYTES, inflate: false })

export const formBody: RequestHandler = receive(FORM)
export const jsonBody: RequestHandler = receive(JSON_TYPE)

/** @throws OAuthRefusal `invalid_request` */
export const readForm = (request: Request): ReadonlyMap<string, string> =>
  orRefuse('invalid_request', () => parseForm(bytesOf(request)))

/** @throws OAuthRefusal `invalid_credential_request` */
export const readJson = (request: Request): JsonObject =>
  orRefuse('invalid_credential_request', () => parseJsonObject(bytesOf(request)))

function bytesOf({ body }: Request): Uint8Array {
  if (Buffer.isBuffer(body)) return body
  throw new OAuthRefusal('invalid_request', 'unsupported_media_type', `send a body of type ${FORM} or JSON`)
}

function orRefuse<T>(error: 'invalid_request' | 'invalid_credential_request', read: () => T): T {
  try {
    return read()
  } catch (refusal) {
    if (!isRefusal(refusal)) throw refusal
    throw new OAuthRefusal(error, refusal.code, refusal.message, refusal)
  }
}

const BEARER = /^bearer ([\w.~+/-]{1,512}=*)$/i

/** The access token (RFC 6750, section 2.1). @throws OAuthRefusal `invalid_token` */
export function bearerOf(request: Request): string {
  const token = BEARER.exec(request.headers.authorization ?? '')?.[1]
  if (token === undefined)
    throw new OAuthRefusal('invalid_token', 'access_token_required', 'send an access token as Bearer')
  return token
}

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
  if (refusal.status === 401)
    response.setHeader(
      'WWW-Authenticate',
      refusal.code === 'access_token_required' ? 'Bearer' : 'Bearer error="invalid_token"',
    )
  response.status(refusal.status).json({
    error: refusal instanceof OAuthRefusal ? refusal.error : refusal.code,
    error_description: asDescription(refusal.message),
    code: refusal.code,
  })
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
