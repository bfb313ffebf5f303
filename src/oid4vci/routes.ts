import { type Request, Router } from 'express'
import { Refusal } from '../core/index.ts'
import type { CredentialTypes } from '../credentials/index.ts'
import {
  bearerOf,
  formBody,
  jsonBody,
  noStore,
  OAuthRefusal,
  oauthErrors,
  readForm,
  readJson,
} from '../oauth/index.ts'
import type { Parties, Party } from '../parties/index.ts'
import { answerCredentialRequest, type CredentialEndpointDeps } from './credential-endpoint.ts'
import { authorizationServerMetadata, configurationsOf, issuerMetadata } from './metadata.ts'
import { PRE_AUTHORIZED_CODE } from './names.ts'
import type { Wallet } from './wallet/wallet.ts'

export interface RoutesDeps extends CredentialEndpointDeps {
  readonly wallet: Wallet
  readonly parties: Pick<Parties, 'require' | 'urlOf'>
  readonly types: CredentialTypes
  /** Called now and then, when there may be something to tidy up. */
  readonly tidy: () => void
  /** What the party's wallet says about presentations (OpenID4VP 1.0, section 10); it shares our document. */
  readonly walletMetadata: (party: Party) => object
}

/** Every party's credential issuer and wallet, to be mounted at the root: `/.well-known/…` and `/parties/:id/…`. */
export function oid4vciRoutes(deps: RoutesDeps): Router {
  const { parties, redemptions, nonces, wallet } = deps
  const configurations = configurationsOf(deps.types)
  const router = Router({ caseSensitive: true, strict: true })
  const partyOf = (request: Request) => parties.require(idOf(request))

  router.get('/.well-known/openid-credential-issuer/parties/:id', async (request, response) => {
    const party = await partyOf(request)
    response.json(issuerMetadata(parties.urlOf(party), configurations))
  })

  router.get('/.well-known/oauth-authorization-server/parties/:id', async (request, response) => {
    const party = await partyOf(request)
    response.json(authorizationServerMetadata(parties.urlOf(party), deps.walletMetadata(party)))
  })

  router.post('/parties/:id/token', noStore, formBody, async (request, response) => {
    const party = await partyOf(request)
    const code = codeOf(readForm(request))
    const { accessToken, expiresInS } = await redemptions.redeemCode(party.id, code)
    response.json({ access_token: accessToken, token_type: 'Bearer', expires_in: expiresInS })
    deps.tidy()
  })

  router.post('/parties/:id/nonce', noStore, async (request, response) => {
    const party = await partyOf(request)
    response.json({ c_nonce: nonces.create(party.id) })
  })

  router.post('/parties/:id/credential', noStore, jsonBody, async (request, response) => {
    const token = bearerOf(request)
    const party = await partyOf(request)
    response.json(await answerCredentialRequest(party, token, readJson(request), deps))
  })

  router.post('/parties/:id/credential-offer', noStore, formBody, async (request, response) => {
    const party = await partyOf(request)
    await wallet.receive(party, offerOf(readForm(request)))
    response.status(204).end()
  })

  router.use(oauthErrors)
  return router
}

const PARTY_ID = /^[0-9a-f-]{36}$/

/** @throws Refusal `party_unknown` for what no database need look for */
function idOf({ params: { id } }: Request): string {
  if (typeof id === 'string' && PARTY_ID.test(id)) return id
  throw new Refusal('not_found', 'party_unknown', 'this node is not the home of that party')
}

/** OpenID4VCI 1.0, section 6.1; anonymous clients only. @throws OAuthRefusal `invalid_request`, `unsupported_grant_type` */
function codeOf(form: ReadonlyMap<string, string>): string {
  const grantType = form.get('grant_type')
  if (grantType === undefined) throw missing('grant_type_missing', 'the request names no grant type')
  if (grantType !== PRE_AUTHORIZED_CODE)
    throw new OAuthRefusal('unsupported_grant_type', 'grant_type_unsupported', 'use a pre-authorized code')
  const code = form.get('pre-authorized_code')
  if (code === undefined) throw missing('code_missing', 'the request has no pre-authorized code')
  if (form.has('tx_code')) throw missing('tx_code_unexpected', 'this issuer asks for no transaction code')
  return code
}

const missing = (code: string, message: string) => new OAuthRefusal('invalid_request', code, message)

/** @throws Refusal `credential_offer_uri_unsupported`, `invalid_offer` */
function offerOf(form: ReadonlyMap<string, string>): string {
  if (form.has('credential_offer_uri'))
    throw new Refusal(
      'unprocessable',
      'credential_offer_uri_unsupported',
      'send the offer itself: this wallet fetches no offers',
    )
  const offer = form.get('credential_offer')
  if (offer === undefined) throw new Refusal('invalid', 'invalid_offer', 'the form has no credential_offer')
  return offer
}
