import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createSignatureCache, createSigner, type JsonObject, parseJws, publicJwkOf } from '../jose/index.ts'
import type { ClaimPath } from './claim-path.ts'
import { issueSdJwt } from './issue-sd-jwt.ts'
import { parseSdJwt } from './parse-sd-jwt.ts'
import { presentSdJwt } from './present-sd-jwt.ts'
import { readSdJwt } from './read-sd-jwt.ts'
import { verifySdJwt, verifySdJwtVc } from './verify-sd-jwt.ts'

const issuer = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const holder = generateKeyPairSync('ed25519')
const signer = createSigner(issuer.privateKey, 'did:example:issuer#1')
const holderSigner = createSigner(holder.privateKey, 'holder')
const issuerKey = publicJwkOf(issuer.publicKey)
const now = 1_800_000_000
const header = { typ: 'dc+sd-jwt' }

const payload = {
  iss: 'did:example:issuer',
  vct: 'urn:example:person',
  cnf: { jwk: publicJwkOf(holder.publicKey) },
  given_name: 'Ada',
  address: { street: 'Dam 1', city: 'Amsterdam', geo: { lat: 52, lon: 4 } },
  nationalities: ['NL', 'DE'],
  jobs: [{ title: 'a', at: 'x' }, { title: 'b' }],
}
const disclosable: readonly ClaimPath[] = [
  ['given_name'],
  ['address'],
  ['address', 'street'],
  ['address', 'city'],
  ['nationalities', null],
  ['jobs', null],
  ['jobs', null, 'at'],
  ['jobs', 0, 'title'],
  ['optional'],
  ['optional', 'deeper'],
]
const issue = (changed: Partial<Parameters<typeof issueSdJwt>[0]> = {}) =>
  issueSdJwt({ header, payload, disclosable, signer, ...changed })

const seen = async (paths: readonly ClaimPath[]) => {
  const { iss: _, vct: __, cnf: ___, ...claims } = readSdJwt(await presentSdJwt(await issue(), paths)).payload
  return claims
}

describe('issuing', () => {
  test('header and payload are what was asked, digests sorted', async () => {
    const { issuerSigned, disclosures } = parseSdJwt(await issue())
    expect(issuerSigned.header).toEqual({ alg: 'ES256', kid: 'did:example:issuer#1', typ: 'dc+sd-jwt' })
    expect(issuerSigned.payload).toMatchObject({ iss: payload.iss, vct: payload.vct, _sd_alg: 'sha-256' })
    expect(issuerSigned.payload).not.toHaveProperty('given_name')
    const digests = issuerSigned.payload._sd
    expect(digests).toEqual([...(digests as string[])].sort())
    expect(disclosures).toHaveLength(10)
  })

  test('two credentials with the same claims share no digest and no salt', async () => {
    const [a, b] = [parseSdJwt(await issue()), parseSdJwt(await issue())]
    const encoded = new Set([...a.disclosures, ...b.disclosures].map((disclosure) => disclosure.encoded))
    expect(encoded.size).toBe(20)
    const salts = [...a.disclosures, ...b.disclosures].map(({ content }) => (content as string[])[0] ?? '')
    expect(new Set(salts).size).toBe(20)
    for (const salt of salts) expect(Buffer.from(salt, 'base64url')).toHaveLength(16)
  })

  test('decoys stand wherever there are true digests', async () => {
    const plain = JSON.stringify(parseSdJwt(await issue()).issuerSigned.payload)
    const decoyed = JSON.stringify(parseSdJwt(await issue({ decoys: 2 })).issuerSigned.payload)
    const count = (text: string) => text.match(/"[\w-]{43}"/g)?.length ?? 0
    // The top level, `nationalities` and `jobs`; the digests in `address` and in each job are inside disclosures.
    expect(count(decoyed) - count(plain)).toBe(6)
    expect(readSdJwt(await issue({ decoys: 2 })).payload).toEqual(payload)
  })

  test('salts can be given', async () => {
    let n = 0
    const compact = await issue({ salt: () => `salt-${n++}` })
    expect(parseSdJwt(compact).disclosures.map(({ content }) => (content as string[])[0])).toContain('salt-0')
  })

  test('members that are undefined are not there', async () => {
    const compact = await issue({ payload: { ...payload, given_name: undefined } })
    expect(readSdJwt(compact).payload).not.toHaveProperty('given_name')
  })

  const deep = (levels: number): JsonObject => (levels === 0 ? {} : { a: deep(levels - 1) })
  const deepPath = (levels: number): ClaimPath => Array.from({ length: levels }, () => 'a')

  test.each<[string, Partial<Parameters<typeof issueSdJwt>[0]>, string]>([
    ['exp', { disclosable: [['exp']] }, 'sd_jwt_not_disclosable'],
    ['a part of cnf', { disclosable: [['cnf', 'jwk']] }, 'sd_jwt_not_disclosable'],
    ['the status of a VC', { disclosable: [['status']] }, 'sd_jwt_not_disclosable'],
    ['the type of a VC', { disclosable: [['vct']] }, 'sd_jwt_not_disclosable'],
    ['aud as a whole', { disclosable: [['aud']] }, 'sd_jwt_not_disclosable'],
    ['nothing', { disclosable: [[]] }, 'sd_jwt_path_invalid'],
    ['a negative index', { disclosable: [['nationalities', -1]] }, 'sd_jwt_path_invalid'],
    ['a member of a list', { disclosable: [['nationalities', 'NL']] }, 'sd_jwt_path_mismatch'],
    ['an element of an object', { disclosable: [['address', 0]] }, 'sd_jwt_path_mismatch'],
    ['all elements of an object', { disclosable: [['address', null]] }, 'sd_jwt_path_mismatch'],
    ['a member of a text', { disclosable: [['given_name', 'first']] }, 'sd_jwt_path_mismatch'],
    ['an element of the payload', { disclosable: [[null]] }, 'sd_jwt_path_mismatch'],
    ['a claim _sd', { payload: { a: { _sd: [] } } }, 'sd_jwt_reserved_name'],
    ['a claim ...', { payload: { a: [{ '...': 'x' }] } }, 'sd_jwt_reserved_name'],
    ['a claim _sd_alg', { payload: { _sd_alg: 'sha-256' } }, 'sd_jwt_reserved_name'],
    ['a claim __proto__', { payload: JSON.parse('{"__proto__":1}') }, 'sd_jwt_reserved_name'],
    ['NaN', { payload: { a: Number.NaN }, disclosable: [] }, 'sd_jwt_payload_invalid'],
    ['half a surrogate pair', { payload: { a: '\ud800' }, disclosable: [] }, 'sd_jwt_payload_invalid'],
    ['a bigint', { payload: { a: 1n }, disclosable: [] }, 'sd_jwt_payload_invalid'],
    [
      'half a surrogate pair in a name',
      { payload: { '\ud800': 1 }, disclosable: [] },
      'sd_jwt_payload_invalid',
    ],
    ['a date', { payload: { a: new Date(0) }, disclosable: [] }, 'sd_jwt_payload_invalid'],
    ['undefined in a list', { payload: { a: [undefined] }, disclosable: [] }, 'sd_jwt_payload_invalid'],
    ['256 KiB and more', { payload: { a: 'x'.repeat(200_000) }, disclosable: [] }, 'sd_jwt_too_large'],
    [
      'more disclosures than are read',
      { payload: { a: Array.from({ length: 513 }, () => 1) }, disclosable: [['a', null]] },
      'sd_jwt_too_many_disclosures',
    ],
    ['31 levels and more', { payload: deep(31), disclosable: [deepPath(31)] }, 'sd_jwt_too_deep'],
  ])('%s is refused', async (_, changed, code) => {
    await expect(issue(changed)).rejects.toMatchObject({ name: 'Refusal', code })
  })

  test('the deepest payload it issues is one it reads', async () => {
    const paths = Array.from({ length: 30 }, (_, i) => deepPath(i + 1))
    const compact = await issue({ payload: deep(30), disclosable: paths })
    expect(readSdJwt(await presentSdJwt(compact, [deepPath(30)])).payload).toEqual(deep(30))
  })
})

describe('presenting', () => {
  const always = { nationalities: [], jobs: [] }

  test.each<[string, readonly ClaimPath[], unknown]>([
    ['nothing', [], always],
    ['a claim', [['given_name']], { ...always, given_name: 'Ada' }],
    ['a claim with all inside it', [['address']], { ...always, address: payload.address }],
    [
      'a claim inside another, and what that shows always',
      [['address', 'city']],
      { ...always, address: { city: 'Amsterdam', geo: { lat: 52, lon: 4 } } },
    ],
    [
      'a claim that is visible inside another',
      [['address', 'geo', 'lat']],
      { ...always, address: { geo: { lat: 52, lon: 4 } } },
    ],
    ['one element', [['nationalities', 1]], { ...always, nationalities: ['DE'] }],
    ['all elements', [['nationalities', null]], { ...always, nationalities: ['NL', 'DE'] }],
    ['one member of all elements, where it is', [['jobs', null, 'at']], { ...always, jobs: [{ at: 'x' }] }],
    [
      'a member hidden in one element only',
      [['jobs', null, 'title']],
      { ...always, jobs: [{ title: 'a' }, { title: 'b' }] },
    ],
    ['one claim named twice', [['given_name'], ['given_name']], { ...always, given_name: 'Ada' }],
    ['a claim that is always visible', [['vct']], always],
  ])('%s', async (_, paths, expected) => {
    expect(await seen(paths)).toEqual(expected)
  })

  test.each<[string, readonly ClaimPath[], string]>([
    ['a claim that is not there', [['given_name'], ['birthdate']], 'sd_jwt_path_not_found'],
    ['an element that is not there', [['nationalities', 2]], 'sd_jwt_path_not_found'],
    ['the empty path', [[]], 'sd_jwt_path_invalid'],
  ])('%s is refused', async (_, paths, code) => {
    await expect(presentSdJwt(await issue(), paths)).rejects.toMatchObject({ name: 'Refusal', code })
  })

  test('a presentation is not presented again with another key binding', async () => {
    const keyBinding = { aud: 'a', nonce: 'n', iat: now, signer: holderSigner }
    const presented = await presentSdJwt(await issue(), [], keyBinding)
    await expect(presentSdJwt(presented, [])).rejects.toMatchObject({ code: 'sd_jwt_has_key_binding' })
  })

  test('a claim withheld once cannot be disclosed from the presentation', async () => {
    const presented = await presentSdJwt(await issue(), [['given_name']])
    await expect(presentSdJwt(presented, [['address']])).rejects.toMatchObject({
      code: 'sd_jwt_path_not_found',
    })
  })

  test('the key binding says what was asked, and extra claims never replace that', async () => {
    const compact = await presentSdJwt(await issue(), [['given_name']], {
      aud: 'verifier',
      nonce: 'n1',
      iat: now,
      signer: holderSigner,
      extra: { request: 'digest', nonce: 'other', sd_hash: 'other', aud: 'other', iat: 1 },
    })
    const kb = parseJws(compact.slice(compact.lastIndexOf('~') + 1))
    expect(kb.header).toEqual({ alg: 'EdDSA', typ: 'kb+jwt' })
    expect(kb.payload).toMatchObject({ aud: 'verifier', nonce: 'n1', iat: now, request: 'digest' })
    const keyBinding = { aud: 'verifier', nonce: 'n1' }
    const report = verifySdJwtVc(compact, { issuerKey, now, keyBinding })
    expect(report).toMatchObject({
      ok: true,
      payload: { given_name: 'Ada' },
      disclosedPaths: [['given_name']],
    })
  })

  test.each([
    { aud: '', nonce: 'n', iat: now },
    { aud: 'a', nonce: '', iat: now },
    { aud: 'a', nonce: 'n', iat: Number.NaN },
    { aud: 'a', nonce: 'n', iat: now + 0.5 },
  ])('a key binding with %j is refused', async (input) => {
    await expect(presentSdJwt(await issue(), [], { ...input, signer: holderSigner })).rejects.toMatchObject({
      code: 'key_binding_input_invalid',
    })
  })
})

describe('verifying presentations of one credential with a cache', () => {
  const options = { issuerKey, typ: 'dc+sd-jwt', now, keyBinding: 'forbidden' } as const

  test('the issuer signature is verified once, the disclosures every time', async () => {
    const digests = new Set<string>()
    let hits = 0
    const cache = {
      has: (digest: string) => digests.has(digest) && ++hits > 0,
      add: (digest: string) => void digests.add(digest),
    }
    const compact = await issue()
    for (const paths of [[['given_name']], [['address']], []])
      expect(verifySdJwt(await presentSdJwt(compact, paths), { ...options, cache })).toMatchObject({
        ok: true,
      })
    expect({ hits, remembered: digests.size }).toEqual({ hits: 2, remembered: 1 })
    const foreign = parseSdJwt(await issue()).disclosures[0]?.encoded
    expect(verifySdJwt(`${compact}${foreign}~`, { ...options, cache })).toMatchObject({
      ok: false,
      code: 'sd_jwt_disclosure_unreferenced',
    })
  })

  test('time, type and key are checked again', async () => {
    const cache = createSignatureCache()
    const compact = await issue({ payload: { ...payload, exp: now + 10 } })
    const other = publicJwkOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey)
    expect(verifySdJwt(compact, { ...options, cache })).toMatchObject({ ok: true })
    expect(verifySdJwt(compact, { ...options, cache, now: now + 100 })).toMatchObject({ code: 'jws_expired' })
    expect(verifySdJwt(compact, { ...options, cache, typ: 'x' })).toMatchObject({ code: 'jws_typ_mismatch' })
    expect(verifySdJwt(compact, { ...options, cache, issuerKey: other })).toMatchObject({
      code: 'jws_signature_invalid',
    })
  })

  test('an error that is no refusal is not taken for an answer', async () => {
    const compact = await issue()
    expect(() => verifySdJwt(compact, { ...options, now: Number.NaN })).toThrow(TypeError)
  })
})
