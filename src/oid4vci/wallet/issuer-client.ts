import { z } from 'zod'
import { formatForm, Refusal, type WellKnown, wellKnownUrl } from '../../core/index.ts'
import type { EgressOptions } from '../../egress/index.ts'
import { type Call, type CallAnswer, call, errorCodeOf, isSameOrigin } from '../../oauth/index.ts'
import { FORMAT, PRE_AUTHORIZED_CODE } from '../names.ts'

const MAX_SECRET_CHARS = 4096

/** An issuer that says where its endpoints are, and what it can issue. */
export interface KnownIssuer {
  readonly identifier: string
  readonly tokenEndpoint: string
  readonly nonceEndpoint: string
  readonly credentialEndpoint: string
  /** Credential type (`vct`) by configuration, of those that were asked for. */
  readonly types: ReadonlyMap<string, string>
}

const endpoint = z.string().max(2000)

const issuerMetadata = z.object({
  credential_issuer: z.string(),
  authorization_servers: z.array(z.string()).optional(),
  credential_endpoint: endpoint,
  nonce_endpoint: endpoint,
  credential_configurations_supported: z.record(z.string(), z.object({ format: z.string() }).loose()),
})

const serverMetadata = z.object({ issuer: z.string(), token_endpoint: endpoint })

const tokenResponse = z.object({
  access_token: z
    .string()
    .max(MAX_SECRET_CHARS)
    .regex(/^[\w.~+/-]+=*$/),
  token_type: z.string().regex(/^bearer$/i),
})

const nonceResponse = z.object({ c_nonce: z.string().min(1).max(MAX_SECRET_CHARS) })

const credentialResponse = z.object({
  credentials: z
    .array(z.object({ credential: z.string().min(1) }))
    .min(1)
    .max(20),
})

/**
 * Reads an issuer's metadata. All of it must be of the issuer asked, and lead back to it.
 * @throws Refusal `issuer_metadata_invalid`, `issuer_metadata_foreign`, `issuer_configuration_missing`, `egress_…`
 */
export async function findIssuer(
  egress: Call,
  identifier: string,
  configurationIds: readonly string[],
): Promise<KnownIssuer> {
  const ask = (name: WellKnown) => call(egress, wellKnownUrl(identifier, name), {})
  const [issuer, server] = await Promise.all([
    ask('openid-credential-issuer').then((answer) => read(answer, issuerMetadata)),
    ask('oauth-authorization-server').then((answer) => read(answer, serverMetadata)),
  ])
  const servers = issuer.authorization_servers ?? [identifier]
  if ([issuer.credential_issuer, server.issuer, ...servers].some((name) => name !== identifier))
    throw invalid('the metadata are of another issuer')
  const known = {
    identifier,
    tokenEndpoint: server.token_endpoint,
    nonceEndpoint: issuer.nonce_endpoint,
    credentialEndpoint: issuer.credential_endpoint,
  }
  for (const url of [known.tokenEndpoint, known.nonceEndpoint, known.credentialEndpoint])
    if (!isSameOrigin(url, identifier))
      throw new Refusal(
        'upstream',
        'issuer_metadata_foreign',
        'the issuer names an endpoint of somebody else',
      )
  return { ...known, types: typesOf(issuer.credential_configurations_supported, configurationIds) }
}

function typesOf(
  supported: Readonly<Record<string, { format: string; vct?: unknown }>>,
  wanted: readonly string[],
): Map<string, string> {
  return new Map(
    wanted.map((id) => {
      const configuration = Object.hasOwn(supported, id) ? supported[id] : undefined
      if (configuration?.format !== FORMAT || typeof configuration.vct !== 'string')
        throw new Refusal(
          'upstream',
          'issuer_configuration_missing',
          'the issuer does not describe what it offers',
        )
      return [id, configuration.vct]
    }),
  )
}

/** @throws Refusal `issuer_refused`, `issuer_answer_invalid`, `egress_…` */
export async function fetchToken(egress: Call, issuer: KnownIssuer, code: string): Promise<string> {
  const body = formatForm({ grant_type: PRE_AUTHORIZED_CODE, 'pre-authorized_code': code })
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  return (await post(egress, issuer.tokenEndpoint, { headers, body }, tokenResponse)).access_token
}

/** @throws as {@link fetchToken} */
export async function fetchNonce(egress: Call, issuer: KnownIssuer): Promise<string> {
  return (await post(egress, issuer.nonceEndpoint, { body: '' }, nonceResponse)).c_nonce
}

/** @throws as {@link fetchToken} */
export async function fetchCredentials(
  egress: Call,
  issuer: KnownIssuer,
  input: { readonly accessToken: string; readonly configurationId: string; readonly proof: string },
): Promise<string[]> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${input.accessToken}` }
  const body = JSON.stringify({
    credential_configuration_id: input.configurationId,
    proofs: { jwt: [input.proof] },
  })
  const answer = await post(egress, issuer.credentialEndpoint, { headers, body }, credentialResponse)
  return answer.credentials.map(({ credential }) => credential)
}

async function post<T>(egress: Call, url: string, options: EgressOptions, schema: z.ZodType<T>): Promise<T> {
  const answer = await call(egress, url, { ...options, method: 'POST' })
  if (answer.status !== 200)
    // Always worth another try: with a new delivery comes a new code.
    throw new Refusal('upstream', 'issuer_refused', 'the issuer did not hand over what it offered', {
      params: { status: answer.status, reason: errorCodeOf(answer) ?? 'unknown' },
    })
  const parsed = schema.safeParse(answer.json)
  if (!parsed.success)
    throw new Refusal('upstream', 'issuer_answer_invalid', 'the issuer answered something else than asked')
  return parsed.data
}

function read<T>({ status, json }: CallAnswer, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(json)
  if (status !== 200 || !parsed.success) throw invalid('the issuer has no usable metadata')
  return parsed.data
}

const invalid = (why: string) => new Refusal('upstream', 'issuer_metadata_invalid', why)
