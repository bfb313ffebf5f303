import { type Clock, isRefusal, Refusal, seconds } from '../core/index.ts'
import {
  checkTimes,
  type JsonObject,
  type JsonValue,
  type ParsedJws,
  parseJsonStrict,
  parseJws,
} from '../jose/index.ts'
import { type FetchDeps, fetchRequest, MAX_REQUEST_BYTES } from './fetch-request.ts'
import { parseRequestLink, type RequestLink } from './link.ts'
import { type PresentationRequest, readRequest, responseUriOf } from './request.ts'
import { RequestRefusal } from './request-refusal.ts'
import {
  type Client,
  prefixOf,
  requireSigning,
  type VerifyClientDeps,
  verifyClient,
} from './verify-client.ts'

export interface OpenRequestDeps extends FetchDeps, VerifyClientDeps {
  readonly clock: Clock
  /** Tells a verifier that proved who it is why its request is not taken; does not wait long, and never throws. */
  readonly reject: (responseUri: string, answer: { error: string; state: string | null }) => Promise<void>
}

export interface OpenedRequest {
  readonly client: Client
  readonly request: PresentationRequest
  /** ms; until when it can be answered. */
  readonly expiresAt: number
}

/** `aud` for a wallet the verifier knows nothing of (OpenID4VP 1.0, section 5.8). */
export const ANY_WALLET = 'https://self-issued.me/v2'
/** How long a request may be answered that does not say, ms, and how long at most. */
const LIFETIME_MS = 10 * 60_000
const MAX_LIFETIME_MS = 24 * 3_600_000
/** How old a request may be that does not say when it ends, in seconds. */
const MAX_AGE_S = 3_600

/**
 * Takes a request from a link: fetched, who asks proven, and only then read.
 * @throws Refusal `presentation_link_invalid`, `request_…`, `verifier_…`, `certificate_…`, `response_uri_invalid`,
 *   `egress_…`, `jws_…`, `json_…`, those of the resolver; RequestRefusal for what the verifier was told
 */
export async function openRequest(text: string, deps: OpenRequestDeps): Promise<OpenedRequest> {
  const link = parseRequestLink(text)
  // Before anything is fetched: a verifier of no kind we know need not be called.
  const { prefix } = prefixOf(link.clientId)
  if (link.by === 'parameters') return unsigned(link, prefix, deps)
  requireSigning(link.clientId)
  const { compact, walletNonce } =
    link.by === 'value' ? { compact: link.request, walletNonce: null } : await fetchRequest(link, deps)
  const jws = parseJws(compact, { maxBytes: MAX_REQUEST_BYTES })
  const { payload } = jws
  // The parameter outside and the claim inside must be the same (RFC 9101, section 6.3).
  if (payload.client_id !== link.clientId)
    throw new Refusal('forbidden', 'verifier_differs', 'the link names another verifier than its request')
  const client = await verifyClient(jws, link.clientId, deps)
  const expiresAt = checkFresh(jws, walletNonce, deps.clock.now())
  return { client, expiresAt, request: await readOrReject(payload, client, deps) }
}

/** A request that nobody signed: its client identifier is where it is answered, and no more is known of it. */
async function unsigned(
  { clientId, parameters }: Extract<RequestLink, { by: 'parameters' }>,
  prefix: Client['prefix'],
  deps: OpenRequestDeps,
): Promise<OpenedRequest> {
  if (prefix !== 'redirect_uri' || !deps.isDevelopment)
    throw new Refusal('forbidden', 'request_unsigned', 'this request must be signed')
  const { identifier } = prefixOf(clientId)
  const client = { clientId, prefix, did: null, host: null, isCertified: false, x5c: null }
  const payload = { response_uri: identifier, ...Object.fromEntries([...parameters].map(asMember)) }
  if (payload.response_uri !== identifier)
    throw new Refusal(
      'invalid',
      'response_uri_invalid',
      'the request wants its answer at an address that is not who asks',
    )
  const request = readRequest(payload, responseUriOf(payload, client, true))
  return { client, request, expiresAt: deps.clock.now() + LIFETIME_MS }
}

const OBJECTS = new Set(['dcql_query', 'client_metadata', 'transaction_data'])

const asMember = ([name, text]: [string, string]): [string, JsonValue] => [
  name,
  OBJECTS.has(name) ? parseJsonStrict(text, { maxBytes: MAX_REQUEST_BYTES }) : text,
]

/** @returns until when it may be answered, ms */
function checkFresh({ payload }: ParsedJws, walletNonce: string | null, now: number): number {
  const { aud, exp, iat, wallet_nonce } = payload
  const audiences = Array.isArray(aud) ? aud : [aud]
  if (audiences.length !== 1 || audiences[0] !== ANY_WALLET)
    throw new Refusal('forbidden', 'request_audience_mismatch', 'this request is for another wallet')
  // Whoever hands on a request that was made for another wallet does not know our nonce (section 5.10).
  if (walletNonce !== null && wallet_nonce !== walletNonce)
    throw new Refusal('forbidden', 'wallet_nonce_mismatch', 'this request was not made for this wallet')
  checkTimes(payload, seconds(now))
  if (typeof exp === 'number') return Math.min(exp * 1000, now + MAX_LIFETIME_MS)
  if (typeof iat === 'number' && seconds(now) - iat > MAX_AGE_S)
    throw new Refusal('invalid', 'jws_expired', 'this token has expired')
  return now + LIFETIME_MS
}

async function readOrReject(
  payload: JsonObject,
  client: Client,
  { isDevelopment, reject }: OpenRequestDeps,
): Promise<PresentationRequest> {
  const responseUri = responseUriOf(payload, client, isDevelopment)
  try {
    return readRequest(payload, responseUri)
  } catch (error) {
    if (isRefusal(error) && error instanceof RequestRefusal)
      await reject(responseUri, { error: error.error, state: stateOf(payload) })
    throw error
  }
}

const stateOf = ({ state }: JsonObject): string | null =>
  typeof state === 'string' && state.length <= 1024 ? state : null
