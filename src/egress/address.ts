import { BlockList, isIPv4, isIPv6 } from 'node:net'

/** Where an address lies, seen from a program that must not be sent to its own house. */
export type AddressZone = 'public' | 'loopback' | 'refused'

/** IANA special-purpose IPv4 ranges (RFC 6890 and its registry), without loopback. */
const refusedV4 = blockList('ipv4', [
  ['0.0.0.0', 8], // this network
  ['10.0.0.0', 8], // private
  ['100.64.0.0', 10], // carrier-grade NAT
  ['169.254.0.0', 16], // link-local; cloud metadata lives at 169.254.169.254
  ['172.16.0.0', 12], // private
  ['192.0.0.0', 24], // IETF protocols
  ['192.0.2.0', 24], // documentation
  ['192.88.99.0', 24], // 6to4 relays
  ['192.168.0.0', 16], // private
  ['198.18.0.0', 15], // benchmarks
  ['198.51.100.0', 24], // documentation
  ['203.0.113.0', 24], // documentation
  ['224.0.0.0', 4], // multicast
  ['240.0.0.0', 4], // reserved, broadcast
])
const loopbackV4 = blockList('ipv4', [['127.0.0.0', 8]])

/** Global unicast; all outside it (unique local, link-local, multicast, NAT64, mapped) is refused. */
const globalV6 = blockList('ipv6', [['2000::', 3]])
const refusedV6 = blockList('ipv6', [
  ['2001::', 23], // IETF protocols, Teredo among them: carries an IPv4 address
  ['2001:db8::', 32], // documentation
  ['2002::', 16], // 6to4: carries an IPv4 address
  ['3fff::', 20], // documentation
])
const loopbackV6 = blockList('ipv6', [['::1', 128]])

/**
 * Sorts an IP address; what is no address at all is refused.
 * @param address IPv4 or IPv6 text form, IPv6 without brackets; an IPv4-mapped one counts as its IPv4 address
 */
export function zoneOf(address: string): AddressZone {
  const plain = unmapped(address)
  if (isIPv4(plain)) {
    if (loopbackV4.check(plain)) return 'loopback'
    return refusedV4.check(plain) ? 'refused' : 'public'
  }
  if (!isIPv6(plain)) return 'refused'
  if (loopbackV6.check(plain, 'ipv6')) return 'loopback'
  return globalV6.check(plain, 'ipv6') && !refusedV6.check(plain, 'ipv6') ? 'public' : 'refused'
}

function unmapped(address: string): string {
  const match = /^::ffff:(?:(\d+\.\d+\.\d+\.\d+)|([0-9a-f]{1,4}):([0-9a-f]{1,4}))$/i.exec(address)
  if (!match) return address
  if (match[1] !== undefined) return match[1]
  const high = Number.parseInt(match[2] ?? '', 16)
  const low = Number.parseInt(match[3] ?? '', 16)
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}

function blockList(family: 'ipv4' | 'ipv6', subnets: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList()
  for (const [net, prefix] of subnets) list.addSubnet(net, prefix, family)
  return list
}
