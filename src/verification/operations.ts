import { z } from 'zod'
import { type AnyOperation, type Caller, isoTime, operation, Refusal, requireUser } from '../core/index.ts'
import { qrSvg } from '../documents/index.ts'
import { clientIdPrefixes, responseModes } from '../oauth/index.ts'
import type { Preset } from './preset.ts'
import { linkSchemes, SECRET_FORM } from './request.ts'
import { flows } from './session-table.ts'
import { isSecretOf, type Sessions } from './sessions.ts'
import { transactionData } from './transaction-data.ts'
import type { Verifications } from './verifications.ts'

export interface VerificationOperationsDeps {
  readonly verifications: Verifications
  readonly sessions: Sessions
  /** Whether http addresses of this machine may be returned to. */
  readonly isDevelopment: boolean
}

const words = z.object({ nl: z.string(), en: z.string() })
const time = z.iso.datetime()
const check = z.object({
  check: z.string(),
  ok: z.boolean(),
  code: z.string().optional(),
  detail: z.string().optional(),
})

const preset = z.object({
  name: z.string(),
  title: words,
  purpose: words,
  public: z.boolean().describe('whether anybody may start it on the page /verify'),
  parameters: z.array(
    z.object({ name: z.string(), label: words, pattern: z.string(), required: z.boolean() }),
  ),
  issuers: z
    .array(z.object({ type: z.string(), accepts: z.array(z.string()).readonly() }))
    .describe(
      'per type whom we accept; "network": whom the registry of the trust network accepts; "us": this organisation',
    ),
  dcql_query: z.record(z.string(), z.unknown()).describe('what is asked of the wallet'),
})

const credential = z.object({
  query: z.string().describe('the credential query it answers'),
  accepted: z.boolean(),
  verified: z.boolean().describe('cryptographically and formally true'),
  trusted: z.boolean().describe('this node accepts that issuer for that type'),
  checks: z.array(check),
  issuer: z.string().nullable(),
  type: z.string().nullable().describe('the vct'),
  claims: z.record(z.string(), z.unknown()).describe('empty unless accepted; never what was not asked for'),
  provenance: z.object({
    issuer: z.string().nullable(),
    issuer_name: z.string().optional(),
    proven_by: z
      .enum(['did', 'certificate', 'metadata'])
      .optional()
      .describe('how it is known whose key signed'),
    anchor: z.string().optional().describe('certificate: the authority, as agent.yml calls it'),
    issued_at: time.nullable(),
    expires_at: time.nullable(),
    status_as_of: time.nullable().describe('when the issuer was asked whether it is still valid'),
  }),
})

const started = z.object({
  id: z.string().describe('opens the result: for you, not for the wallet'),
  preset: z.string(),
  state: z.literal('waiting'),
  flow: z.enum(flows),
  client_id: z.string().describe('who we are to the wallet'),
  request_uri: z.string(),
  link: z.string().describe('opens a wallet on this device'),
  qr_svg: z.string().describe('the link as a QR code, an SVG image'),
  expires_at: time,
})

const shown = z.object({
  id: z.string(),
  preset: z.string(),
  state: z
    .enum(['waiting', 'done', 'failed', 'expired'])
    .describe('done: the wallet answered; failed: it says it cannot or will not'),
  flow: z.enum(flows),
  accepted: z.boolean().nullable().describe('whether what was asked is proven; null while nobody knows'),
  error: z.string().nullable().describe('what the wallet says went wrong'),
  checks: z.array(check).describe('of the response as a whole'),
  credentials: z.array(credential),
  created_at: time,
  expires_at: time,
  finished_at: time.nullable(),
})

const allow = { users: ['signed_in'], clients: 'access:request' } as const

/** Asking somebody's wallet, whichever it is, and what came of it. */
export function verificationOperations(deps: VerificationOperationsDeps): AnyOperation[] {
  const { verifications, sessions } = deps
  return [
    operation({
      name: 'verifications.presets',
      summary: 'What this node asks of wallets, for which purpose, and whose word it takes',
      method: 'GET',
      path: '/verifications/presets',
      input: z.strictObject({}),
      output: z.object({ items: z.array(preset) }),
      allow: { anyone: 'who may be asked can read beforehand what is asked, and why' },
      run: async () => ({ items: verifications.presets.map(presetView) }),
    }),
    operation({
      name: 'verifications.start',
      summary: 'Ask a wallet for the proof of a preset: gives a link and a QR code',
      method: 'POST',
      path: '/verifications/requests',
      positional: ['preset'],
      input: z.strictObject({
        preset: z.string().max(50),
        parameters: z
          .record(z.string().max(50), z.string().max(600))
          .default({})
          .describe('those of the preset, such as employer=did:…'),
        flow: z.enum(flows).default('cross_device').describe('where the wallet is'),
        response_mode: z
          .enum(responseModes)
          .default('direct_post.jwt')
          .describe('direct_post.jwt: encrypted to a key of this one request'),
        client_id_prefix: z
          .enum(clientIdPrefixes)
          .default('decentralized_identifier')
          .describe('who we are to the wallet: our DID, or a certificate where one is configured'),
        scheme: z
          .enum(linkSchemes)
          .default('openid4vp')
          .describe('haip-vp: for wallets of OpenID4VC HAIP, with x509_hash and direct_post.jwt'),
        transaction_data: z
          .array(transactionData)
          .max(10)
          .default([])
          .describe('what the holder signs for besides'),
        return_to: z
          .string()
          .max(500)
          .optional()
          .describe('same_device: your page, which the browser brings the response_code to'),
      }),
      output: started,
      status: 201,
      allow,
      run: async (input, { caller }) => {
        const { row, clientId, requestUri, link } = await verifications.start({
          ...{ caller, owner: ownerOf(caller), browser: null, flow: input.flow, preset: input.preset },
          ...{ parameters: input.parameters, responseMode: input.response_mode },
          ...{ prefix: input.client_id_prefix, scheme: input.scheme, transactions: input.transaction_data },
          returnTo: returnTo(input, deps.isDevelopment),
        })
        return {
          ...{
            id: row.id,
            preset: row.preset,
            state: 'waiting' as const,
            flow: row.flow,
            client_id: clientId,
            link,
          },
          ...{ request_uri: requestUri, qr_svg: qrSvg(link) },
          expires_at: isoTime(row.expiresAt),
        }
      },
    }),
    operation({
      name: 'verifications.show',
      summary: 'What came of a request to a wallet: each check with its reason',
      method: 'GET',
      path: '/verifications/:id',
      positional: ['id'],
      input: z.strictObject({
        id: z.string().regex(SECRET_FORM),
        response_code: z
          .string()
          .max(100)
          .optional()
          .describe('same_device: what the browser brought to return_to'),
      }),
      output: shown,
      allow,
      run: async ({ id, response_code: code }, { caller }) => {
        const row = await sessions.require(id, ownerOf(caller))
        const outcome = await sessions.outcomeOf(row)
        // On one device the result is for whoever comes back from the wallet (section 14.2): the code says so.
        const mayKnow = row.flow === 'cross_device' || isSecretOf(row.codeHash, code)
        const result = mayKnow && outcome?.state === 'done' ? outcome.result : null
        return {
          ...{ id, preset: row.preset, state: sessions.stateOf(row), flow: row.flow },
          accepted: result?.accepted ?? null,
          error: outcome?.state === 'failed' ? outcome.error : null,
          checks: [...(result?.checks ?? [])],
          credentials: (result?.credentials ?? []).map((one) => ({ ...one, checks: [...one.checks] })),
          created_at: isoTime(row.createdAt),
          expires_at: isoTime(row.expiresAt),
          finished_at: row.finishedAt === null ? null : isoTime(row.finishedAt),
        }
      },
    }),
  ]
}

const presetView = ({ name, title, purpose, parameters, issuers, query, ...rest }: Preset) => ({
  ...{ name, title, purpose, public: rest.public, dcql_query: { ...query } },
  parameters: Object.entries(parameters).map(([parameter, { label, pattern, required }]) => ({
    ...{ name: parameter, label, pattern, required },
  })),
  issuers: Object.entries(issuers).map(([type, accepts]) => ({
    type,
    accepts: typeof accepts === 'string' ? [accepts] : accepts,
  })),
})

function ownerOf(caller: Caller): string {
  return caller.kind === 'client' ? `client:${caller.clientId}` : `user:${requireUser(caller).userId}`
}

interface Returning {
  readonly flow: (typeof flows)[number]
  readonly return_to?: string | undefined
}

/** @throws Refusal `return_to_missing`, `return_to_refused`, `return_to_unexpected` */
function returnTo({ flow, return_to: text }: Returning, isDevelopment: boolean): string | null {
  if (flow === 'cross_device') {
    if (text === undefined) return null
    throw new Refusal('invalid', 'return_to_unexpected', 'a wallet on another device sends no browser back')
  }
  if (text === undefined)
    throw new Refusal(
      'invalid',
      'return_to_missing',
      'say where the browser goes when its wallet has answered',
    )
  const url = URL.parse(text)
  const isWeb = url?.protocol === 'https:' || (isDevelopment && url?.protocol === 'http:')
  if (!url || !isWeb || url.username !== '' || url.hash !== '')
    throw new Refusal(
      'invalid',
      'return_to_refused',
      'return_to is an https address without sign-in or fragment',
    )
  return url.href
}
