import express, { type Request, type Response, Router } from 'express'
import { rateLimit } from 'express-rate-limit'
import type { AskOutcome, VerifiedAsk } from '../access/index.ts'
import { isRefusal, type Log, Refusal } from '../core/index.ts'
import { offChainAlgs } from '../jose/index.ts'
import type { Parties } from '../parties/index.ts'
import { clientMetadata, RESPONSE_MODE } from './request-object.ts'
import { MAX_ASK_BYTES, type VerifyAsk } from './verify-ask.ts'

export interface Oid4vpRoutesDeps {
  readonly parties: Parties
  readonly verifyAsk: VerifyAsk
  readonly answer: (ask: VerifiedAsk) => Promise<AskOutcome>
  readonly log: Log
}

/** What a wallet of ours says about itself as an OpenID4VP wallet (OpenID4VP 1.0, section 10; RFC 8414). */
export function walletMetadata(walletUrl: string): Record<string, unknown> {
  return {
    authorization_endpoint: `${walletUrl}/authorization`,
    response_types_supported: ['vp_token'],
    response_modes_supported: [RESPONSE_MODE],
    client_id_prefixes_supported: ['decentralized_identifier'],
    request_object_signing_alg_values_supported: offChainAlgs,
    ...clientMetadata,
  }
}

/** Asks an address may send in a minute that are no Ask of a member. Those of members do not count: a busy partner is not held up. */
const FAILURES_A_MINUTE = 120

/** Where each party's wallet takes Asks: `POST /parties/<id>/authorization`. */
export function oid4vpRoutes(deps: Oid4vpRoutesDeps): Router {
  const router = Router()
  const limit = rateLimit({
    windowMs: 60_000,
    limit: FAILURES_A_MINUTE,
    legacyHeaders: false,
    skipSuccessfulRequests: true,
    requestWasSuccessful: (_req, res) => res.locals.ofMember === true,
    handler: (_req, res) => send(res, 429, { error: 'temporarily_unavailable', code: 'too_many_requests' }),
  })
  const body = express.urlencoded({ extended: false, limit: MAX_ASK_BYTES + 4096, parameterLimit: 10 })
  router.post('/parties/:id/authorization', limit, body, async (req, res) => {
    try {
      const addressed = await deps.parties.require(String(req.params.id))
      const ask = await deps.verifyAsk(requestParameter(req), addressed)
      requireSameClient(req, ask)
      const outcome = await deps.answer(ask)
      res.locals.ofMember = !notOfMember.has(ask.attestation) && !isInvented(outcome)
      answerWith(res, outcome)
    } catch (error) {
      fail(res, error, deps.log)
    }
  })
  return router
}

/** Whoever has no attestation, or a false one, made his DID up for all we know. */
const notOfMember: ReadonlySet<string> = new Set(['missing', 'invalid'])

/** A grant that we never gave: made up, so that asking costs nothing. */
const isInvented = (outcome: AskOutcome): boolean =>
  outcome.kind === 'denied' && outcome.codes.includes('grant_unknown')

/** The parameter beside the request must say the same (RFC 9101, section 5). */
function requireSameClient(req: Request, { clientId }: VerifiedAsk): void {
  const { client_id } = req.body as Record<string, unknown>
  if (client_id !== undefined && client_id !== clientId)
    throw new Refusal('invalid', 'ask_malformed', 'the form names another client than the request')
}

function requestParameter(req: Request): string {
  const { request, response_uri, redirect_uri } = (req.body ?? {}) as Record<string, unknown>
  if (response_uri !== undefined || redirect_uri !== undefined)
    throw new Refusal('invalid', 'ask_malformed', 'this response mode answers here and nowhere else')
  if (typeof request !== 'string')
    throw new Refusal('invalid', 'ask_malformed', 'the signed request object is missing')
  return request
}

function answerWith(res: Response, outcome: AskOutcome): void {
  if (outcome.kind === 'presented') send(res, 200, { vp_token: outcome.presentations })
  else if (outcome.kind === 'consent_pending') send(res, 202, { consent_pending: { id: outcome.id } })
  else send(res, 403, { error: 'access_denied', codes: outcome.codes, withheld: outcome.withheld })
}

function fail(res: Response, error: unknown, log: Log): void {
  if (!isRefusal(error)) {
    log.error({ err: error }, 'an Ask could not be answered')
    send(res, 500, { error: 'server_error', code: 'internal_error' })
    return
  }
  const name = error.kind === 'unavailable' ? 'temporarily_unavailable' : 'invalid_request'
  send(res, error.status, { error: name, code: error.code, error_description: error.message })
}

function send(res: Response, status: number, body: object): void {
  res.status(status).set('cache-control', 'no-store').json(body)
}
