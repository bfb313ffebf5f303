import { type Request, Router } from 'express'
import { isRefusal, Refusal, seconds } from '../core/index.ts'
import type { CertifiedIssuing } from '../credentials/index.ts'
import type { Signer } from '../jose/index.ts'
import {
  dpopHeaderOf,
  formBody,
  jsonOrJwtBody,
  newDpopNonce,
  noStore,
  OAuthRefusal,
  oauthErrors,
  readForm,
  tokenOf,
} from '../oauth/index.ts'
import type { Parties, Party } from '../parties/index.ts'
import { answerCredentialRequest, type CredentialEndpointDeps } from './credential-endpoint.ts'
import {
  authorizationServerMetadata,
  configurationsOf,
  issuerMetadata,
  type MetadataSigner,
  signIssuerMetadata,
} from './metadata.ts'
import { PRE_AUTHORIZED_CODE } from './names.ts'
import {
  answerDeferredRequest,
  answerOpenRequest,
  type CredentialRoutesDeps,
  exchange,
} from './open/credential-routes.ts'
import type { Grants } from './open/grants.ts'
import { type OpenRoutesDeps, openRoutes, requireAccess } from './open/open-routes.ts'
import type { Refreshing } from './open/refresh-tokens.ts'
import { answerTokenRequest } from './open/token-endpoint.ts'
import { findAccess, invalidToken } from './open/tokens.ts'
import type { Wallet } from './wallet/wallet.ts'

export interface RoutesDeps
  extends CredentialEndpointDeps,
    CredentialRoutesDeps,
    Omit<OpenRoutesDeps, 'parties' | 'partyOf'> {
  readonly wallet: Wallet
  readonly parties: Pick<Parties, 'require' | 'urlOf' | 'profile'>
  readonly grants: Grants
  readonly refreshing: Refreshing
  /** What the organisation signs under its certificate; nothing unless told. */
  readonly certified?: CertifiedIssuing | undefined
  readonly signerOf: (did: Party['did']) => Promise<Signer>
  /** Called now and then, when there may be something to tidy up. */
  readonly tidy: () => void
  /** What the party's wallet says about presentations (OpenID4VP 1.0, section 10); it shares our document. */
  readonly walletMetadata: (party: Party) => object
}

/** Every party's credential issuer and wallet, to be mounted at the root: `/.well-known/…` and `/parties/:id/…`. */
export function oid4vciRoutes(deps: RoutesDeps): Router {
  const { parties, redemptions, nonces, wallet, issuance } = deps
  const { certified } = deps
  const underDid = configurationsOf(deps.configurations, issuance, () => false)
  const ofOrganisation = certified
    ? configurationsOf(deps.configurations, issuance, (type) => certified.covers(type))
    : underDid
  const router = Router({ caseSensitive: true, strict: true })
  const partyOf = (request: Request) => parties.require(idOf(request))

  router.get('/.well-known/openid-credential-issuer/parties/:id', async (request, response) => {
    const party = await partyOf(request)
    const metadata = await describe(party)
    response.setHeader('Vary', 'Accept')
    const signed = wantsSigned(request) ? await sign(party, metadata) : null
    if (signed === null) response.json(metadata)
    else response.type('application/jwt').send(signed)
  })

  router.get('/.well-known/oauth-authorization-server/parties/:id', async (request, response) => {
    const party = await partyOf(request)
    response.json(authorizationServerMetadata(parties.urlOf(party), deps.walletMetadata(party), issuance))
  })

  router.post('/parties/:id/token', noStore, formBody, async (request, response) => {
    const party = await partyOf(request)
    const form = readForm(request)
    const issuer = parties.urlOf(party)
    const at = { issuerParty: party.id, issuer, url: `${issuer}/token` }
    const answer = await answerTokenRequest(request, form, at, deps)
    if (dpopHeaderOf(request) !== undefined) response.setHeader('DPoP-Nonce', newDpopNonce(party.id, deps))
    if (answer) response.json(answer)
    else {
      const { accessToken, expiresInS } = await redemptions.redeemCode(party.id, codeOf(form))
      response.json({ access_token: accessToken, token_type: 'Bearer', expires_in: expiresInS })
    }
    deps.tidy()
  })

  router.post('/parties/:id/nonce', noStore, async (request, response) => {
    const party = await partyOf(request)
    response.setHeader('DPoP-Nonce', newDpopNonce(party.id, deps))
    response.json({ c_nonce: nonces.create(party.id) })
  })

  router.post('/parties/:id/credential', noStore, jsonOrJwtBody, async (request, response) => {
    const sent = tokenOf(request)
    const party = await partyOf(request)
    const issuer = parties.urlOf(party)
    const access = await findAccess(party.id, sent, dpopHeaderOf(request), `${issuer}/credential`, deps)
    // Tokens of offers between nodes are never bound to a key: the proof is one of the DID they were made for.
    if (!access && sent.scheme === 'DPoP') throw invalidToken(sent)
    await exchange(request, response, party, deps, async (body) =>
      access
        ? answerOpenRequest(party, issuer, access, body, deps)
        : { status: 200, body: await answerCredentialRequest(party, sent.text, body, deps) },
    )
  })

  router.post('/parties/:id/deferred-credential', noStore, jsonOrJwtBody, async (request, response) => {
    const party = await partyOf(request)
    const access = await requireAccess(request, party, 'deferred-credential', deps)
    await exchange(request, response, party, deps, (body) => answerDeferredRequest(party, access, body, deps))
  })

  router.post('/parties/:id/credential-offer', noStore, formBody, async (request, response) => {
    const party = await partyOf(request)
    await wallet.receive(party, offerOf(readForm(request)))
    response.status(204).end()
  })

  router.use(openRoutes({ ...deps, partyOf }))
  router.use(oauthErrors)
  return router

  async function describe(party: Party) {
    const requestKey = deps.requestKeys.of(party.id).publicJwk
    const shown = party.kind === 'organisation' ? await parties.profile(party.id) : null
    return issuerMetadata({
      configurations: party.kind === 'organisation' ? ofOrganisation : underDid,
      requestKey,
      issuer: parties.urlOf(party),
      ...(shown && { name: shown.name }),
    })
  }

  /** As its credentials are signed: who knows an issuer by its DID in some types is to know it by that here. */
  async function metadataSigner({ kind, did }: Party): Promise<MetadataSigner> {
    if (kind !== 'organisation' || !certified?.isForAll) return { signer: await deps.signerOf(did), did }
    const { signer, chain } = certified.current()
    return { signer, x5c: chain }
  }

  /** Null where the key cannot be used without its person: she is not asked for that. */
  async function sign(party: Party, metadata: ReturnType<typeof issuerMetadata>): Promise<string | null> {
    try {
      return await signIssuerMetadata(metadata, await metadataSigner(party), seconds(deps.clock.now()))
    } catch (error) {
      if (isRefusal(error)) return null
      throw error
    }
  }
}

/** Only who names the type gets it: everybody else can be given JSON (OpenID4VCI 1.0, section 12.2.2). */
const wantsSigned = (request: Request): boolean =>
  /\bapplication\/jwt\b/i.test(request.headers.accept ?? '') &&
  request.accepts(['application/json', 'application/jwt']) === 'application/jwt'

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
