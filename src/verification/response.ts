import { Refusal } from '../core/index.ts'
import { decryptJwe, type JsonObject, openStoredKey, parseJsonObject } from '../jose/index.ts'
import { equalBytes } from '../vault/index.ts'
import type { StoredRequest } from './request.ts'

/** Bytes of a whole response, encrypted or not. */
export const MAX_RESPONSE_BYTES = 1024 * 1024
/** Error codes of wallets are kept and shown: only what can be one. */
const ERROR = /^[a-z][a-z0-9_]{0,63}$/

/** What a wallet says: presentations, or why there are none. */
export type WalletResponse = { readonly vpToken: JsonObject } | { readonly error: string }

/**
 * The authorization response of a form, decrypted where it must be (OpenID4VP 1.0, sections 8.2 and 8.3).
 * @throws Refusal `response_…`, `state_mismatch`, `vp_token_missing`, `jwe_…`, `json_…`
 */
export async function readResponse(
  form: ReadonlyMap<string, string>,
  request: StoredRequest,
): Promise<WalletResponse> {
  const { encryption } = request
  // Errors may come as they are: a wallet that cannot encrypt has to say so (section 8.3.1).
  if (form.has('error')) return readError(form.get('error'), form.get('state'), request)
  if (!encryption) {
    if (form.has('response')) throw unexpected('response_encrypted', 'this response should not be encrypted')
    requireState(form.get('state'), request)
    const vpToken = form.get('vp_token')
    if (vpToken === undefined) throw unexpected('vp_token_missing', 'the response has no vp_token')
    return { vpToken: parseJsonObject(vpToken, { maxBytes: MAX_RESPONSE_BYTES }) }
  }
  const compact = form.get('response')
  if (compact === undefined || form.has('vp_token'))
    throw unexpected('response_not_encrypted', 'this response must be encrypted, whole')
  const { payload } = await decryptJwe(compact, {
    // The key of this request, called by its name (section 8.3).
    keyOf: (kid) => (kid === encryption.publicJwk.kid ? openStoredKey(encryption) : null),
    maxBytes: MAX_RESPONSE_BYTES,
  })
  if (payload.error !== undefined) return readError(payload.error, payload.state, request)
  requireState(payload.state, request)
  const { vp_token: vpToken } = payload
  if (typeof vpToken !== 'object' || vpToken === null || Array.isArray(vpToken))
    throw unexpected('vp_token_missing', 'the response has no vp_token')
  return { vpToken: vpToken as JsonObject }
}

function readError(error: unknown, state: unknown, request: StoredRequest): WalletResponse {
  requireState(state, request)
  // Its description may say anything about anybody: it is not kept.
  return { error: typeof error === 'string' && ERROR.test(error) ? error : 'unknown_error' }
}

function requireState(given: unknown, { state }: StoredRequest): void {
  if (typeof given !== 'string' || !equalBytes(Buffer.from(given), Buffer.from(state)))
    throw unexpected('state_mismatch', 'this is not a response to this request')
}

const unexpected = (code: string, message: string) => new Refusal('invalid', code, message)
