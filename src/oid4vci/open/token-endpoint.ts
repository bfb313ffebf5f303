import type { Request } from 'express'
import type { Clock } from '../../core/index.ts'
import {
  type DpopDeps,
  dpopHeaderOf,
  OAuthRefusal,
  type Once,
  trustsProviders,
  verifyClientAttestation,
  verifyDpop,
} from '../../oauth/index.ts'
import { PRE_AUTHORIZED_CODE } from '../names.ts'
import { readDetails } from './authorization-details.ts'
import { required } from './authorization-request.ts'
import type { Grants } from './grants.ts'
import type { Refreshing } from './refresh-tokens.ts'
import type { IssuanceSettings } from './settings.ts'
import type { TokenClient, TokenResponse } from './token-giving.ts'

const REFRESH = 'refresh_token'

export interface ClientDeps extends DpopDeps {
  readonly clock: Clock
  readonly issuance: IssuanceSettings
}

/**
 * Who calls the token or PAR endpoint: the client its wallet provider vouches for, or the one it says it is; with the key
 * it wants its token bound to.
 * @param url the endpoint, as the metadata name it
 * @throws OAuthRefusal `invalid_client`, `invalid_dpop_proof`, `use_dpop_nonce`
 */
export async function readClient(
  request: Request,
  form: ReadonlyMap<string, string>,
  at: { readonly issuerParty: string; readonly issuer: string; readonly url: string },
  deps: ClientDeps,
): Promise<TokenClient> {
  const attested = await attestedClient(request, at.issuer, deps)
  const claimed = form.get('client_id') ?? null
  if (attested && claimed !== null && claimed !== attested.clientId)
    throw new OAuthRefusal('invalid_client', 'client_differs', 'the attestation is of another client')
  const dpop = dpopHeaderOf(request)
  const proof =
    dpop === undefined ? null : verifyDpop(dpop, { method: 'POST', url: at.url, party: at.issuerParty }, deps)
  return {
    clientId: attested?.clientId ?? claimed,
    jkt: proof?.jkt ?? null,
    clientJkt: attested?.jkt ?? null,
    once: [attested?.once, proof?.once].filter((once): once is Once => once !== undefined),
  }
}

async function attestedClient({ headers }: Request, audience: string, { clock, issuance }: ClientDeps) {
  const attestation = headers['oauth-client-attestation']
  const pop = headers['oauth-client-attestation-pop']
  const isGiven = attestation !== undefined || pop !== undefined
  if (!isGiven || !trustsProviders(issuance)) {
    if (!issuance.requireWalletAttestation) return null
    throw new OAuthRefusal(
      'invalid_client',
      'wallet_attestation_required',
      'this issuer wants to know the wallet',
    )
  }
  if (typeof attestation !== 'string' || typeof pop !== 'string')
    throw new OAuthRefusal(
      'invalid_client',
      'attestation_malformed',
      'send an attestation and its proof, each once',
    )
  return verifyClientAttestation({ attestation, pop }, { audience, trusted: issuance, now: clock.now() })
}

/**
 * Answers a Token Request for an open offer (OpenID4VCI 1.0, section 6).
 * @returns null when its pre-authorized code is none of an open offer
 * @throws OAuthRefusal, all of the token endpoint's
 */
export async function answerTokenRequest(
  request: Request,
  form: ReadonlyMap<string, string>,
  at: { readonly issuerParty: string; readonly issuer: string; readonly url: string },
  deps: ClientDeps & { readonly grants: Grants; readonly refreshing: Refreshing },
): Promise<TokenResponse | null> {
  const { grants, refreshing } = deps
  const grantType = form.get('grant_type')
  const preAuthorized = grantType === PRE_AUTHORIZED_CODE ? form.get('pre-authorized_code') : undefined
  if (preAuthorized !== undefined && !grants.isOpenCode(at.issuerParty, preAuthorized)) return null
  const isOfWallet = grantType === 'authorization_code' || grantType === REFRESH
  if (!isOfWallet && preAuthorized === undefined) return null
  if (isOfWallet && form.has('tx_code'))
    throw new OAuthRefusal('invalid_request', 'tx_code_unexpected', 'a transaction code goes with an offer')
  const configurationIds = readDetails(form.get('authorization_details'), at.issuer)
  const client = await readClient(request, form, at, deps)
  if (client.jkt === null && deps.issuance.requireDpop)
    throw new OAuthRefusal(
      'invalid_dpop_proof',
      'dpop_missing',
      'this issuer binds tokens to a key: send a DPoP proof',
    )
  if (preAuthorized !== undefined) {
    const txCode = form.get('tx_code')
    return grants.redeemPreAuthorized(
      at.issuerParty,
      { code: preAuthorized, txCode, configurationIds },
      client,
    )
  }
  if (grantType === REFRESH)
    return refreshing.redeem(
      at.issuerParty,
      { refreshToken: required(form, 'refresh_token'), configurationIds },
      client,
    )
  if (client.clientId === null) required(form, 'client_id')
  return grants.redeemCode(
    at.issuerParty,
    {
      code: required(form, 'code'),
      redirectUri: required(form, 'redirect_uri'),
      verifier: required(form, 'code_verifier'),
      configurationIds,
    },
    client,
  )
}
