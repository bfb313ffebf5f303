import { createHmac } from 'node:crypto'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { onEachEngine } from '../../../test/support/engines.ts'
import { OfferNode, World } from '../../../test/support/offer-node.ts'
import { ath, newKey, OpenWallet, type Reply } from '../../../test/support/open-wallet.ts'
import { encodeBase64url } from '../../jose/index.ts'
import { openToAll } from './settings.ts'

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

  const newCode = async () => wallet.codeOf(await wallet.offer())
  const redeem = async (dpop: string) => wallet.redeem(await newCode(), {}, { dpop })
  const refused = (status: number, error: string, code: string) => ({ status, body: { error, code } })

  const refreshToken = async () => {
    const code = await wallet.codeOf(await wallet.offer({ renewable_days: 30 }))
    const { body } = await wallet.redeem(code, {}, { dpop: await wallet.dpop('token') })
    await wallet.credential(String(body.access_token), {}, true)
    return String(body.refresh_token)
  }
  /** How a token was given; the last is none that opens anything but the token endpoint. */
  const tokens = {
    Bearer: () => wallet.bearer(),
    DPoP: () => wallet.bound(),
    renewed: async () => {
      const form = { grant_type: 'refresh_token', refresh_token: await refreshToken() }
      return String((await wallet.token(form, { dpop: await wallet.dpop('token') })).body.access_token)
    },
    refresh: refreshToken,
  }
  const challenges = {
    Bearer: /^Bearer error="/,
    DPoP: /^DPoP .*error="/,
    renewed: /^DPoP .*error="/,
    refresh: /^(Bearer|DPoP) .*error="invalid_token"/,
  }

  /** A good answer of each endpoint that takes tokens. */
  const endpoints = {
    credential: {
      body: async () => ({
        credential_configuration_id: 'company-profile',
        proofs: { jwt: [await wallet.proof()] },
      }),
      error: null,
    },
    'deferred-credential': { body: async () => ({ transaction_id: 'x' }), error: 'invalid_transaction_id' },
    notification: {
      body: async () => ({ notification_id: 'x', event: 'credential_accepted' }),
      error: 'invalid_notification_id',
    },
  } as const
  type Endpoint = keyof typeof endpoints

  describe.each(Object.keys(endpoints) as Endpoint[])('at %s', (endpoint) => {
    const { body, error } = endpoints[endpoint]
    const pass = (reply: Reply) => reply.status === 200 || (error !== null && reply.body.error === error)

    /** Rows: how the token was given. Columns: how it is sent. Only the diagonal passes. */
    test.each([
      ['Bearer', 'Bearer', false, true],
      ['Bearer', 'Bearer', true, true],
      ['Bearer', 'DPoP', false, false],
      ['Bearer', 'DPoP', true, false],
      ['DPoP', 'Bearer', false, false],
      ['DPoP', 'Bearer', true, false],
      ['DPoP', 'DPoP', false, false],
      ['DPoP', 'DPoP', true, true],
      ['renewed', 'Bearer', false, false],
      ['renewed', 'Bearer', true, false],
      ['renewed', 'DPoP', false, false],
      ['renewed', 'DPoP', true, true],
      ['refresh', 'Bearer', false, false],
      ['refresh', 'Bearer', true, false],
      ['refresh', 'DPoP', false, false],
      ['refresh', 'DPoP', true, false],
    ] as const)('a %s token sent as %s, with a proof: %s → %s', async (given, sent, withProof, passes) => {
      const token = await tokens[given]()
      const reply = await wallet.post(endpoint, await body(), {
        authorization: `${sent} ${token}`,
        ...(withProof && { dpop: await wallet.dpop(endpoint, { ath: ath(token) }) }),
      })
      expect(pass(reply)).toBe(passes)
      if (passes) return
      expect(reply.status).toBe(401)
      expect(reply.headers.get('www-authenticate')).toMatch(challenges[given])
    })

    test.each<[string, object, string]>([
      ['of no token', { ath: undefined }, 'dpop_ath_mismatch'],
      ['of another token', { ath: ath('other') }, 'dpop_ath_mismatch'],
      ['for another address', { htu: 'https://other.example/credential' }, 'dpop_htu_mismatch'],
      ['for another method', { htm: 'GET' }, 'dpop_htm_mismatch'],
    ])('a proof %s is refused', async (_what, claims, code) => {
      const token = await wallet.bound()
      const dpop = await wallet.dpop(endpoint, { ath: ath(token), ...claims })
      const reply = await wallet.post(endpoint, await body(), { authorization: `DPoP ${token}`, dpop })
      expect(reply).toMatchObject(refused(401, 'invalid_dpop_proof', code))
    })

    test('a stolen token is worth nothing with another key', async () => {
      const token = await wallet.bound()
      const dpop = await wallet.dpop(endpoint, { ath: ath(token) }, newKey())
      const reply = await wallet.post(endpoint, await body(), { authorization: `DPoP ${token}`, dpop })
      expect(reply).toMatchObject(refused(401, 'invalid_token', 'dpop_key_differs'))
    })
  })

  test('a proof at the credential endpoint counts once', async () => {
    const [token, other] = [await wallet.bound(), await wallet.bound()]
    const jti = 'the same'
    const ask = async (text: string) =>
      wallet.post('credential', await endpoints.credential.body(), {
        authorization: `DPoP ${text}`,
        dpop: await wallet.dpop('credential', { jti, ath: ath(text) }),
      })
    expect((await ask(token)).status).toBe(200)
    expect(await ask(other)).toMatchObject(refused(401, 'invalid_dpop_proof', 'dpop_replayed'))
  })

  describe('at the token endpoint', () => {
    test('a proof binds the token to its key', async () => {
      const reply = await redeem(await wallet.dpop('token'))
      expect(reply).toMatchObject({ status: 200, body: { token_type: 'DPoP', expires_in: 3600 } })
      expect(reply.headers.get('dpop-nonce')).toMatch(/^[\w-]{51}$/)
    })

    test.each<[string, () => Promise<string>, string]>([
      ['of another type', () => wallet.dpop('token', {}, wallet.dpopKey, { typ: 'JWT' }), 'jws_typ_mismatch'],
      ['without key', () => wallet.dpop('token', {}, wallet.dpopKey, { jwk: undefined }), 'jwk_invalid'],
      [
        'with a private key',
        () => wallet.dpop('token', {}, wallet.dpopKey, { jwk: { ...wallet.dpopKey.jwk, d: 'AA' } }),
        'jwk_private',
      ],
      [
        'signed with another key',
        () => wallet.dpop('token', {}, wallet.dpopKey, { jwk: newKey().jwk }),
        'jws_signature_invalid',
      ],
      ['without jti', () => wallet.dpop('token', { jti: undefined }), 'dpop_jti_missing'],
      [
        'with a jti that is too long',
        () => wallet.dpop('token', { jti: 'x'.repeat(300) }),
        'dpop_jti_missing',
      ],
      ['without htm', () => wallet.dpop('token', { htm: undefined }), 'dpop_htm_mismatch'],
      ['for another method', () => wallet.dpop('token', { htm: 'post' }), 'dpop_htm_mismatch'],
      ['for another endpoint', () => wallet.dpop('par'), 'dpop_htu_mismatch'],
      ['for another issuer', () => foreign.dpop('token'), 'dpop_htu_mismatch'],
      ['without iat', () => wallet.dpop('token', { iat: undefined }), 'dpop_iat_missing'],
      ['with an iat that is text', () => wallet.dpop('token', { iat: '1' }), 'dpop_iat_missing'],
      ['with crit', () => wallet.dpop('token', {}, wallet.dpopKey, { crit: ['x'] }), 'jws_crit_unsupported'],
      ['that is no JWT', async () => 'x', 'jws_malformed'],
      [
        'that comes twice',
        async () => `${await wallet.dpop('token')}, ${await wallet.dpop('token')}`,
        'jws_malformed',
      ],
      [
        'with a shared secret',
        async () => {
          const head = `${encodeBase64url('{"alg":"HS256","typ":"dpop+jwt","jwk":{"kty":"oct","k":"AA"}}')}.${encodeBase64url('{}')}`
          return `${head}.${createHmac('sha256', '').update(head).digest('base64url')}`
        },
        'jwk_private',
      ],
      [
        'that nobody signed',
        async () =>
          `${encodeBase64url(JSON.stringify({ alg: 'none', typ: 'dpop+jwt', jwk: wallet.dpopKey.jwk }))}.${encodeBase64url('{}')}.`,
        'jws_alg_not_allowed',
      ],
    ])('a proof %s is refused, and the code is not used up', async (_what, make, code) => {
      const preAuthorized = await newCode()
      const reply = await wallet.redeem(preAuthorized, {}, { dpop: await make() })
      expect(reply).toMatchObject(refused(400, 'invalid_dpop_proof', code))
      expect((await wallet.redeem(preAuthorized)).status).toBe(200)
    })

    test('a query or fragment in htu is passed over', async () => {
      const htu = `${wallet.url}/token?a=b#c`
      expect((await redeem(await wallet.dpop('token', { htu }))).status).toBe(200)
    })

    test('a proof counts once', async () => {
      const dpop = await wallet.dpop('token')
      expect((await redeem(dpop)).status).toBe(200)
      expect(await redeem(dpop)).toMatchObject(refused(400, 'invalid_dpop_proof', 'dpop_replayed'))
    })

    test.each([
      ['old', -100],
      ['of tomorrow', 86_400],
    ])(
      'a proof that is %s is asked for again with a nonce, and then its clock does not matter',
      async (_what, s) => {
        const iat = wallet.seconds() + s
        const reply = await redeem(await wallet.dpop('token', { iat }))
        expect(reply).toMatchObject(refused(400, 'use_dpop_nonce', 'dpop_iat_outside'))
        const nonce = String(reply.headers.get('dpop-nonce'))
        expect((await redeem(await wallet.dpop('token', { iat, nonce }))).status).toBe(200)
        const theirs = (await foreign.post('nonce', '')).headers.get('dpop-nonce')
        for (const bad of ['x', 5, theirs]) {
          const again = await redeem(await wallet.dpop('token', { iat, nonce: bad }))
          expect(again).toMatchObject(refused(400, 'use_dpop_nonce', 'dpop_nonce_invalid'))
        }
        world.offset = 5 * 60_000
        expect(await redeem(await wallet.dpop('token', { nonce }))).toMatchObject(
          refused(400, 'use_dpop_nonce', 'dpop_nonce_invalid'),
        )
      },
    )

    test('with a nonce a proof counts once as well, as long as the nonce lasts', async () => {
      const nonce = (await wallet.post('nonce', '')).headers.get('dpop-nonce')
      const dpop = await wallet.dpop('token', { nonce, iat: 0 })
      expect((await redeem(dpop)).status).toBe(200)
      world.offset = 4 * 60_000
      expect(await redeem(dpop)).toMatchObject(refused(400, 'invalid_dpop_proof', 'dpop_replayed'))
    })

    test('a c_nonce is no nonce here', async () => {
      const nonce = await wallet.nonce()
      expect(await redeem(await wallet.dpop('token', { nonce }))).toMatchObject(
        refused(400, 'use_dpop_nonce', 'dpop_nonce_invalid'),
      )
    })
  })

  test('where tokens must be bound, none is given without a proof', async () => {
    const strict = await OfferNode.start(engine, world, { ...openToAll, requireDpop: true })
    const theirs = new OpenWallet(strict, await strict.createParty('organisation'))
    const code = await theirs.codeOf(await theirs.offer())
    expect(await theirs.redeem(code)).toMatchObject(refused(400, 'invalid_dpop_proof', 'dpop_missing'))
    const dpop = await theirs.dpop('token')
    expect(await theirs.redeem(code, {}, { dpop })).toMatchObject({
      status: 200,
      body: { token_type: 'DPoP' },
    })
  })
})
