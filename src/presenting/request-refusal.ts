import { Refusal } from '../core/index.ts'

/** Error codes a wallet gives a verifier (RFC 6749, section 4.1.2.1; OpenID4VP 1.0, section 8.5). */
export type WalletError =
  | 'invalid_request'
  | 'invalid_scope'
  | 'unsupported_response_type'
  | 'access_denied'
  | 'vp_formats_not_supported'
  | 'invalid_transaction_data'

/** A request that its verifier may be told is wrong: what is said is the same whatever our wallets hold. */
export class RequestRefusal extends Refusal {
  readonly error: WalletError

  constructor(error: WalletError, code: string, message: string, at?: string) {
    super('unprocessable', code, message, at === undefined ? {} : { params: { at } })
    this.error = error
  }
}
