import { z } from 'zod'
import { Refusal } from '../../core/index.ts'
import { PRE_AUTHORIZED_CODE } from '../names.ts'
import type { ServerDocument } from './metadata.ts'
import type { Client, Session } from './session.ts'
import { type Answer, answerInvalid, refusedBy, type Transport } from './transport.ts'

const MAX_TOKEN_CHARS = 8 * 1024

const tokenResponse = z.object({
  access_token: z
    .string()
    .max(MAX_TOKEN_CHARS)
    .regex(/^[\w.~+/-]+=*$/),
  token_type: z.string().regex(/^(bearer|dpop)$/i),
  refresh_token: z
    .string()
    .max(MAX_TOKEN_CHARS)
    .regex(/^[\x20-\x7e]+$/)
    .optional(),
  authorization_details: z
    .array(
      z.object({
        type: z.string(),
        credential_configuration_id: z.string().optional(),
        credential_identifiers: z.array(z.string().min(1).max(500)).min(1).max(20).optional(),
      }),
    )
    .max(20)
    .optional(),
})

/** What is changed for a token: one of the grants of RFC 6749 and OpenID4VCI 1.0, section 6.1. */
export type Grant =
  | { readonly kind: 'pre_authorized'; readonly code: string; readonly txCode?: string | undefined }
  | { readonly kind: 'code'; readonly code: string; readonly redirectUri: string; readonly verifier: string }
  | { readonly kind: 'refresh'; readonly refreshToken: string }

/** @throws Refusal `issuer_refused`, `issuer_answer_invalid`, `egress_…` */
export async function requestToken(
  transport: Transport,
  client: Client,
  server: ServerDocument,
  grant: Grant,
): Promise<Session> {
  const members = { ...membersOf(grant), ...(client.clientId !== null && { client_id: client.clientId }) }
  const answer = await transport.form(client, server.token_endpoint, members)
  if (answer.status !== 200) throw refusedBy(answer)
  return sessionOf(answer, client, grant)
}

function membersOf(grant: Grant): Record<string, string> {
  switch (grant.kind) {
    case 'pre_authorized':
      return {
        grant_type: PRE_AUTHORIZED_CODE,
        'pre-authorized_code': grant.code,
        ...(grant.txCode !== undefined && { tx_code: grant.txCode }),
      }
    case 'code':
      return {
        grant_type: 'authorization_code',
        code: grant.code,
        redirect_uri: grant.redirectUri,
        code_verifier: grant.verifier,
      }
    case 'refresh':
      return { grant_type: 'refresh_token', refresh_token: grant.refreshToken }
  }
}

function sessionOf(answer: Answer, client: Client, grant: Grant): Session {
  const parsed = tokenResponse.safeParse(answer.json)
  if (!parsed.success) throw answerInvalid()
  const { access_token: accessToken, token_type: type, refresh_token: fresh } = parsed.data
  const tokenType = type.toLowerCase() === 'dpop' ? 'DPoP' : 'Bearer'
  if (tokenType === 'DPoP' && client.dpopKey === null) throw answerInvalid()
  const identifiers = (parsed.data.authorization_details ?? []).flatMap((detail) =>
    detail.type === 'openid_credential' && detail.credential_configuration_id && detail.credential_identifiers
      ? [[detail.credential_configuration_id, detail.credential_identifiers] as const]
      : [],
  )
  return {
    ...client,
    ...{ accessToken, tokenType },
    // A server that gives no new one goes on with the one it gave (RFC 6749, section 6).
    refreshToken: fresh ?? (grant.kind === 'refresh' ? grant.refreshToken : null),
    identifiers,
  }
}

/**
 * The name a wallet has to give at the token endpoint: none where the server takes anonymous ones (section 12.3).
 * @throws Refusal `client_authentication_unsupported` where it wants to know who made the wallet
 */
export function clientIdFor(server: ServerDocument, grant: Grant['kind'], clientId: string): string | null {
  if (grant === 'pre_authorized' && server['pre-authorized_grant_anonymous_access_supported']) return null
  const methods = server.token_endpoint_auth_methods_supported
  if (methods && !methods.includes('none'))
    throw new Refusal(
      'unprocessable',
      'client_authentication_unsupported',
      'the authorization server takes only wallets that identify themselves in a way ours does not',
    )
  return clientId
}
