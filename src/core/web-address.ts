/**
 * True for a host that only this machine reaches: `localhost`, what ends in it, and the loopback addresses (RFC 6761, RFC 1122, RFC 4291).
 * @param hostname as the URL parser gives it, an IPv6 address in brackets; other spellings of an address are numbers by then
 */
export const isLoopbackHost = (hostname: string): boolean =>
  hostname === 'localhost' ||
  hostname.endsWith('.localhost') ||
  hostname === '[::1]' ||
  /^127(?:\.\d{1,3}){3}$/.test(hostname)

/** Names of documents that an identifier publishes about itself. */
export type WellKnown = 'openid-credential-issuer' | 'oauth-authorization-server' | 'jwt-vc-issuer'

/**
 * Where the metadata of an identifier are: the name goes between its host and its path, which ends without a slash
 * (RFC 8414, section 3.1; so do OpenID4VCI 1.0, section 12.2.2, and SD-JWT VC).
 */
export function wellKnownUrl(identifier: string, name: WellKnown): string {
  const { origin, pathname } = new URL(identifier)
  return `${origin}/.well-known/${name}${pathname.replace(/\/$/, '')}`
}
