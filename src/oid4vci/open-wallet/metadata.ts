import { z } from 'zod'
import { Refusal, wellKnownUrl } from '../../core/index.ts'
import { parseJws } from '../../jose/index.ts'
import { type Call, isSameOrigin, jsonObjectOf } from '../../oauth/index.ts'
import {
  invalid,
  type MetadataSigner,
  orInvalid,
  type SignedMetadataDeps,
  signerOf,
  verifySigned,
} from './signed-metadata.ts'

/** What a whole metadata document may weigh: those of large issuers are a tenth of it. */
export const MAX_METADATA_BYTES = 256 * 1024

const endpoint = z.string().max(2000)
const words = z.array(z.string().max(200)).max(200)
const encryption = z.object({ enc_values_supported: words, encryption_required: z.boolean() })

/** OpenID4VCI 1.0, section 12.2.4, as far as a wallet needs it; more members are let be. */
const issuerDocument = z.object({
  credential_issuer: z.string(),
  authorization_servers: z.array(z.string().max(500)).min(1).max(20).optional(),
  credential_endpoint: endpoint,
  nonce_endpoint: endpoint.optional(),
  deferred_credential_endpoint: endpoint.optional(),
  notification_endpoint: endpoint.optional(),
  credential_request_encryption: encryption
    .extend({ jwks: z.object({ keys: z.array(z.unknown()).min(1).max(20) }) })
    .optional(),
  credential_response_encryption: encryption.extend({ alg_values_supported: words }).optional(),
  batch_credential_issuance: z.object({ batch_size: z.int().min(2) }).optional(),
  display: z
    .array(z.object({ name: z.string().max(500).optional(), locale: z.string().optional() }))
    .optional(),
  credential_configurations_supported: z.record(z.string(), z.looseObject({ format: z.string() })),
})

const proofType = z.object({
  proof_signing_alg_values_supported: words,
  key_attestations_required: z.unknown().optional(),
})

/** One entry of `credential_configurations_supported`, of those that were offered. */
const configuration = z.looseObject({
  format: z.string().max(100),
  scope: z.string().max(500).optional(),
  cryptographic_binding_methods_supported: words.optional(),
  proof_types_supported: z.record(z.string(), proofType).optional(),
  credential_metadata: z
    .object({ display: z.array(z.object({ name: z.string(), locale: z.string().optional() })).optional() })
    .optional(),
})

export type IssuerDocument = z.output<typeof issuerDocument>
export type Configuration = z.output<typeof configuration>

/** An issuer that says who it is, and how it is spoken to. */
export interface FoundIssuer {
  readonly document: IssuerDocument
  /** The configurations that were asked for; those it does not have are missing. */
  readonly configurations: ReadonlyMap<string, Configuration>
  /** The DID that signed the metadata, or whose certificate did: the anchor it leads to and its name there. */
  readonly signedBy: MetadataSigner | null
}

export interface MetadataDeps extends SignedMetadataDeps {
  readonly egress: Call
}

/**
 * Fetches an issuer's metadata, signed where the issuer can (section 12.2.2).
 * @throws Refusal `issuer_metadata_invalid`, `issuer_metadata_foreign`, `issuer_metadata_unsigned`, `egress_…`
 */
export async function fetchIssuer(
  identifier: string,
  wanted: { readonly configurationIds: readonly string[]; readonly signed?: boolean },
  deps: MetadataDeps,
): Promise<FoundIssuer> {
  const { json, signedBy } = await fetchDocument(identifier, wanted.signed ?? false, deps)
  const parsed = issuerDocument.safeParse(json)
  if (!parsed.success) throw invalid('the issuer has no usable metadata')
  const document = parsed.data
  if (document.credential_issuer !== identifier) throw invalid('the metadata are of another issuer')
  const servers = document.authorization_servers ?? []
  for (const url of endpointsOf(document)) if (!isSameOrigin(url, identifier, ...servers)) throw foreign()
  const found = wanted.configurationIds.flatMap((id) => {
    const supported = document.credential_configurations_supported
    const read = configuration.safeParse(Object.hasOwn(supported, id) ? supported[id] : undefined)
    return read.success ? [[id, read.data] as const] : []
  })
  return { document, configurations: new Map(found), signedBy }
}

const endpointsOf = (document: IssuerDocument): string[] =>
  [
    document.credential_endpoint,
    document.nonce_endpoint,
    document.deferred_credential_endpoint,
    document.notification_endpoint,
  ].filter((url) => url !== undefined)

async function fetchDocument(identifier: string, mustBeSigned: boolean, deps: MetadataDeps) {
  const url = wellKnownUrl(identifier, 'openid-credential-issuer')
  const get = async (accept: string) => {
    const answer = await deps.egress.request(url, { accept, maxBytes: MAX_METADATA_BYTES })
    if (answer.status !== 200) throw invalid('the issuer has no usable metadata')
    return answer
  }
  const { headers, body } = await get('application/jwt, application/json;q=0.9')
  if (!/^application\/jwt\b/i.test(headers['content-type'] ?? '')) {
    if (mustBeSigned) throw unsigned('the issuer does not sign its metadata')
    return { json: jsonObjectOf(body), signedBy: null }
  }
  const jws = orInvalid(() => parseJws(body.toString('latin1'), { maxBytes: MAX_METADATA_BYTES }))
  const signer = await signerOf(jws, deps)
  if (signer) return { json: verifySigned(jws, signer, identifier, deps), signedBy: signer.name }
  // Those whose signer we do not know say the same in plain JSON, where nothing is claimed about who signed.
  if (mustBeSigned) throw unsigned('the metadata are signed by nobody we know')
  return { json: jsonObjectOf((await get('application/json')).body), signedBy: null }
}

/** RFC 8414, section 2, with PAR (RFC 9126), RFC 9207, DPoP and OpenID4VCI 1.0, section 12.3. */
const serverDocument = z.object({
  issuer: z.string(),
  token_endpoint: endpoint,
  authorization_endpoint: endpoint.optional(),
  pushed_authorization_request_endpoint: endpoint.optional(),
  require_pushed_authorization_requests: z.boolean().optional(),
  grant_types_supported: words.optional(),
  response_types_supported: words.optional(),
  code_challenge_methods_supported: words.optional(),
  token_endpoint_auth_methods_supported: words.optional(),
  authorization_details_types_supported: words.optional(),
  authorization_response_iss_parameter_supported: z.boolean().optional(),
  dpop_signing_alg_values_supported: words.optional(),
  'pre-authorized_grant_anonymous_access_supported': z.boolean().optional(),
})

export type ServerDocument = z.output<typeof serverDocument>

/**
 * Fetches the metadata of the authorization server an offer is redeemed at: the issuer itself, or one it lists.
 * @param named what the offer says
 * @throws Refusal `authorization_server_unlisted`, `issuer_metadata_invalid`, `issuer_metadata_foreign`, `egress_…`
 */
export async function fetchServer(
  { document }: Pick<FoundIssuer, 'document'>,
  named: string | undefined,
  { egress }: Pick<MetadataDeps, 'egress'>,
): Promise<ServerDocument> {
  const listed = document.authorization_servers ?? [document.credential_issuer]
  // Whoever made the offer does not choose where its code goes: the issuer does (section 4.1.1).
  if (named !== undefined && !listed.includes(named))
    throw new Refusal(
      'upstream',
      'authorization_server_unlisted',
      'the issuer does not list the authorization server of the offer',
    )
  const identifier = named ?? listed[0] ?? document.credential_issuer
  if (!/^https?:\/\/[^?#]+$/.test(identifier) || !URL.canParse(identifier))
    throw invalid('the issuer lists an authorization server that is no address')
  const url = wellKnownUrl(identifier, 'oauth-authorization-server')
  const answer = await egress.request(url, { accept: 'application/json', maxBytes: MAX_METADATA_BYTES })
  const parsed = serverDocument.safeParse(answer.status === 200 ? jsonObjectOf(answer.body) : undefined)
  if (!parsed.success) throw invalid('the authorization server has no usable metadata')
  const server = parsed.data
  // RFC 8414, section 3.3: what another server says of itself is not used.
  if (server.issuer !== identifier) throw invalid('the metadata are of another authorization server')
  const places = [document.credential_issuer, ...listed]
  const { pushed_authorization_request_endpoint: par, authorization_endpoint: authorization } = server
  for (const one of [server.token_endpoint, par, authorization])
    if (one !== undefined && !isSameOrigin(one, ...places)) throw foreign()
  return server
}

const unsigned = (why: string) => new Refusal('upstream', 'issuer_metadata_unsigned', why)
const foreign = () =>
  new Refusal('upstream', 'issuer_metadata_foreign', 'the issuer names an endpoint of somebody else')
