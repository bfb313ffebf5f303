import { formatForm, Refusal } from '../core/index.ts'
import type { Egress } from '../egress/index.ts'
import { decryptNested, isJwe, newEncryptionKey } from '../jose/index.ts'
import { REQUEST_TYP } from '../oauth/index.ts'
import type { RequestLink } from './link.ts'
import { walletMetadata } from './wallet-metadata.ts'

/** Bytes of a request object: one of twenty credentials with a hundred claims each fits. */
export const MAX_REQUEST_BYTES = 96 * 1024
/** The same encrypted, in base64url. */
const MAX_ENCRYPTED_BYTES = Math.ceil((MAX_REQUEST_BYTES * 4) / 3) + 2_048
const TIMEOUT_MS = 10_000
const MEDIA_TYPE = `application/${REQUEST_TYP}`

export interface FetchDeps {
  readonly egress: Pick<Egress, 'request'>
  readonly newNonce: () => string
  readonly isDevelopment: boolean
}

export interface FetchedRequest {
  readonly compact: string
  /** What must come back in it; null where none was sent. */
  readonly walletNonce: string | null
}

/**
 * Fetches a request object by reference: a POST says what our wallets can do, with a nonce of ours (OpenID4VP 1.0,
 * section 5.10), and a key that counts for this request alone. A verifier that does not encrypt may go without it.
 * @throws Refusal `request_not_fetched`, `jwe_…`, `egress_…`
 */
export async function fetchRequest(
  { requestUri, method }: Extract<RequestLink, { by: 'reference' }>,
  { egress, newNonce, isDevelopment }: FetchDeps,
): Promise<FetchedRequest> {
  const walletNonce = method === 'POST' ? newNonce() : null
  const key = newEncryptionKey(newNonce())
  const { status, headers, body } = await egress.request(requestUri, {
    method,
    accept: MEDIA_TYPE,
    timeoutMs: TIMEOUT_MS,
    maxBytes: MAX_ENCRYPTED_BYTES,
    ...(walletNonce !== null && {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: formatForm({
        wallet_nonce: walletNonce,
        wallet_metadata: JSON.stringify(walletMetadata(isDevelopment, key.publicJwk)),
      }),
    }),
  })
  const mediaType = headers['content-type']?.split(';')[0]?.trim().toLowerCase()
  if (status !== 200 || mediaType !== MEDIA_TYPE)
    throw new Refusal('upstream', 'request_not_fetched', 'the verifier does not hand over its request', {
      params: { status },
    })
  const text = body.toString('latin1').trim()
  if (walletNonce === null || !isJwe(text)) return { compact: text, walletNonce }
  const compact = await decryptNested(text, {
    keyOf: (kid) => (kid === key.publicJwk.kid ? key.privateKey : null),
    maxBytes: MAX_ENCRYPTED_BYTES,
  })
  return { compact, walletNonce }
}
