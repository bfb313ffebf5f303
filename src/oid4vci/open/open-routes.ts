import { type Request, Router } from 'express'
import type { Audit } from '../../audit/index.ts'
import { Refusal } from '../../core/index.ts'
import type { JsonObject } from '../../jose/index.ts'
import {
  dpopHeaderOf,
  formBody,
  jsonBody,
  noStore,
  OAuthRefusal,
  readForm,
  readJson,
  tokenOf,
} from '../../oauth/index.ts'
import type { Party } from '../../parties/index.ts'
import { readDetails } from './authorization-details.ts'
import { readAuthorizationRequest } from './authorization-request.ts'
import { type ConsentRoutesDeps, consentRoutes } from './consent-routes.ts'
import type { OfferLinks } from './links.ts'
import { takeNotification } from './notifications.ts'
import { type ClientDeps, readClient } from './token-endpoint.ts'
import type { Access, TokensDeps } from './tokens.ts'
import { findAccess, invalidToken } from './tokens.ts'

export interface OpenRoutesDeps extends ConsentRoutesDeps, ClientDeps, TokensDeps {
  readonly audit: Audit
  readonly links: OfferLinks
}

/** What an issuer has for wallets of others, beside what offers between nodes use too. */
export function openRoutes(deps: OpenRoutesDeps): Router {
  const { authorizations, offers, links, parties, partyOf, clock } = deps
  const router = Router({ caseSensitive: true, strict: true })

  /** Anybody who has the address may fetch the offer, as often as it takes, until it is settled (section 4.1.3). */
  router.get('/parties/:id/offers/:reference', noStore, async (request, response) => {
    const party = await partyOf(request)
    const secret = links.read('reference', party.id, String(request.params.reference))
    const offer = secret && !secret.isExpired ? await offers.find(secret.offerId) : null
    if (offer?.state !== 'open' || offer.expiresAt <= clock.now())
      throw new Refusal('not_found', 'open_offer_unknown', 'there is no such offer, or not any more')
    response.json(links.offer(offer, parties.urlOf(party), 'reference'))
  })

  router.post('/parties/:id/par', noStore, formBody, async (request, response) => {
    const party = await partyOf(request)
    const issuer = parties.urlOf(party)
    const form = readForm(request)
    const asked = readAuthorizationRequest(form, issuer)
    const details = readDetails(form.get('authorization_details'), issuer)
    const at = { issuerParty: party.id, issuer, url: `${issuer}/par` }
    const client = await readClient(request, form, at, deps)
    if (client.jkt !== null && asked.dpopJkt !== undefined && asked.dpopJkt !== client.jkt)
      throw new OAuthRefusal(
        'invalid_dpop_proof',
        'dpop_jkt_differs',
        'dpop_jkt is of another key than the proof',
      )
    response.status(201).json(await authorizations.push(party.id, asked, details, client))
  })

  router.post('/parties/:id/notification', noStore, jsonBody, async (request, response) => {
    const party = await partyOf(request)
    const access = await requireAccess(request, party, 'notification', deps)
    await takeNotification(
      access,
      orMalformed(() => readJson(request)),
      deps,
    )
    response.status(204).end()
  })

  router.use(consentRoutes(deps))
  return router
}

/** @throws OAuthRefusal `invalid_token`, `invalid_dpop_proof`, `use_dpop_nonce` */
export async function requireAccess(
  request: Request,
  party: Party,
  endpoint: 'notification' | 'deferred-credential',
  deps: Pick<OpenRoutesDeps, 'parties'> & TokensDeps,
): Promise<Access> {
  const sent = tokenOf(request)
  const url = `${deps.parties.urlOf(party)}/${endpoint}`
  const access = await findAccess(party.id, sent, dpopHeaderOf(request), url, deps)
  if (!access) throw invalidToken(sent)
  return access
}

function orMalformed(read: () => JsonObject): JsonObject {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof OAuthRefusal)) throw error
    throw new OAuthRefusal('invalid_notification_request', error.code, error.message, { cause: error })
  }
}
