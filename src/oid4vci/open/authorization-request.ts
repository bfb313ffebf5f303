import { isLoopbackHost } from '../../core/index.ts'
import { CODE_CHALLENGE, OAuthRefusal } from '../../oauth/index.ts'

const MAX_STATE_CHARS = 1024
const MAX_URI_CHARS = 2048
const JKT = /^[A-Za-z0-9_-]{43}$/
/** A private-use scheme is a domain name in reverse (RFC 8252, section 7.1): none of a browser's own has a dot. */
const PRIVATE_SCHEME = /^[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+:$/

/** What a wallet pushes, read and not yet compared with anything of ours. */
export interface AuthorizationRequest {
  readonly clientId: string
  readonly redirectUri: string
  readonly state: string | undefined
  readonly codeChallenge: string
  readonly issuerState: string | undefined
  readonly scopes: readonly string[]
  readonly dpopJkt: string | undefined
}

/**
 * Reads an authorization request (RFC 6749, section 4.1.1; RFC 7636, section 4.3; RFC 9126, section 2.1). Parameters we
 * do not know are let be.
 * @throws OAuthRefusal `invalid_request`, `unsupported_response_type`, `invalid_target`
 */
export function readAuthorizationRequest(
  form: ReadonlyMap<string, string>,
  issuer: string,
): AuthorizationRequest {
  if (form.has('request_uri'))
    throw invalid('request_uri_unexpected', 'a pushed request cannot refer to another one')
  if (form.has('request')) throw invalid('request_object_unsupported', 'push the parameters themselves')
  const responseType = required(form, 'response_type')
  if (responseType !== 'code')
    throw new OAuthRefusal('unsupported_response_type', 'response_type_unsupported', 'only code is answered')
  const resource = form.get('resource')
  if (resource !== undefined && resource !== issuer)
    throw new OAuthRefusal('invalid_target', 'resource_unknown', 'the resource is not this issuer')
  const codeChallenge = required(form, 'code_challenge')
  if (form.get('code_challenge_method') !== 'S256' || !CODE_CHALLENGE.test(codeChallenge))
    throw invalid('pkce_required', 'send a code_challenge with method S256')
  const state = form.get('state')
  if (state !== undefined && state.length > MAX_STATE_CHARS)
    throw invalid('state_too_long', 'state is too long')
  const dpopJkt = form.get('dpop_jkt')
  if (dpopJkt !== undefined && !JKT.test(dpopJkt))
    throw invalid('dpop_jkt_invalid', 'dpop_jkt is no thumbprint')
  const clientId = required(form, 'client_id')
  if (clientId.length > MAX_URI_CHARS) throw invalid('client_id_too_long', 'client_id is too long')
  return {
    ...{ clientId, state, codeChallenge, dpopJkt },
    redirectUri: redirectUriOf(required(form, 'redirect_uri')),
    issuerState: form.get('issuer_state'),
    scopes: (form.get('scope') ?? '').split(' ').filter((scope) => scope !== ''),
  }
}

/** @throws OAuthRefusal `invalid_request` */
export function required(form: ReadonlyMap<string, string>, name: string): string {
  const value = form.get(name)
  if (value !== undefined) return value
  throw invalid('parameter_missing', `the request has no ${name}`)
}

/** Where a browser may be sent: https, an app's own scheme, or a program on the holder's machine (RFC 8252). */
function redirectUriOf(text: string): string {
  const url = text.length <= MAX_URI_CHARS ? URL.parse(text) : null
  const isAllowed =
    url !== null &&
    !text.includes('#') &&
    url.username === '' &&
    url.password === '' &&
    (url.protocol === 'https:' || isLoopback(url) || PRIVATE_SCHEME.test(url.protocol))
  if (!isAllowed) throw invalid('redirect_uri_invalid', 'browsers are not sent to such an address')
  return text
}

/** By its number: a name may lead to another program on the way (RFC 8252, section 8.3). */
const isLoopback = ({ protocol, hostname }: URL) =>
  protocol === 'http:' && !hostname.endsWith('localhost') && isLoopbackHost(hostname)

const invalid = (code: string, message: string) => new OAuthRefusal('invalid_request', code, message)
