/** Media type of a signed request object (RFC 9101; OpenID4VP 1.0, section 5). */
export const REQUEST_TYP = 'oauth-authz-req+jwt'
/** RFC 9449, section 4.2. */
export const DPOP_TYP = 'dpop+jwt'

/** How a wallet knows who asks (OpenID4VP 1.0, section 5.9.3). */
export const clientIdPrefixes = [
  'decentralized_identifier',
  'x509_san_dns',
  'x509_hash',
  'redirect_uri',
] as const
export type ClientIdPrefix = (typeof clientIdPrefixes)[number]

/** How a wallet answers a verifier that is no node (OpenID4VP 1.0, section 8). */
export const responseModes = ['direct_post', 'direct_post.jwt'] as const
export type ResponseMode = (typeof responseModes)[number]
