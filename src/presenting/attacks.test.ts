import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { AskingVerifier } from '../../test/support/asking-verifier.ts'
import { atEnd } from '../../test/support/endings.ts'
import { onEachEngine } from '../../test/support/engines.ts'
import { HolderRoom } from '../../test/support/holder-room.ts'
import { ANCHOR, VerificationRoom } from '../../test/support/verification-room.ts'
import { readCertificate, thumbprintOf } from '../certificates/index.ts'
import { Refusal, seconds } from '../core/index.ts'
import { encryptNested, newEncryptionKey, parseEncryptionJwk } from '../jose/index.ts'
import type { Engine } from '../store/index.ts'
import { presentationRequestTable } from './request-table.ts'

const hashOf = (verifier: AskingVerifier) =>
  thumbprintOf(readCertificate(Buffer.from(verifier.x5c[0] ?? '', 'base64')))

/** Holders of the same credential, some with anchors, and verifiers of which one is somebody else's. */
async function openWorld(engine: Engine, more: object = {}) {
  const [verifier, stranger] = await Promise.all([AskingVerifier.start(), AskingVerifier.start()])
  const requireKey = async (kid: string) => {
    const found = [verifier, stranger].find(({ did }) => kid === `${did}#key-1`)
    if (!found) throw new Refusal('unprocessable', 'key_not_current', 'not a key of that DID')
    return found.publicJwk
  }
  const room = await HolderRoom.open({ engine, requireKey, ...more })
  const issuing = await VerificationRoom.open({ engine })
  const registration = await issuing.issue(room.holder('company'), 'company-registration', ANCHOR)
  await room.keep('company', registration)
  return { verifier, stranger, room }
}

onEachEngine((engine) => {
  let { verifier, stranger, room } = {} as Awaited<ReturnType<typeof openWorld>>
  beforeAll(async () => {
    ;({ verifier, stranger, room } = await openWorld(engine))
  })
  beforeEach(() => {
    verifier.answers.length = 0
  })
  const refused = async (link: string) => {
    const { status, body } = await room.open(link, 'company')
    expect(status).toBeGreaterThanOrEqual(400)
    expect(status).toBeLessThan(503)
    return body.code
  }
  const did = () => `decentralized_identifier:${verifier.did}`
  const kept = () => room.store.reader.count(presentationRequestTable)

  test('a request as it should be is taken, by value and by reference', async () => {
    expect((await room.open(await verifier.ask(), 'company')).status).toBe(201)
    const link = verifier.byReference(did(), (form) =>
      verifier.sign(verifier.parameters({ wallet_nonce: form.wallet_nonce })),
    )
    expect((await room.open(link, 'company')).status).toBe(201)
    const { form, method } = verifier.fetched.at(-1) ?? { method: '', form: {} as Record<string, string> }
    expect(method).toBe('POST')
    // Nothing about whom it is for.
    expect(Object.keys(form).sort()).toEqual(['wallet_metadata', 'wallet_nonce'])
    expect(JSON.parse(form.wallet_metadata ?? '{}')).toMatchObject({
      response_modes_supported: ['direct_post', 'direct_post.jwt'],
      vp_formats_supported: { 'dc+sd-jwt': { 'kb-jwt_alg_values': ['ES256', 'EdDSA'] } },
      jwks: { keys: [{ kty: 'EC', use: 'enc', alg: 'ECDH-ES', kid: expect.any(String) }] },
      request_object_encryption_alg_values_supported: ['ECDH-ES'],
      request_object_encryption_enc_values_supported: ['A128GCM', 'A256GCM'],
    })
    const byGet = verifier.byReference(did(), () => verifier.sign(verifier.parameters()), null)
    expect((await room.open(byGet, 'company')).status).toBe(201)
    expect(verifier.fetched.at(-1)).toMatchObject({ method: 'GET', form: {} })
  })

  test('what nobody knows is passed over, also what a verifier calls itself', async () => {
    const metadata = { vp_formats_supported: { 'dc+sd-jwt': { more: 1 } }, client_name: 'Your Bank' }
    const more = { more: [1], iss: stranger.did, client_metadata: metadata }
    const asked = await room.open(await verifier.ask(more), 'company')
    expect(asked).toMatchObject({ status: 201, body: { verifier: { name: null, standing: 'unknown' } } })
    expect(JSON.stringify(asked.body)).not.toContain('Your Bank')
  })

  describe('who asks is proven', () => {
    const foreign: Record<string, () => Promise<string>> = {
      decentralized_identifier: async () =>
        verifier.byValue(
          did(),
          await verifier.sign(verifier.parameters(), { kid: verifier.signer.kid }, stranger.signer),
        ),
      'decentralized_identifier, its own kid': async () =>
        verifier.byValue(did(), await stranger.sign(verifier.parameters())),
      x509_san_dns: async () => {
        const client_id = 'x509_san_dns:localhost'
        const jwt = await verifier.signCertified(verifier.parameters({ client_id }), {
          x5c: [...stranger.x5c],
        })
        return verifier.byValue(client_id, jwt)
      },
      'x509_san_dns, another name': async () => {
        const client_id = 'x509_san_dns:bank.example'
        return verifier.byValue(client_id, await verifier.signCertified(verifier.parameters({ client_id })))
      },
      x509_hash: async () => {
        const client_id = `x509_hash:${hashOf(stranger)}`
        return verifier.byValue(client_id, await verifier.signCertified(verifier.parameters({ client_id })))
      },
      'x509_hash, the certificate of another': async () => {
        const client_id = `x509_hash:${hashOf(stranger)}`
        const header = { x5c: [...stranger.x5c] }
        return verifier.byValue(
          client_id,
          await verifier.signCertified(verifier.parameters({ client_id }), header),
        )
      },
    }
    test.each(Object.keys(foreign))('%s with a foreign key', async (name) => {
      expect(await refused((await foreign[name]?.()) ?? '')).toMatch(
        /^(verifier_key_mismatch|jws_signature_invalid)$/,
      )
    })

    test.each([
      ['verifier_prefix_unsupported', 'openid_federation:https://a.example'],
      ['verifier_prefix_unsupported', 'verifier_attestation:a.example'],
      ['verifier_prefix_unsupported', 'origin:https://a.example'],
      ['verifier_prefix_unsupported', 'pre-registered'],
      ['verifier_signature_pointless', 'redirect_uri:https://a.example'],
    ])('%s: %s', async (code, client_id) => {
      const link = verifier.byValue(client_id, await verifier.sign(verifier.parameters({ client_id })))
      expect(await refused(link)).toBe(code)
    })

    test('a verifier that cannot sign is not asked for a request object, nor told what we know', async () => {
      const fetched = verifier.fetched.length
      const link = verifier.byReference('redirect_uri:https://a.example', () => verifier.sign({}))
      expect(await refused(link)).toBe('verifier_signature_pointless')
      expect(verifier.fetched).toHaveLength(fetched)
    })

    test('an unsigned request is taken of nobody who has a key', async () => {
      const parameters = verifier.parameters()
      const texts = Object.entries(parameters).map(([name, value]) => [
        name,
        typeof value === 'string' ? value : JSON.stringify(value),
      ])
      const link = `openid4vp://?${new URLSearchParams(Object.fromEntries(texts))}`
      expect(await refused(link)).toBe('request_unsigned')
      const none = `${Buffer.from('{"alg":"none","typ":"oauth-authz-req+jwt"}').toString('base64url')}.${Buffer.from(JSON.stringify(parameters)).toString('base64url')}.`
      expect(await refused(verifier.byValue(did(), none))).toMatch(/^(jws_|base64url_|verifier_)/)
    })

    test('a token of another kind is no request', async () => {
      const jwt = await verifier.sign(verifier.parameters(), { typ: 'JWT' })
      expect(await refused(verifier.byValue(did(), jwt))).toBe('jws_typ_mismatch')
    })

    test('the link and its request name the same verifier', async () => {
      const link = verifier.byValue(
        `decentralized_identifier:${stranger.did}`,
        await verifier.sign(verifier.parameters()),
      )
      expect(await refused(link)).toBe('verifier_differs')
    })
  })

  describe('a request is fresh, and for this wallet', () => {
    const now = seconds(Date.now())
    test.each([
      ['jws_expired', { exp: now - 60 }],
      ['jws_expired', { exp: undefined, iat: now - 7200 }],
      ['jws_not_yet_valid', { nbf: now + 600 }],
      ['jws_issued_in_future', { iat: now + 600 }],
      ['request_audience_mismatch', { aud: 'https://wallet.example' }],
      ['request_audience_mismatch', { aud: undefined }],
      ['request_audience_mismatch', { aud: ['https://self-issued.me/v2', 'https://b.example'] }],
    ])('%s: %j', async (code, more) => {
      expect(await refused(await verifier.ask(more))).toBe(code)
    })

    test.each([
      ['none', () => ({})],
      ['another', () => ({ wallet_nonce: 'another-nonce-of-somebody' })],
    ])('with %s instead of our nonce', async (_what, more) => {
      const link = verifier.byReference(did(), () => verifier.sign(verifier.parameters(more())))
      expect(await refused(link)).toBe('wallet_nonce_mismatch')
    })

    test('and not answered when its time is over', async () => {
      const { body } = await room.open(await verifier.ask({ exp: seconds(Date.now()) + 40 }), 'company')
      room.offset = 60_000
      const late = await room.accept(body.id, {}, 'willemijn')
      room.offset = 0
      expect(late).toMatchObject({ status: 410, body: { code: 'presentation_request_expired' } })
      expect(verifier.answers).toEqual([])
    })

    test('one that was answered is not answered again', async () => {
      const link = await verifier.ask()
      const { body } = await room.open(link, 'company')
      expect((await room.accept(body.id, {}, 'willemijn')).body).toMatchObject({ state: 'sent' })
      expect(await room.open(link, 'company')).toMatchObject({
        status: 409,
        body: { code: 'presentation_request_replayed' },
      })
      expect(verifier.answers).toHaveLength(1)
    })
  })

  describe('where it is answered', () => {
    test.each([
      ['another host than in the certificate', 'https://elsewhere.example/responses'],
      ['with a password', 'https://a:b@localhost/responses'],
      ['with a fragment', 'https://localhost/responses#x'],
      ['no web address', 'javascript:alert(1)'],
      ['nowhere', undefined],
    ])('%s', async (_what, response_uri) => {
      const client_id = 'x509_san_dns:localhost'
      const jwt = await verifier.signCertified(verifier.parameters({ client_id, response_uri }))
      expect(await refused(verifier.byValue(client_id, jwt))).toBe('response_uri_invalid')
    })

    test.each([
      ['https://shop.example/back?code=1', 'https://shop.example/back?code=1'],
      ['javascript:alert(1)', null],
      [17, null],
    ])('%j is handed on, not followed', async (redirect_uri, shown) => {
      verifier.reply = { status: 200, body: JSON.stringify({ redirect_uri, more: 1 }) }
      const { body } = await room.open(await verifier.ask(), 'company')
      const accepted = await room.accept(body.id, {}, 'willemijn')
      verifier.reply = { status: 200, body: '{}' }
      expect(accepted.body).toMatchObject({ state: 'sent', redirect_uri: shown })
    })

    test('a verifier that does not take it is said to have not', async () => {
      verifier.reply = { status: 400, body: '{"error":"invalid_request"}' }
      const { body } = await room.open(await verifier.ask(), 'company')
      const failed = await room.accept(body.id, {}, 'willemijn')
      expect(failed.body).toMatchObject({ state: 'failed', code: 'invalid_request' })
      verifier.reply = { status: 200, body: '{}' }
      expect(await room.accept(body.id, {}, 'willemijn')).toMatchObject({
        status: 409,
        body: { code: 'presentation_outcome_unknown' },
      })
      expect((await room.accept(body.id, { again: true }, 'willemijn')).body).toMatchObject({ state: 'sent' })
    })
  })

  describe('what the verifier is told of a request that is wrong', () => {
    const transaction = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const unbound = {
      credentials: [{ id: 'a', format: 'dc+sd-jwt', meta: {}, require_cryptographic_holder_binding: false }],
    }
    const known = {
      type: 'urn:regie:transaction:confirmation:1',
      credential_ids: ['registration'],
      text: 'x',
    }
    test.each<[string, string, Record<string, unknown>]>([
      ['invalid_request', 'presentation_request_invalid', { redirect_uri: 'https://a.example' }],
      ['invalid_request', 'presentation_request_invalid', { response_mode: 'fragment' }],
      ['invalid_request', 'presentation_request_invalid', { nonce: 'short' }],
      ['invalid_request', 'presentation_request_invalid', { nonce: 'with a blank in it' }],
      ['invalid_request', 'presentation_request_invalid', { nonce: undefined }],
      ['invalid_request', 'presentation_request_invalid', { dcql_query: undefined }],
      ['invalid_request', 'presentation_request_invalid', { dcql_query: { credentials: [] } }],
      ['invalid_request', 'presentation_request_invalid', { client_metadata: undefined }],
      ['invalid_request', 'presentation_request_invalid', { response_mode: 'direct_post.jwt' }],
      ['invalid_request', 'presentation_request_invalid', { state: 'with a blank' }],
      ['invalid_request', 'presentation_request_invalid', { state: undefined, dcql_query: unbound }],
      ['unsupported_response_type', 'response_type_unsupported', { response_type: 'code' }],
      ['invalid_scope', 'scope_query_unsupported', { scope: 'com.example.id', dcql_query: undefined }],
      [
        'vp_formats_not_supported',
        'vp_formats_unsupported',
        { client_metadata: { vp_formats_supported: { mso_mdoc: {} } } },
      ],
      ['invalid_transaction_data', 'transaction_data_unsupported', { transaction_data: [] }],
      ['invalid_transaction_data', 'transaction_data_unsupported', { transaction_data: ['!'] }],
      ...[
        { ...known, type: 'payment' },
        { ...known, more: 1 },
        { ...known, credential_ids: ['other'] },
        { ...known, text: 17 },
        { ...known, transaction_data_hashes_alg: ['sha-512'] },
      ].map((data): [string, string, Record<string, unknown>] => [
        'invalid_transaction_data',
        'transaction_data_unsupported',
        { transaction_data: [transaction(known), transaction(data)] },
      ]),
    ])('%s (%s): %j', async (error, code, more) => {
      const before = await kept()
      expect(await refused(await verifier.ask(more))).toBe(code)
      expect(verifier.answers).toEqual([expect.objectContaining({ error })])
      const hasState = more.state !== undefined || !Object.hasOwn(more, 'state')
      const told = ['error', ...(hasState ? ['state'] : [])]
      expect(Object.keys(verifier.answers[0] ?? {}).sort()).toEqual(told)
      expect(await kept()).toBe(before)
    })

    test('nothing, as long as it did not prove who it is', async () => {
      const parameters = verifier.parameters({ scope: 'x' })
      const forged = await verifier.sign(parameters, { kid: verifier.signer.kid }, stranger.signer)
      await refused(verifier.byValue(did(), forged))
      expect(verifier.answers).toEqual([])
    })
  })

  describe('bounds', () => {
    test('a request object of 1 MB', async () => {
      const large = await verifier.sign(verifier.parameters({ more: 'x'.repeat(1_000_000) }))
      expect(await refused(verifier.byReference(did(), () => large, 'get'))).toBe('egress_too_large')
      expect((await room.open(verifier.byValue(did(), large), 'company')).status).toBeGreaterThanOrEqual(400)
    })

    test('one of 100,000 levels', async () => {
      const deep = `${'['.repeat(30_000)}${']'.repeat(30_000)}`
      const payload = Buffer.from(`{"client_id":"${did()}","x":${deep}}`).toString('base64url')
      const [header, , signature] = (await verifier.sign(verifier.parameters())).split('.')
      expect(
        await refused(verifier.byReference(did(), () => `${header}.${payload}.${signature}`, 'get')),
      ).toBe('json_too_deep')
      const query = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`
      const link = `openid4vp://?client_id=redirect_uri:${verifier.responseUri}&dcql_query=${encodeURIComponent(query)}`
      expect((await room.open(link, 'company')).status).toBeGreaterThanOrEqual(400)
    })

    test.each([
      '',
      'openid4vp://',
      'ftp://a.example?client_id=x',
      'openid4vp://?client_id=a&client_id=b',
      'no link',
    ])('no link: %j', async (link) => {
      expect(await refused(link)).toMatch(/^(presentation_link_invalid|form_|invalid_input|request_unsigned)/)
    })

    test.each([
      ['request_uri_method_invalid', 'POST'],
      ['request_uri_method_invalid', 'put'],
    ])('%s: %s', async (code, method) => {
      expect(await refused(verifier.byReference(did(), () => '', method))).toBe(code)
    })

    describe('encrypted', () => {
      const sealed = async (
        form: Record<string, string>,
        change: { inside?: string; kid?: string; to?: object } = {},
      ) => {
        const { jwks } = JSON.parse(form.wallet_metadata ?? '{}') as { jwks: { keys: object[] } }
        const signed = await verifier.sign(verifier.parameters({ wallet_nonce: form.wallet_nonce }))
        const recipient = parseEncryptionJwk({
          ...(change.to ?? jwks.keys[0]),
          ...(change.kid && { kid: change.kid }),
        })
        return encryptNested(change.inside ?? signed, 'oauth-authz-req+jwt', { recipient, enc: 'A256GCM' })
      }
      const open = (serve: (form: Record<string, string>) => Promise<string>, method = 'post') =>
        room.open(verifier.byReference(did(), serve, method), 'company')

      test('to the key we sent it is read; each time to another', async () => {
        const keys = new Set<string>()
        for (const _ of [1, 2]) {
          const { status } = await open((form) => {
            keys.add(form.wallet_metadata ?? '')
            return sealed(form)
          })
          expect(status).toBe(201)
        }
        expect(keys.size).toBe(2)
      })

      test.each<[string, string, (form: Record<string, string>) => Promise<string>]>([
        [
          'to another key',
          'jwe_not_decrypted',
          (form) => {
            const { kid } = JSON.parse(form.wallet_metadata ?? '{}').jwks.keys[0]
            return sealed(form, { to: newEncryptionKey('x').publicJwk, kid })
          },
        ],
        ['under another name', 'jwe_key_unknown', (form) => sealed(form, { kid: 'other' })],
        ['what is no token', 'jws_malformed', (form) => sealed(form, { inside: '{}' })],
        ['by nobody signed', 'jws_header_invalid', (form) => sealed(form, { inside: 'e30.e30.' })],
        ['twice', 'jws_malformed', async (form) => sealed(form, { inside: await sealed(form) })],
      ])('%s it is refused', async (_what, code, serve) => {
        expect((await open(serve)).body).toMatchObject({ code })
      })

      test('where nobody gave a key it is none', async () => {
        const to = newEncryptionKey('x').publicJwk
        expect((await open((form) => sealed(form, { to }), 'get')).body).toMatchObject({
          code: 'jws_malformed',
        })
      })
    })

    test('a method to fetch what is not there', async () => {
      const link = `${await verifier.ask()}&request_uri_method=post`
      expect(await refused(link)).toBe('presentation_link_invalid')
    })

    test.each([
      { status: 404 },
      { status: 200, type: 'text/html', body: 'x' },
      { status: 302, location: 'http://127.0.0.1:1/' },
    ])('a request that is not there: %j', async (served) => {
      expect(await refused(verifier.byReference(did(), () => served))).toBe('request_not_fetched')
    })
  })

  test('values that probe are shown to the holder, and answered by nobody but her', async () => {
    const query = (value: string) => ({
      dcql_query: {
        credentials: [
          {
            ...{ id: 'registration', format: 'dc+sd-jwt' },
            meta: { vct_values: ['urn:regie:credential:company-registration:1'] },
            claims: [{ path: ['kvk_number'], values: [value] }],
          },
        ],
      },
    })
    const heard = async (value: string) => {
      verifier.answers.length = 0
      const { body } = await room.open(await verifier.ask(query(value)), 'company')
      expect(body.queries[0]?.asks).toEqual([{ claim: 'kvk_number', one_of: [value] }])
      expect(verifier.answers).toEqual([])
      await room.decline(body.id, 'willemijn')
      return { answerable: body.answerable, answers: verifier.answers.map(({ state: _, ...rest }) => rest) }
    }
    expect(await heard('99990001')).toEqual({ answerable: true, answers: [{ error: 'access_denied' }] })
    expect(await heard('00000000')).toEqual({ answerable: false, answers: [{ error: 'access_denied' }] })
  })
})

test('no address inside our own network is called', async () => {
  let hits = 0
  const listener = createServer((_request, response) => {
    hits += 1
    response.end()
  })
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  atEnd(() => new Promise((resolve) => listener.close(resolve)))
  const { port } = listener.address() as AddressInfo
  const { verifier, room } = await openWorld('sqlite', { isDevelopment: false })
  const clientId = `decentralized_identifier:${verifier.did}`
  for (const host of ['127.0.0.1', 'localhost', '[::1]', '10.0.0.1', '169.254.169.254', '0.0.0.0'])
    for (const scheme of ['http', 'https']) {
      const requestUri = `${scheme}://${host}:${port}/r`
      const link = `openid4vp://?${new URLSearchParams({ client_id: clientId, request_uri: requestUri })}`
      expect(await room.open(link, 'company')).toMatchObject({ status: 502 })
      const asked = await room.open(await verifier.ask({ response_uri: requestUri, scope: 'x' }), 'company')
      expect(asked.body.code).toBe(scheme === 'http' ? 'response_uri_invalid' : 'scope_query_unsupported')
      const taken = await room.open(await verifier.ask({ response_uri: requestUri }), 'company')
      if (scheme === 'https')
        expect((await room.accept(taken.body.id, {}, 'willemijn')).body).toMatchObject({ state: 'failed' })
    }
  expect(hits).toBe(0)
  expect(await room.open(`openid4vp://?client_id=redirect_uri:https://a.example`, 'company')).toMatchObject({
    body: { code: 'request_unsigned' },
  })
})

describe('where anchors are configured', () => {
  test.each(['x509_san_dns:localhost', 'x509_hash'])('%s leads to one of them', async (id) => {
    const [verifier, stranger] = await Promise.all([AskingVerifier.start(), AskingVerifier.start()])
    const room = await HolderRoom.open({ engine: 'sqlite', anchors: [verifier.anchor] })
    const open = async (who: AskingVerifier) => {
      const client_id = id === 'x509_hash' ? `x509_hash:${hashOf(who)}` : id
      const jwt = await who.signCertified(who.parameters({ client_id }))
      return room.open(who.byValue(client_id, jwt), 'company')
    }
    expect((await open(verifier)).body.verifier).toMatchObject({ known: true, standing: 'certified' })
    expect(await open(stranger)).toMatchObject({ status: 403, body: { code: 'certificate_untrusted' } })
  })
})

describe('what the policy forbids', () => {
  test('unknown verifiers are refused where it says so, and hear nothing', async () => {
    const { verifier, room } = await openWorld('sqlite', { policy: { unknownVerifiers: 'refuse' } })
    expect(await room.open(await verifier.ask(), 'company')).toMatchObject({
      status: 403,
      body: { code: 'presenting_policy', params: { rule: 'unknown_verifier' } },
    })
    expect(verifier.answers).toEqual([])
  })

  test('claims of a class are kept from unknown verifiers', async () => {
    const { verifier, room } = await openWorld('sqlite', { policy: { withhold: ['public', 'trusted'] } })
    const { body } = await room.open(await verifier.ask(), 'company')
    expect(body.verifier).toMatchObject({ known: false, standing: 'unknown' })
    expect(body.queries[0]?.candidates[0]?.forbidden_by).toBe('unknown_verifier_data_class')
    expect(await room.accept(body.id, {}, 'willemijn')).toMatchObject({
      status: 403,
      body: { code: 'presenting_policy', params: { rule: 'unknown_verifier_data_class' } },
    })
    expect(verifier.answers).toEqual([])
  })
})
