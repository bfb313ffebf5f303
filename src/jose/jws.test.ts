import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeBase64url } from './base64url.ts'
import { parsePublicJwk, publicJwkOf } from './jwk.ts'
import { parseJws, signJws } from './jws.ts'
import { createSignatureCache } from './signature-cache.ts'
import { createSigner } from './signer.ts'
import { verifyJws, verifySignature } from './verify-jws.ts'

const pairs = {
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  ES256K: generateKeyPairSync('ec', { namedCurve: 'secp256k1' }),
  EdDSA: generateKeyPairSync('ed25519'),
} as const
const algs = ['ES256', 'ES256K', 'EdDSA'] as const
const signer = createSigner(pairs.ES256.privateKey, 'did:example:a#1')
const jwk = publicJwkOf(pairs.ES256.publicKey)
const part = (value: unknown) => encodeBase64url(typeof value === 'string' ? value : JSON.stringify(value))

test.each(algs)('a token signed with %s is verified', async (alg) => {
  const own = createSigner(pairs[alg].privateKey, 'k')
  const jws = parseJws(await signJws({ typ: 'JWT' }, { iss: 'a', n: 1 }, own))
  expect(jws.header).toEqual({ alg, kid: 'k', typ: 'JWT' })
  expect(jws.payload).toEqual({ iss: 'a', n: 1 })
  expect(jws.signature).toHaveLength(64)
  expect(() => verifyJws(jws, publicJwkOf(pairs[alg].publicKey), { typ: 'JWT' })).not.toThrow()
})

test('the example of RFC 7515, appendix A.3, is verified', () => {
  const jws = parseJws(
    'eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q',
  )
  const key = parsePublicJwk({
    kty: 'EC',
    crv: 'P-256',
    x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
    y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
  })
  expect(() => verifyJws(jws, key, { typ: null })).not.toThrow()
})

test('the example of RFC 8037, appendix A.4, is verified', () => {
  const key = parsePublicJwk({ kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' })
  const data = Buffer.from('eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc')
  const signature = Buffer.from(
    'hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg',
    'base64url',
  )
  expect(verifySignature(key, data, signature)).toBe(true)
})

test('a payload given as bytes is signed as it is', async () => {
  const bytes = new TextEncoder().encode('{ "a" : 1 }')
  const jws = parseJws(await signJws({ typ: 'JWT' }, bytes, signer))
  expect(new Uint8Array(jws.payloadBytes)).toEqual(bytes)
})

test('the caller may name another kid or none', async () => {
  expect(parseJws(await signJws({ typ: 'JWT', kid: 'b' }, {}, signer)).header.kid).toBe('b')
  expect(parseJws(await signJws({ typ: 'JWT', kid: undefined }, {}, signer)).header).not.toHaveProperty('kid')
})

describe('verifying', () => {
  const sign = async (header: object, payload: object = {}) => {
    const input = `${part({ alg: 'ES256', typ: 'JWT', ...header })}.${part(payload)}`
    return parseJws(`${input}.${encodeBase64url(await signer.sign(Buffer.from(input)))}`)
  }

  test.each([
    ['alg none', { alg: 'none' }, 'jws_alg_not_allowed'],
    ['an alg that is not the one of the key', { alg: 'EdDSA' }, 'jws_alg_mismatch'],
    ['an alg of another hash', { alg: 'ES384' }, 'jws_alg_mismatch'],
    ['a symmetric alg', { alg: 'HS256' }, 'jws_alg_mismatch'],
    ['an unknown crit', { crit: ['b64'], b64: false }, 'jws_crit_unsupported'],
    ['an empty crit', { crit: [] }, 'jws_crit_unsupported'],
    ['a crit that is no list', { crit: null }, 'jws_crit_unsupported'],
    ['another typ', { typ: 'jwt' }, 'jws_typ_mismatch'],
    ['no typ', { typ: undefined }, 'jws_typ_mismatch'],
  ])('%s is refused, though signed', async (_, header, code) => {
    const jws = await sign(header)
    expect(() => verifyJws(jws, jwk, { typ: 'JWT' })).toThrow(
      expect.objectContaining({ code, kind: 'invalid' }),
    )
    expect(() => verifyJws(jws, jwk, { typ: ['JWT', 'undefined'] })).toThrow(
      expect.objectContaining({ code }),
    )
  })

  test('the caller can narrow the algorithms', async () => {
    const jws = await sign({})
    expect(() => verifyJws(jws, jwk, { typ: 'JWT', allowedAlgs: ['EdDSA'] })).toThrow(
      expect.objectContaining({ code: 'jws_alg_not_allowed' }),
    )
    expect(() => verifyJws(jws, jwk, { typ: 'JWT', allowedAlgs: ['ES256'] })).not.toThrow()
  })

  test.each(algs)('any changed bit of a %s token is refused', async (alg) => {
    const own = createSigner(pairs[alg].privateKey, 'k')
    const key = publicJwkOf(pairs[alg].publicKey)
    const jws = parseJws(await signJws({ typ: 'JWT' }, { a: 1 }, own))
    const invalid = expect.objectContaining({ code: 'jws_signature_invalid' })
    fc.assert(
      fc.property(fc.nat(jws.signature.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const signature = Uint8Array.from(jws.signature)
        signature[at] = (signature[at] ?? 0) ^ mask
        expect(() => verifyJws({ ...jws, signature }, key, { typ: 'JWT' })).toThrow(invalid)
      }),
      { numRuns: 20 },
    )
    for (const signature of [
      new Uint8Array(0),
      jws.signature.subarray(1),
      new Uint8Array(64),
      new Uint8Array(65),
    ])
      expect(() => verifyJws({ ...jws, signature }, key, { typ: 'JWT' })).toThrow(invalid)
    const signingInput = `${jws.signingInput}A`
    expect(() => verifyJws({ ...jws, signingInput }, key, { typ: 'JWT' })).toThrow(invalid)
  })

  test('a signature of another key is refused', async () => {
    const other = publicJwkOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey)
    const jws = await sign({})
    expect(() => verifyJws(jws, other, { typ: 'JWT' })).toThrow(
      expect.objectContaining({ code: 'jws_signature_invalid' }),
    )
  })

  test('a DER signature is refused', async () => {
    const jws = await sign({})
    const der = Buffer.concat([Buffer.from('304402', 'hex'), Buffer.from(jws.signature)])
    expect(() => verifyJws({ ...jws, signature: der }, jwk, { typ: 'JWT' })).toThrow(/signature/)
  })
})

describe('the signature cache', () => {
  test('remembers what verified, for that key, token and signature only', async () => {
    const cache = createSignatureCache()
    const jws = parseJws(await signJws({ typ: 'JWT' }, { a: 1 }, signer))
    verifyJws(jws, jwk, { typ: 'JWT', cache })
    expect(() => verifyJws(jws, jwk, { typ: 'JWT', cache })).not.toThrow()
    const other = publicJwkOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey)
    const signature = Uint8Array.from(jws.signature).reverse()
    const signingInput = `${jws.signingInput}A`
    for (const [token, key] of [
      [jws, other],
      [{ ...jws, signature }, jwk],
      [{ ...jws, signingInput }, jwk],
    ] as const) {
      for (let twice = 0; twice < 2; twice++)
        expect(() => verifyJws(token, key, { typ: 'JWT', cache })).toThrow(/signature/)
    }
  })

  test('is asked: what it says was verified is not verified again', async () => {
    const jws = parseJws(await signJws({ typ: 'JWT' }, { a: 1 }, signer))
    const forged = { ...jws, signature: new Uint8Array(64) }
    const always = { has: () => true, add: () => {} }
    expect(() => verifyJws(forged, jwk, { typ: 'JWT', cache: always })).not.toThrow()
    expect(() => verifyJws(forged, jwk, { typ: 'other', cache: always })).toThrow(/kind/)
  })

  test('is bounded, and remembers what is in use', () => {
    const cache = createSignatureCache(10)
    for (let i = 0; i < 1000; i++) {
      cache.add(`once-${i}`)
      cache.add('used')
      expect(cache.has('used')).toBe(true)
    }
    const remembered = Array.from({ length: 1000 }, (_, i) => cache.has(`once-${i}`)).filter(Boolean)
    expect(remembered.length).toBeLessThanOrEqual(20)
    expect(cache.has('once-999')).toBe(true)
  })
})

describe('reading', () => {
  const header = part({ alg: 'ES256' })
  const body = part({ a: 1 })

  test('what one reader does to a header does not reach the next', () => {
    const compact = `${part({ alg: 'ES256', jwk: { x: ['a'] } })}.${body}.AA`
    const first = parseJws(compact).header
    expect(() => Object.assign(first, { alg: 'none' })).toThrow(TypeError)
    expect(() => Object.assign(first.jwk as object, { x: 'b' })).toThrow(TypeError)
    expect(parseJws(compact).header).toEqual({ alg: 'ES256', jwk: { x: ['a'] } })
  })

  test.each([undefined, null, 1, [], {}])('%j is no token', (value) => {
    expect(() => parseJws(value as never)).toThrow(expect.objectContaining({ code: 'jws_malformed' }))
  })

  test('a header is refused each time it comes', () => {
    const compact = `${part({ alg: 1 })}.${body}.AA`
    for (let i = 0; i < 2; i++) expect(() => parseJws(compact)).toThrow(/alg/)
  })

  test.each([
    ['two parts', `${header}.${body}`, 'jws_malformed'],
    ['four parts', `${header}.${body}.AA.AA`, 'jws_malformed'],
    ['an empty header', `.${body}.AA`, 'jws_malformed'],
    ['an empty payload', `${header}..AA`, 'jws_malformed'],
    ['nothing', '', 'jws_malformed'],
    ['padding', `${header}.${body}.AA==`, 'base64url_invalid'],
    ['a space', `${header}.${body} .AA`, 'base64url_invalid'],
    ['a line break at the end', `${header}.${body}.AA\n`, 'base64url_invalid'],
    ['unused bits in the payload', `${header}.${part('{"a":12}').slice(0, -1)}h.AA`, 'base64url_invalid'],
    ['a header that is no object', `${part([])}.${body}.AA`, 'json_not_object'],
    ['a payload that is no object', `${header}.${part('"a"')}.AA`, 'json_not_object'],
    [
      'a member twice in the header',
      `${part('{"alg":"none","alg":"ES256"}')}.${body}.AA`,
      'json_duplicate_member',
    ],
    ['a member twice in the payload', `${header}.${part('{"a":1,"a":2}')}.AA`, 'json_duplicate_member'],
    ['no alg', `${part({ typ: 'JWT' })}.${body}.AA`, 'jws_header_invalid'],
    ['an alg that is no text', `${part({ alg: ['ES256'] })}.${body}.AA`, 'jws_header_invalid'],
    ['a typ that is no text', `${part({ alg: 'ES256', typ: null })}.${body}.AA`, 'jws_header_invalid'],
    ['a kid that is no text', `${part({ alg: 'ES256', kid: 1 })}.${body}.AA`, 'jws_header_invalid'],
    [
      'a payload nested too deep',
      `${header}.${part(`{"a":${'['.repeat(40)}${']'.repeat(40)}}`)}.AA`,
      'json_too_deep',
    ],
    ['64 KiB and more', `${header}.${part({ a: 'x'.repeat(65_536) })}.AA`, 'jws_too_large'],
  ])('%s is refused', (_, compact, code) => {
    expect(() => parseJws(compact)).toThrow(expect.objectContaining({ code, kind: 'invalid' }))
  })

  test('any text is read or refused, nothing else', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('.', 'e', 'y', 'J', 'A', '~', '=', header, body) }),
        (text) => {
          try {
            parseJws(text)
          } catch (error) {
            expect(error).toMatchObject({ name: 'Refusal', kind: 'invalid' })
          }
        },
      ),
    )
  })

  test('a larger token is read where the caller allows it', () => {
    const compact = `${header}.${part({ a: 'x'.repeat(65_536) })}.AA`
    expect(parseJws(compact, { maxBytes: 200_000 }).payload.a).toHaveLength(65_536)
  })
})
