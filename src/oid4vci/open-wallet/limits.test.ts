import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { onEachEngine } from '../../../test/support/engines.ts'
import { ForeignIssuer } from '../../../test/support/foreign-issuer.ts'
import { OfferNode, World } from '../../../test/support/offer-node.ts'
import { Browser, codeOf, WalletRoom } from '../../../test/support/wallet-room.ts'

type Json = Record<string, unknown>

/** What issuers want that our wallet does not have: it says so, and spends no code on it. */
onEachEngine((engine) => {
  const world = new World()
  let node: OfferNode
  let issuer: ForeignIssuer
  let ada: WalletRoom

  beforeAll(async () => {
    node = await OfferNode.start(engine, world)
    await node.createParty('organisation')
    ada = new WalletRoom(node, await node.createParty('person'))
    issuer = await ForeignIssuer.start(world, { pushed: true })
  })
  beforeEach(() => {
    issuer.mangle = (_path, json) => json
    issuer.requests.length = 0
    expect(node.faults).toEqual([])
  })

  const configured = (more: object) => (path: string, json: Json) => {
    if (!path.includes('credential-issuer')) return json
    const all = json.credential_configurations_supported as Record<string, object>
    return { ...json, credential_configurations_supported: { ...all, diploma: { ...all.diploma, ...more } } }
  }
  const served = (more: object) => (path: string, json: Json) =>
    path.includes('authorization-server') ? { ...json, ...more } : json
  const es256 = { proof_signing_alg_values_supported: ['ES256'] }

  test.each<[string, (path: string, json: Json) => unknown, string]>([
    [
      'another kind of proof',
      configured({ proof_types_supported: { attestation: es256 } }),
      'proof_type_unsupported',
    ],
    [
      'keys somebody vouches for',
      configured({ proof_types_supported: { jwt: { ...es256, key_attestations_required: {} } } }),
      'key_attestation_unsupported',
    ],
    [
      'another algorithm',
      configured({ proof_types_supported: { jwt: { proof_signing_alg_values_supported: ['ES512'] } } }),
      'proof_alg_unsupported',
    ],
    [
      'another way to name keys',
      configured({ cryptographic_binding_methods_supported: ['did:example'] }),
      'binding_method_unsupported',
    ],
    [
      'a wallet that is vouched for',
      served({ token_endpoint_auth_methods_supported: ['attest_jwt_client_auth'] }),
      'client_authentication_unsupported',
    ],
  ])('%s: the code is not spent, and is good once that changed', async (_what, mangle, code) => {
    const { id } = await ada.add(await issuer.offer())
    issuer.mangle = mangle
    expect(await codeOf(ada.accept(id))).toBe(code)
    expect(await ada.show(id)).toMatchObject({ state: 'waiting', reason: code })
    expect(issuer.requests).not.toContain('POST /token')
    issuer.mangle = (_path, json) => json
    expect(await ada.accept(id)).toMatchObject({ state: 'received' })
  })

  test.each<[string, object]>([
    ['no page', { authorization_endpoint: undefined }],
    ['no code as answer', { response_types_supported: ['token'] }],
    ['plain PKCE only', { code_challenge_methods_supported: ['plain'] }],
    [
      'pushed requests, and no place to push them',
      { require_pushed_authorization_requests: true, pushed_authorization_request_endpoint: undefined },
    ],
  ])('an authorization server with %s: the browser goes nowhere', async (_what, more) => {
    const { id } = await ada.add(await issuer.offer('code'))
    const { link } = await ada.accept(id)
    issuer.mangle = served(more)
    expect(await new Browser().get(link ?? '')).toMatchObject({ status: 422, location: '' })
    expect(await ada.show(id)).toMatchObject({ state: 'waiting', reason: 'authorization_unsupported' })
  })

  test('a nonce that ended is asked for once more', async () => {
    let times = 0
    issuer.mangle = (path, json) => {
      if (path !== '/nonce') return json
      times += 1
      return times === 1 ? { c_nonce: 'an-old-one' } : json
    }
    const { id } = await ada.add(await issuer.offer())
    expect(await ada.accept(id)).toMatchObject({ state: 'received' })
    expect(times).toBe(2)
  })

  describe('what the authorization server is asked', () => {
    const asked = async (more: object) => {
      const plain = await ForeignIssuer.start(world, more)
      const { id } = await ada.add(await plain.offer('code'))
      const { link } = await ada.accept(id)
      const { location } = await new Browser().get(link ?? '')
      return { plain, parameters: new URL(location).searchParams }
    }

    test('by scope, it is told for which issuer', async () => {
      const { plain, parameters } = await asked({})
      expect(Object.fromEntries(parameters)).toMatchObject({
        ...{ response_type: 'code', scope: 'diploma', resource: plain.url, code_challenge_method: 'S256' },
        redirect_uri: `${node.base}/wallet/callback`,
      })
    })

    test('by details, these name the issuer', async () => {
      const { plain, parameters } = await asked({ identifiers: true })
      expect(JSON.parse(parameters.get('authorization_details') ?? '')).toEqual([
        { type: 'openid_credential', credential_configuration_id: 'diploma', locations: [plain.url] },
      ])
      expect(parameters.get('scope')).toBeNull()
    })
  })
})
