import { isIP } from 'node:net'
import { isLoopbackHost, Refusal } from '../core/index.ts'
import { type AddressZone, zoneOf } from './address.ts'

export interface TargetRules {
  /** Plain http, and loopback addresses: for the embedded network and for tests. */
  readonly allowLoopback: boolean
  /** `host:port` of services in the company's own network that an operator vouches for: any address, http too. */
  readonly allowHosts: ReadonlySet<string>
}

/**
 * Reads a URL we are asked to call and refuses what we never call, before any look-up.
 * The WHATWG parser has by then turned decimal, octal, hexadecimal and short IPv4 forms into four numbers.
 * @throws Refusal `egress_refused_url`, `egress_refused_address`
 */
export function parseTarget(url: string | URL, rules: TargetRules): URL {
  const target = URL.parse(String(url))
  if (!target || target.hostname === '') throw refusedUrl('is not an absolute URL')
  if (target.username !== '' || target.password !== '') throw refusedUrl('carries a user name or password')
  if (target.protocol !== 'https:' && target.protocol !== 'http:') throw refusedUrl('is not https')
  if (isVouchedFor(target, rules)) return target
  if (target.protocol === 'http:' && !(rules.allowLoopback && isLoopbackHost(target.hostname)))
    throw refusedUrl('is not https')
  const literal = bareHost(target.hostname)
  if (isIP(literal) !== 0) requireAddress(zoneOf(literal), rules)
  return target
}

/** True for a host and port the operator listed. */
export const isVouchedFor = (target: URL, rules: TargetRules): boolean =>
  rules.allowHosts.has(hostAndPort(target))

/** `host:port`, also where the port is left out. */
export const hostAndPort = ({ hostname, port, protocol }: URL): string =>
  `${hostname}:${port || (protocol === 'https:' ? '443' : '80')}`

/** @throws Refusal `egress_refused_address` */
export function requireAddress(zone: AddressZone, rules: TargetRules): void {
  if (zone === 'public' || (zone === 'loopback' && rules.allowLoopback)) return
  throw new Refusal('upstream', 'egress_refused_address', 'this address is not on the public internet')
}

/** Without the brackets of an IPv6 literal. */
export const bareHost = (hostname: string): string =>
  hostname.startsWith('[') && hostname.endsWith(']') ? hostname.slice(1, -1) : hostname

const refusedUrl = (why: string): Refusal =>
  new Refusal('upstream', 'egress_refused_url', `the URL to call ${why}`)
