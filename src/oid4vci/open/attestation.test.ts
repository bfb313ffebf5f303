import { createPrivateKey, randomUUID, X509Certificate } from 'node:crypto'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { base64Of, validNow } from '../../../test/support/certificates.ts'
import { onEachEngine } from '../../../test/support/engines.ts'
import { OfferNode, World } from '../../../test/support/offer-node.ts'
import {
  newKey,
  newPkce,
  OpenWallet,
  PRE_AUTHORIZED,
  sign,
  type WalletKey,
} from '../../../test/support/open-wallet.ts'
import {
  Anchors,
  type AnchorUse,
  type Issued,
  issueLeaf,
  newAuthority,
  readCertificate,
} from '../../certificates/index.ts'
import { createSigner, publicJwkOf } from '../../jose/index.ts'
import { verifyClientAttestation } from '../../oauth/index.ts'
import { readSdJwt } from '../../sd-jwt/index.ts'
import type { IssuanceSettings } from './settings.ts'

const provider = newKey()
const stranger = newKey()
const settings: IssuanceSettings = {
  requireDpop: false,
  requireWalletAttestation: true,
  requireKeyAttestation: true,
  walletProviders: [{ name: 'Walletmaker', keys: [newKey().jwk, provider.jwk] }],
}

onEachEngine((engine) => {
  const world = new World()
  let node: OfferNode
  let wallet: OpenWallet

  beforeAll(async () => {
    node = await OfferNode.start(engine, world, settings)
    wallet = new OpenWallet(node, await node.createParty('organisation'))
  })
  beforeEach(() => {
    expect(node.faults).toEqual([])
    world.offset = 0
  })

  const instance = newKey()
  interface Change {
    readonly attestation?: object
    readonly attestationHeader?: object
    readonly by?: WalletKey
    readonly pop?: object
    readonly popHeader?: object
    readonly popBy?: WalletKey
  }
  async function attested(change: Change = {}): Promise<Record<string, string>> {
    const now = wallet.seconds()
    const attestation = await sign(
      { typ: 'oauth-client-attestation+jwt', ...change.attestationHeader },
      { sub: 'wallet.example', exp: now + 3600, cnf: { jwk: instance.jwk }, ...change.attestation },
      change.by ?? provider,
    )
    const pop = await sign(
      { typ: 'oauth-client-attestation-pop+jwt', ...change.popHeader },
      { iss: 'wallet.example', aud: wallet.url, jti: randomUUID(), iat: now, ...change.pop },
      change.popBy ?? instance,
    )
    return { 'oauth-client-attestation': attestation, 'oauth-client-attestation-pop': pop }
  }
  const redeem = async (headers: Record<string, string>, more: Record<string, string> = {}) =>
    wallet.redeem(await wallet.codeOf(await wallet.offer()), more, headers)
  const refused = (status: number, error: string, code: string) => ({ status, body: { error, code } })

  describe('a wallet', () => {
    test('that its provider vouches for gets a token', async () => {
      expect((await redeem(await attested(), { client_id: 'wallet.example' })).status).toBe(200)
      expect((await redeem(await attested())).status).toBe(200)
    })

    test('that nobody vouches for gets none', async () => {
      expect(await redeem({})).toMatchObject(refused(401, 'invalid_client', 'wallet_attestation_required'))
    })

    test.each<[string, () => Change, string]>([
      ['by a stranger', () => ({ by: stranger }), 'provider_not_trusted'],
      ['that is over', () => ({ attestation: { exp: wallet.seconds() - 60 } }), 'jws_expired'],
      ['that is not yet', () => ({ attestation: { nbf: wallet.seconds() + 60 } }), 'jws_not_yet_valid'],
      ['for ever', () => ({ attestation: { exp: undefined } }), 'attestation_malformed'],
      ['of nobody', () => ({ attestation: { sub: undefined } }), 'attestation_malformed'],
      ['without key', () => ({ attestation: { cnf: undefined } }), 'jwk_invalid'],
      ['of another type', () => ({ attestationHeader: { typ: 'JWT' } }), 'provider_not_trusted'],
      ['with a proof of another key', () => ({ popBy: stranger }), 'jws_signature_invalid'],
      ['with a proof of another type', () => ({ popHeader: { typ: 'JWT' } }), 'jws_typ_mismatch'],
      [
        'with a proof for another server',
        () => ({ pop: { aud: 'https://other.example' } }),
        'attestation_aud_mismatch',
      ],
      [
        'with a proof for two servers',
        () => ({ pop: { aud: [wallet.url, 'https://other.example'] } }),
        'attestation_aud_mismatch',
      ],
      ['with a proof of another client', () => ({ pop: { iss: 'other.example' } }), 'attestation_malformed'],
      ['with a proof without jti', () => ({ pop: { jti: undefined } }), 'attestation_malformed'],
      ['with a proof without iat', () => ({ pop: { iat: undefined } }), 'attestation_malformed'],
      ['with an old proof', () => ({ pop: { iat: wallet.seconds() - 400 } }), 'attestation_too_old'],
    ])('vouched for %s gets none', async (_what, change, code) => {
      expect(await redeem(await attested(change()))).toMatchObject(refused(401, 'invalid_client', code))
    })

    test('that says it is another client gets none', async () => {
      expect(await redeem(await attested(), { client_id: 'other.example' })).toMatchObject(
        refused(401, 'invalid_client', 'client_differs'),
      )
    })

    test('that sends half of it gets none', async () => {
      const { 'oauth-client-attestation': attestation = '' } = await attested()
      expect(await redeem({ 'oauth-client-attestation': attestation })).toMatchObject(
        refused(401, 'invalid_client', 'attestation_malformed'),
      )
    })

    test.each(['oauth-client-attestation', 'oauth-client-attestation-pop', 'dpop'])(
      'that sends %s in two lines gets none',
      async (name) => {
        const headers = { ...(await attested()), dpop: await wallet.dpop('token') }
        const code = await wallet.codeOf(await wallet.offer())
        const body = new URLSearchParams({ grant_type: PRE_AUTHORIZED, 'pre-authorized_code': code })
        const form = { 'content-type': 'application/x-www-form-urlencoded' }
        const value = String(headers[name as 'dpop'])
        const twice = { ...headers, ...form, [name]: [value, value] }
        expect(await wallet.postLines('token', body.toString(), twice)).toMatchObject({
          status: name === 'dpop' ? 400 : 401,
          body: { error: name === 'dpop' ? 'invalid_dpop_proof' : 'invalid_client', code: 'jws_malformed' },
        })
        expect((await wallet.postLines('token', body.toString(), { ...headers, ...form })).status).toBe(200)
      },
    )

    test('whose attestation is longer than a header may be gets none', async () => {
      const headers = await attested({ attestation: { more: 'x'.repeat(12.2 * 1024) } })
      expect(headers['oauth-client-attestation']?.length).toBeGreaterThan(16 * 1024)
      const attestation = headers['oauth-client-attestation']
      const trusted = { walletProviders: settings.walletProviders }
      const pop = headers['oauth-client-attestation-pop'] ?? ''
      const at = { audience: wallet.url, trusted, now: world.clock.now() }
      await expect(
        verifyClientAttestation({ attestation: attestation ?? '', pop }, at),
      ).rejects.toMatchObject({ code: 'jws_too_large' })
    })

    test('proves itself once with each proof', async () => {
      const headers = await attested()
      expect((await redeem(headers)).status).toBe(200)
      expect(await redeem(headers)).toMatchObject(refused(401, 'invalid_client', 'attestation_replayed'))
    })

    test('gets the code it asked for only as the same instance', async () => {
      const pkce = newPkce()
      const offer = await wallet.offer({ grants: ['authorization_code'] })
      const push = async (headers: Record<string, string>) =>
        wallet.post(
          'par',
          new URLSearchParams({
            ...{
              response_type: 'code',
              client_id: 'wallet.example',
              redirect_uri: 'https://wallet.example/cb',
            },
            ...{ code_challenge: pkce.challenge, code_challenge_method: 'S256' },
            scope: 'urn:regie:credential:company-profile:1',
            issuer_state: await wallet.issuerStateOf(offer),
          }),
          headers,
        )
      expect(await push({})).toMatchObject(refused(401, 'invalid_client', 'wallet_attestation_required'))
      const requestUri = String((await push(await attested())).body.request_uri)
      const query = new URLSearchParams({ client_id: 'wallet.example', request_uri: requestUri })
      const page = await wallet.fetch(`${wallet.url}/authorization?${query}`)
      const ticket = /name="ticket" value="([^"]*)"/.exec(page.text)?.[1] ?? ''
      const cookie = (page.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
      const form = new URLSearchParams({ request_uri: requestUri, ticket, decision: 'allow' })
      const back = new URL((await wallet.post('consent', form, { cookie })).headers.get('location') ?? '')
      const token = async (headers: Record<string, string>) =>
        wallet.token(
          {
            ...{ grant_type: 'authorization_code', code: String(back.searchParams.get('code')) },
            ...{ code_verifier: pkce.verifier, redirect_uri: 'https://wallet.example/cb' },
          },
          headers,
        )
      const another = newKey()
      const other = await attested({ attestation: { cnf: { jwk: another.jwk } }, popBy: another })
      expect(await token(other)).toMatchObject(refused(400, 'invalid_grant', 'code_not_valid'))
      expect((await token(await attested())).status).toBe(200)
    })
  })

  describe('a key', () => {
    const token = async () => String((await redeem(await attested())).body.access_token)
    async function keyAttestation(
      keys: readonly WalletKey[],
      claims: object = {},
      { by = provider, header = {} }: { by?: WalletKey; header?: object } = {},
    ): Promise<string> {
      const now = wallet.seconds()
      const payload = {
        ...{ iat: now, exp: now + 3600, nonce: await wallet.nonce() },
        attested_keys: keys.map(({ jwk }) => jwk),
        key_storage: ['iso_18045_high'],
        ...claims,
      }
      return sign({ typ: 'key-attestation+jwt', ...header }, payload, by)
    }
    const ask = async (proofs: object) => wallet.credential(await token(), { proofs })
    const bound = (body: object) =>
      (body as { credentials: { credential: string }[] }).credentials.map(
        ({ credential }) => readSdJwt(credential).payload.cnf,
      )

    test('that a provider vouches for is enough without a proof of its own', async () => {
      const keys = [newKey(), newKey()]
      const reply = await ask({ attestation: [await keyAttestation(keys)] })
      expect(bound(reply.body)).toEqual(keys.map(({ jwk }) => ({ jwk })))
    })

    test('that signs a proof brings the others of its attestation along', async () => {
      const keys = [newKey(), newKey(), newKey()]
      const proof = await wallet.proof(keys[1], {}, { key_attestation: await keyAttestation(keys) })
      const reply = await ask({ jwt: [proof] })
      expect(bound(reply.body)).toHaveLength(3)
      expect(bound(reply.body)).toEqual(expect.arrayContaining(keys.map(({ jwk }) => ({ jwk }))))
    })

    test('that nobody vouches for gets nothing', async () => {
      expect(await ask({ jwt: [await wallet.proof()] })).toMatchObject(
        refused(400, 'invalid_proof', 'key_attestation_required'),
      )
    })

    test('that is not the attested one gets nothing', async () => {
      const attestation = await keyAttestation([newKey()])
      const proof = await wallet.proof(newKey(), {}, { key_attestation: attestation })
      expect(await ask({ jwt: [proof] })).toMatchObject(refused(400, 'invalid_proof', 'key_not_attested'))
    })

    test.each<[string, () => Promise<string>, string, string]>([
      [
        'by a stranger',
        () => keyAttestation([newKey()], {}, { by: stranger }),
        'invalid_proof',
        'provider_not_trusted',
      ],
      [
        'in a JWT of another type',
        () => keyAttestation([newKey()], {}, { header: { typ: 'JWT' } }),
        'invalid_proof',
        'provider_not_trusted',
      ],
      [
        'too long ago',
        () => keyAttestation([newKey()], { exp: wallet.seconds() - 60 }),
        'invalid_proof',
        'jws_expired',
      ],
      [
        'with no time',
        () => keyAttestation([newKey()], { iat: undefined }),
        'invalid_proof',
        'key_attestation_malformed',
      ],
      [
        'an hour ago, without an end',
        () => keyAttestation([newKey()], { iat: wallet.seconds() - 3600, exp: undefined }),
        'invalid_proof',
        'key_attestation_malformed',
      ],
      [
        'without nonce',
        () => keyAttestation([newKey()], { nonce: undefined }),
        'invalid_proof',
        'key_attestation_nonce_missing',
      ],
      [
        'with a nonce of somebody else',
        () => keyAttestation([newKey()], { nonce: 'x' }),
        'invalid_nonce',
        'nonce_unknown',
      ],
      ['with no key', () => keyAttestation([]), 'invalid_proof', 'key_attestation_malformed'],
      [
        'with a private key',
        () => keyAttestation([newKey()], { attested_keys: [{ ...newKey().jwk, d: 'AA' }] }),
        'invalid_proof',
        'jwk_private',
      ],
      [
        'with the same key twice',
        () => keyAttestation([instance, instance]),
        'invalid_proof',
        'proof_key_repeated',
      ],
      [
        'with more keys than we issue',
        () => keyAttestation(Array.from({ length: 11 }, () => newKey())),
        'invalid_proof',
        'key_attestation_malformed',
      ],
    ])('vouched for %s gets nothing', async (_what, make, error, code) => {
      expect(await ask({ attestation: [await make()] })).toMatchObject(refused(400, error, code))
    })

    test('attested without an end is no good in the header of a proof', async () => {
      const key = newKey()
      const attestation = await keyAttestation([key], { exp: undefined })
      const proof = await wallet.proof(key, {}, { key_attestation: attestation })
      expect(await ask({ jwt: [proof] })).toMatchObject(
        refused(400, 'invalid_proof', 'key_attestation_malformed'),
      )
    })

    test('is attested once: the nonce in it is used up', async () => {
      const attestation = await keyAttestation([newKey()])
      expect((await ask({ attestation: [attestation] })).status).toBe(200)
      expect(await ask({ attestation: [attestation] })).toMatchObject(
        refused(400, 'invalid_nonce', 'nonce_used'),
      )
    })
  })

  test('the metadata say what is asked for', async () => {
    const { origin, pathname } = new URL(wallet.url)
    const issuer = await wallet.fetch(`${origin}/.well-known/openid-credential-issuer${pathname}`)
    expect(issuer.body.credential_configurations_supported).toMatchObject({
      'company-profile': {
        proof_types_supported: {
          jwt: { key_attestations_required: {} },
          attestation: { key_attestations_required: {} },
        },
      },
    })
    const server = await wallet.fetch(`${origin}/.well-known/oauth-authorization-server${pathname}`)
    expect(server.body).toMatchObject({
      token_endpoint_auth_methods_supported: ['attest_jwt_client_auth'],
      'pre-authorized_grant_anonymous_access_supported': false,
      require_pushed_authorization_requests: true,
      dpop_signing_alg_values_supported: ['ES256', 'EdDSA'],
    })
  })

  describe('a provider with a certificate', () => {
    let maker: Issued
    let elsewhere: Issued
    let theirs: OpenWallet
    const now = () => wallet.seconds()
    const keyOfLeaf = ({ privateKey }: Issued): WalletKey => {
      const key = createPrivateKey(privateKey)
      return { privateKey: key, jwk: publicJwkOf(key), signer: createSigner(key, '') }
    }
    beforeAll(async () => {
      const root = await newAuthority('Makers', validNow())
      const issuers = await newAuthority('Issuers', validNow())
      const order = { dnsNames: [], validity: validNow() }
      maker = await issueLeaf(root, { ...order, name: 'Walletmaker' })
      elsewhere = await issueLeaf(issuers, { ...order, name: 'Issuer' })
      const clock = { now: Date.now }
      const anchors = new Anchors(
        [anchorOf('makers', root, 'wallet-providers'), anchorOf('issuers', issuers, 'issuers')],
        { clock, revocations: { check: async () => {} } },
      )
      const certified = await OfferNode.start(engine, world, {
        ...settings,
        certifiedProvider: async (x5c) => {
          const { name, key } = await anchors.verify(x5c, 'wallet-providers')
          return { name, keys: [key] }
        },
      })
      theirs = new OpenWallet(certified, await certified.createParty('organisation'))
    })
    const anchorOf = (name: string, { certificate }: Issued, use: AnchorUse) => ({
      ...{ name, uses: [use], revocation: 'when_known' as const },
      certificate: readCertificate(new X509Certificate(certificate).raw),
    })

    async function token(by: WalletKey, x5c?: readonly string[]) {
      const headers = {
        'oauth-client-attestation': await sign(
          { typ: 'oauth-client-attestation+jwt', ...(x5c && { x5c }) },
          { sub: 'wallet.example', exp: now() + 3600, cnf: { jwk: instance.jwk } },
          by,
        ),
        'oauth-client-attestation-pop': await sign(
          { typ: 'oauth-client-attestation-pop+jwt' },
          { iss: 'wallet.example', aud: theirs.url, jti: randomUUID(), iat: now() },
          instance,
        ),
      }
      return theirs.redeem(await theirs.codeOf(await theirs.offer()), {}, headers)
    }

    test('vouches for a wallet and for its keys', async () => {
      const reply = await token(keyOfLeaf(maker), [base64Of(maker)])
      expect(reply.status).toBe(200)
      const key = newKey()
      const attestation = await sign(
        { typ: 'key-attestation+jwt', x5c: [base64Of(maker)] },
        { iat: now(), exp: now() + 600, nonce: await theirs.nonce(), attested_keys: [key.jwk] },
        keyOfLeaf(maker),
      )
      const proofs = { attestation: [attestation] }
      expect((await theirs.credential(String(reply.body.access_token), { proofs })).status).toBe(200)
    })

    test('is known by it alone, and others by their keys', async () => {
      expect((await token(provider)).status).toBe(200)
      for (const [by, chain, code] of [
        [keyOfLeaf(elsewhere), [base64Of(elsewhere)], 'certificate_untrusted'],
        [stranger, [base64Of(maker)], 'provider_not_trusted'],
        [provider, [base64Of(maker)], 'provider_not_trusted'],
        [keyOfLeaf(maker), undefined, 'provider_not_trusted'],
        [keyOfLeaf(maker), [], 'certificate_chain_malformed'],
      ] as const)
        expect(await token(by, chain)).toMatchObject(refused(401, 'invalid_client', code))
    })

    test('that nobody we trust certified vouches for no key', async () => {
      const { body } = await token(provider)
      const key = newKey()
      const by = keyOfLeaf(elsewhere)
      const attestation = await sign(
        { typ: 'key-attestation+jwt', x5c: [base64Of(elsewhere)] },
        { iat: now(), exp: now() + 600, nonce: await theirs.nonce(), attested_keys: [key.jwk] },
        by,
      )
      expect(
        await theirs.credential(String(body.access_token), { proofs: { attestation: [attestation] } }),
      ).toMatchObject(refused(400, 'invalid_proof', 'certificate_untrusted'))
    })
  })

  test('where no provider is trusted, what one says counts for nothing', async () => {
    const plain = await OfferNode.start(engine, world)
    const theirs = new OpenWallet(plain, await plain.createParty('organisation'))
    const proof = await theirs.proof(newKey(), {}, { key_attestation: 'x' })
    expect((await theirs.credential(await theirs.bearer(), { proofs: { jwt: [proof] } })).status).toBe(200)
    expect(await theirs.credential(await theirs.bearer(), { proofs: { attestation: ['x'] } })).toMatchObject(
      refused(400, 'invalid_proof', 'proof_type_unsupported'),
    )
  })
})
