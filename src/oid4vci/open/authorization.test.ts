import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { onEachEngine } from '../../../test/support/engines.ts'
import { OfferNode, World } from '../../../test/support/offer-node.ts'
import { newKey, newPkce, OpenWallet, type Reply } from '../../../test/support/open-wallet.ts'
import { IsNull, Not } from '../../store/index.ts'
import { openTokenTable } from './tables.ts'

const REDIRECT = 'https://wallet.example/cb?from=issuer'
const SCOPE = 'urn:regie:credential:company-profile:1'
const DETAILS = JSON.stringify([
  { type: 'openid_credential', credential_configuration_id: 'company-profile' },
])

onEachEngine((engine) => {
  const world = new World()
  let node: OfferNode
  let wallet: OpenWallet
  let foreign: OpenWallet

  beforeAll(async () => {
    node = await OfferNode.start(engine, world)
    wallet = new OpenWallet(node, await node.createParty('organisation'))
    const other = await OfferNode.start(engine, world)
    foreign = new OpenWallet(other, await other.createParty('organisation'))
  })
  beforeEach(() => {
    expect(node.faults).toEqual([])
    world.offset = 0
  })

  const refused = (status: number, error: string, code: string) => ({ status, body: { error, code } })
  const newOffer = (more: object = {}) => wallet.offer({ grants: ['authorization_code'], ...more })

  /** A request as it should be, and what changes in it; undefined leaves a parameter out. */
  async function push(
    change: Record<string, string | undefined> = {},
    headers: Record<string, string> = {},
    offer?: Awaited<ReturnType<typeof newOffer>>,
  ) {
    const pkce = newPkce()
    const issuerState = await wallet.issuerStateOf(offer ?? (await newOffer()))
    const form = new URLSearchParams()
    const parameters = {
      response_type: 'code',
      client_id: 'wallet.example',
      redirect_uri: REDIRECT,
      code_challenge: pkce.challenge,
      code_challenge_method: 'S256',
      scope: `openid ${SCOPE}`,
      state: 'abc',
      issuer_state: issuerState,
      ...change,
    }
    for (const [name, value] of Object.entries(parameters)) if (value !== undefined) form.set(name, value)
    const reply = await wallet.post('par', form, headers)
    return { reply, pkce, requestUri: String(reply.body.request_uri) }
  }

  const visit = (requestUri: string, clientId = 'wallet.example', headers: Record<string, string> = {}) =>
    wallet.fetch(
      `${wallet.url}/authorization?${new URLSearchParams({ client_id: clientId, request_uri: requestUri })}`,
      { headers },
    )
  const hidden = (page: Reply, name: string) =>
    new RegExp(`name="${name}" value="([^"]*)"`).exec(page.text)?.[1]?.replaceAll('&amp;', '&') ?? ''
  const cookieOf = (page: Reply) => (page.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
  const answer = (page: Reply, more: Record<string, string> = {}, cookie = cookieOf(page)) =>
    wallet.post(
      'consent',
      new URLSearchParams({
        request_uri: hidden(page, 'request_uri'),
        ticket: hidden(page, 'ticket'),
        decision: 'allow',
        ...more,
      }),
      { cookie },
    )
  const locationOf = (reply: Reply) => new URL(reply.headers.get('location') ?? '')
  const consentTo = async (requestUri: string) =>
    String(locationOf(await answer(await visit(requestUri))).searchParams.get('code'))

  async function newCode(
    change: Record<string, string | undefined> = {},
    headers: Record<string, string> = {},
    offer?: Awaited<ReturnType<typeof newOffer>>,
  ) {
    const { requestUri, pkce } = await push(change, headers, offer)
    return { code: await consentTo(requestUri), pkce }
  }
  const redeem = (
    { code, pkce }: Awaited<ReturnType<typeof newCode>>,
    change: Record<string, string> = {},
    headers: Record<string, string> = {},
  ) =>
    wallet.token(
      {
        ...{ grant_type: 'authorization_code', code, code_verifier: pkce.verifier },
        ...{ redirect_uri: REDIRECT, client_id: 'wallet.example', ...change },
      },
      headers,
    )

  test('the whole way: pushed, agreed on, redeemed, issued', async () => {
    const { reply, requestUri, pkce } = await push()
    expect(reply).toMatchObject({
      status: 201,
      body: {
        request_uri: expect.stringMatching(/^urn:ietf:params:oauth:request_uri:[\w-]{43}$/),
        expires_in: 300,
      },
    })
    const page = await visit(requestUri)
    expect(page.status).toBe(200)
    const back = locationOf(await answer(page))
    expect(Object.fromEntries(back.searchParams)).toEqual({
      from: 'issuer',
      code: expect.stringMatching(/^[\w-]{43}$/),
      state: 'abc',
      iss: wallet.url,
    })
    const redeemed = await redeem({ code: String(back.searchParams.get('code')), pkce })
    expect(redeemed).toMatchObject({ status: 200, body: { token_type: 'Bearer', expires_in: 300 } })
    expect(redeemed.headers.get('cache-control')).toBe('no-store')
    const proof = await wallet.proof(newKey(), { iss: 'wallet.example' })
    const issued = await wallet.credential(String(redeemed.body.access_token), { proofs: { jwt: [proof] } })
    expect(issued.status).toBe(200)
  })

  test('authorization_details get identifiers', async () => {
    const redeemed = await redeem(await newCode({ scope: undefined, authorization_details: DETAILS }))
    expect(redeemed.body.authorization_details).toMatchObject([
      { credential_identifiers: [expect.any(String)] },
    ])
  })

  test('where scope and authorization_details ask for the same, the details hold', async () => {
    const redeemed = await redeem(await newCode({ authorization_details: DETAILS }))
    expect(redeemed.body.authorization_details).toMatchObject([
      { credential_identifiers: [expect.any(String)] },
    ])
  })

  test('a proof that names another client than the token is of is refused', async () => {
    const { body } = await redeem(await newCode())
    const proof = await wallet.proof(newKey(), { iss: 'other.example' })
    expect(await wallet.credential(String(body.access_token), { proofs: { jwt: [proof] } })).toMatchObject(
      refused(400, 'invalid_proof', 'proof_iss_unexpected'),
    )
  })

  describe('a pushed request is refused', () => {
    test.each<[string, Record<string, string | undefined>, string, string]>([
      ['without PKCE', { code_challenge: undefined }, 'invalid_request', 'parameter_missing'],
      ['with plain PKCE', { code_challenge_method: 'plain' }, 'invalid_request', 'pkce_required'],
      ['with PKCE of no method', { code_challenge_method: undefined }, 'invalid_request', 'pkce_required'],
      ['with a challenge that is none', { code_challenge: 'abc' }, 'invalid_request', 'pkce_required'],
      [
        'for another response type',
        { response_type: 'token' },
        'unsupported_response_type',
        'response_type_unsupported',
      ],
      ['without client', { client_id: undefined }, 'invalid_request', 'parameter_missing'],
      ['without redirect_uri', { redirect_uri: undefined }, 'invalid_request', 'parameter_missing'],
      ['that refers to another', { request_uri: 'urn:x' }, 'invalid_request', 'request_uri_unexpected'],
      ['that is an object', { request: 'a.b.c' }, 'invalid_request', 'request_object_unsupported'],
      ['without issuer_state', { issuer_state: undefined }, 'invalid_request', 'issuer_state_invalid'],
      ['with an invented issuer_state', { issuer_state: 'x' }, 'invalid_request', 'issuer_state_invalid'],
      ['without what is offered in scope', { scope: 'openid' }, 'invalid_scope', 'scope_not_offered'],
      ['without scope', { scope: undefined }, 'invalid_scope', 'scope_not_offered'],
      ['for another resource', { resource: 'https://other.example' }, 'invalid_target', 'resource_unknown'],
      [
        'with details of another credential',
        { authorization_details: DETAILS.replace('company-profile', 'contact-person') },
        'invalid_authorization_details',
        'configuration_not_offered',
      ],
      ['with a dpop_jkt that is none', { dpop_jkt: 'x' }, 'invalid_request', 'dpop_jkt_invalid'],
    ])('%s', async (_what, change, error, code) => {
      expect((await push(change)).reply).toMatchObject(refused(400, error, code))
    })

    test.each([
      'http://wallet.example/cb',
      'javascript:alert(1)',
      'data:text/html,x',
      'file:///etc/passwd',
      'wallet:cb',
      'https://user@wallet.example/cb',
      'https://wallet.example/cb#x',
      '/cb',
    ])('with a browser to be sent to %s', async (uri) => {
      expect((await push({ redirect_uri: uri })).reply).toMatchObject(
        refused(400, 'invalid_request', 'redirect_uri_invalid'),
      )
    })

    test('with the issuer_state of another issuer, of an offer without it, or of one that is gone', async () => {
      const theirs = await foreign.issuerStateOf(await foreign.offer({ grants: ['authorization_code'] }))
      const invalid = refused(400, 'invalid_request', 'issuer_state_invalid')
      expect((await push({ issuer_state: theirs })).reply).toMatchObject(invalid)
      const gone = await newOffer()
      const state = await wallet.issuerStateOf(gone)
      await wallet.operate('issuing.revoke', { id: gone.id })
      expect((await push({ issuer_state: state })).reply).toMatchObject(invalid)
    })
  })

  test.each(['nl.wallet.app:/cb', 'http://127.0.0.1:4711/cb', 'https://wallet.example/cb'])(
    'a browser may be sent to %s',
    async (uri) => {
      expect((await push({ redirect_uri: uri })).reply.status).toBe(201)
    },
  )

  test('parameters nobody knows are passed over', async () => {
    expect((await push({ colour: 'red' })).reply.status).toBe(201)
  })

  describe('the page', () => {
    test('says who asks for what, without a value of it, and runs and frames nothing', async () => {
      const { requestUri } = await push({ client_id: '<script>alert(1)</script>' })
      const page = await visit(requestUri, '<script>alert(1)</script>', { 'accept-language': 'nl-NL' })
      expect(page.text).toContain('Bedrijfsprofiel')
      expect(page.text).toContain('https://wallet.example')
      expect(page.text).not.toContain('<script>')
      expect(page.text).not.toContain('verzonnen.example')
      expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
      expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
      expect(page.headers.get('cache-control')).toBe('no-store')
      expect(page.headers.get('set-cookie')).toMatch(/HttpOnly; SameSite=Strict/)
    })

    test.each([
      ['another client', (uri: string) => visit(uri, 'other.example')],
      ['a request nobody pushed', () => visit('urn:ietf:params:oauth:request_uri:invented')],
    ])('is not there for %s, and sends nobody anywhere', async (_what, go) => {
      const { requestUri } = await push()
      const page = await go(requestUri)
      expect(page.status).toBe(410)
      expect(page.headers.get('location')).toBeNull()
    })

    test('is not there five minutes later', async () => {
      const { requestUri } = await push()
      world.offset = 5 * 60_000
      expect((await visit(requestUri)).status).toBe(410)
    })

    test('a request that was not pushed is not looked at', async () => {
      const query = new URLSearchParams({ response_type: 'code', client_id: 'x', redirect_uri: REDIRECT })
      expect((await wallet.fetch(`${wallet.url}/authorization?${query}`)).status).toBe(404)
    })
  })

  describe('the answer', () => {
    test('no sends the browser back with access_denied, and the offer stays open', async () => {
      const offer = await newOffer()
      const { requestUri } = await push({}, {}, offer)
      const back = locationOf(await answer(await visit(requestUri), { decision: 'deny' }))
      expect(Object.fromEntries(back.searchParams)).toMatchObject({
        error: 'access_denied',
        state: 'abc',
        iss: wallet.url,
      })
      expect((await push({}, {}, offer)).reply.status).toBe(201)
    })

    test('counts once', async () => {
      const { requestUri } = await push()
      const page = await visit(requestUri)
      const replies = await Promise.all(Array.from({ length: 4 }, () => answer(page)))
      expect(replies.map(({ status }) => status).sort()).toEqual([303, 410, 410, 410])
    })

    test('counts only from the browser that was shown the page', async () => {
      const { requestUri } = await push()
      const page = await visit(requestUri)
      for (const cookie of ['', 'regie_consent=other']) {
        const reply = await answer(page, {}, cookie)
        expect(reply.headers.get('location')).toBeNull()
      }
      const elsewhere = await visit(requestUri)
      expect((await answer(page, {}, cookieOf(elsewhere))).headers.get('location')).toBeNull()
      expect((await answer(page, { ticket: 'x' })).headers.get('location')).toBeNull()
      expect((await answer(page)).status).toBe(303)
    })

    test('needs the transaction code where the offer has one, five times at most', async () => {
      const offer = await newOffer({ tx_code_length: 6 })
      const { requestUri } = await push({}, {}, offer)
      const page = await visit(requestUri)
      expect(page.text).toContain('name="tx_code"')
      const wrong = await answer(page, { tx_code: 'x' })
      expect(wrong.text).toContain('role="alert"')
      expect((await answer(page, { tx_code: String(offer.tx_code) })).status).toBe(303)
      const dead = await newOffer({ tx_code_length: 6 })
      const again = await visit((await push({}, {}, dead)).requestUri)
      for (let n = 0; n < 5; n++) await answer(again, { tx_code: 'x' })
      expect((await answer(again, { tx_code: String(dead.tx_code) })).status).toBe(410)
    })
  })

  describe('a code', () => {
    test.each<[string, Record<string, string>]>([
      ['another verifier', { code_verifier: newPkce().verifier }],
      ['another address', { redirect_uri: 'https://wallet.example/other' }],
      ['another client', { client_id: 'other.example' }],
      ['something invented', { code: 'x' }],
    ])('is worth nothing with %s', async (_what, change) => {
      expect(await redeem(await newCode(), change)).toMatchObject(
        refused(400, 'invalid_grant', 'code_not_valid'),
      )
    })

    test.each(['code', 'redirect_uri', 'code_verifier', 'client_id'])('needs %s', async (name) => {
      expect(await redeem(await newCode(), { [name]: '' })).toMatchObject(
        refused(400, 'invalid_request', 'parameter_missing'),
      )
    })

    test('lives a minute', async () => {
      const code = await newCode()
      world.offset = 60_000
      expect(await redeem(code)).toMatchObject(refused(400, 'invalid_grant', 'code_not_valid'))
    })

    test('goes to exactly one of eight that come at once', async () => {
      const code = await newCode()
      const replies = await Promise.all(Array.from({ length: 8 }, () => redeem(code)))
      expect(replies.filter(({ status }) => status === 200)).toHaveLength(1)
    })

    test('that comes again ends what was given for it', async () => {
      const code = await newCode()
      const { body } = await redeem(code)
      expect(await redeem(code)).toMatchObject(refused(400, 'invalid_grant', 'code_not_valid'))
      expect(await wallet.credential(String(body.access_token))).toMatchObject({ status: 401 })
    })

    test('that comes again ends also what was refreshed, hours later', async () => {
      const offer = await newOffer({ renewable_days: 30 })
      const code = await newCode({}, {}, offer)
      const dpop = () => wallet.dpop('token')
      const { body } = await redeem(code, {}, { dpop: await dpop() })
      const proof = await wallet.proof(newKey(), { iss: 'wallet.example' })
      const jwt = { proofs: { jwt: [proof] } }
      expect((await wallet.credential(String(body.access_token), jwt, true)).status).toBe(200)
      const refresh = async (token: unknown) =>
        wallet.token(
          { grant_type: 'refresh_token', refresh_token: String(token), client_id: 'wallet.example' },
          { dpop: await dpop() },
        )
      world.offset = 3 * 3_600_000
      const renewed = await refresh(body.refresh_token)
      expect(renewed.status).toBe(200)
      await node.store.transact((tx) => tx.delete(openTokenTable, { authorizationId: Not(IsNull()) }))
      expect((await redeem(code, {}, { dpop: await dpop() })).status).toBe(400)
      expect((await refresh(renewed.body.refresh_token)).status).toBe(400)
      expect((await wallet.credential(String(renewed.body.access_token), jwt, true)).status).toBe(401)
    })

    test('of a request whose wallet named a key is only for that key', async () => {
      const headers = async () => ({ dpop: await wallet.dpop('par') })
      const code = await newCode({}, await headers())
      expect(await redeem(code)).toMatchObject(refused(400, 'invalid_grant', 'code_not_valid'))
      const other = await wallet.dpop('token', {}, newKey())
      expect(await redeem(code, {}, { dpop: other })).toMatchObject(
        refused(400, 'invalid_grant', 'code_not_valid'),
      )
      const bound = await redeem(code, {}, { dpop: await wallet.dpop('token') })
      expect(bound).toMatchObject({ status: 200, body: { token_type: 'DPoP' } })
    })

    test('with a dpop_jkt that is not the key of the proof is not even asked for', async () => {
      const { reply } = await push({ dpop_jkt: 'A'.repeat(43) }, { dpop: await wallet.dpop('par') })
      expect(reply).toMatchObject(refused(400, 'invalid_dpop_proof', 'dpop_jkt_differs'))
    })
  })
})
