import type { Request, Response } from 'express'
import type { JsonObject } from '../../jose/index.ts'
import { bodyText, isJwt, OAuthRefusal, readJson } from '../../oauth/index.ts'
import type { Party } from '../../parties/index.ts'
import type { ProofDeps } from '../proof.ts'
import { requireAskedFor } from './credential-request.ts'
import { decryptRequest, encryptResponse, type RequestKeys, responseEncryptionOf } from './encryption.ts'
import type { Configurations } from './formats.ts'
import type { CredentialAnswer, Issuing } from './issuing.ts'
import { verifyProofs } from './proofs.ts'
import type { IssuanceSettings } from './settings.ts'
import type { Access } from './tokens.ts'

export interface CredentialRoutesDeps extends ProofDeps {
  readonly requestKeys: RequestKeys
  readonly configurations: Configurations
  readonly issuing: Issuing
  readonly issuance: IssuanceSettings
}

/**
 * Reads a request that may be encrypted, has it answered, and encrypts the answer where it asks for that (OpenID4VCI 1.0,
 * section 10). Refusals never are.
 * @throws OAuthRefusal `invalid_encryption_parameters`, `invalid_credential_request`, and as `answer` does
 */
export async function exchange(
  request: Request,
  response: Response,
  party: Party,
  { requestKeys }: Pick<CredentialRoutesDeps, 'requestKeys'>,
  answer: (body: JsonObject) => Promise<CredentialAnswer>,
): Promise<void> {
  const wasEncrypted = isJwt(request)
  const body = wasEncrypted
    ? await decryptRequest(bodyText(request), requestKeys.of(party.id))
    : readJson(request)
  const encryption = await responseEncryptionOf(body, wasEncrypted)
  const answered = await answer(body)
  response.status(answered.status)
  if (encryption === null) response.json(answered.body)
  else response.type('application/jwt').send(await encryptResponse(answered.body, encryption))
}

/** A Credential Request for an open offer (section 8). @throws OAuthRefusal, all of the credential endpoint's */
export async function answerOpenRequest(
  party: Party,
  issuer: string,
  access: Access,
  body: JsonObject,
  deps: CredentialRoutesDeps,
): Promise<CredentialAnswer> {
  const { issuance, configurations, issuing } = deps
  requireAskedFor(body, access.token, configurations)
  const expected = {
    audience: issuer,
    issuerParty: party.id,
    clientId: access.token.clientId,
    trusted: issuance,
    requireKeyAttestation: issuance.requireKeyAttestation,
  }
  return issuing.answer(party, access, await verifyProofs(body.proofs, expected, deps))
}

/** A Deferred Credential Request (section 9). @throws OAuthRefusal, all of the deferred credential endpoint's */
export async function answerDeferredRequest(
  party: Party,
  access: Access,
  { transaction_id: transactionId }: JsonObject,
  { issuing }: Pick<CredentialRoutesDeps, 'issuing'>,
): Promise<CredentialAnswer> {
  if (typeof transactionId !== 'string' || transactionId === '')
    throw new OAuthRefusal(
      'invalid_credential_request',
      'transaction_id_missing',
      'the request has no transaction_id',
    )
  return issuing.answerDeferred(party, access, transactionId)
}
