import type { CredentialType } from '../credentials/index.ts'
import {
  contentEncryptions,
  type EncryptionJwk,
  KEY_AGREEMENT,
  offChainAlgs,
  type Signer,
  signJws,
} from '../jose/index.ts'
import { trustsProviders } from '../oauth/index.ts'
import { FORMAT, PRE_AUTHORIZED_CODE } from './names.ts'
import type { Configurations, IssuingFormat } from './open/formats.ts'
import { BATCH_SIZE, type IssuanceSettings } from './open/settings.ts'

/**
 * What a party can issue; the same for all of them, but for what is signed under a certificate (OpenID4VCI 1.0, section
 * 12.2.4).
 * @param isCertified whether a type is
 */
export const configurationsOf = (
  configurations: Configurations,
  issuance: IssuanceSettings,
  isCertified: (type: string) => boolean,
): Readonly<Record<string, object>> =>
  Object.fromEntries(
    configurations.list().map(({ id, scope, type, format }) => [
      id,
      {
        format: format.format,
        ...format.configurationOf(type),
        scope,
        cryptographic_binding_methods_supported: ['jwk', 'did:ethr', 'did:web', 'did:jwk', 'did:key'],
        credential_signing_alg_values_supported:
          format.format === FORMAT && isCertified(type.name) ? [CERTIFIED_ALG] : offChainAlgs,
        proof_types_supported: proofTypesOf(issuance),
        credential_metadata: credentialMetadataOf(type, format),
      },
    ]),
  )

/** Certificates of ours are for keys on P-256. */
const CERTIFIED_ALG = 'ES256'

function proofTypesOf({ requireKeyAttestation, ...trusted }: IssuanceSettings) {
  const proof = {
    proof_signing_alg_values_supported: offChainAlgs,
    ...(requireKeyAttestation && { key_attestations_required: {} }),
  }
  return { jwt: proof, ...(trustsProviders(trusted) && { attestation: proof }) }
}

const credentialMetadataOf = ({ metadata }: CredentialType, format: IssuingFormat) => ({
  display: metadata.display,
  claims: metadata.claims.map(({ path, mandatory, display }) => ({
    path: format.claimPathOf(path),
    mandatory,
    display: display.map(({ locale, label }) => ({ locale, name: label })),
  })),
})

export interface IssuerDescription {
  /** The Credential Issuer Identifier: the party's URL. */
  readonly issuer: string
  readonly configurations: Readonly<Record<string, object>>
  /** What requests are encrypted to. */
  readonly requestKey: EncryptionJwk
  /** How the party is shown; absent for a person, whose name is not for everybody. */
  readonly name?: string
}

export const issuerMetadata = ({ issuer, configurations, requestKey, name }: IssuerDescription) => ({
  credential_issuer: issuer,
  credential_endpoint: `${issuer}/credential`,
  nonce_endpoint: `${issuer}/nonce`,
  deferred_credential_endpoint: `${issuer}/deferred-credential`,
  notification_endpoint: `${issuer}/notification`,
  credential_request_encryption: {
    jwks: { keys: [requestKey] },
    enc_values_supported: contentEncryptions,
    encryption_required: false,
  },
  credential_response_encryption: {
    alg_values_supported: [KEY_AGREEMENT],
    enc_values_supported: contentEncryptions,
    encryption_required: false,
  },
  batch_credential_issuance: { batch_size: BATCH_SIZE },
  ...(name !== undefined && { display: [{ name }] }),
  credential_configurations_supported: configurations,
})

export const SIGNED_METADATA_TYP = 'openidvci-issuer-metadata+jwt'
const SIGNED_VALID_S = 86_400

/** Whose key signs metadata: of a DID, which is `iss`, or of the certificates in `x5c`. */
export type MetadataSigner =
  | { readonly signer: Signer; readonly did: string }
  | { readonly signer: Signer; readonly x5c: readonly string[] }

/**
 * Issuer metadata as a JWT (section 12.2.3), signed by the party's own DID or under its certificate.
 * @param now seconds since the epoch
 */
export const signIssuerMetadata = (
  metadata: ReturnType<typeof issuerMetadata>,
  by: MetadataSigner,
  now: number,
): Promise<string> =>
  signJws(
    { typ: SIGNED_METADATA_TYP, ...('x5c' in by && { kid: undefined, x5c: by.x5c }) },
    {
      ...metadata,
      ...('did' in by && { iss: by.did }),
      ...{ sub: metadata.credential_issuer, iat: now, exp: now + SIGNED_VALID_S },
    },
    by.signer,
  )

/**
 * The party as authorization server and as wallet, which share one document (RFC 8414; OpenID4VP 1.0, section 10).
 * @param wallet what the wallet adds for presentations; it cannot change whose document this is
 */
export function authorizationServerMetadata(
  issuer: string,
  wallet: object,
  { requireWalletAttestation, ...trusted }: IssuanceSettings,
) {
  const { response_types_supported: walletTypes = [] } = wallet as {
    response_types_supported?: readonly string[]
  }
  return {
    ...wallet,
    issuer,
    response_types_supported: [...walletTypes, 'code'],
    authorization_endpoint: `${issuer}/authorization`,
    pushed_authorization_request_endpoint: `${issuer}/par`,
    require_pushed_authorization_requests: true,
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
    authorization_details_types_supported: ['openid_credential'],
    token_endpoint: `${issuer}/token`,
    token_endpoint_auth_methods_supported: [
      ...(requireWalletAttestation ? [] : ['none']),
      ...(trustsProviders(trusted) ? ['attest_jwt_client_auth'] : []),
    ],
    ...(trustsProviders(trusted) && {
      client_attestation_signing_alg_values_supported: offChainAlgs,
      client_attestation_pop_signing_alg_values_supported: offChainAlgs,
    }),
    grant_types_supported: [PRE_AUTHORIZED_CODE, 'authorization_code', 'refresh_token'],
    dpop_signing_alg_values_supported: offChainAlgs,
    'pre-authorized_grant_anonymous_access_supported': !requireWalletAttestation,
    credential_offer_endpoint: `${issuer}/credential-offer`,
  }
}
