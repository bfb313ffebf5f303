import { beforeAll, expect, test } from 'vitest'
import { OfferNode, World } from '../../../test/support/offer-node.ts'
import { OpenWallet } from '../../../test/support/open-wallet.ts'
import { parseJws, verifyJws } from '../../jose/index.ts'
import { Configurations, type IssuingFormat, sdJwtFormat } from './formats.ts'

let node: OfferNode
let wallet: OpenWallet
beforeAll(async () => {
  node = await OfferNode.start('sqlite', new World())
  wallet = new OpenWallet(node, await node.createParty('organisation'))
})

const ask = (accept?: string) => {
  const { origin, pathname } = new URL(wallet.url)
  return wallet.fetch(`${origin}/.well-known/openid-credential-issuer${pathname}`, {
    headers: accept ? { accept } : {},
  })
}

test('the metadata name every endpoint and what it takes', async () => {
  const { body, headers } = await ask()
  expect(headers.get('vary')).toContain('Accept')
  expect(body).toMatchObject({
    credential_issuer: wallet.url,
    nonce_endpoint: `${wallet.url}/nonce`,
    deferred_credential_endpoint: `${wallet.url}/deferred-credential`,
    notification_endpoint: `${wallet.url}/notification`,
    credential_request_encryption: {
      jwks: { keys: [{ kty: 'EC', use: 'enc', alg: 'ECDH-ES', kid: expect.any(String) }] },
      enc_values_supported: ['A128GCM', 'A256GCM'],
      encryption_required: false,
    },
    credential_response_encryption: { alg_values_supported: ['ECDH-ES'], encryption_required: false },
    batch_credential_issuance: { batch_size: 10 },
    display: [{ name: 'a party' }],
    credential_configurations_supported: {
      'company-profile': { format: 'dc+sd-jwt', scope: 'urn:regie:credential:company-profile:1' },
    },
  })
  expect(JSON.stringify(body)).not.toContain('zip_values_supported')
})

test('they come signed to who asks for that, by the DID of the party', async () => {
  const reply = await ask('application/jwt')
  expect(reply.headers.get('content-type')).toMatch(/^application\/jwt/)
  const jws = parseJws(reply.text)
  const signer = node.signers.get(wallet.issuer.did)
  const key = await node.keyOf(wallet.issuer)
  verifyJws(jws, key, { typ: 'openidvci-issuer-metadata+jwt' })
  expect(jws.header.kid).toBe(signer?.kid)
  const { iss, sub, iat, exp, ...said } = jws.payload
  expect({ iss, sub }).toEqual({ iss: wallet.issuer.did, sub: wallet.url })
  expect(Number(exp) - Number(iat)).toBe(86_400)
  expect(said).toEqual((await ask()).body)
})

test.each(['*/*', 'application/json', 'application/json, application/jwt;q=0.5', 'text/html, */*;q=0.1'])(
  'they come as JSON to who accepts %s',
  async (accept) => {
    expect((await ask(accept)).headers.get('content-type')).toMatch(/^application\/json/)
  },
)

test('the name of a person is not for everybody', async () => {
  const person = new OpenWallet(node, await node.createParty('person'))
  const { origin, pathname } = new URL(person.url)
  const { body } = await person.fetch(`${origin}/.well-known/openid-credential-issuer${pathname}`)
  expect(body.display).toBeUndefined()
})

test('another format is another configuration of each type; two may not be named the same', () => {
  const types = node.credentials.types.list()
  const sdJwt = sdJwtFormat(node.credentials)
  const other: IssuingFormat = {
    ...sdJwt,
    format: 'jwt_vc_json',
    configurationIdOf: ({ name }) => `${name}.jwt`,
  }
  const both = new Configurations(types, [sdJwt, other])
  expect(both.list()).toHaveLength(2 * types.length)
  expect(both.of('company-profile', 'jwt_vc_json')?.id).toBe('company-profile.jwt')
  expect(() => new Configurations(types, [sdJwt, sdJwt])).toThrow('two formats')
})
