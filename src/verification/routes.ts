import express, { type ErrorRequestHandler, type Request, type Response, Router } from 'express'
import { isRefusal, parseForm, Refusal } from '../core/index.ts'
import { REQUEST_TYP } from '../oauth/index.ts'
import { SECRET_FORM } from './request.ts'
import { MAX_RESPONSE_BYTES } from './response.ts'
import type { Verifications } from './verifications.ts'

const FORM = 'application/x-www-form-urlencoded'
/** A form spends three characters on each that it escapes, and a vp_token is full of quotes. */
const MAX_FORM_BYTES = 2 * MAX_RESPONSE_BYTES
const MAX_METADATA_FORM_BYTES = 128 * 1024

/** Where wallets fetch requests and bring responses, to be mounted at the root. */
export function walletRoutes(verifications: Verifications): Router {
  const router = Router({ caseSensitive: true, strict: true })
  const body = (limit: number) => express.raw({ type: FORM, limit, inflate: false })

  router.get('/verification/requests/:id', async (request, response) => {
    sendRequest(response, await verifications.requestObject(idOf(request), new Map()))
  })

  router.post('/verification/requests/:id', body(MAX_METADATA_FORM_BYTES), async (request, response) => {
    sendRequest(response, await verifications.requestObject(idOf(request), formOf(request)))
  })

  router.post('/verification/responses/:id', body(MAX_FORM_BYTES), async (request, response) => {
    const redirectUri = await verifications.respond(idOf(request), formOf(request))
    noStore(response).json(redirectUri === null ? {} : { redirect_uri: redirectUri })
  })

  router.use('/verification', oauthErrors)
  return router
}

/** @throws Refusal `verification_unknown` for what no database need look for */
function idOf({ params: { id } }: Request): string {
  if (typeof id === 'string' && SECRET_FORM.test(id)) return id
  throw new Refusal('not_found', 'verification_unknown', 'there is no such verification')
}

function formOf({ body, headers }: Request): ReadonlyMap<string, string> {
  if (Buffer.isBuffer(body)) return parseForm(body)
  // A form without anything in it has no body either.
  if (Number(headers['content-length'] ?? 0) === 0) return new Map()
  throw new Refusal('invalid', 'unsupported_media_type', `send this as ${FORM}`)
}

const noStore = (response: Response): Response => response.set('cache-control', 'no-store')

function sendRequest(response: Response, compact: string): void {
  noStore(response).set('content-type', `application/${REQUEST_TYP}`).end(compact)
}

/** Refusals as OAuth writes them (RFC 6749, section 5.2): `error` in its words, `code` in ours. */
const oauthErrors: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  const { status, type } = error as { status?: unknown; type?: unknown }
  const known = isRefusal(error)
  // What express refuses while it reads a body, such as one that is too large, has a status and a type as well.
  if (
    response.headersSent ||
    (!known && (typeof status !== 'number' || status > 499 || typeof type !== 'string'))
  )
    return next(error)
  const isAway = known && (error.kind === 'unavailable' || error.kind === 'upstream')
  noStore(response)
    .status(known ? error.status : Number(status))
    .json({
      error: isAway ? 'temporarily_unavailable' : 'invalid_request',
      error_description: known ? error.message : 'the body cannot be read',
      code: known ? error.code : String(type).replaceAll('.', '_'),
    })
}
