import { createHash, randomBytes } from 'node:crypto'
import { type Request, type Response, Router } from 'express'
import { type Clock, isRefusal } from '../../core/index.ts'
import { cookieOf, formBody, noStore, readForm, type Tickets } from '../../oauth/index.ts'
import type { Parties, Party } from '../../parties/index.ts'
import type { Asked, Authorizations } from './authorizations.ts'
import { consentPage, gonePage, languageOfHolder } from './consent-page.ts'
import type { OpenOffers } from './open-offers.ts'

const COOKIE = 'regie_consent'
const TICKET_VALID_MS = 10 * 60_000

export interface ConsentRoutesDeps {
  readonly clock: Clock
  readonly parties: Pick<Parties, 'urlOf' | 'profile'>
  readonly partyOf: (request: Request) => Promise<Party>
  readonly authorizations: Authorizations
  readonly offers: OpenOffers
  /** What shows that a form came from our page, in the browser it was shown in. */
  readonly consentTickets: Tickets
}

/** Where the holder's browser comes: `GET …/authorization` (RFC 6749, section 3.1) and the form on that page. */
export function consentRoutes(deps: ConsentRoutesDeps): Router {
  const { authorizations, offers, parties, partyOf } = deps
  const router = Router({ caseSensitive: true, strict: true })

  router.get('/parties/:id/authorization', noStore, async (request, response, next) => {
    const { request_uri: requestUri, client_id: clientId } = request.query
    // The party's wallet has the same address, and may be asked here too.
    if (typeof requestUri !== 'string' || !requestUri.startsWith('urn:ietf:params:oauth:request_uri:'))
      return next()
    const party = await partyOf(request)
    await orGone(request, response, async () => {
      const asked = await authorizations.require(party.id, requestUri, String(clientId))
      await show(request, response, party, { asked, requestUri, isWrong: false })
    })
  })

  router.post('/parties/:id/consent', noStore, formBody, async (request, response) => {
    const party = await partyOf(request)
    await orGone(request, response, async () => {
      const form = readForm(request)
      const requestUri = form.get('request_uri') ?? ''
      const asked = await authorizations.require(party.id, requestUri)
      if (!isOurForm(request, requestUri, form.get('ticket') ?? '', deps)) {
        await show(request, response, party, { asked, requestUri, isWrong: false })
        return
      }
      const allows = form.get('decision') === 'allow'
      if (allows && asked.offer.txCode && !(await offers.tryTxCode(asked.offer, form.get('tx_code') ?? ''))) {
        const again = await authorizations.require(party.id, requestUri)
        await show(request, response, party, { asked: again, requestUri, isWrong: true })
        return
      }
      response.redirect(303, await authorizations.answer(asked, allows, parties.urlOf(party)))
    })
  })

  async function show(
    request: Request,
    response: Response,
    party: Party,
    { asked, requestUri, isWrong }: { asked: Asked; requestUri: string; isWrong: boolean },
  ): Promise<void> {
    const action = `${parties.urlOf(party)}/consent`
    const known = cookieOf(request, COOKIE)
    const cookie = known ?? randomBytes(16).toString('base64url')
    const ticket = deps.consentTickets.create(requestUri, deps.clock.now() + TICKET_VALID_MS, bodyOf(cookie))
    if (known === undefined)
      response.cookie(COOKIE, cookie, {
        httpOnly: true,
        sameSite: 'strict',
        secure: action.startsWith('https:'),
        path: new URL(action).pathname,
      })
    const { name: issuerName } = await parties.profile(party.id)
    const language = languageOfHolder(request.headers['accept-language'])
    sendPage(response, 200, consentPage(asked, { language, issuerName, action, requestUri, ticket, isWrong }))
  }

  return router
}

/** A browser is shown a page: there is nobody there to read problem codes, and nowhere safe to send it on to. */
async function orGone(request: Request, response: Response, run: () => Promise<void>): Promise<void> {
  try {
    await run()
  } catch (error) {
    if (!isRefusal(error) || error.status >= 500) throw error
    sendPage(response, error.status, gonePage(languageOfHolder(request.headers['accept-language'])))
  }
}

function sendPage(response: Response, status: number, text: string): void {
  response.setHeader(
    'Content-Security-Policy',
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
  )
  response.status(status).type('html').send(text)
}

function isOurForm(
  request: Request,
  requestUri: string,
  text: string,
  { consentTickets }: Pick<ConsentRoutesDeps, 'consentTickets'>,
): boolean {
  const cookie = cookieOf(request, COOKIE)
  const ticket = consentTickets.read(requestUri, text)
  return cookie !== undefined && ticket !== null && !ticket.isExpired && ticket.body.equals(bodyOf(cookie))
}

const bodyOf = (cookie: string): Buffer => createHash('sha256').update(cookie).digest().subarray(0, 16)
