import { parseForm, Refusal } from '../core/index.ts'

/** How a request came in (OpenID4VP 1.0, sections 5 and 5.7; RFC 9101, section 5). */
export type RequestLink = { readonly clientId: string } & (
  | { readonly by: 'reference'; readonly requestUri: string; readonly method: 'GET' | 'POST' }
  | { readonly by: 'value'; readonly request: string }
  /** Parameters in the link itself: nobody signed them. */
  | { readonly by: 'parameters'; readonly parameters: ReadonlyMap<string, string> }
)

/** Characters of a link, with a request in it by value. */
export const MAX_LINK_CHARS = 96 * 1024
/** Schemes wallets are called by; https is a link of a wallet that asks the browser for itself. */
const SCHEMES = new Set(['openid4vp:', 'haip-vp:', 'https:'])
const METHODS = { get: 'GET', post: 'POST' } as const
const MAX_ID_CHARS = 2048

/**
 * What a link asks. Where a request object comes along, only its parameters count (RFC 9101, section 6.3).
 * @throws Refusal `presentation_link_invalid`, `request_uri_method_invalid`, `form_…`
 */
export function parseRequestLink(text: string): RequestLink {
  const url = text.length <= MAX_LINK_CHARS ? URL.parse(text.trim()) : null
  if (!url || !SCHEMES.has(url.protocol)) throw invalid('this is not a link to a wallet')
  const parameters = parseForm(Buffer.from(url.search.slice(1)))
  const clientId = parameters.get('client_id')
  const request = parameters.get('request')
  const requestUri = parameters.get('request_uri')
  const method = parameters.get('request_uri_method')
  if (clientId === undefined || clientId.length > MAX_ID_CHARS)
    throw invalid('the link does not say who asks')
  if (request !== undefined && requestUri !== undefined)
    throw invalid('the link has a request by value and by reference')
  if (requestUri !== undefined) return { by: 'reference', clientId, requestUri, method: methodOf(method) }
  if (method !== undefined) throw invalid('the link says how to fetch a request and has none')
  return request === undefined
    ? { by: 'parameters', clientId, parameters }
    : { by: 'value', clientId, request }
}

function methodOf(method: string | undefined): 'GET' | 'POST' {
  if (method === undefined) return 'GET'
  // Case-sensitive (section 5.1).
  if (method === 'get' || method === 'post') return METHODS[method]
  throw new Refusal('invalid', 'request_uri_method_invalid', 'request_uri_method is get or post')
}

const invalid = (message: string) => new Refusal('invalid', 'presentation_link_invalid', message)
