import { hash } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { onEachEngine } from '../../test/support/engines.ts'
import { ANCHOR, EMPLOYER, US, user } from '../../test/support/verification-room.ts'
import { asked, openShown, type Shown } from '../../test/support/verification-shown.ts'
import { decryptNested, newEncryptionKey, parseJws, publicJwkOf, verifyJws } from '../jose/index.ts'

onEachEngine((engine) => {
  let { room, wallet, ada, registration } = {} as Shown
  beforeAll(async () => {
    ;({ room, wallet, ada, registration } = await openShown(engine))
  })

  test('a request in the clear is answered, reported with reasons and provenance, and told to webhooks', async () => {
    const started = await wallet.start({ response_mode: 'direct_post' })
    expect(started.link).toMatch(
      /^openid4vp:\/\/\?client_id=decentralized_identifier.*request_uri_method=post$/,
    )
    expect(started.qr_svg).toMatch(/^<svg /)
    expect(await wallet.show(started)).toMatchObject({ state: 'waiting', accepted: null, credentials: [] })
    const request = await wallet.fetch(started)
    expect(request).toMatchObject({
      ...{ aud: 'https://self-issued.me/v2', response_type: 'vp_token', response_mode: 'direct_post' },
      client_id: `decentralized_identifier:${US}`,
    })
    const presentation = await room.present(ada, registration, request, asked)
    const answer = await wallet.respond(request, { registration: [presentation] })
    expect(answer).toEqual({ status: 200, body: {} })
    const result = await wallet.show(started)
    expect(result).toMatchObject({
      ...{ state: 'done', accepted: true, error: null },
      credentials: [
        {
          ...{ accepted: true, verified: true, trusted: true, issuer: ANCHOR },
          claims: { name: 'Kwekerij De Linde B.V.', kvk_number: '99990001', registered_on: '2026-01-15' },
          provenance: { issuer_name: 'MYOBI' },
        },
      ],
    })
    expect(result.credentials[0]?.provenance.status_as_of).not.toBeNull()
    expect(room.announced.at(-1)).toMatchObject({ id: started.id, state: 'done' })
  })

  test.each(['A128GCM', 'A256GCM'] as const)('a response encrypted with %s is read', async (enc) => {
    const started = await wallet.start({})
    const request = await wallet.fetch(started)
    expect(request.client_metadata.encrypted_response_enc_values_supported).toEqual(['A128GCM', 'A256GCM'])
    const presentation = await room.present(ada, registration, request, asked)
    await wallet.respond(request, { registration: [presentation] }, { enc })
    expect(await wallet.show(started)).toMatchObject({ state: 'done', accepted: true })
  })

  test('each request has a key, a nonce and a state of its own', async () => {
    const [one, other] = [
      await wallet.fetch(await wallet.start({})),
      await wallet.fetch(await wallet.start({})),
    ]
    expect(one.client_metadata.jwks?.keys[0]).toMatchObject({
      alg: 'ECDH-ES',
      use: 'enc',
      kid: expect.any(String),
    })
    expect(one.client_metadata.jwks).not.toEqual(other.client_metadata.jwks)
    expect(one.nonce).not.toBe(other.nonce)
    expect(one.state).not.toBe(other.state)
    expect(one.nonce).toMatch(/^[\w-]{32}$/)
  })

  describe('a wallet with a key to encrypt to', () => {
    const key = newEncryptionKey('wallet-1')
    const fetched = async (metadata: object) => {
      const { request_uri } = await wallet.start({})
      const form = { wallet_nonce: 'qPmxiNFCR3QTm19POc8u', wallet_metadata: JSON.stringify(metadata) }
      const response = await fetch(request_uri, { method: 'POST', body: new URLSearchParams(form) })
      return {
        status: response.status,
        type: response.headers.get('content-type'),
        text: await response.text(),
      }
    }
    const keyOf = (kid: string | undefined) => (kid === 'wallet-1' ? key.privateKey : null)

    test.each([
      [{}, 'A256GCM'],
      [{ request_object_encryption_enc_values_supported: ['A128GCM', 'A128CBC-HS256'] }, 'A128GCM'],
      [{ request_object_encryption_alg_values_supported: ['RSA-OAEP', 'ECDH-ES'] }, 'A256GCM'],
    ])('gets a request that only it reads, %j', async (more, enc) => {
      const { type, text } = await fetched({ jwks: { keys: [key.publicJwk] }, ...more })
      expect(type).toBe('application/oauth-authz-req+jwt')
      const header = JSON.parse(Buffer.from(text.split('.')[0] ?? '', 'base64url').toString())
      expect(header).toMatchObject({ enc, kid: 'wallet-1', typ: 'oauth-authz-req+jwt', cty: 'JWT' })
      const inside = parseJws(await decryptNested(text, { keyOf, maxBytes: 100_000 }))
      verifyJws(inside, await wallet.keyOf(await wallet.start({})), { typ: 'oauth-authz-req+jwt' })
      expect(inside.payload).toMatchObject({ wallet_nonce: 'qPmxiNFCR3QTm19POc8u', dcql_query: {} })
    })

    test('gets none where it wants another way', async () => {
      for (const more of [
        { request_object_encryption_enc_values_supported: ['A128CBC-HS256'] },
        { request_object_encryption_alg_values_supported: ['RSA-OAEP'] },
      ])
        expect(await fetched({ jwks: { keys: [key.publicJwk] }, ...more })).toMatchObject({ status: 422 })
    })

    test('that is for signatures gets it in the clear', async () => {
      const { use: _use, alg: _alg, ...point } = key.publicJwk
      const { text } = await fetched({ jwks: { keys: [{ ...point, use: 'sig' }] } })
      expect(parseJws(text).payload).toMatchObject({ wallet_nonce: 'qPmxiNFCR3QTm19POc8u' })
    })
  })

  test.each([
    [{}, 422],
    [{ client_id_prefix: 'redirect_uri' }, 422],
    [{ response_mode: 'direct_post' }, 422],
  ])('a link of haip-vp is for what that profile wants, not for %j', async (more, status) => {
    const input = { preset: 'registered-company', scheme: 'haip-vp', ...more }
    expect(await room.call('POST', '/verifications/requests', input)).toMatchObject({
      ...{ status, body: { code: 'haip_not_met' } },
    })
  })

  test('a wallet that posts gets its nonce back, and a request it can answer', async () => {
    const started = await wallet.start({})
    const metadata = { authorization_encryption_enc_values_supported: ['A256GCM'], unknown: 1 }
    const form = { wallet_nonce: 'qPmxiNFCR3QTm19POc8u', wallet_metadata: JSON.stringify(metadata) }
    const request = await wallet.fetch(started, form)
    expect(request.wallet_nonce).toBe('qPmxiNFCR3QTm19POc8u')
    expect(request.client_metadata.encrypted_response_enc_values_supported).toEqual(['A256GCM'])
    expect(await wallet.fetch(started)).not.toHaveProperty('wallet_nonce')
  })

  test.each<[string, string]>([
    ['wallet_unsupported', '{"vp_formats_supported":{"mso_mdoc":{}}}'],
    ['wallet_unsupported', '{"client_id_prefixes_supported":["x509_hash"]}'],
    ['wallet_unsupported', '{"authorization_encryption_enc_values_supported":["A128CBC-HS256"]}'],
    ['wallet_unsupported', '{"jwks":{"keys":[{"kty":"RSA","use":"enc","n":"AQAB","e":"AQAB"}]}}'],
    ['wallet_unsupported', '{"request_object_encryption_alg_values_supported":["ECDH-ES"]}'],
    ['wallet_metadata_invalid', '{"jwks":{"keys":["x"]}}'],
    ['wallet_metadata_invalid', '{"vp_formats_supported":1}'],
    ['wallet_metadata_invalid', 'no JSON'],
  ])('%s for a wallet that says %s', async (code, metadata) => {
    const { request_uri } = await wallet.start({})
    expect((await room.post(request_uri, { wallet_metadata: metadata })).body).toMatchObject({ code })
  })

  test('on one device the result is for who brings the response code', async () => {
    const started = await wallet.start({ flow: 'same_device', return_to: 'https://shop.example/back?x=1' })
    const request = await wallet.fetch(started)
    const presentation = await room.present(ada, registration, request, asked)
    const { body } = await wallet.respond(request, { registration: [presentation] })
    const back = new URL(String(body.redirect_uri))
    expect(`${back.origin}${back.pathname}`).toBe('https://shop.example/back')
    const code = back.searchParams.get('response_code') ?? ''
    expect(code).toMatch(/^[\w-]{32}$/)
    expect(await wallet.show(started)).toMatchObject({
      state: 'done',
      accepted: null,
      credentials: [],
      checks: [],
    })
    expect(await wallet.show(started, `?response_code=${'x'.repeat(32)}`)).toMatchObject({ accepted: null })
    expect(await wallet.show(started, `?response_code=${code}`)).toMatchObject({ accepted: true })
  })

  test.each([
    ['return_to_missing', { flow: 'same_device' }],
    ['return_to_unexpected', { return_to: 'https://shop.example/' }],
    ['return_to_refused', { flow: 'same_device', return_to: 'javascript:alert(1)' }],
    ['return_to_refused', { flow: 'same_device', return_to: 'https://a:b@shop.example/' }],
    ['preset_unknown', { preset: 'salary' }],
    ['preset_parameter_invalid', { parameters: { kvk_number: 'x' } }],
    ['client_id_prefix_unavailable', { client_id_prefix: 'x509_hash' }],
  ])('%s', async (code, body) => {
    const input = { preset: 'registered-company', ...body }
    expect((await room.call('POST', '/verifications/requests', input)).body).toMatchObject({ code })
  })

  test('a wallet that will not is reported with its code, and nothing of what it describes', async () => {
    for (const form of [{ error: 'access_denied' }, { error: 'Ada said no' }]) {
      const started = await wallet.start({})
      const request = await wallet.fetch(started)
      const { state } = request
      const sent = await room.post(request.response_uri, { ...form, state, error_description: 'Ada' })
      expect(sent).toEqual({ status: 200, body: {} })
      const error = form.error === 'access_denied' ? form.error : 'unknown_error'
      expect(await wallet.show(started)).toMatchObject({ state: 'failed', accepted: null, error })
    }
  })

  test('what was shown and not asked for is dropped, and said', async () => {
    const started = await wallet.start({ response_mode: 'direct_post' })
    const request = await wallet.fetch(started)
    const presentation = await room.present(ada, registration, request, [
      ...asked,
      ['vat_number'],
      ['address'],
    ])
    await wallet.respond(request, { registration: [presentation] })
    const { accepted, credentials } = await wallet.show(started)
    expect(accepted).toBe(true)
    expect(Object.keys(credentials[0]?.claims ?? {}).sort()).toEqual(['kvk_number', 'name', 'registered_on'])
    expect(credentials[0]?.checks).toContainEqual(
      expect.objectContaining({
        check: 'minimal',
        code: 'more_than_asked',
        detail: expect.stringContaining('vat_number'),
      }),
    )
  })

  test('a role of an employee is held against the parameters', async () => {
    const role = await room.issue(ada, 'employee-role', EMPLOYER, {
      employer: { did: EMPLOYER, name: 'Bakkerij' },
    })
    const verdicts = []
    for (const parameters of [
      { employer: EMPLOYER, role: 'account_manager' },
      { employer: EMPLOYER, role: 'director' },
      { employer: ANCHOR },
    ]) {
      const started = await wallet.start({ preset: 'employee-role', parameters })
      const request = await wallet.fetch(started)
      await wallet.respond(request, { role: [await room.present(ada, role, request)] })
      verdicts.push((await wallet.show(started)).accepted)
    }
    expect(verdicts).toEqual([true, false, false])
  })

  test('the policy that was accepted must be the one in force', async () => {
    const policy = { id: 'ttp-policy', version: 0, digest: `sha-256:${hash('sha256', 'old', 'base64url')}` }
    const verdicts = []
    for (const claims of [{}, { policy }]) {
      const attestation = await room.issue(ada, 'ttp-policy-attestation', ANCHOR, claims)
      const started = await wallet.start({ preset: 'policy-accepted' })
      const request = await wallet.fetch(started)
      await wallet.respond(request, { attestation: [await room.present(ada, attestation, request)] })
      verdicts.push((await wallet.show(started)).accepted)
    }
    expect(verdicts).toEqual([true, false])
  })

  test('transaction data is signed over by the holder, exactly', async () => {
    const data = { type: 'urn:example:order', credential_ids: ['registration'], order: 7 }
    const outcomes = []
    for (const hashes of [
      (encoded: string) => [hash('sha256', encoded, 'base64url')],
      () => undefined,
      (encoded: string) => [hash('sha256', Buffer.from(encoded, 'base64url'), 'base64url')],
    ]) {
      const started = await wallet.start({ transaction_data: [data] })
      const request = await wallet.fetch(started)
      const [encoded = ''] = request.transaction_data ?? []
      expect(JSON.parse(Buffer.from(encoded, 'base64url').toString())).toEqual(data)
      const extra = { transaction_data_hashes: hashes(encoded) }
      await wallet.respond(request, {
        registration: [await room.present(ada, registration, request, asked, extra)],
      })
      const { accepted, checks } = await wallet.show(started)
      outcomes.push([accepted, checks.find(({ check }) => check === 'transaction')?.code])
    }
    expect(outcomes).toEqual([
      [true, undefined],
      [false, 'transaction_data_not_signed'],
      [false, 'transaction_data_unknown'],
    ])
    const unasked = { ...data, credential_ids: ['other'] }
    const input = { preset: 'registered-company', transaction_data: [unasked] }
    expect((await room.call('POST', '/verifications/requests', input)).body).toMatchObject({
      code: 'transaction_data_invalid',
    })
  })

  test('a result is its owner’s, is sealed, and is gone after its time', async () => {
    const started = await wallet.start({})
    const request = await wallet.fetch(started)
    await wallet.respond(request, { registration: [await room.present(ada, registration, request, asked)] })
    room.caller = user('somebody else')
    expect((await room.call('GET', `/verifications/${started.id}`)).body).toMatchObject({
      code: 'verification_unknown',
    })
    room.caller = user()
    const rows = JSON.stringify(await room.store.reader.query('SELECT * FROM verification_session'))
    expect(rows).not.toContain('Linde')
    expect(rows).not.toContain(request.nonce)
    room.offset = 3_600_000 + 300_001
    await room.sessions.tidy()
    room.offset = 0
    expect((await room.call('GET', `/verifications/${started.id}`)).status).toBe(404)
  })

  test('what nobody answers expires', async () => {
    const started = await wallet.start({})
    const request = await wallet.fetch(started)
    room.offset = 300_000
    expect(await wallet.show(started)).toMatchObject({ state: 'expired' })
    const late = await wallet.respond(request, {
      registration: [await room.present(ada, registration, request, asked)],
    })
    expect(late).toMatchObject({ status: 410, body: { code: 'verification_expired' } })
    expect((await fetch(started.request_uri)).status).toBe(410)
    room.offset = 0
  })

  test('the request object is signed by the key of its identifier', async () => {
    const { client } = room
    const request = { client_id: `decentralized_identifier:${US}`, response_uri: `${room.url}/x` }
    await expect(
      client.sign('decentralized_identifier', { ...request, client_id: 'x' }),
    ).rejects.toMatchObject({
      code: 'client_id_changed',
    })
    expect(publicJwkOf(room.keys.get(US) as never)).toEqual(await wallet.keyOf(await wallet.start({})))
  })
})
