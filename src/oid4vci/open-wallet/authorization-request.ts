import { Refusal } from '../../core/index.ts'
import type { FoundIssuer, ServerDocument } from './metadata.ts'
import type { Client } from './session.ts'
import { answerInvalid, refusedBy, type Transport } from './transport.ts'

/** Details where the server knows them, and scope otherwise; both name the issuer where there are several servers. */
export function whatFor(
  server: ServerDocument,
  { document, configurations }: FoundIssuer,
  ids: readonly string[],
): Record<string, string> {
  const issuer = document.credential_issuer
  const scopes = ids.flatMap((id) => configurations.get(id)?.scope ?? [])
  const hasDetails = server.authorization_details_types_supported?.includes('openid_credential')
  if (!hasDetails && scopes.length === ids.length)
    return { scope: scopes.join(' '), ...(document.authorization_servers && { resource: issuer }) }
  const details = ids.map((id) => ({
    ...{ type: 'openid_credential', credential_configuration_id: id },
    ...(document.authorization_servers && { locations: [issuer] }),
  }))
  return { authorization_details: JSON.stringify(details) }
}

/** Pushed where the server takes that (RFC 9126), so that a browser carries none of it. */
export async function locationOf(
  transport: Transport,
  server: ServerDocument,
  client: Client,
  parameters: Readonly<Record<string, string>>,
): Promise<string> {
  const { authorization_endpoint: endpoint, pushed_authorization_request_endpoint: par } = server
  const methods = server.code_challenge_methods_supported
  const types = server.response_types_supported
  if (
    endpoint === undefined ||
    (types && !types.includes('code')) ||
    (methods && !methods.includes('S256')) ||
    (par === undefined && server.require_pushed_authorization_requests)
  )
    throw new Refusal(
      'unprocessable',
      'authorization_unsupported',
      'the issuer has no way to ask that we know',
    )
  const url = new URL(endpoint)
  const add = (members: Readonly<Record<string, string>>) => {
    for (const [name, value] of Object.entries(members)) url.searchParams.set(name, value)
    return url.href
  }
  if (par === undefined) return add(parameters)
  const answer = await transport.form(client, par, parameters)
  if (answer.status !== 201 && answer.status !== 200) throw refusedBy(answer)
  const requestUri = answer.json?.request_uri
  if (typeof requestUri !== 'string' || requestUri === '' || requestUri.length > 2000) throw answerInvalid()
  return add({ client_id: parameters.client_id ?? '', request_uri: requestUri })
}
