/** Media type of a signed request object (RFC 9101; OpenID4VP 1.0, section 5). */
export const REQUEST_TYP = 'oauth-authz-req+jwt'
/** RFC 9449, section 4.2. */
export const DPOP_TYP = 'dpop+jwt'
