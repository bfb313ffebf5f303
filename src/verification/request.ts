import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { isRefusal, Refusal } from '../core/index.ts'
import type { DcqlQuery } from '../dcql/index.ts'
import { contentEncryptions, parseJsonObject, type StoredKey } from '../jose/index.ts'
import type { ClientIdPrefix, ResponseMode } from '../oauth/index.ts'
import type { PresentationFormat } from './format.ts'
import type { EncodedTransaction } from './transaction-data.ts'

/** `aud` of a request to a wallet we know nothing of (OpenID4VP 1.0, section 5.8). */
const ANY_WALLET = 'https://self-issued.me/v2'

/** Schemes of links to wallets: `haip-vp` for those of OpenID4VC HAIP 1.0, section 5.1. */
export const linkSchemes = ['openid4vp', 'haip-vp'] as const
export type LinkScheme = (typeof linkSchemes)[number]

/** A request as it lies sealed with its session, until it is answered. */
export interface StoredRequest {
  readonly prefix: ClientIdPrefix
  /** What wallets are called by; `openid4vp` unless told. */
  readonly scheme?: LinkScheme | undefined
  readonly clientId: string
  readonly responseMode: ResponseMode
  readonly nonce: string
  readonly state: string
  readonly query: DcqlQuery
  readonly transactions: readonly EncodedTransaction[]
  /** The key of this one request; null where the response is not encrypted. */
  readonly encryption: StoredKey | null
  /** Where the browser goes after the wallet answered, for a caller of the API. */
  readonly returnTo: string | null
}

/** 192 random bits, base64url: nonces, states and ids that nobody guesses. */
export const newSecret = (): string => randomBytes(24).toString('base64url')

/** What {@link newSecret} makes; anything else need not be looked for. */
export const SECRET_FORM = /^[\w-]{32}$/

/** What of a wallet's metadata decides whether it can answer (OpenID4VP 1.0, section 10). Whatever else it says is passed over. */
const walletMetadata = z.looseObject({
  vp_formats_supported: z.record(z.string(), z.unknown()).optional(),
  client_id_prefixes_supported: z.array(z.string()).optional(),
  response_modes_supported: z.array(z.string()).optional(),
  authorization_encryption_alg_values_supported: z.array(z.string()).optional(),
  authorization_encryption_enc_values_supported: z.array(z.string()).optional(),
  jwks: z.looseObject({ keys: z.array(z.looseObject({})).max(20) }).optional(),
  request_object_encryption_alg_values_supported: z.array(z.string()).optional(),
  request_object_encryption_enc_values_supported: z.array(z.string()).optional(),
})
export type WalletMetadata = z.output<typeof walletMetadata>

const MAX_METADATA_BYTES = 64 * 1024

/** @throws Refusal `wallet_metadata_invalid` */
export function parseWalletMetadata(text: string | undefined): WalletMetadata {
  if (text === undefined) return {}
  try {
    const parsed = walletMetadata.safeParse(parseJsonObject(text, { maxBytes: MAX_METADATA_BYTES }))
    if (parsed.success) return parsed.data
  } catch (error) {
    if (!isRefusal(error)) throw error
  }
  throw new Refusal('invalid', 'wallet_metadata_invalid', 'wallet_metadata is not metadata of a wallet')
}

export interface RequestContext {
  readonly responseUri: string
  readonly formats: readonly PresentationFormat[]
  /** Seconds since the epoch. */
  readonly iat: number
  readonly exp: number
  readonly wallet?: WalletMetadata
  readonly walletNonce?: string
}

/** The parameters of a request (OpenID4VP 1.0, section 5.1), for a request object or, unsigned, for a link. */
export function requestParameters(request: StoredRequest, context: RequestContext) {
  const { clientId, responseMode, nonce, state, query, transactions } = request
  return {
    response_type: 'vp_token',
    client_id: clientId,
    response_mode: responseMode,
    response_uri: context.responseUri,
    nonce,
    state,
    dcql_query: query,
    client_metadata: clientMetadata(request, context),
    ...(transactions.length > 0 && { transaction_data: transactions.map(({ encoded }) => encoded) }),
  }
}

/**
 * The payload of a signed request object.
 * @throws Refusal `wallet_unsupported` for a wallet that says it cannot answer this
 */
export function requestObject(request: StoredRequest, context: RequestContext) {
  requireAble(request, context.wallet ?? {})
  return {
    // Without `iss`: wallets compare it with the DID in `kid`, and it says nothing that client_id does not.
    aud: ANY_WALLET,
    iat: context.iat,
    exp: context.exp,
    ...requestParameters(request, context),
    ...(context.walletNonce !== undefined && { wallet_nonce: context.walletNonce }),
  }
}

function clientMetadata({ encryption, query }: StoredRequest, { formats, wallet }: RequestContext) {
  const asked = new Set(query.credentials.map(({ format }) => format))
  return {
    vp_formats_supported: Object.fromEntries(
      formats.filter(({ id }) => asked.has(id)).map(({ id, metadata }) => [id, metadata]),
    ),
    ...(encryption && {
      jwks: { keys: [encryption.publicJwk] },
      encrypted_response_enc_values_supported: encsFor(wallet ?? {}),
    }),
  }
}

const encsFor = ({ authorization_encryption_enc_values_supported: known }: WalletMetadata) =>
  contentEncryptions.filter((enc) => known?.includes(enc) ?? true)

function requireAble(
  { prefix, query, responseMode, encryption }: StoredRequest,
  wallet: WalletMetadata,
): void {
  const knows = (values: readonly string[] | undefined, value: string) => values?.includes(value) ?? true
  const formats = wallet.vp_formats_supported && Object.keys(wallet.vp_formats_supported)
  const isAble =
    query.credentials.every(({ format }) => knows(formats, format)) &&
    knows(wallet.client_id_prefixes_supported, prefix) &&
    knows(wallet.response_modes_supported, responseMode) &&
    (!encryption ||
      (knows(wallet.authorization_encryption_alg_values_supported, 'ECDH-ES') && encsFor(wallet).length > 0))
  if (!isAble)
    throw new Refusal('unprocessable', 'wallet_unsupported', 'this wallet says it cannot answer this request')
}

/** What is shown as a QR code or a link: where the request object lies, or an unsigned request itself. */
export function linkOf(request: StoredRequest, requestUri: string, context: RequestContext): string {
  const parameters: Record<string, string> =
    request.prefix === 'redirect_uri'
      ? Object.fromEntries(
          Object.entries(requestParameters(request, context)).map(([name, value]) => [
            name,
            typeof value === 'string' ? value : JSON.stringify(value),
          ]),
        )
      : { client_id: request.clientId, request_uri: requestUri, request_uri_method: 'post' }
  return `${request.scheme ?? 'openid4vp'}://?${new URLSearchParams(parameters).toString()}`
}
