import { z } from 'zod'
import { isRefusal, Refusal } from '../core/index.ts'
import { type DcqlQuery, parseDcqlQuery } from '../dcql/index.ts'
import {
  type ContentEncryption,
  type EncryptionJwk,
  findRecipient,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  KEY_AGREEMENT,
} from '../jose/index.ts'
import { type ResponseMode, responseModes } from '../oauth/index.ts'
import { SD_JWT_VC_TYP } from '../sd-jwt/index.ts'
import { VC_JOSE, VC_JWT } from '../vc-jwt/index.ts'
import { RequestRefusal } from './request-refusal.ts'
import { parseTransactions, type Transaction } from './transaction.ts'

/** What a request asks, read and checked: it lies sealed until it is answered. */
export interface PresentationRequest {
  readonly nonce: string
  readonly state: string | null
  readonly responseMode: ResponseMode
  readonly responseUri: string
  readonly query: DcqlQuery
  readonly algs: Algs
  readonly transactions: readonly Transaction[]
  /** To whom the answer is encrypted; null where it is not. */
  readonly encryption: { readonly recipient: EncryptionJwk; readonly enc: ContentEncryption } | null
}

/** What the verifier takes, by Credential Format Identifier; a format that is not there it does not take. */
export type Algs = Readonly<Record<string, FormatAlgs>>

/** Signatures the verifier takes under a credential and under a presentation; null where it does not say. */
export interface FormatAlgs {
  readonly credential: readonly string[] | null
  readonly keyBinding: readonly string[] | null
}

/** ASCII URL safe (OpenID4VP 1.0, section 5.2). */
const urlSafe = z.string().regex(/^[A-Za-z0-9._~-]{1,1024}$/)
/** A nonce nobody guesses has more than this; a shorter one would let an answer be used again. */
const MIN_NONCE_CHARS = 8
const algs = z.array(z.string().max(40)).min(1).max(50).nullable().default(null)

const clientMetadata = z.object({
  vp_formats_supported: z.record(
    z.string(),
    z.looseObject({ 'sd-jwt_alg_values': algs, 'kb-jwt_alg_values': algs, alg_values: algs }),
  ),
  jwks: z.object({ keys: z.array(z.unknown()).min(1).max(20) }).optional(),
  encrypted_response_enc_values_supported: z.array(z.string().max(40)).min(1).max(20).optional(),
})

/**
 * Where a request wants to be answered, before anything else of it is believed.
 * @throws Refusal `response_uri_invalid`
 */
export function responseUriOf(
  parameters: JsonObject,
  client: { readonly host: string | null },
  isDevelopment: boolean,
): string {
  const { response_uri: text } = parameters
  const url = typeof text === 'string' && text.length <= 2048 ? URL.parse(text) : null
  const isWeb = url?.protocol === 'https:' || (isDevelopment && url?.protocol === 'http:')
  // x509_san_dns: the name in the certificate is the only host that may have the answer (section 5.9.3).
  const isTheirs = client.host === null || url?.hostname === client.host
  if (!url || !isWeb || !isTheirs || url.username !== '' || url.password !== '' || url.hash !== '')
    throw new Refusal(
      'invalid',
      'response_uri_invalid',
      'the request wants its answer at an address that is not who asks',
    )
  return url.href
}

/**
 * Reads the parameters of a request whose verifier is known (OpenID4VP 1.0, sections 5.1 and 5.2). What nobody
 * recognises is passed over.
 * @throws RequestRefusal
 */
export function readRequest(parameters: JsonObject, responseUri: string): PresentationRequest {
  if (parameters.redirect_uri !== undefined) throw invalid('redirect_uri')
  if (parameters.response_type !== 'vp_token')
    throw new RequestRefusal(
      'unsupported_response_type',
      'response_type_unsupported',
      'this wallet answers with a vp_token',
    )
  const responseMode = responseModes.find((mode) => mode === parameters.response_mode)
  if (!responseMode) throw invalid('response_mode')
  if (parameters.scope !== undefined)
    throw new RequestRefusal(
      'invalid_scope',
      'scope_query_unsupported',
      'this wallet knows no query by a name',
    )
  const nonce = urlSafe.safeParse(parameters.nonce)
  if (!nonce.success || nonce.data.length < MIN_NONCE_CHARS) throw invalid('nonce')
  const query = queryOf(parameters.dcql_query)
  const state = parameters.state === undefined ? null : urlSafe.safeParse(parameters.state).data
  if (state === undefined) throw invalid('state')
  // Without a proof of the holder only the state ties an answer to its request (section 5.3).
  if (state === null && query.credentials.some((one) => !one.require_cryptographic_holder_binding))
    throw invalid('state')
  const metadata = clientMetadata.safeParse(parameters.client_metadata)
  if (!metadata.success) throw invalid('client_metadata')
  return {
    ...{ nonce: nonce.data, state, responseMode, responseUri, query },
    algs: algsOf(metadata.data, query),
    transactions:
      parameters.transaction_data === undefined ? [] : parseTransactions(parameters.transaction_data, query),
    encryption: responseMode === 'direct_post.jwt' ? encryptionOf(metadata.data) : null,
  }
}

function queryOf(value: JsonValue | undefined): DcqlQuery {
  try {
    return parseDcqlQuery(value)
  } catch (error) {
    if (isRefusal(error)) throw invalid(`dcql_query.${String(error.params.at)}`)
    throw error
  }
}

/** Formats that are asked for, that the verifier takes and that this wallet has. */
function algsOf({ vp_formats_supported: formats }: z.output<typeof clientMetadata>, query: DcqlQuery): Algs {
  const asked = new Set(query.credentials.map(({ format }) => format))
  const found = [SD_JWT_VC_TYP, VC_JWT, VC_JOSE].flatMap((format): [string, FormatAlgs][] => {
    const theirs = asked.has(format) && Object.hasOwn(formats, format) ? formats[format] : undefined
    if (!theirs) return []
    const { 'sd-jwt_alg_values': credential, 'kb-jwt_alg_values': keyBinding, alg_values: both } = theirs
    // Annex B.1.3.1.3: one list for both.
    return [
      [
        format,
        format === SD_JWT_VC_TYP ? { credential, keyBinding } : { credential: both, keyBinding: both },
      ],
    ]
  })
  if (found.length === 0)
    throw new RequestRefusal(
      'vp_formats_not_supported',
      'vp_formats_unsupported',
      'the verifier takes no format that this wallet has',
    )
  return Object.fromEntries(found)
}

/** The first key and content encryption of theirs that we know (section 8.3). */
function encryptionOf({
  jwks,
  encrypted_response_enc_values_supported: encs = ['A128GCM'],
}: z.output<typeof clientMetadata>): NonNullable<PresentationRequest['encryption']> {
  const found = findRecipient((jwks?.keys ?? []).filter(isNamed), encs)
  if (!found) throw invalid('client_metadata.jwks')
  return found
}

/** `alg` must be there, and so must `kid`: with it the verifier finds its key again. */
const isNamed = (key: unknown): boolean =>
  isJsonObject(key) && key.alg === KEY_AGREEMENT && typeof key.kid === 'string'

/** @param at where the request is wrong, never with what */
const invalid = (at: string) =>
  new RequestRefusal(
    'invalid_request',
    'presentation_request_invalid',
    'this request is not as OpenID4VP 1.0 has it',
    at,
  )
