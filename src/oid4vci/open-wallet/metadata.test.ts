import { generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { createSigner, publicJwkOf, signJws } from '../../jose/index.ts'
import { fetchIssuer } from './metadata.ts'

const ISSUER = 'https://issuer.example/tenant'
const DID = 'did:web:issuer.example'
const now = 1_790_000_000
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey

const document = {
  credential_issuer: ISSUER,
  credential_endpoint: `${ISSUER}/credential`,
  credential_configurations_supported: { diploma: { format: 'dc+sd-jwt', vct: 'urn:diploma' } },
}
const signed = (claims: object = {}, { typ = 'openidvci-issuer-metadata+jwt', key = privateKey } = {}) =>
  signJws(
    { typ },
    { ...document, sub: ISSUER, iat: now, exp: now + 60, ...claims },
    createSigner(key, `${DID}#key-1`),
  )
const read = (jwt: string) =>
  fetchIssuer(
    ISSUER,
    { configurationIds: ['diploma'] },
    {
      egress: {
        request: async (url) => {
          expect(String(url)).toBe('https://issuer.example/.well-known/openid-credential-issuer/tenant')
          const headers = { 'content-type': 'application/jwt' }
          return { status: 200, headers, body: Buffer.from(jwt) }
        },
      },
      clock: { now: () => now * 1000 },
      requireKey: async () => publicJwkOf(privateKey),
    },
  )

test('metadata that the issuer’s DID signed are read, and say who signed', async () => {
  const { signedBy, configurations } = await read(await signed({ iss: DID }))
  expect(signedBy).toBe(DID)
  expect([...configurations.keys()]).toEqual(['diploma'])
})

test.each<[string, () => Promise<string>]>([
  ['about another issuer', () => signed({ sub: 'https://other.example' })],
  ['about nobody', () => signed({ sub: undefined })],
  ['of another issuer inside', () => signed({ credential_issuer: 'https://other.example' })],
  ['of another signer by name', () => signed({ iss: 'did:web:other.example' })],
  ['made at no time', () => signed({ iat: undefined })],
  ['too old', () => signed({ exp: now - 3600 })],
  ['of another kind', () => signed({}, { typ: 'JWT' })],
  ['signed with another key', () => signed({}, { key: stranger })],
  ['that are no JWT', async () => 'x.y'],
])('signed metadata %s are none', async (_what, jwt) => {
  await expect(read(await jwt())).rejects.toMatchObject({ code: 'issuer_metadata_invalid' })
})
