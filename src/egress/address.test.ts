import { expect, test } from 'vitest'
import { type AddressZone, zoneOf } from './address.ts'

const table: readonly (readonly [string, AddressZone])[] = [
  ['8.8.8.8', 'public'],
  ['127.0.0.1', 'loopback'],
  ['127.255.255.254', 'loopback'],
  ['0.0.0.0', 'refused'],
  ['10.0.0.1', 'refused'],
  ['100.64.0.1', 'refused'],
  ['100.127.255.255', 'refused'],
  ['100.128.0.1', 'public'],
  ['169.254.169.254', 'refused'],
  ['172.16.0.1', 'refused'],
  ['172.31.255.255', 'refused'],
  ['172.32.0.1', 'public'],
  ['192.0.2.1', 'refused'],
  ['192.168.1.1', 'refused'],
  ['198.18.0.1', 'refused'],
  ['203.0.113.9', 'refused'],
  ['224.0.0.1', 'refused'],
  ['255.255.255.255', 'refused'],
  ['2606:4700::1111', 'public'],
  ['::1', 'loopback'],
  ['::', 'refused'],
  ['::ffff:127.0.0.1', 'loopback'],
  ['::ffff:7f00:1', 'loopback'],
  ['::ffff:a9fe:a9fe', 'refused'],
  ['::ffff:10.0.0.1', 'refused'],
  ['::ffff:8.8.8.8', 'public'],
  ['::127.0.0.1', 'refused'],
  ['64:ff9b::7f00:1', 'refused'],
  ['2002:7f00:1::', 'refused'],
  ['2001::1', 'refused'],
  ['2001:db8::1', 'refused'],
  ['fc00::1', 'refused'],
  ['fd00:ec2::254', 'refused'],
  ['fe80::1', 'refused'],
  ['ff02::1', 'refused'],
  ['not an address', 'refused'],
  ['', 'refused'],
]

test.each(table)('%s is %s', (address, zone) => {
  expect(zoneOf(address)).toBe(zone)
})
