import { formatForm, Refusal } from '../core/index.ts'
import type { Egress } from '../egress/index.ts'
import { REQUEST_TYP } from '../oauth/index.ts'
import type { RequestLink } from './link.ts'
import { walletMetadata } from './wallet-metadata.ts'

/** Bytes of a request object: one of twenty credentials with a hundred claims each fits. */
export const MAX_REQUEST_BYTES = 96 * 1024
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
 * section 5.10).
 * @throws Refusal `request_not_fetched`, `egress_…`
 */
export async function fetchRequest(
  { requestUri, method }: Extract<RequestLink, { by: 'reference' }>,
  { egress, newNonce, isDevelopment }: FetchDeps,
): Promise<FetchedRequest> {
  const walletNonce = method === 'POST' ? newNonce() : null
  const { status, headers, body } = await egress.request(requestUri, {
    method,
    accept: MEDIA_TYPE,
    timeoutMs: TIMEOUT_MS,
    maxBytes: MAX_REQUEST_BYTES,
    ...(walletNonce !== null && {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: formatForm({
        wallet_nonce: walletNonce,
        wallet_metadata: JSON.stringify(walletMetadata(isDevelopment)),
      }),
    }),
  })
  const mediaType = headers['content-type']?.split(';')[0]?.trim().toLowerCase()
  if (status !== 200 || mediaType !== MEDIA_TYPE)
    throw new Refusal('upstream', 'request_not_fetched', 'the verifier does not hand over its request', {
      params: { status },
    })
  return { compact: body.toString('latin1').trim(), walletNonce }
}
