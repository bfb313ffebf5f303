import { expect, test } from 'vitest'
import { isLoopbackHost, wellKnownUrl } from './web-address.ts'

test.each([
  ['http://localhost:1/', true],
  ['http://LOCALHOST/', true],
  ['http://bakker.localhost/', true],
  ['http://bakker.localhost.example/', false],
  ['http://notlocalhost/', false],
  ['http://127.0.0.1/', true],
  ['http://127.8.9.10/', true],
  ['http://2130706433/', true],
  ['http://[::1]/', true],
  ['http://[0:0::1]/', true],
  ['http://127.0.0.1.example/', false],
  ['http://localhost.example/', false],
  ['http://example/localhost', false],
  ['http://10.0.0.1/', false],
  ['http://[::2]/', false],
])('whether %s is on this machine: %s', (url, isLocal) => {
  expect(isLoopbackHost(new URL(url).hostname)).toBe(isLocal)
})

test.each([
  ['https://issuer.example', 'https://issuer.example/.well-known/oauth-authorization-server'],
  ['https://issuer.example/', 'https://issuer.example/.well-known/oauth-authorization-server'],
  ['https://issuer.example/a/b', 'https://issuer.example/.well-known/oauth-authorization-server/a/b'],
  ['https://issuer.example:8443/a/', 'https://issuer.example:8443/.well-known/oauth-authorization-server/a'],
])('the metadata of %s are at %s', (identifier, url) => {
  expect(wellKnownUrl(identifier, 'oauth-authorization-server')).toBe(url)
})
