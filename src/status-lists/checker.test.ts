import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openTestStore } from '../../test/support/engines.ts'
import { asDid, type Did, didOfUrl, isRefusal, Refusal } from '../core/index.ts'
import { createEgress } from '../egress/index.ts'
import { createSigner, parseJsonStrict, publicJwkOf, signJws } from '../jose/index.ts'
import type { Store } from '../store/index.ts'
import { encodeList } from './codec.ts'
import {
  createStatusChecker,
  ListCache,
  type StatusCheckerDeps,
  type StatusEntry,
  StatusLists,
  statusListRoutes,
  statusListsMigrations,
} from './index.ts'

const ISSUER = asDid('did:web:issuer.example')
const OTHER = asDid('did:web:other.example')
const newKey = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const keys: Record<string, KeyObject> = { [ISSUER]: newKey(), [OTHER]: newKey() }
const signerOf = (did: string) => createSigner(keys[did] as KeyObject, `${did}#key-1`)

const egress = createEgress({ allowLoopback: true, parseJson: parseJsonStrict })
let now = Date.now()
const clock = { now: () => now }
/** Requests the publisher got, as `status If-None-Match?`. */
let requests: string[] = []
/** What a hostile or foreign publisher answers instead. */
let respond: ((response: express.Response, uri: string) => void | Promise<void>) | undefined
let store: Store
let lists: StatusLists
let base = ''
const keysAsked: string[] = []
let keysAway = false

const deps: StatusCheckerDeps = {
  clock,
  fetch: egress.request,
  requireKey: async (kid) => {
    keysAsked.push(kid)
    if (keysAway) throw new Refusal('upstream', 'chain_unreachable', 'the chain does not answer')
    const key = keys[didOfUrl(kid)]
    if (!key || !kid.endsWith('#key-1'))
      throw new Refusal('invalid', 'key_unknown', 'the DID has no such key')
    return publicJwkOf(key)
  },
}

const app = express()
app.use((request, response, next) => {
  response.on('finish', () => {
    requests.push(`${response.statusCode}${request.headers['if-none-match'] ? ' conditional' : ''}`)
  })
  if (respond) return respond(response, `${base}${request.originalUrl}`)
  next()
})
app.use((request, response, next) => statusListRoutes(lists)(request, response, next))
app.use(((error, _request, response, _next) => {
  response
    .status(isRefusal(error) ? error.status : 500)
    .json({ code: isRefusal(error) ? error.code : 'fault' })
}) satisfies express.ErrorRequestHandler)
const server = createServer(app)

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  store = await openTestStore('sqlite', { entities: [], migrations: [...statusListsMigrations] })
  lists = new StatusLists({ store, clock, baseUrl: base, signer: async (did) => signerOf(did) })
})
afterAll(async () => {
  await egress.dispose()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})
beforeEach(() => {
  requests = []
  keysAsked.length = 0
  keysAway = false
  respond = undefined
  now = Date.now()
})

const allocate = (issuer = ISSUER) => store.transact((tx) => lists.allocate(tx, issuer))
const set = (entry: StatusEntry, state: 'valid' | 'invalid' | 'suspended') =>
  store.transact((tx) => lists.setStatus(tx, entry, state))

describe('a third party that knows only the DID and the claim', () => {
  test('sees valid, suspended, valid again and revoked, each at once when it asks fresh', async () => {
    const checker = createStatusChecker(deps)
    const entry = await allocate()
    const check = () => checker.check(entry.status, ISSUER, { fresh: true })
    expect(await check()).toEqual({ ok: true, state: 'valid', asOf: now })
    await set(entry, 'suspended')
    expect(await check()).toMatchObject({ ok: false, code: 'status_suspended', asOf: now })
    await set(entry, 'valid')
    expect(await check()).toMatchObject({ ok: true })
    await set(entry, 'invalid')
    expect(await check()).toMatchObject({ ok: false, code: 'status_invalid' })
  })

  test('asks once per ttl, and then only whether it changed', async () => {
    const checker = createStatusChecker(deps)
    const entry = await allocate()
    const check = () => checker.check(entry.status, ISSUER)
    const first = await check()
    now += 59_000
    expect(await check()).toEqual(first)
    expect(requests).toEqual(['200'])
    now += 2_000
    expect(await check()).toMatchObject({ ok: true, asOf: now })
    expect(requests).toEqual(['200', '304 conditional'])
    await set(entry, 'invalid')
    now += 61_000
    expect(await check()).toMatchObject({ ok: false, code: 'status_invalid' })
    expect(requests).toEqual(['200', '304 conditional', '200 conditional'])
  })

  test('uses a list no longer than it is told to, whatever the ttl allows', async () => {
    const checker = createStatusChecker({ ...deps, maxAgeS: 5 })
    const entry = await allocate()
    await checker.check(entry.status, ISSUER)
    await set(entry, 'invalid')
    now += 4_000
    expect(await checker.check(entry.status, ISSUER)).toMatchObject({ ok: true })
    now += 2_000
    expect(await checker.check(entry.status, ISSUER)).toMatchObject({ ok: false, code: 'status_invalid' })
  })

  test('keeps no more lists than fit its memory', async () => {
    // A list of 131,072 entries takes 32 KiB.
    const checker = createStatusChecker({ ...deps, cache: new ListCache(80_000) })
    const issuers = ['one', 'two', 'three'].map((name) => asDid(`did:web:${name}.example`))
    for (const issuer of issuers) keys[issuer] = newKey()
    const entries = await Promise.all(
      issuers.map(async (issuer) => ({ issuer, status: (await allocate(issuer)).status })),
    )
    const checkAll = async () => {
      for (const { status, issuer } of entries)
        expect(await checker.check(status, issuer)).toMatchObject({ ok: true })
    }
    await checkAll()
    expect(requests).toHaveLength(3)
    await checkAll()
    expect(requests.length).toBeGreaterThan(3)
    requests = []
    const last = entries.slice(-1)
    for (const { status, issuer } of last) await checker.check(status, issuer)
    expect(requests).toEqual([])
  })

  test('100 checks at once ask once', async () => {
    const checker = createStatusChecker(deps)
    const entry = await allocate()
    await Promise.all(Array.from({ length: 100 }, () => checker.check(entry.status, ISSUER)))
    expect(requests).toEqual(['200'])
  })

  test('a forgotten list is asked for again, and an answer on its way does not bring it back', async () => {
    const checker = createStatusChecker(deps)
    const entry = await allocate()
    const check = () => checker.check(entry.status, ISSUER)
    let release: () => void = () => undefined
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const old = await lists.serve(entry.listId)
    respond = async (response) => {
      await held
      response.send(Buffer.from(old.token))
    }
    const early = check()
    await new Promise((resolve) => setTimeout(resolve, 50))
    await set(entry, 'invalid')
    checker.forget(entry.status.status_list.uri)
    const later = check()
    respond = undefined
    release()
    expect(await early).toMatchObject({ ok: false, code: 'status_invalid' })
    expect(await later).toMatchObject({ ok: false, code: 'status_invalid' })
    expect(await check()).toMatchObject({ ok: false, code: 'status_invalid' })
  })

  test('a check of a known list takes less than 20 µs', async () => {
    const checker = createStatusChecker(deps)
    const entry = await allocate()
    const turns = 20_000
    await checker.check(entry.status, ISSUER)
    const begin = performance.now()
    for (let turn = 0; turn < turns; turn++) await checker.check(entry.status, ISSUER)
    expect(((performance.now() - begin) * 1000) / turns).toBeLessThan(20)
  })
})

test('a list of our own is read from the database: always current, nothing fetched', async () => {
  const checker = createStatusChecker({ ...deps, local: (uri, index) => lists.local(uri, index) })
  const entry = await allocate()
  expect(await checker.check(entry.status, ISSUER)).toEqual({ ok: true, state: 'valid', asOf: now })
  await set(entry, 'invalid')
  expect(await checker.check(entry.status, ISSUER)).toMatchObject({ ok: false, code: 'status_invalid' })
  expect(await checker.check(entry.status, OTHER)).toMatchObject({ ok: false, code: 'status_list_invalid' })
  const outside = { status_list: { uri: entry.status.status_list.uri, idx: 2 ** 17 } }
  expect(await checker.check(outside, ISSUER)).toMatchObject({ ok: false, code: 'status_index_outside' })
  expect(requests).toEqual([])
})

describe('what is not a clear yes is a no', () => {
  const uri = () => `${base}/status-lists/foreign`
  const claims = async (more: object = {}) => ({
    sub: uri(),
    iat: Math.floor(now / 1000),
    exp: Math.floor(now / 1000) + 300,
    ttl: 60,
    status_list: await encodeList(8, 16, [
      [1, 1],
      [3, 3],
      [4, 200],
    ]),
    ...more,
  })
  const serveToken = async (more: object = {}, by = signerOf(ISSUER), typ = 'statuslist+jwt') => {
    const token = await signJws({ typ }, await claims(more), by)
    respond = (response) => void response.set('ETag', '"x"').send(Buffer.from(token))
  }
  const check = (idx: number, checker = createStatusChecker(deps)) =>
    checker.check({ status_list: { uri: uri(), idx } }, ISSUER)

  test('the setting of this table says yes when nothing is wrong', async () => {
    await serveToken()
    expect(await check(0)).toMatchObject({ ok: true })
  })

  test.each<[string, number, string]>([
    ['revoked', 1, 'status_invalid'],
    ['of a status type for applications', 3, 'status_unknown'],
    ['of a status type nobody registered', 4, 'status_unknown'],
    ['outside the list', 16, 'status_index_outside'],
  ])('an entry %s', async (_, index, code) => {
    await serveToken()
    expect(await check(index)).toMatchObject({ ok: false, code })
  })

  test.each<[string, object, string]>([
    ['for another URI', { sub: 'https://elsewhere.example/1' }, 'status_list_sub_mismatch'],
    ['that has ended', { exp: 1 }, 'jws_expired'],
    ['from the future', { iat: 4_000_000_000 }, 'jws_issued_in_future'],
    ['of 3 bits', { status_list: { bits: 3, lst: 'eNrbuRgAAhcBXQ' } }, 'status_list_malformed'],
    ['that cannot be unpacked', { status_list: { bits: 1, lst: 'AAAA' } }, 'status_list_unreadable'],
  ])('a list %s', async (_, more, reason) => {
    await serveToken(more)
    expect(await check(0)).toEqual({ ok: false, code: 'status_list_invalid', reason })
  })

  test('a list well signed by another DID', async () => {
    await serveToken({}, signerOf(OTHER))
    expect(await check(0)).toEqual({
      ok: false,
      code: 'status_list_invalid',
      reason: 'status_list_foreign_signer',
    })
  })

  test.each<[string, Did | undefined, Did, object]>([
    ['the DID the credential names', OTHER, OTHER, { ok: true }],
    ['the issuer, where it names another', OTHER, ISSUER, { reason: 'status_list_foreign_signer' }],
    ['one it does not name', undefined, OTHER, { reason: 'status_list_foreign_signer' }],
    ['one it does not name but others do', ISSUER, OTHER, { reason: 'status_list_foreign_signer' }],
  ])('of a list signed by %s', async (_, named, signer, expected) => {
    await serveToken({}, signerOf(signer))
    const status = { status_list: { uri: uri(), idx: 0, ...(named && { status_issuer: named }) } }
    expect(await createStatusChecker(deps).check(status, ISSUER)).toMatchObject(expected)
  })

  test('a credential that names what is no DID as the signer of its list', async () => {
    await serveToken()
    const status = { status_list: { uri: uri(), idx: 0, status_issuer: 'https://issuer.example' } }
    expect(await createStatusChecker(deps).check(status, ISSUER)).toMatchObject({
      code: 'status_claim_invalid',
    })
  })

  test("a list signed by another key in the issuer's name", async () => {
    await serveToken({}, createSigner(newKey(), `${ISSUER}#key-1`))
    expect(await check(0)).toMatchObject({ code: 'status_list_invalid', reason: 'jws_signature_invalid' })
  })

  test('a list signed by a key its DID does not list', async () => {
    await serveToken({}, createSigner(newKey(), `${ISSUER}#key-2`))
    expect(await check(0)).toMatchObject({ code: 'status_list_invalid', reason: 'key_unknown' })
  })

  test('a token of another type', async () => {
    await serveToken({}, signerOf(ISSUER), 'JWT')
    expect(await check(0)).toMatchObject({ code: 'status_list_invalid', reason: 'jws_typ_mismatch' })
  })

  test('a list whose signer cannot be looked up', async () => {
    await serveToken()
    keysAway = true
    expect(await check(0)).toMatchObject({ code: 'status_unavailable', reason: 'chain_unreachable' })
  })

  test.each([404, 500, 204, 304])('an answer %d', async (status) => {
    respond = (response) => void response.sendStatus(status)
    expect(await check(0)).toMatchObject({ code: 'status_unavailable', reason: 'status_list_not_served' })
  })

  test('a page instead of a list', async () => {
    respond = (response) => void response.send('<html>')
    expect(await check(0)).toMatchObject({ code: 'status_list_invalid', reason: 'jws_malformed' })
  })

  test('nobody there', async () => {
    const status = { status_list: { uri: 'http://127.0.0.1:1/list', idx: 0 } }
    expect(await createStatusChecker(deps).check(status, ISSUER)).toMatchObject({
      code: 'status_unavailable',
      reason: 'egress_unreachable',
    })
  })

  test('a URI inside our network', async () => {
    const guarded = createEgress({ parseJson: parseJsonStrict })
    const checker = createStatusChecker({ ...deps, fetch: guarded.request })
    const status = { status_list: { uri: 'https://169.254.169.254/list', idx: 0 } }
    expect(await checker.check(status, ISSUER)).toMatchObject({ code: 'status_unavailable' })
    await guarded.dispose()
  })

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['text', 'valid'],
    ['an empty object', {}],
    ['a list', []],
    ['no index', { status_list: { uri: 'https://a.example/1' } }],
    ['an index as text', { status_list: { uri: 'https://a.example/1', idx: '0' } }],
    ['an index below zero', { status_list: { uri: 'https://a.example/1', idx: -1 } }],
    ['half an index', { status_list: { uri: 'https://a.example/1', idx: 0.5 } }],
    ['no URI', { status_list: { idx: 0 } }],
    ['a broken URI', { status_list: { uri: 'nowhere', idx: 0 } }],
  ])('a status claim that is %s', async (_, status) => {
    expect(await createStatusChecker(deps).check(status, ISSUER)).toEqual({
      ok: false,
      code: 'status_claim_invalid',
    })
    expect(requests).toEqual([])
  })

  test('a list that was good, once its ttl is over and it cannot be had again', async () => {
    const checker = createStatusChecker(deps)
    await serveToken()
    expect(await check(0, checker)).toMatchObject({ ok: true })
    respond = (response) => void response.sendStatus(503)
    expect(await check(0, checker)).toMatchObject({ ok: true })
    now += 61_000
    expect(await check(0, checker)).toMatchObject({ ok: false, code: 'status_unavailable' })
  })

  test('a list that was good, once it ended, however long its ttl', async () => {
    const checker = createStatusChecker(deps)
    await serveToken({ exp: Math.floor(now / 1000) + 20 })
    expect(await check(0, checker)).toMatchObject({ ok: true })
    respond = (response) => void response.sendStatus(503)
    now += 19_000
    expect(await check(0, checker)).toMatchObject({ ok: true })
    now += 2_000
    expect(await check(0, checker)).toMatchObject({ ok: false, code: 'status_unavailable' })
  })

  test('a list that was good, when its publisher says for ever that it did not change', async () => {
    const checker = createStatusChecker(deps)
    await serveToken()
    expect(await check(0, checker)).toMatchObject({ ok: true })
    respond = (response) => void response.status(304).end()
    now += 100_000
    expect(await check(0, checker)).toMatchObject({ ok: true })
    now += 300_000
    expect(await check(0, checker)).toMatchObject({ ok: false, reason: 'jws_expired' })
  })

  test('a list that was good, once its key is gone from the DID', async () => {
    const checker = createStatusChecker(deps)
    const gone = createSigner(newKey(), 'did:web:gone.example#key-1')
    keys['did:web:gone.example'] = newKey()
    await serveToken({}, createSigner(keys['did:web:gone.example'] as KeyObject, gone.kid))
    const at = (): Promise<unknown> =>
      checker.check({ status_list: { uri: uri(), idx: 0 } }, asDid('did:web:gone.example'))
    expect(await at()).toMatchObject({ ok: true })
    delete keys['did:web:gone.example']
    respond = (response) => void response.status(304).end()
    now += 61_000
    expect(await at()).toMatchObject({ ok: false, reason: 'key_unknown' })
  })
})

describe('the endpoint', () => {
  const get = async (path: string, headers: Record<string, string> = {}) => {
    const { status, headers: answered, body } = await egress.request(`${base}${path}`, { headers })
    return { status, headers: answered, body: body.toString() }
  }

  test('serves the list with its type, revalidated on each use, to scripts of any site', async () => {
    const { listId } = await allocate()
    const { status, headers, body } = await get(`/status-lists/${listId}`)
    expect(status).toBe(200)
    expect(headers).toMatchObject({
      'content-type': 'application/statuslist+jwt',
      'cache-control': 'no-cache',
      'access-control-allow-origin': '*',
    })
    expect(body).toBe((await lists.serve(listId)).token)
    expect((await get(`/status-lists/${listId}`, { 'if-none-match': headers.etag ?? '' })).status).toBe(304)
  })

  test.each<[string, string, Record<string, string>, number]>([
    ['an unknown list', '/status-lists/nowhere', {}, 404],
    ['a path', '/status-lists/..%2f..%2fetc', {}, 404],
    ['a list of the past', '/status-lists/LIST?time=1', {}, 501],
    ['another format', '/status-lists/LIST', { accept: 'application/statuslist+cwt' }, 400],
  ])('%s is refused', async (_, path, headers, status) => {
    const { listId } = await allocate()
    expect((await get(path.replace('LIST', listId), headers)).status).toBe(status)
  })
})
