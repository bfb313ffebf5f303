import { createPublicKey, createSecretKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { decodeBase64url, encodeBase64url } from './base64url.ts'
import { isEd25519Point } from './ed25519-point.ts'
import { algOfJwk, importPublicKey, isSameKey, jwkThumbprint, parsePublicJwk, publicJwkOf } from './jwk.ts'

const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const secp256k1 = generateKeyPairSync('ec', { namedCurve: 'secp256k1' })
const ed25519 = generateKeyPairSync('ed25519')
const jwkOf = (key: KeyObject): Record<string, unknown> => ({ ...key.export({ format: 'jwk' }) })
const ec = jwkOf(p256.publicKey)
const okp = jwkOf(ed25519.publicKey)

test.each([
  ['ES256', p256],
  ['ES256K', secp256k1],
  ['EdDSA', ed25519],
] as const)('a key of each kind is read and pins %s', (alg, { publicKey, privateKey }) => {
  const jwk = parsePublicJwk(jwkOf(publicKey))
  expect(algOfJwk(jwk)).toBe(alg)
  expect(importPublicKey(jwk).equals(publicKey)).toBe(true)
  expect(publicJwkOf(privateKey)).toEqual(jwk)
})

test('members that are not part of the key are left out', () => {
  const jwk = parsePublicJwk({ ...ec, kid: 'k1', use: 'sig', alg: 'ES256', key_ops: ['verify'], x5c: [] })
  expect(jwk).toEqual({ kty: 'EC', crv: 'P-256', x: ec.x, y: ec.y })
})

test('a key seen before is the same object', () => {
  expect(importPublicKey(parsePublicJwk({ ...ec }))).toBe(importPublicKey(parsePublicJwk({ ...ec })))
})

test('a JWK that was changed is another key', () => {
  const jwk: Record<string, unknown> = { ...parsePublicJwk(ec) }
  const before = importPublicKey(jwk as never)
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey
  Object.assign(jwk, jwkOf(other))
  expect(before.equals(p256.publicKey)).toBe(true)
  expect(importPublicKey(jwk as never).equals(other)).toBe(true)
})

test('the same key is recognised whatever else its JWK says', () => {
  expect(isSameKey(parsePublicJwk(ec), parsePublicJwk({ ...ec, kid: 'other' }))).toBe(true)
  expect(isSameKey(parsePublicJwk(ec), parsePublicJwk(okp))).toBe(false)
})

const x = String(ec.x)
const flipped = (coordinate: string) => {
  const bytes = decodeBase64url(coordinate)
  bytes[31] = (bytes[31] ?? 0) ^ 1
  return encodeBase64url(bytes)
}

test.each([
  ['null', null, 'jwk_invalid'],
  ['an array', [ec], 'jwk_invalid'],
  ['a text', JSON.stringify(ec), 'jwk_invalid'],
  ['a private key', jwkOf(p256.privateKey), 'jwk_private'],
  ['a private Ed25519 key', jwkOf(ed25519.privateKey), 'jwk_private'],
  ['a secret key', { kty: 'oct', k: 'AAAA' }, 'jwk_private'],
  ['no kty', { ...ec, kty: undefined }, 'jwk_invalid'],
  ['no crv', { ...ec, crv: undefined }, 'jwk_invalid'],
  ['no y', { ...ec, y: undefined }, 'jwk_invalid'],
  ['a y on an Ed25519 key', { ...okp, y: ec.y }, 'jwk_invalid'],
  ['a numeric x', { ...ec, x: 1 }, 'jwk_invalid'],
  ['a short x', { ...ec, x: x.slice(0, 42) }, 'jwk_invalid'],
  ['a long x', { ...ec, x: `${x}A` }, 'jwk_invalid'],
  ['a padded x', { ...ec, x: `${x.slice(0, 42)}=` }, 'jwk_invalid'],
  ['an x with unused bits set', { ...ec, x: `${x.slice(0, 42)}B` }, 'jwk_invalid'],
  ['RSA', { kty: 'RSA', crv: 'P-256', n: 'AQAB', e: 'AQAB' }, 'jwk_unsupported'],
  ['another curve', { ...ec, crv: 'P-384' }, 'jwk_unsupported'],
  ['a key for key agreement', { ...okp, crv: 'X25519' }, 'jwk_unsupported'],
  ['kty and crv that do not belong together', { ...okp, kty: 'EC' }, 'jwk_unsupported'],
  ['another alg', { ...ec, alg: 'ES384' }, 'jwk_alg_mismatch'],
  ['use enc', { ...ec, use: 'enc' }, 'jwk_not_for_signing'],
  ['key_ops without verify', { ...ec, key_ops: ['deriveBits'] }, 'jwk_not_for_signing'],
  ['key_ops that is no list', { ...ec, key_ops: 'verify' }, 'jwk_not_for_signing'],
  ['a point off the curve', { ...ec, y: flipped(String(ec.y)) }, 'jwk_not_on_curve'],
  ['a point of another curve', { ...jwkOf(secp256k1.publicKey), crv: 'P-256' }, 'jwk_not_on_curve'],
  ['the origin', { ...ec, x: 'A'.repeat(43), y: 'A'.repeat(43) }, 'jwk_not_on_curve'],
  ['an Ed25519 key of small order', { ...okp, x: 'A'.repeat(43) }, 'jwk_not_on_curve'],
  ['Ed25519 bytes beyond the field', { ...okp, x: `${'_'.repeat(42)}8` }, 'jwk_not_on_curve'],
])('%s is refused', (_, value, code) => {
  expect(() => parsePublicJwk(value)).toThrow(expect.objectContaining({ code, kind: 'invalid' }))
})

test('a private key is not published by accident', () => {
  expect(JSON.stringify(publicJwkOf(p256.privateKey))).not.toContain('"d"')
  expect(() =>
    publicJwkOf(
      createPublicKey(generateKeyPairSync('x25519').publicKey.export({ type: 'spki', format: 'pem' })),
    ),
  ).toThrow(expect.objectContaining({ code: 'jwk_unsupported' }))
  expect(() => publicJwkOf(createSecretKey(Buffer.alloc(32)))).toThrow(/secret/)
})

describe('points on edwards25519', () => {
  const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'))

  test('every generated key is one', () => {
    for (let i = 0; i < 50; i++) {
      const { publicKey } = generateKeyPairSync('ed25519')
      expect(isEd25519Point(decodeBase64url(String(jwkOf(publicKey).x)))).toBe(true)
    }
  })

  test.each([
    ['order 1', `01${'00'.repeat(31)}`],
    ['order 2', `ec${'ff'.repeat(30)}7f`],
    ['order 4', '00'.repeat(32)],
    ['order 4, other sign', `${'00'.repeat(31)}80`],
    ['order 8', '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'],
    ['order 8, other sign', 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa'],
    ['one beyond the field', `ee${'ff'.repeat(30)}7f`],
    ['off the curve', `02${'00'.repeat(31)}`],
    ['31 bytes', '00'.repeat(31)],
  ])('%s is refused', (_, hex) => {
    expect(isEd25519Point(bytes(hex))).toBe(false)
  })
})

test('the thumbprint is that of RFC 8037, appendix A.3', () => {
  const jwk = parsePublicJwk({ kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' })
  expect(jwkThumbprint(jwk)).toBe('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k')
})
