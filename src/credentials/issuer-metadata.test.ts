import { generateKeyPairSync } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import { Refusal } from '../core/index.ts'
import { publicJwkOf } from '../jose/index.ts'
import { IssuerMetadata } from './issuer-metadata.ts'

const ISS = 'https://issuer.example/hr'
const METADATA = 'https://issuer.example/.well-known/jwt-vc-issuer/hr'
const jwk = publicJwkOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)

let now = 0
let called: string[]
/** How it is answered. */
let answer: (url: string) => Promise<unknown>
let metadata: IssuerMetadata

const published = async () => ({ issuer: ISS, jwks: { keys: [{ ...jwk, kid: 'k1' }] } })
const away = async () => {
  throw new Refusal('upstream', 'egress_unreachable', 'not there')
}
const open = (permitted: readonly string[] = [ISS]) =>
  new IssuerMetadata({
    clock: { now: () => now },
    permitted: new Set(permitted),
    egress: {
      json: async (url: string | URL) => {
        called.push(String(url))
        return { status: 200, headers: {}, json: await answer(String(url)) }
      },
    } as never,
  })
const codeOf = (asked: Promise<unknown>) =>
  asked.then(
    () => 'known',
    ({ code }: Refusal) => code,
  )

beforeEach(() => {
  now = 1_000_000
  called = []
  answer = published
  metadata = open()
})

describe('an issuer that does not answer', () => {
  test('is not asked again for a moment, and then is', async () => {
    answer = away
    expect(await codeOf(metadata.requireKey(ISS, 'k1'))).toBe('issuer_metadata_unreachable')
    now += 4_999
    expect(await codeOf(metadata.requireKey(ISS, 'k1'))).toBe('issuer_metadata_unreachable')
    expect(called).toHaveLength(1)
    answer = published
    now += 1
    expect(await codeOf(metadata.requireKey(ISS, 'k1'))).toBe('known')
    expect(called).toHaveLength(2)
  })

  test('is not asked again for what is not its metadata either', async () => {
    answer = async () => ({ issuer: 'https://other.example' })
    for (const _ of [1, 2])
      expect(await codeOf(metadata.requireKey(ISS, 'k1'))).toBe('issuer_metadata_invalid')
    expect(called).toHaveLength(1)
  })
})

test('of many who need its keys at the same time one asks', async () => {
  const all = await Promise.all(Array.from({ length: 20 }, () => codeOf(metadata.requireKey(ISS, 'k1'))))
  expect(new Set(all)).toEqual(new Set(['known']))
  expect(called).toEqual([METADATA])
})

test('what could not be had together is asked for again by whoever comes later', async () => {
  answer = away
  await Promise.all([1, 2].map(() => codeOf(metadata.requireKey(ISS, 'k1'))))
  answer = published
  now += 5_000
  expect(await codeOf(metadata.requireKey(ISS, 'k1'))).toBe('known')
  expect(called).toHaveLength(2)
})

describe('an issuer nobody configured', () => {
  beforeEach(() => {
    metadata = open([])
  })

  test('is asked where one of us said yes to what its web server hands out', async () => {
    expect(await codeOf(metadata.requireKey(ISS, 'k1', 'https://issuer.example/oid4vci'))).toBe('known')
  })

  test.each<[string, string, string | undefined]>([
    ['nobody said so', ISS, undefined],
    ['another web server hands it out', ISS, 'https://other.example'],
    ['a part of its name does', ISS, 'https://example'],
    ['the scheme is another', ISS, 'http://issuer.example'],
    ['it has a user name', 'https://a@issuer.example/hr', 'https://issuer.example'],
    ['it has a query', `${ISS}?a=1`, 'https://issuer.example'],
    ['it is no address', 'issuer', 'issuer'],
    ['it is an address without a server', 'data:text/plain,a', 'data:text/plain,b'],
  ])('is not called where %s', async (_what, iss, from) => {
    expect(await codeOf(metadata.requireKey(iss, 'k1', from))).toBe('issuer_not_permitted')
    expect(called).toEqual([])
  })

  test('is nobody to others, also while its keys are still known', async () => {
    await metadata.requireKey(ISS, 'k1', ISS)
    expect(await codeOf(metadata.requireKey(ISS, 'k1'))).toBe('issuer_not_permitted')
  })
})
