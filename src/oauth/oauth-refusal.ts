import { Refusal } from '../core/index.ts'

/**
 * Error codes of RFC 6749 (sections 4.1.2.1 and 5.2), RFC 6750 (section 3.1), RFC 8707, RFC 9396, RFC 9449 and
 * OpenID4VCI 1.0 (sections 8.3.1, 9.3 and 11.3).
 */
export type OAuthError =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'invalid_scope'
  | 'invalid_target'
  | 'invalid_authorization_details'
  | 'unsupported_grant_type'
  | 'unsupported_response_type'
  | 'invalid_token'
  | 'insufficient_scope'
  | 'invalid_dpop_proof'
  | 'use_dpop_nonce'
  | 'invalid_credential_request'
  | 'unknown_credential_configuration'
  | 'unknown_credential_identifier'
  | 'invalid_proof'
  | 'invalid_nonce'
  | 'invalid_encryption_parameters'
  | 'credential_request_denied'
  | 'invalid_transaction_id'
  | 'invalid_notification_id'
  | 'invalid_notification_request'

/** The scheme an access token was sent with, or should be. */
export type TokenScheme = 'Bearer' | 'DPoP'

export interface OAuthRefusalOptions {
  readonly cause?: unknown
  /** At an endpoint that takes access tokens: what `WWW-Authenticate` asks for. `Bearer` for `invalid_token` unless told. */
  readonly challenge?: TokenScheme
  /** A nonce the next DPoP proof must have (RFC 9449, section 8). */
  readonly dpopNonce?: string
}

/** A refusal that a protocol has its own word for; `code` stays ours, and says more. */
export class OAuthRefusal extends Refusal {
  readonly error: OAuthError
  readonly challenge: TokenScheme | undefined
  readonly dpopNonce: string | undefined

  constructor(error: OAuthError, code: string, message: string, options: OAuthRefusalOptions = {}) {
    const challenge = options.challenge ?? (error === 'invalid_token' ? 'Bearer' : undefined)
    super(kindOf(error, challenge), code, message, { cause: options.cause })
    this.error = error
    this.challenge = challenge
    this.dpopNonce = options.dpopNonce
  }
}

function kindOf(error: OAuthError, challenge: TokenScheme | undefined) {
  if (error === 'insufficient_scope') return 'forbidden'
  return challenge !== undefined || error === 'invalid_client' ? 'unauthenticated' : 'invalid'
}
