import { CompactEncrypt, importJWK } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { onEachEngine } from '../../test/support/engines.ts'
import { answering, openShown, type Shown } from '../../test/support/verification-shown.ts'
import type { RequestObject } from '../../test/support/verification-wallet.ts'
import { encodeBase64url, type JsonObject, newEncryptionKey } from '../jose/index.ts'

onEachEngine((engine) => {
  let shown: Shown
  let { room, wallet, registration } = {} as Shown
  beforeAll(async () => {
    shown = await openShown(engine)
    ;({ room, wallet, registration } = shown)
  })
  const { open, good, reportOf } = answering(() => shown)

  describe('a request is answered once', () => {
    test('a response sent again is refused', async () => {
      const { started, request } = await open()
      const vpToken = { registration: [await good(request)] }
      expect((await wallet.respond(request, vpToken)).status).toBe(200)
      expect(await wallet.respond(request, vpToken)).toMatchObject({
        status: 409,
        body: { code: 'verification_finished' },
      })
      expect((await fetch(started.request_uri)).status).toBe(409)
    })

    test('of many responses at once one is taken', async () => {
      const { request } = await open({})
      const vpToken = { registration: [await good(request)] }
      const answers = await Promise.all(Array.from({ length: 8 }, () => wallet.respond(request, vpToken)))
      expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(7).fill(409)])
    })

    test('a response is of no use in another session, also with the state of that one', async () => {
      const [one, other] = [await open(), await open()]
      const vpToken = { registration: [await good(one.request)] }
      const crossed = await wallet.respond(
        { ...one.request, response_uri: other.request.response_uri },
        vpToken,
      )
      expect(crossed).toMatchObject({ status: 400, body: { code: 'state_mismatch' } })
      await wallet.respond(other.request, vpToken)
      expect(await wallet.show(other.started)).toMatchObject({ accepted: false })
      expect(await wallet.show(one.started)).toMatchObject({ state: 'waiting' })
    })

    test.each(['direct_post', 'direct_post.jwt'] as const)(
      'what nobody knows beside it is let be, %s',
      async (mode) => {
        const { started, request } = await open({ response_mode: mode })
        const vpToken = { registration: [await good(request)] }
        const more = {
          presentation_submission: '{}',
          iss: 'https://wallet.example',
          code: 'x',
          expires_in: '5',
        }
        const change = (payload: Record<string, unknown>) => ({ ...payload, ...more })
        expect((await wallet.respond(request, vpToken, { change })).status).toBe(200)
        expect(await wallet.show(started)).toMatchObject({ accepted: true })
      },
    )

    test('an error without the state of the request ends nothing', async () => {
      const { started, request } = await open()
      expect((await room.post(request.response_uri, { error: 'access_denied' })).body.code).toBe(
        'state_mismatch',
      )
      expect(await wallet.show(started)).toMatchObject({ state: 'waiting' })
    })

    test.each(['x', 'x'.repeat(32), '../../etc/passwd', '%00'])(
      'an address nobody gave out is unknown: %s',
      async (id) => {
        const response = await fetch(`${room.url}/verification/requests/${encodeURIComponent(id)}`)
        expect(response.status).toBe(404)
      },
    )
  })

  describe('what is no response to the request changes nothing', () => {
    test.each<[string, (presentation: string) => object]>([
      ['vp_token_malformed', () => ({})],
      ['vp_token_malformed', (one) => ({ registration: one })],
      ['vp_token_malformed', () => ({ registration: [] })],
      ['vp_token_malformed', (one) => ({ registration: [one, one] })],
      ['vp_token_malformed', (one) => ({ registration: [{ one }] })],
      ['vp_token_malformed', (one) => ({ registration: [one], other: [one] })],
      ['vp_token_malformed', (one) => ({ constructor: [one] })],
    ])('%s', async (code, make) => {
      const { started, request } = await open()
      const answer = await wallet.respond(request, make(await good(request)))
      expect(answer).toMatchObject({ status: 400, body: { code } })
      expect(await wallet.show(started)).toMatchObject({ state: 'waiting' })
    })

    const deep = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`
    test.each<[string, number, (request: RequestObject) => Record<string, string>]>([
      ['vp_token_missing', 400, ({ state }) => ({ state })],
      ['json_invalid', 400, ({ state }) => ({ state, vp_token: '{' })],
      ['json_too_deep', 400, ({ state }) => ({ state, vp_token: `{"registration":${deep(100_000)}}` })],
      ['json_duplicate_member', 400, ({ state }) => ({ state, vp_token: '{"a":[],"a":[]}' })],
      [
        'json_too_large',
        400,
        ({ state }) => ({ state, vp_token: `{"registration":["${'a'.repeat(1024 * 1024)}"]}` }),
      ],
      ['entity_too_large', 413, ({ state }) => ({ state, vp_token: 'a'.repeat(2 * 1024 * 1024 + 1) })],
      ['response_encrypted', 400, ({ state }) => ({ state, response: 'a.b.c.d.e' })],
    ])('%s', async (code, status, form) => {
      const { started, request } = await open()
      expect(await room.post(request.response_uri, form(request))).toMatchObject({ status, body: { code } })
      expect(await wallet.show(started)).toMatchObject({ state: 'waiting' })
    })

    test('50,000 disclosures, or a megabyte of one, are not read', async () => {
      const issuerJwt = registration.slice(0, registration.indexOf('~'))
      for (const [tail, code] of [
        ['~YQ'.repeat(50_000), 'sd_jwt_too_many_disclosures'],
        [`~${'a'.repeat(300_000)}`, 'sd_jwt_too_large'],
      ] as const)
        expect(await reportOf(async () => `${issuerJwt}${tail}~`)).toMatchObject({
          accepted: false,
          codes: expect.arrayContaining([code]),
        })
    })
  })

  describe('encryption', () => {
    const seal = async (request: RequestObject, header: object, jwk?: object) => {
      const key = jwk ?? (request.client_metadata.jwks?.keys[0] as JsonObject)
      const plain = JSON.stringify({
        vp_token: { registration: [await good(request)] },
        state: request.state,
      })
      return new CompactEncrypt(Buffer.from(plain))
        .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A128GCM', kid: (key as { kid?: string }).kid, ...header })
        .encrypt(await importJWK(key, 'ECDH-ES'))
    }
    const kidOf = (request: RequestObject) =>
      String((request.client_metadata.jwks?.keys[0] as JsonObject | undefined)?.kid)
    const table: readonly [string, string, (request: RequestObject) => Promise<string> | string][] = [
      [
        'another key under our name',
        'jwe_not_decrypted',
        (one) => seal(one, { kid: kidOf(one) }, newEncryptionKey('x').publicJwk),
      ],
      ['another name for our key', 'jwe_key_unknown', (one) => seal(one, { kid: 'another' })],
      ['no name for our key', 'jwe_key_unknown', (one) => seal(one, { kid: undefined })],
      [
        'the key of another session',
        'jwe_key_unknown',
        async (one) => seal(one, {}, (await open({})).request.client_metadata.jwks?.keys[0] as object),
      ],
      ['an enc we did not offer', 'jwe_alg_unsupported', (one) => seal(one, { enc: 'A256CBC-HS512' })],
      ['no JWE', 'jwe_malformed', () => 'a.b'],
    ]
    test.each(table)('%s: %s', async (_, code, make) => {
      const { started, request } = await open({})
      const response = await make(request)
      expect(await room.post(request.response_uri, { response })).toMatchObject({
        status: 400,
        body: { code },
      })
      expect(await wallet.show(started)).toMatchObject({ state: 'waiting' })
    })

    test.each([
      [{ zip: 'DEF' }, 'jwe_header_invalid'],
      [{ crit: ['exp'] }, 'jwe_header_invalid'],
      [{ alg: 'PBES2-HS256+A128KW', p2c: 1e9, p2s: 'AAAA' }, 'jwe_header_invalid'],
      [{ alg: 'dir' }, 'jwe_alg_unsupported'],
    ])('a header with %j is refused before anything is computed', async (more, code) => {
      const { request } = await open({})
      const [header = '', ...rest] = (await seal(request, {})).split('.')
      const changed = { ...JSON.parse(Buffer.from(header, 'base64url').toString()), ...more }
      const response = [encodeBase64url(JSON.stringify(changed)), ...rest].join('.')
      expect((await room.post(request.response_uri, { response })).body.code).toBe(code)
    })

    test('a response in the clear where it must be encrypted is refused, also beside an encrypted one', async () => {
      const { started, request } = await open({})
      const vp_token = JSON.stringify({ registration: [await good(request)] })
      const forms: Record<string, string>[] = [
        { vp_token, state: request.state },
        { vp_token, response: await seal(request, {}) },
      ]
      for (const form of forms)
        expect((await room.post(request.response_uri, form)).body.code).toBe('response_not_encrypted')
      expect(await wallet.show(started)).toMatchObject({ state: 'waiting' })
    })
  })
})
