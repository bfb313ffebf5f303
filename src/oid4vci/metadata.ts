import type { CredentialType, CredentialTypes } from '../credentials/index.ts'
import { FORMAT, PRE_AUTHORIZED_CODE, PROOF_ALGS } from './names.ts'

export type WellKnown = 'openid-credential-issuer' | 'oauth-authorization-server'

/** Where the metadata of an issuer, authorization server or wallet are: RFC 8414, section 3.1. */
export function wellKnownUrl(identifier: string, name: WellKnown): string {
  const url = new URL(identifier)
  return `${url.origin}/.well-known/${name}${url.pathname.replace(/\/$/, '')}`
}

/** What this node can issue, the same for all its parties (OpenID4VCI 1.0, section 12.2.4). */
export const configurationsOf = (types: CredentialTypes): Readonly<Record<string, object>> =>
  Object.fromEntries(types.list().map((type) => [type.name, configurationOf(type)]))

const configurationOf = ({ vct, metadata }: CredentialType) => ({
  format: FORMAT,
  vct,
  cryptographic_binding_methods_supported: ['did:ethr', 'did:web', 'did:jwk', 'did:key'],
  credential_signing_alg_values_supported: PROOF_ALGS,
  proof_types_supported: { jwt: { proof_signing_alg_values_supported: PROOF_ALGS } },
  credential_metadata: {
    display: metadata.display,
    claims: metadata.claims.map(({ path, mandatory, display }) => ({
      path,
      mandatory,
      display: display.map(({ locale, label }) => ({ locale, name: label })),
    })),
  },
})

/** @param issuer the Credential Issuer Identifier: the party's URL */
export const issuerMetadata = (issuer: string, configurations: Readonly<Record<string, object>>) => ({
  credential_issuer: issuer,
  credential_endpoint: `${issuer}/credential`,
  nonce_endpoint: `${issuer}/nonce`,
  credential_configurations_supported: configurations,
})

/**
 * The party as authorization server and as wallet, which share one document (RFC 8414; OpenID4VP 1.0, section 10).
 * @param wallet what the wallet adds for presentations; it cannot change whose document this is
 */
export const authorizationServerMetadata = (issuer: string, wallet: object) => ({
  response_types_supported: [],
  ...wallet,
  issuer,
  token_endpoint: `${issuer}/token`,
  token_endpoint_auth_methods_supported: ['none'],
  grant_types_supported: [PRE_AUTHORIZED_CODE],
  'pre-authorized_grant_anonymous_access_supported': true,
  credential_offer_endpoint: `${issuer}/credential-offer`,
})
