import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { deflateSync, gzipSync } from 'node:zlib'
import express from 'express'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { atEnd } from '../../test/support/endings.ts'
import { onEachEngine, openTestStore } from '../../test/support/engines.ts'
import { asDid, type Did, didOfUrl, isRefusal, Refusal, seconds } from '../core/index.ts'
import { createEgress } from '../egress/index.ts'
import { createSigner, parseJsonStrict, parseJws, publicJwkOf, signJws, verifyJws } from '../jose/index.ts'
import type { Store } from '../store/index.ts'
import { bitAt, decodeBitstring, newBitstring, packBitstring, setBit } from './bitstring.ts'
import { signBitstring } from './bitstring-credential.ts'
import {
  createBitstringChecker,
  credentialStatus,
  StatusLists,
  statusListRoutes,
  statusListsMigrations,
} from './index.ts'

const ISSUER = asDid('did:web:issuer.example')
const OTHER = asDid('did:web:other.example')
const newKey = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const keys: Record<string, KeyObject> = { [ISSUER]: newKey(), [OTHER]: newKey() }
const signerOf = (did: string) => createSigner(keys[did] as KeyObject, `${did}#key-1`)
const read = (file: string) =>
  JSON.parse(readFileSync(`test/vectors/bitstring-status-list/${file}.json`, 'utf8'))

const written = async (size: number, set: readonly number[]) => {
  const bytes = newBitstring(size)
  for (const index of set) setBit(bytes, index)
  return decodeBitstring(await packBitstring(bytes))
}

describe('the list', () => {
  const { cases, negative } = read('composed')
  const [{ credential, expected }] = cases
  test('says of each index what the composed examples say', async () => {
    const bytes = await decodeBitstring(credential.credentialSubject.encodedList)
    expect(bytes.byteLength * 8).toBe(expected.entries)
    for (const { statusListIndex, status } of expected.checks)
      expect([statusListIndex, bitAt(bytes, Number(statusListIndex))]).toEqual([
        statusListIndex,
        status === 1,
      ])
    expect(() => bitAt(bytes, 131_072)).toThrow(expect.objectContaining({ code: 'status_index_outside' }))
  })

  test('of the specification is empty and has 131,072 entries', async () => {
    const { examples, jwts } = read('w3c-examples')
    const list = examples.find(
      ({ title }: { title: string }) => title === 'Example BitstringStatusListCredential',
    )
    const bytes = await decodeBitstring(list.document.credentialSubject.encodedList)
    expect([bytes.byteLength * 8, Buffer.from(bytes).every((byte) => byte === 0)]).toEqual([131_072, true])
    for (const jwt of Object.values(jwts).filter((one) => /^ey[\w-]+\.[\w-]+\.[\w-]+$/.test(String(one))))
      verifyJws(parseJws(String(jwt)), jwts.publicJwk, { typ: null })
  })

  test('is written and read the same, at any size', async () => {
    const set = [0, 7, 8, 131_071, 131_072, 199_999]
    const bytes = await written(200_000, set)
    for (const index of [...set, 1, 6, 9, 131_070, 199_998])
      expect([index, bitAt(bytes, index)]).toEqual([index, set.includes(index)])
    expect((await written(1, [])).byteLength).toBe(16_384)
  })

  const encoded = negative.filter(({ encodedList }: { encodedList?: string }) => encodedList)
  test.each<[string, string]>(
    encoded.map(({ name, encodedList }: Record<string, string>) => [name, encodedList]),
  )('with %s is refused', async (_, text) => {
    await expect(decodeBitstring(String(text))).rejects.toMatchObject({ code: 'status_list_unreadable' })
  })

  test.each([
    ['shorter than 131,072 entries', gzipSync(Buffer.alloc(16_383)), 'status_list_too_short'],
    ['packed with zlib', deflateSync(Buffer.alloc(16_384)), 'status_list_unreadable'],
    ['broken off', gzipSync(Buffer.alloc(16_384)).subarray(0, 20), 'status_list_unreadable'],
  ])('%s is refused', async (_, packed, code) => {
    await expect(decodeBitstring(`u${packed.toString('base64url')}`)).rejects.toMatchObject({ code })
  })

  test('that unpacks to 64 MiB is refused within the memory allowed', async () => {
    const bomb = `u${gzipSync(Buffer.alloc(64 * 1024 * 1024), { level: 9 }).toString('base64url')}`
    const before = process.memoryUsage().rss
    await expect(decodeBitstring(bomb)).rejects.toMatchObject({ code: 'status_list_too_large' })
    expect(process.memoryUsage().rss - before).toBeLessThan(48 * 1024 * 1024)
  })
})

onEachEngine((engine) => {
  const egress = createEgress({ allowLoopback: true, parseJson: parseJsonStrict })
  let now = Date.now()
  const clock = { now: () => now }
  let store: Store
  let lists: StatusLists
  let base = ''
  let keysAway = false
  /** What a hostile publisher answers instead. */
  let respond: ((response: express.Response, uri: string) => unknown) | undefined

  const requireKey = async (kid: string) => {
    if (keysAway) throw new Refusal('unavailable', 'did_unresolvable', 'not now')
    const key = keys[didOfUrl(kid)]
    if (!key || !kid.endsWith('#key-1')) throw new Refusal('unprocessable', 'key_not_current', 'no such key')
    return publicJwkOf(key)
  }
  const checker = () => createBitstringChecker({ clock, fetch: egress.request, requireKey })

  beforeAll(async () => {
    const app = express()
    app.use((request, response, next) => {
      if (respond) return void respond(response, `${base}${request.originalUrl}`)
      next()
    })
    app.use((request, response, next) => statusListRoutes(lists)(request, response, next))
    app.use(((error, _request, response, _next) => {
      response.status(isRefusal(error) ? error.status : 500).end()
    }) satisfies express.ErrorRequestHandler)
    const server = createServer(app)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    store = await openTestStore(engine, { entities: [], migrations: [...statusListsMigrations] })
    lists = new StatusLists({ store, clock, baseUrl: base, signer: async (did) => signerOf(did), size: 1024 })
    atEnd(() => server.close())
    atEnd(() => egress.dispose())
  })
  beforeEach(() => {
    now = Date.now()
    respond = undefined
    keysAway = false
  })

  const allocate = async (issuer: Did = ISSUER, signer = issuer) => {
    const [entry] = await store.transact((tx) => lists.allocateMany(tx, issuer, 1, signer, 'bitstring'))
    if (!entry) throw new Error('no entry')
    return { entry, status: credentialStatus(entry) as Record<string, string>[] }
  }
  type Entry = Awaited<ReturnType<typeof allocate>>['entry']
  const set = (entry: Entry, state: 'valid' | 'invalid' | 'suspended') =>
    store.transact((tx) => lists.setStatus(tx, entry, state))

  test('is published for each purpose as a credential of the issuer', async () => {
    const { entry, status } = await allocate()
    await set(entry, 'suspended')
    expect(status.map(({ statusPurpose }) => statusPurpose)).toEqual(['revocation', 'suspension'])
    for (const { statusListCredential = '', statusPurpose, statusListIndex } of status) {
      const response = await fetch(statusListCredential)
      expect(response.headers.get('content-type')).toBe('application/vc+jwt')
      const jws = parseJws(await response.text(), { maxBytes: 1_000_000 })
      verifyJws(jws, publicJwkOf(keys[ISSUER] as KeyObject), { typ: 'vc+jwt' })
      expect(jws.payload).toMatchObject({
        id: statusListCredential,
        issuer: ISSUER,
        type: ['VerifiableCredential', 'BitstringStatusListCredential'],
        credentialSubject: { type: 'BitstringStatusList', statusPurpose, ttl: 60_000 },
      })
      const { encodedList } = jws.payload.credentialSubject as { encodedList: string }
      const bytes = await decodeBitstring(encodedList)
      expect(bytes.byteLength * 8).toBe(131_072)
      expect(bitAt(bytes, Number(statusListIndex))).toBe(statusPurpose === 'suspension')
    }
    expect((await fetch(entry.uri)).status).toBe(404)
    expect((await fetch(`${entry.uri}/refresh`)).status).toBe(404)
    const [token] = await store.transact((tx) => lists.allocateMany(tx, ISSUER, 1))
    expect((await fetch(`${token?.uri}/revocation`)).status).toBe(404)
  })

  test('says valid, suspended, valid again and revoked, each at once to whoever asks', async () => {
    const { entry, status } = await allocate()
    const check = () => checker().check(status, ISSUER, { fresh: true })
    expect(await check()).toMatchObject({ ok: true, state: 'valid' })
    await set(entry, 'suspended')
    expect(await check()).toMatchObject({ ok: false, code: 'status_suspended' })
    await set(entry, 'valid')
    expect(await check()).toMatchObject({ ok: true })
    await set(entry, 'invalid')
    expect(await check()).toMatchObject({ ok: false, code: 'status_invalid' })
    await expect(set(entry, 'valid')).rejects.toMatchObject({ code: 'status_final' })
  })

  test('is answered from the database by the node that publishes it', async () => {
    const { entry, status } = await allocate()
    await set(entry, 'suspended')
    const fetch = () => Promise.reject(new Error('nobody is asked'))
    const local = createBitstringChecker({
      ...{ clock, fetch, requireKey },
      local: (uri, index) => lists.localBitstring(uri, index),
    })
    expect(await local.check(status, ISSUER)).toMatchObject({ ok: false, code: 'status_suspended' })
    expect(await local.check(status, OTHER)).toMatchObject({ ok: false, code: 'status_list_invalid' })
  })

  test('may be signed by whom the credential names, and by nobody else', async () => {
    const { status } = await allocate(ISSUER, OTHER)
    expect(await checker().check(status, ISSUER)).toMatchObject({ ok: true })
    const unnamed = status.map(({ status_issuer: _, ...entry }) => entry)
    expect(await checker().check(unnamed, ISSUER)).toMatchObject({
      ...{ ok: false, code: 'status_list_invalid', reason: 'status_list_foreign_signer' },
    })
  })

  const good = (uri: string) => ({
    ...{ uri, issuer: ISSUER, purpose: 'revocation' as const, bytes: newBitstring(131_072), ttlS: 60 },
    ...{ validFrom: seconds(now), validUntil: seconds(now) + 300 },
  })
  /** Signs a payload that was changed. */
  const changed = async (uri: string, change: (payload: Record<string, unknown>) => object, did = ISSUER) => {
    const { payload } = parseJws(await signBitstring(good(uri), signerOf(ISSUER)), { maxBytes: 1_000_000 })
    return signJws({ typ: 'vc+jwt' }, change(structuredClone(payload)), signerOf(did))
  }
  const subject = (more: object) => (payload: Record<string, unknown>) => ({
    ...payload,
    credentialSubject: { ...(payload.credentialSubject as object), ...more },
  })
  const bomb = `u${gzipSync(Buffer.alloc(64 * 1024 * 1024)).toString('base64url')}`

  test.each<[string, (uri: string) => Promise<string>, string]>([
    ['as it should be', (uri) => signBitstring(good(uri), signerOf(ISSUER)), ''],
    ['of another URL', (uri) => signBitstring(good(`${uri}x`), signerOf(ISSUER)), 'status_list_sub_mismatch'],
    ['signed by another', (uri) => signBitstring(good(uri), signerOf(OTHER)), 'status_list_foreign_signer'],
    [
      'of another issuer',
      (uri) => signBitstring({ ...good(uri), issuer: OTHER }, signerOf(OTHER)),
      'status_list_foreign_signer',
    ],
    [
      'that names another issuer than signed it',
      (uri) => signBitstring({ ...good(uri), issuer: OTHER }, signerOf(ISSUER)),
      'status_list_foreign_signer',
    ],
    [
      'for another purpose',
      (uri) => signBitstring({ ...good(uri), purpose: 'suspension' }, signerOf(ISSUER)),
      'status_list_purpose_mismatch',
    ],
    [
      'that has ended',
      (uri) => signBitstring({ ...good(uri), validUntil: seconds(now) - 60 }, signerOf(ISSUER)),
      'jws_expired',
    ],
    [
      'of tomorrow',
      (uri) => signBitstring({ ...good(uri), validFrom: seconds(now) + 86_400 }, signerOf(ISSUER)),
      'jws_issued_in_future',
    ],
    [
      'that is no list',
      (uri) => changed(uri, (payload) => ({ ...payload, type: ['VerifiableCredential'] })),
      'status_list_malformed',
    ],
    [
      'with a subject that is none',
      (uri) => changed(uri, subject({ type: 'Person' })),
      'status_list_malformed',
    ],
    ['without entries', (uri) => changed(uri, subject({ encodedList: 7 })), 'status_list_malformed'],
    ['with a ttl of nothing', (uri) => changed(uri, subject({ ttl: 0 })), 'status_list_malformed'],
    ['that is a bomb', (uri) => changed(uri, subject({ encodedList: bomb })), 'status_list_too_large'],
    [
      'that is too short',
      (uri) => changed(uri, subject({ encodedList: `u${gzipSync('x').toString('base64url')}` })),
      'status_list_too_short',
    ],
    [
      'by a key that is not the issuer’s',
      (uri) => changed(uri, (payload) => payload, OTHER),
      'status_list_foreign_signer',
    ],
    ['that is not signed', async () => 'eyJhbGciOiJub25lIn0.e30.', 'jws_malformed'],
    [
      'that is a Token Status List',
      async (uri) => signJws({ typ: 'statuslist+jwt' }, { sub: uri }, signerOf(ISSUER)),
      'vc_malformed',
    ],
  ])('a list %s', async (_, make, reason) => {
    respond = async (response, uri) => response.type('application/vc+jwt').send(Buffer.from(await make(uri)))
    const entry = {
      ...{ type: 'BitstringStatusListEntry', statusPurpose: 'revocation', statusListIndex: '5' },
      statusListCredential: `${base}/list`,
    }
    const answer = await checker().check(entry, ISSUER)
    const code = reason === 'jws_malformed' ? expect.any(String) : reason
    expect(answer).toMatchObject(reason === '' ? { ok: true } : { ok: false, reason: code })
  })

  test('a list that is away, or whose signer cannot be looked up, is a no', async () => {
    const { status } = await allocate()
    keysAway = true
    expect(await checker().check(status, ISSUER)).toMatchObject({ ok: false, code: 'status_unavailable' })
    keysAway = false
    respond = (response) => response.status(503).end()
    expect(await checker().check(status, ISSUER)).toMatchObject({ ok: false, code: 'status_unavailable' })
  })

  const entry = {
    ...{ type: 'BitstringStatusListEntry', statusPurpose: 'revocation', statusListIndex: '5' },
    statusListCredential: 'https://issuer.example/list',
  }
  test.each<[string, unknown, string]>([
    ['nothing', undefined, 'status_claim_invalid'],
    ['no entries', [], 'status_claim_invalid'],
    ['another kind', { ...entry, type: 'StatusList2021Entry' }, 'status_claim_invalid'],
    ['another kind beside one', [entry, { ...entry, type: 'StatusList2021Entry' }], 'status_claim_invalid'],
    ['another purpose', { ...entry, statusPurpose: 'message', statusSize: 2 }, 'status_claim_invalid'],
    ['an index that is a number', { ...entry, statusListIndex: 5 }, 'status_claim_invalid'],
    ['an index below zero', { ...entry, statusListIndex: '-1' }, 'status_claim_invalid'],
    ['no URL', { ...entry, statusListCredential: 'list' }, 'status_claim_invalid'],
    ['six entries', Array.from({ length: 6 }, () => entry), 'status_claim_invalid'],
    [
      'an address nobody may call',
      { ...entry, statusListCredential: 'http://169.254.169.254/' },
      'status_unavailable',
    ],
  ])('a credentialStatus with %s is a no', async (_, status, code) => {
    expect(await checker().check(status, ISSUER)).toMatchObject({ ok: false, code })
  })

  test('an index outside the list is a no', async () => {
    const { status } = await allocate()
    const outside = status.map((one) => ({ ...one, statusListIndex: '99999999' }))
    expect(await checker().check(outside, ISSUER)).toMatchObject({ ok: false, code: 'status_index_outside' })
  })
})
