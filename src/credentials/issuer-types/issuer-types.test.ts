import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { atEnd } from '../../../test/support/endings.ts'
import { createEgress } from '../../egress/index.ts'
import { parseJsonStrict } from '../../jose/index.ts'
import { createIssuerTypeCheck, createIssuerTypes, type IssuerTypeCheck } from './index.ts'
import { matchesIntegrity } from './integrity.ts'

const documents = new Map<string, string>()
let hits: string[] = []
let base = ''
let types: IssuerTypeCheck
let now = 0

const sri = (text: string, algorithm = 'sha256') =>
  `${algorithm}-${createHash(algorithm).update(text).digest('base64')}`

/** Puts a document at a path. @returns its URL */
function publish(path: string, document: object | string): string {
  const text = typeof document === 'string' ? document : JSON.stringify(document)
  documents.set(path, text)
  return `${base}${path}`
}

const type = (path: string, more: object = {}) => publish(path, { vct: `${base}${path}`, ...more })
const integrityOf = (path: string) => sri(documents.get(path) ?? '')
const check = (vct: string, claims: object = {}, disclosed: (string | number)[][] = []) =>
  types.check({ vct, ...claims }, disclosed)

beforeAll(async () => {
  const server = createServer((request, response) => {
    hits.push(String(request.url))
    const target = /^\/redirect\?to=(.*)$/.exec(request.url ?? '')?.[1]
    if (target) return response.writeHead(302, { location: decodeURIComponent(target) }).end()
    const text = documents.get(request.url ?? '')
    response.writeHead(text === undefined ? 404 : 200, { 'content-type': 'application/json' }).end(text)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  atEnd(() => server.close())
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

beforeEach(() => {
  hits = []
  documents.clear()
  const egress = createEgress({ parseJson: parseJsonStrict, allowLoopback: true })
  types = createIssuerTypeCheck(createIssuerTypes({ clock: { now: () => now }, fetch: egress.request }))
  return () => egress.dispose()
})

test('a type at a URL is taken from there, and the report says so', async () => {
  const vct = type('/identity', { claims: [{ path: ['name'], sd: 'always', mandatory: true }] })
  expect(await check(vct, { name: 'Jansen' }, [['name']])).toEqual({
    ...{ check: 'type', ok: true, code: 'type_from_issuer' },
  })
})

test.each(['urn:example:identity', 'identity', 'did:web:a.example', 'file:///etc/passwd', 'http://'])(
  'there is nothing to fetch for %s',
  async (vct) => {
    expect(await check(vct)).toBeNull()
    expect(hits).toEqual([])
  },
)

describe('integrity', () => {
  test('of another document refuses the credential', async () => {
    const vct = type('/identity')
    expect(await check(vct, { 'vct#integrity': sri('another') })).toMatchObject({
      ...{ ok: false, code: 'type_integrity_mismatch' },
    })
    expect(await check(vct, { 'vct#integrity': integrityOf('/identity') })).toMatchObject({ ok: true })
  })

  test('counts by its strongest digest, and without one that is known matches nothing', () => {
    const document = Buffer.from('x')
    expect(matchesIntegrity(document, `${sri('x')} ${sri('y', 'sha512')}`)).toBe(false)
    expect(matchesIntegrity(document, `${sri('y')}\n${sri('x', 'sha384')}?opt`)).toBe(true)
    expect(matchesIntegrity(document, sri('x', 'sha512'))).toBe(true)
    for (const none of ['', 'md5-abc', 'sha256-', 'sha256', sri('x').toLowerCase()])
      expect(matchesIntegrity(document, none)).toBe(false)
  })

  test('lets a document be kept for good; one without is asked for again', async () => {
    const vct = type('/identity')
    const integrity = { 'vct#integrity': integrityOf('/identity') }
    for (let times = 0; times < 3; times++) {
      await check(vct, integrity)
      now += 86_400_000
    }
    expect(hits).toEqual(['/identity'])
    await check(vct)
    await check(vct)
    now += 86_400_000
    await check(vct)
    expect(hits).toEqual(['/identity', '/identity', '/identity'])
  })

  test('kept for one digest is not used for another', async () => {
    const vct = type('/identity')
    await check(vct, { 'vct#integrity': integrityOf('/identity') })
    expect(await check(vct, { 'vct#integrity': sri('another') })).toMatchObject({ ok: false })
  })
})

describe('a type that extends another', () => {
  const claims = [{ path: ['name'], sd: 'never', mandatory: true }]

  test('has its claims as well', async () => {
    const extended = type('/base', { claims })
    const vct = type('/identity', { extends: extended, 'extends#integrity': integrityOf('/base') })
    expect(await check(vct, {})).toMatchObject({ ok: false, code: 'mandatory_claim_missing' })
    expect(await check(vct, { name: 'x' })).toMatchObject({ ok: true })
  })

  test('is refused when that one is not what was meant', async () => {
    const vct = type('/identity', { extends: type('/base'), 'extends#integrity': sri('another') })
    expect(await check(vct)).toMatchObject({ ok: false, code: 'type_integrity_mismatch' })
  })

  test.each([
    [{ path: ['name'], sd: 'always', mandatory: true }],
    [{ path: ['name'], sd: 'allowed', mandatory: true }],
    [{ path: ['name'], sd: 'never' }],
  ])('cannot change what that one has fixed: %j', async (changed) => {
    const vct = type('/identity', { extends: type('/base', { claims }), claims: [changed] })
    expect(await check(vct, { name: 'x' })).toMatchObject({ ok: false, code: 'type_extends_conflict' })
  })

  test('may fix what that one left open', async () => {
    const open = type('/base', { claims: [{ path: ['name'] }] })
    const vct = type('/identity', { extends: open, claims })
    expect(await check(vct, { name: 'x' })).toMatchObject({ ok: true })
  })

  test('cannot extend itself, be it through others', async () => {
    const vct = type('/a', { extends: `${base}/b` })
    type('/b', { extends: `${base}/c` })
    type('/c', { extends: vct })
    expect(await check(vct)).toMatchObject({ ok: false, code: 'type_extends_circle' })
    expect(hits).toEqual(['/a', '/b', '/c'])
  })

  test('cannot go on for ever', async () => {
    for (let at = 0; at < 20; at++) type(`/${at}`, { extends: `${base}/${at + 1}` })
    expect(await check(`${base}/0`)).toMatchObject({ ok: false, code: 'type_extends_too_deep' })
    expect(hits.length).toBeLessThan(8)
  })

  test('cannot extend what is no URL', async () => {
    expect(await check(type('/a', { extends: 'urn:example:b' }))).toMatchObject({ ok: false })
  })
})

describe('claims', () => {
  test.each([
    ['always', [], 'claim_disclosure_mismatch'],
    ['always', [['name']], 'type_from_issuer'],
    ['never', [['name']], 'claim_disclosure_mismatch'],
    ['never', [], 'type_from_issuer'],
    ['allowed', [['name']], 'type_from_issuer'],
    ['allowed', [], 'type_from_issuer'],
  ])('that are %s disclosable, with %j disclosed: %s', async (sd, disclosed, code) => {
    const vct = type('/identity', { claims: [{ path: ['name'], sd }] })
    expect(await check(vct, { name: 'x' }, disclosed)).toMatchObject({ code })
  })

  const schema = {
    type: 'object',
    required: ['name', 'born'],
    properties: { name: { type: 'string', maxLength: 5 } },
  }

  test('follow the schema of the type, in it or beside it; what was left out is no fault', async () => {
    const inside = type('/inside', { schema })
    const uri = publish('/schema', schema)
    const beside = type('/beside', { schema_uri: uri, 'schema_uri#integrity': integrityOf('/schema') })
    for (const vct of [inside, beside]) {
      expect(await check(vct, { name: 'Jan' })).toMatchObject({ ok: true })
      expect(await check(vct, { name: 'Johannes' })).toMatchObject({ ok: false, code: 'invalid_claims' })
      expect(await check(vct, { name: 7 })).toMatchObject({ ok: false, code: 'invalid_claims' })
    }
    const forged = type('/forged', { schema_uri: uri, 'schema_uri#integrity': sri('another') })
    expect(await check(forged)).toMatchObject({ ok: false, code: 'type_integrity_mismatch' })
  })

  test('follow the schema of the type it extends as well', async () => {
    const vct = type('/identity', { extends: type('/base', { schema }), schema: { type: 'object' } })
    expect(await check(vct, { name: 'Johannes' })).toMatchObject({ ok: false, code: 'invalid_claims' })
  })

  const doubling = Object.fromEntries(
    Array.from({ length: 40 }, (_, at) => [
      `d${at}`,
      { allOf: [{ $ref: `#/$defs/d${at + 1}` }, { $ref: `#/$defs/d${at + 1}` }] },
    ]),
  )
  test.each([
    ['a pattern that never ends', { properties: { name: { pattern: '^(a+)+$' } } }],
    ['references that double', { $defs: { ...doubling, d40: { type: 'object' } }, $ref: '#/$defs/d0' }],
    ['a reference to itself', { $ref: '#' }],
    ['what is no schema', { type: 'nothing' }],
    ['a pattern that cannot be read', { properties: { name: { pattern: '(' } } }],
    ['a schema that answers later', { $async: true, required: ['nothing'], type: 'number' }],
    ['a schema of somewhere else', { $ref: 'http://127.0.0.1/other' }],
  ])('of a type with %s end in a refusal, soon', async (_, hostile) => {
    const vct = type('/hostile', { schema: hostile })
    const from = performance.now()
    expect(await check(vct, { name: `${'a'.repeat(40)}!` })).toMatchObject({
      ...{ ok: false, code: 'type_schema_unusable' },
    })
    expect(performance.now() - from).toBeLessThan(5_000)
    expect(hits).toEqual(['/hostile'])
  })
})

describe('a document', () => {
  test.each([
    ['of another type', JSON.stringify({ vct: 'https://other.example/type' }), 'type_metadata_invalid'],
    ['that is no JSON', 'nothing', 'json_invalid'],
    ['with a member twice', '{"vct":"a","vct":"b"}', 'json_duplicate_member'],
    ['nested 100,000 deep', '['.repeat(30_000), 'json_too_deep'],
    ['with two schemas', JSON.stringify({ vct: 'x', schema: {}, schema_uri: 'x' }), 'type_metadata_invalid'],
  ])('%s refuses the credential', async (_, text, code) => {
    expect(await check(publish('/broken', text))).toEqual({ check: 'type', ok: false, code })
  })

  test.each([
    ['that is away', () => `${base}/nowhere`],
    ['of more than 64 KiB', () => publish('/large', `{"vct":"${'x'.repeat(70_000)}"}`)],
    ['at an address nobody may call', () => 'http://169.254.169.254/latest'],
    ['behind a redirect to there', () => `${base}/redirect?to=${encodeURIComponent('http://10.0.0.1/')}`],
    ['with a name and password', () => base.replace('://', '://user:secret@')],
  ])('%s says nothing about the credential', async (_, url) => {
    expect(await check(url())).toEqual({ check: 'type', ok: true, code: 'type_unavailable' })
  })
})
