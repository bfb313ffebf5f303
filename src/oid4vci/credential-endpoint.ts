import { z } from 'zod'
import { isRefusal } from '../core/index.ts'
import {
  isJsonObject,
  isSameKey,
  type JsonObject,
  jwkThumbprint,
  type PublicJwk,
  parsePublicJwk,
} from '../jose/index.ts'
import { OAuthRefusal } from '../oauth/index.ts'
import type { Party } from '../parties/index.ts'
import { parseSdJwt } from '../sd-jwt/index.ts'
import type { OfferRow } from './offer-table.ts'
import { type ProofDeps, verifyProof } from './proof.ts'
import type { Redemptions } from './redemptions.ts'

export interface CredentialEndpointDeps extends ProofDeps {
  readonly redemptions: Redemptions
  readonly urlOf: (party: Party) => string
}

export interface CredentialResponse {
  readonly credentials: readonly { readonly credential: string }[]
}

/** OpenID4VCI 1.0, section 8.2; what it does not define is ignored, as it wants. */
const credentialRequest = z.object({
  credential_configuration_id: z.string().min(1).max(200),
  proofs: z.strictObject({ jwt: z.tuple([z.string().min(1)]) }),
})

/**
 * Answers a Credential Request: all credentials of one configuration, to whoever proves to have a key of the DID the
 * offer was made for.
 * @throws OAuthRefusal, all of the credential endpoint's
 */
export async function answerCredentialRequest(
  issuer: Party,
  accessToken: string,
  body: JsonObject,
  deps: CredentialEndpointDeps,
): Promise<CredentialResponse> {
  const { redemptions } = deps
  const offer = await redemptions.requireByToken(issuer.id, accessToken)
  const { configurationId, proof } = readRequest(body, offer)
  const audience = deps.urlOf(issuer)
  const expected = { audience, issuerParty: issuer.id, subject: offer.redeemer ?? offer.subject }
  const { key, nonce } = await verifyProof(proof, expected, deps)
  const compacts = await redemptions.read(offer, configurationId)
  for (const compact of compacts) requireBoundTo(compact, key)
  const proofKey = jwkThumbprint(key)
  if (offer.proofKey !== null && offer.proofKey !== proofKey) throw otherKey()
  await redemptions.handOver(offer, { configurationId, proofKey, nonce })
  return { credentials: compacts.map((credential) => ({ credential })) }
}

function readRequest(body: JsonObject, offer: OfferRow): { configurationId: string; proof: string } {
  if (body.credential_identifier !== undefined)
    throw new OAuthRefusal(
      'unknown_credential_identifier',
      'credential_identifier_unknown',
      'this issuer gave out no credential identifiers',
    )
  const parsed = credentialRequest.safeParse(body)
  if (!parsed.success) throw malformed(parsed.error)
  const { credential_configuration_id: configurationId, proofs } = parsed.data
  if (!offer.configurationIds.includes(configurationId))
    throw new OAuthRefusal(
      'unknown_credential_configuration',
      'configuration_not_offered',
      'this credential is not in the offer',
    )
  return { configurationId, proof: proofs.jwt[0] }
}

function malformed(error: z.ZodError): OAuthRefusal {
  return error.issues.every(({ path }) => path[0] === 'proofs')
    ? new OAuthRefusal('invalid_proof', 'proof_missing', 'send exactly one proof of type jwt')
    : new OAuthRefusal(
        'invalid_credential_request',
        'credential_request_malformed',
        'this is not a credential request',
      )
}

/** A credential whose presentations need another key would be of no use to this one, and may be meant for somebody else. */
function requireBoundTo(compact: string, key: PublicJwk): void {
  const { cnf } = parseSdJwt(compact).issuerSigned.payload
  if (cnf !== undefined && !isKeyOf(cnf, key)) throw otherKey()
}

/** Whether a `cnf` claim names exactly this key. */
export function isKeyOf(cnf: unknown, key: PublicJwk): boolean {
  if (!isJsonObject(cnf)) return false
  try {
    return isSameKey(parsePublicJwk(cnf.jwk), key)
  } catch (error) {
    if (isRefusal(error)) return false
    throw error
  }
}

const otherKey = () =>
  new OAuthRefusal('invalid_proof', 'proof_key_differs', 'the proof was made with another key of this party')
