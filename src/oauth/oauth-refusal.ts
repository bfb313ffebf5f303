import { Refusal } from '../core/index.ts'

/** Error codes of RFC 6749 (section 5.2), RFC 6750 (section 3.1) and OpenID4VCI 1.0 (section 8.3.1). */
export type OAuthError =
  | 'invalid_request'
  | 'invalid_grant'
  | 'unsupported_grant_type'
  | 'invalid_token'
  | 'invalid_credential_request'
  | 'unknown_credential_configuration'
  | 'unknown_credential_identifier'
  | 'invalid_proof'
  | 'invalid_nonce'
  | 'invalid_encryption_parameters'

/** A refusal that a protocol has its own word for; `code` stays ours, and says more. */
export class OAuthRefusal extends Refusal {
  readonly error: OAuthError

  constructor(error: OAuthError, code: string, message: string, cause?: unknown) {
    super(error === 'invalid_token' ? 'unauthenticated' : 'invalid', code, message, { cause })
    this.error = error
  }
}
