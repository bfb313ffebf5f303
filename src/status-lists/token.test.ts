import { generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { deflateSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { createSigner, parseJws, parsePublicJwk, publicJwkOf, signJws } from '../jose/index.ts'
import { valueAt } from './codec.ts'
import { listKeyOf, readStatusListToken, verifyStatusListToken } from './token.ts'

const vector = JSON.parse(
  readFileSync(
    new URL('../../test/vectors/token-status-list/status-list-token.json', import.meta.url),
    'utf8',
  ),
)
const URI = 'https://lists.example/status-lists/1'
const DID = 'did:web:issuer.example'
const NOW = 1_800_000_000_000
const NOW_S = NOW / 1000
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const publicJwk = publicJwkOf(privateKey)
const signer = createSigner(privateKey, `${DID}#key-1`)
const list = { bits: 1, lst: 'eNrbuRgAAhcBXQ' }
const good = { sub: URI, iat: NOW_S, exp: NOW_S + 300, ttl: 60, status_list: list }

async function verify(
  payload: object,
  header: { typ: string; [name: string]: unknown } = { typ: 'statuslist+jwt' },
) {
  const jws = readStatusListToken(await signJws(header, payload, signer))
  return verifyStatusListToken(jws, publicJwk, { uri: URI, now: NOW })
}

test('the published token reads as printed', async () => {
  const { jwt, verifyAt, issuerPublicJwk } = vector
  const key = parsePublicJwk({ ...issuerPublicJwk, kid: undefined })
  const jws = parseJws(jwt.token)
  const expected = { uri: jwt.payload.sub, now: verifyAt * 1000 }
  const verified = await verifyStatusListToken(jws, key, expected)
  expect(verified.ttlS).toBe(43_200)
  expect(verified.expiresAt).toBe(jwt.expected.expiredAfter * 1000)
  expect(verified.list.bytes.byteLength * 8).toBe(jwt.expected.size)
  for (const [index, value] of Object.entries(jwt.expected.status))
    expect(valueAt(verified.list, Number(index))).toBe(value)
  const late = { ...expected, now: (jwt.expected.expiredAfter + 60) * 1000 }
  await expect(verifyStatusListToken(jws, key, late)).rejects.toMatchObject({ code: 'jws_expired' })
})

test('a good list gives its entries, its ttl and its end', async () => {
  const verified = await verify(good)
  expect(valueAt(verified.list, 0)).toBe(1)
  expect(verified).toMatchObject({ ttlS: 60, expiresAt: (NOW_S + 300) * 1000 })
})

test('ttl and exp may be absent', async () => {
  expect(await verify({ sub: URI, iat: NOW_S, status_list: list })).toMatchObject({
    ttlS: undefined,
    expiresAt: undefined,
  })
})

test.each<[string, object, string]>([
  ['another list', { sub: `${URI}0` }, 'status_list_sub_mismatch'],
  ['no sub', { sub: undefined }, 'status_list_sub_mismatch'],
  ['no iat', { iat: undefined }, 'status_list_without_iat'],
  ['an iat of tomorrow', { iat: NOW_S + 86_400 }, 'jws_issued_in_future'],
  ['an exp of yesterday', { exp: NOW_S - 86_400 }, 'jws_expired'],
  ['an exp that is text', { exp: '2099' }, 'jws_time_malformed'],
  ['a ttl of nothing', { ttl: 0 }, 'status_list_malformed'],
  ['a ttl that is text', { ttl: '60' }, 'status_list_malformed'],
  ['no list', { status_list: undefined }, 'status_list_malformed'],
  ['3 bits', { status_list: { ...list, bits: 3 } }, 'status_list_malformed'],
  ['bits as text', { status_list: { ...list, bits: '1' } }, 'status_list_malformed'],
  ['no lst', { status_list: { bits: 1 } }, 'status_list_malformed'],
  ['an lst that is no list', { status_list: { bits: 1, lst: 'AAAA' } }, 'status_list_unreadable'],
  [
    'a bomb',
    { status_list: { bits: 1, lst: deflateSync(Buffer.alloc(64 * 1024 * 1024)).toString('base64url') } },
    'status_list_too_large',
  ],
])('a list with %s is refused', async (_, change, code) => {
  const outcome = verify({ ...good, ...change }).then(() => 'accepted')
  await expect(outcome).rejects.toMatchObject({ code })
})

test.each(['JWT', 'statuslist+cwt', 'application/statuslist+jwt'])('typ %s is refused', async (typ) => {
  await expect(verify(good, { typ })).rejects.toMatchObject({ code: 'jws_typ_mismatch' })
})

test('a list signed by another key is refused', async () => {
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  const forged = await signJws({ typ: 'statuslist+jwt' }, good, createSigner(other, signer.kid))
  const jws = readStatusListToken(forged)
  await expect(verifyStatusListToken(jws, publicJwk, { uri: URI, now: NOW })).rejects.toMatchObject({
    code: 'jws_signature_invalid',
  })
})

test('a list that names no key, or a key of no DID, is refused', async () => {
  const without = await signJws({ typ: 'statuslist+jwt', kid: undefined }, good, signer)
  expect(() => listKeyOf(readStatusListToken(without))).toThrow(
    expect.objectContaining({ code: 'status_list_without_kid' }),
  )
  const odd = await signJws({ typ: 'statuslist+jwt', kid: '12' }, good, signer)
  expect(() => listKeyOf(readStatusListToken(odd))).toThrow(expect.objectContaining({ code: 'invalid_did' }))
})

test('who has no DID is known by its certificates, or by its address', async () => {
  const key = async (header: object, payload: object) =>
    listKeyOf(readStatusListToken(await signJws({ typ: 'statuslist+jwt', ...header }, payload, signer)))
  expect(await key({ x5c: ['AA'] }, good)).toEqual({ kind: 'certificate', x5c: ['AA'] })
  const { kid } = signer
  expect(await key({ kid }, { ...good, iss: DID })).toEqual({ kind: 'did', kid, did: DID })
  expect(await key({ kid }, { ...good, iss: 'https://a.example' })).toEqual({ kind: 'did', kid, did: DID })
  expect(listKeyOf(readStatusListToken(vector.jwt.token))).toEqual({
    ...{ kind: 'metadata', url: 'https://example.com', kid: '12' },
  })
})
