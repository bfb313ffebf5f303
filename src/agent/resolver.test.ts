import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { asDid, type Did } from '../core/index.ts'
import { createEgress, type Egress } from '../egress/index.ts'
import { parseJsonStrict } from '../jose/index.ts'
import { urlOfDidWeb } from './did-web.ts'
import { ResolvedCache } from './resolved-cache.ts'
import { createResolver, type Resolver } from './resolver.ts'

const jwk = {
  kty: 'EC',
  crv: 'P-256',
  x: 'acbIQiuMs3i8_uszEjJ2tpTtRM4EU3yz91PH6CdH2V0',
  y: '_KcyLj9vWMptnmKtm46GqDz8wf74I5LKgrl2GzH3nSE',
}
const otherJwk = { kty: 'OKP', crv: 'Ed25519', x: 'O2onvM62pC1io6jQKm8Nc2UyFXcd4kOmOsBIoYtZ2ik' }

let server: Server
let port = 0
let hits = 0
let status = 200
let document: unknown
let delayMs = 0
let now = 0
let egress: Egress
let resolver: Resolver
let did: Did

beforeEach(async () => {
  hits = 0
  status = 200
  delayMs = 0
  now = 1_000_000
  server = createServer((_, response) => {
    hits += 1
    const body = typeof document === 'string' ? document : JSON.stringify(document)
    setTimeout(() => response.writeHead(status).end(body), delayMs)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  port = (server.address() as AddressInfo).port
  did = asDid(`did:web:localhost%3A${port}`)
  document = documentWith([method('#k1')])
  egress = createEgress({ allowLoopback: true, parseJson: parseJsonStrict })
  resolver = createResolver({ egress, clock: { now: () => now }, allowLoopback: true })
})

afterEach(async () => {
  await egress.dispose()
  server.closeAllConnections()
  await new Promise((done) => server.close(done))
})

const method = (id: string, more: object = {}) => ({
  id,
  type: 'JsonWebKey2020',
  controller: did,
  publicKeyJwk: jwk,
  ...more,
})

function documentWith(verificationMethod: unknown[], more: object = {}) {
  return {
    '@context': 'https://www.w3.org/ns/did/v1',
    id: did,
    verificationMethod,
    authentication: ['#k1'],
    assertionMethod: [`${did}#k1`],
    ...more,
  }
}

describe('where a did:web lies', () => {
  test.each([
    ['did:web:example.com', 'https://example.com/.well-known/did.json'],
    ['did:web:example.com:user:alice', 'https://example.com/user/alice/did.json'],
    ['did:web:example.com%3A3000:user', 'https://example.com:3000/user/did.json'],
    ['did:web:localhost%3A3000', 'https://localhost:3000/.well-known/did.json'],
  ])('%s is at %s', (id, url) => {
    expect(urlOfDidWeb(asDid(id))).toBe(url)
  })

  test.each([
    'did:web:example.com:..:x',
    'did:web:example.com::x',
    'did:web:example.com%2Fevil',
    'did:web:user%40example.com',
    'did:web:%3A80',
    'did:web:example.com%3A443%3A1',
    'did:web:example.com:a%2F..',
    'did:web:%5B%3A%3A1%5D',
  ])('%s is malformed', (id) => {
    expect(() => urlOfDidWeb(asDid(id))).toThrow(expect.objectContaining({ code: 'did_web_invalid' }))
  })

  test.each(['did:web:169.254.169.254', 'did:web:2130706433', 'did:web:10.0.0.1', 'did:web:localhost'])(
    '%s is never called',
    async (id) => {
      const guarded = createEgress({ parseJson: parseJsonStrict })
      const call = createResolver({ egress: guarded, clock: { now: () => now } }).resolve(asDid(id))
      await expect(call).rejects.toMatchObject({ code: 'did_web_invalid' })
      await guarded.dispose()
    },
  )
})

describe('a host that leads into a private network', () => {
  /** A resolver as nodes outside of tests have it, and what it makes of this machine's server. */
  async function outside(id: string, lookup?: Parameters<typeof createEgress>[0]['lookup']) {
    const guarded = createEgress({ parseJson: parseJsonStrict, ...(lookup && { lookup }) })
    const { resolve } = createResolver({ egress: guarded, clock: { now: () => now } })
    const code = await resolve(asDid(id)).then(
      () => 'resolved',
      (error) => String(error.code),
    )
    await guarded.dispose()
    return code
  }

  test.each(['127.0.0.1', 'localhost', '2130706433', '0x7f.1', '0'])('%s is never called', async (host) => {
    expect(await outside(`did:web:${host}%3A${port}`)).toMatch(/^did_web_invalid|did_unresolvable$/)
    expect(hits).toBe(0)
  })

  test('nor is it under a name that leads there, at first or the second time it is looked up', async () => {
    for (const answers of [['127.0.0.1'], ['93.184.215.14', '127.0.0.1']]) {
      let asked = 0
      const rebinding = (
        _name: string,
        done: (error: null, found: { address: string; family: number }[]) => void,
      ) => {
        const address = answers[Math.min(asked++, answers.length - 1)] ?? ''
        done(null, [{ address, family: 4 }])
      }
      await outside(`did:web:innocent.example%3A${port}`, rebinding as never)
    }
    expect(hits).toBe(0)
  })

  test('nor where a host sends on to', async () => {
    let others = 0
    const other = createServer((_, response) => {
      others += 1
      response.end(JSON.stringify(document))
    })
    await new Promise<void>((done) => other.listen(0, '127.0.0.1', done))
    const to = `http://127.0.0.1:${(other.address() as AddressInfo).port}/.well-known/did.json`
    server.removeAllListeners('request')
    server.on('request', (_, response) => response.writeHead(302, { location: to }).end('{}'))
    await expect(resolver.resolve(did)).rejects.toMatchObject({ code: 'did_unresolvable' })
    expect(others).toBe(0)
    other.close()
  })
})

describe('what a document says', () => {
  test('its current keys count for the purposes it lists', async () => {
    document = documentWith([method('#k1'), method('#k2', { publicKeyJwk: otherJwk })], {
      assertionMethod: ['#k2'],
    })
    expect(await resolver.requireKey(`${did}#k1`, 'authentication')).toEqual(jwk)
    expect(await resolver.requireKey(`${did}#k2`, 'assertionMethod')).toEqual(otherJwk)
    for (const [kid, purpose] of [
      [`${did}#k2`, 'authentication'],
      [`${did}#k1`, 'assertionMethod'],
      [`${did}#k3`, 'authentication'],
    ] as const)
      await expect(resolver.requireKey(kid, purpose)).rejects.toMatchObject({ code: 'key_not_current' })
  })

  test('an embedded method counts for its purpose alone', async () => {
    document = documentWith([], { authentication: [method('#e')], assertionMethod: ['#e'] })
    expect(await resolver.requireKey(`${did}#e`, 'authentication')).toEqual(jwk)
    await expect(resolver.requireKey(`${did}#e`, 'assertionMethod')).rejects.toMatchObject({
      code: 'key_not_current',
    })
  })

  test('a key as multibase is the same key', async () => {
    const { publicKeyJwk: _, ...bare } = method('#k1')
    const publicKeyMultibase = 'z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp'
    document = documentWith([{ ...bare, type: 'Multikey', publicKeyMultibase }])
    expect(await resolver.requireKey(`${did}#k1`, 'authentication')).toEqual(otherJwk)
  })

  test.each<[string, (id: string) => object[]]>([
    ['a key another DID controls', () => [method('#k1', { controller: 'did:web:example.com' })]],
    ['a key without controller', () => [method('#k1', { controller: undefined })]],
    [
      'a method with two keys',
      () => [method('#k1', { publicKeyMultibase: 'z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp' })],
    ],
    ['a private key', () => [method('#k1', { publicKeyJwk: { ...jwk, d: jwk.x } })]],
    ['a point off the curve', () => [method('#k1', { publicKeyJwk: { ...jwk, y: jwk.x } })]],
    ['a key for encryption', () => [method('#k1', { publicKeyJwk: { ...jwk, use: 'enc' } })]],
  ])('%s does not count', async (_, methods) => {
    document = documentWith(methods(did))
    await expect(resolver.requireKey(`${did}#k1`, 'authentication')).rejects.toMatchObject({
      code: 'key_not_current',
    })
  })

  test('a method of another DID does not count, even when it is referred to', async () => {
    const foreign = 'did:web:example.com#k'
    document = documentWith([method(foreign)], { authentication: [foreign] })
    expect(await resolver.verificationKeys(did, 'authentication')).toEqual([])
  })

  test.each<[string, () => unknown, string]>([
    [
      'of another DID',
      () => ({ ...documentWith([method('#k1')]), id: 'did:web:example.com' }),
      'did_document_invalid',
    ],
    ['with one id twice', () => documentWith([method('#k1'), method(`${did}#k1`)]), 'did_document_invalid'],
    [
      'of 101 methods',
      () => documentWith(Array.from({ length: 101 }, (_, n) => method(`#${n}`))),
      'did_document_invalid',
    ],
    ['of 100 kB', () => documentWith([method('#k1')], { more: 'x'.repeat(100_000) }), 'did_web_invalid'],
    ['with a duplicate member', () => `{"id":"x","id":${JSON.stringify(did)}}`, 'did_web_invalid'],
    ['that is not JSON', () => '<html>', 'did_web_invalid'],
    ['that is an array', () => '[]', 'did_web_invalid'],
  ])('a document %s is refused', async (_, make, code) => {
    document = make()
    await expect(resolver.resolve(did)).rejects.toMatchObject({ kind: 'unprocessable', code })
  })

  test('a DID the host does not know is not found; a host in trouble may be back later', async () => {
    status = 404
    await expect(resolver.resolve(did)).rejects.toMatchObject({ code: 'did_not_found' })
    status = 500
    await expect(resolver.resolve(did)).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'did_unresolvable',
    })
  })
})

describe('the cache', () => {
  test('asks once a minute, and once for all who ask at the same time', async () => {
    delayMs = 30
    await Promise.all(Array.from({ length: 20 }, () => resolver.resolve(did)))
    await resolver.resolve(did)
    expect(hits).toBe(1)
    now += 59_999
    await resolver.resolve(did)
    expect(hits).toBe(1)
    now += 1
    await resolver.resolve(did)
    expect(hits).toBe(2)
  })

  test('a key that is newer than what it remembers is found at once; made-up names cost a look a second', async () => {
    await resolver.requireKey(`${did}#k1`, 'authentication')
    document = documentWith([method('#k2', { publicKeyJwk: otherJwk })], { authentication: ['#k2'] })
    expect(await resolver.requireKey(`${did}#k2`, 'authentication')).toEqual(otherJwk)
    expect(hits).toBe(2)
    for (let nr = 0; nr < 20; nr += 1)
      await expect(resolver.requireKey(`${did}#x${nr}`, 'authentication')).rejects.toMatchObject({
        code: 'key_not_current',
      })
    expect(hits).toBe(2)
    now += 1_000
    await resolver.requireKey(`${did}#x`, 'authentication').catch(() => undefined)
    expect(hits).toBe(3)
  })

  test('a made-up name does not take away what it remembers while the host is away', async () => {
    await resolver.requireKey(`${did}#k1`, 'authentication')
    status = 500
    await expect(resolver.requireKey(`${did}#x`, 'authentication')).rejects.toMatchObject({
      code: 'key_not_current',
    })
    expect(await resolver.requireKey(`${did}#k1`, 'authentication')).toMatchObject(jwk)
  })

  test('a key that is taken off is refused a minute later at the latest', async () => {
    await resolver.requireKey(`${did}#k1`, 'authentication')
    document = documentWith([method('#k2', { publicKeyJwk: otherJwk })], { authentication: ['#k2'] })
    now += 59_999
    await resolver.requireKey(`${did}#k1`, 'authentication')
    now += 1
    await expect(resolver.requireKey(`${did}#k1`, 'authentication')).rejects.toMatchObject({
      code: 'key_not_current',
    })
  })

  test('counts a minute from the question, and distrusts a clock that went back', async () => {
    await resolver.resolve(did)
    now -= 1
    await resolver.resolve(did)
    expect(hits).toBe(2)
  })

  test('what is forgotten is asked anew, also when the old answer is still on its way', async () => {
    delayMs = 100
    const old = resolver.resolve(did)
    await new Promise((done) => setTimeout(done, 30))
    document = documentWith([method('#k1', { publicKeyJwk: otherJwk })])
    resolver.forget(did)
    delayMs = 0
    expect(await resolver.requireKey(`${did}#k1`, 'authentication')).toEqual(otherJwk)
    await old
    expect(await resolver.requireKey(`${did}#k1`, 'authentication')).toEqual(otherJwk)
    expect(hits).toBe(2)
  })

  test('keeps keys and services, and nothing else of a document', async () => {
    document = documentWith([method('#k1')], { alsoKnownAs: ['x'.repeat(10_000)] })
    expect(JSON.stringify(await resolver.resolve(did))).not.toContain('xxx')
    expect(Object.keys(await resolver.resolve(did)).sort()).toEqual(['did', 'keys', 'services'])
    expect(await resolver.document(did)).toMatchObject({ alsoKnownAs: [expect.any(String)] })
  })

  test('does not keep a DID of very many or very long keys', async () => {
    const long = `#${'k'.repeat(9_000)}`
    document = documentWith([method(long)], { authentication: [long] })
    expect(await resolver.requireKey(`${did}#k1`, 'authentication').catch(({ code }) => code)).toBe(
      'key_not_current',
    )
    await resolver.resolve(did)
    expect(hits).toBe(2)
  })

  test('a failure is not kept', async () => {
    status = 500
    await expect(resolver.resolve(did)).rejects.toMatchObject({ code: 'did_unresolvable' })
    status = 200
    await expect(resolver.resolve(did)).resolves.toMatchObject({ did })
  })
})

describe('the memory of the cache', () => {
  const named = (nr: number) => asDid(`did:web:${nr}.example`)
  const entry = (nr: number, text = '') => ({
    resolved: {
      did: named(nr),
      keys: { authentication: new Map(), assertionMethod: new Map() },
      services: [{ type: 'T', endpoint: text }],
    },
    until: 1,
  })

  test('is bounded however many DIDs strangers name: the oldest go first', () => {
    const cache = new ResolvedCache(100_000)
    for (let nr = 0; nr < 1_000; nr += 1) cache.set(named(nr), entry(nr, 'x'.repeat(1_000)))
    expect(cache.bytes).toBeLessThanOrEqual(100_000)
    expect(cache.get(named(0))).toBeUndefined()
    expect(cache.get(named(999))).toBeDefined()
  })

  test('is given back for what is written again or deleted', () => {
    const cache = new ResolvedCache()
    cache.set(named(1), entry(1, 'x'))
    const { bytes } = cache
    cache.set(named(1), entry(1, 'y'))
    expect(cache.bytes).toBe(bytes)
    cache.set(named(1), entry(1, 'x'.repeat(20_000)))
    expect([cache.bytes, cache.get(named(1))]).toEqual([0, undefined])
    cache.set(named(1), entry(1, 'x'))
    cache.delete(named(1))
    cache.delete(named(1))
    expect(cache.bytes).toBe(0)
  })
})

test('a host that does not answer is given up within three seconds', async () => {
  delayMs = 60_000
  const started = Date.now()
  await expect(resolver.resolve(did)).rejects.toMatchObject({ kind: 'unavailable', code: 'did_unresolvable' })
  expect(Date.now() - started).toBeLessThan(3_000)
})
