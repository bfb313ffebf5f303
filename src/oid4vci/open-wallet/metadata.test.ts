import { generateKeyPairSync, X509Certificate } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { base64Of, signerOf } from '../../../test/support/certificates.ts'
import { Anchors, type Issued, issueLeaf, newAuthority, readCertificate } from '../../certificates/index.ts'
import { Refusal } from '../../core/index.ts'
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

describe('under a certificate', () => {
  let leaf: Issued
  let other: Issued
  let ca: Anchors
  const taken = new Set<string>()
  beforeAll(async () => {
    const validity = { from: now * 1000 - 3_600_000, days: 2 }
    const root = await newAuthority('Root', validity)
    const another = await newAuthority('Another', validity)
    leaf = await issueLeaf(root, { name: 'Issuer', dnsNames: ['issuer.example'], validity })
    other = await issueLeaf(another, { name: 'Issuer', dnsNames: ['issuer.example'], validity })
    const certificate = readCertificate(new X509Certificate(root.certificate).raw)
    const check = async ({ serialNumber }: { serialNumber: string }) => {
      if (taken.has(serialNumber)) throw new Refusal('forbidden', 'certificate_revoked', 'taken back')
    }
    const anchor = { name: 'root', certificate, uses: ['issuers' as const], revocation: 'required' as const }
    ca = new Anchors([anchor], { clock: { now: () => now * 1000 }, revocations: { check } })
  })

  const under = (
    by: Issued,
    claims: object = {},
    { typ = 'openidvci-issuer-metadata+jwt', from = by } = {},
  ) =>
    signJws(
      { typ, kid: undefined, x5c: [base64Of(from)] },
      { ...document, sub: ISSUER, iat: now, exp: now + 60, ...claims },
      signerOf(by),
    )
  /** What is said in the clear has another endpoint, so that it shows which was read. */
  const plain = { ...document, credential_endpoint: `${ISSUER}/plain` }
  const readBy = (jwt: string, { known = true, must = false } = {}) =>
    fetchIssuer(
      ISSUER,
      { configurationIds: ['diploma'], signed: must },
      {
        egress: {
          request: async (_url, { accept } = {}) => {
            const isSigned = accept?.includes('jwt') ?? false
            const headers = { 'content-type': isSigned ? 'application/jwt' : 'application/json' }
            return { status: 200, headers, body: Buffer.from(isSigned ? jwt : JSON.stringify(plain)) }
          },
        },
        clock: { now: () => now * 1000 },
        requireKey: async () => publicJwkOf(privateKey),
        ...(known && { certifiedIssuer: (x5c: unknown) => ca.verify(x5c, 'issuers') }),
      },
    )

  test('of an anchor they are read, and say who signed', async () => {
    for (const claims of [{}, { iss: ISSUER }]) {
      const { signedBy, document: read } = await readBy(await under(leaf, claims), { must: true })
      expect([signedBy, read.credential_endpoint]).toEqual(['x509:root:Issuer', `${ISSUER}/credential`])
    }
  })

  test('of nobody we know what is said in the clear is read, by nobody signed', async () => {
    for (const [jwt, known] of [
      [await under(other), true],
      [await under(leaf), false],
    ] as const) {
      const { signedBy, document: read } = await readBy(jwt, { known })
      expect([signedBy, read.credential_endpoint]).toEqual([null, `${ISSUER}/plain`])
      await expect(readBy(jwt, { known, must: true })).rejects.toMatchObject({
        code: 'issuer_metadata_unsigned',
      })
    }
  })

  test.each<[string, () => Promise<string>]>([
    ['about another issuer', () => under(leaf, { sub: 'https://other.example' })],
    ['by another name', () => under(leaf, { iss: 'https://other.example' })],
    ['too old', () => under(leaf, { exp: now - 3600 })],
    ['of another kind', () => under(leaf, {}, { typ: 'JWT' })],
    ['signed with another key', () => under(other, {}, { from: leaf })],
    [
      'with no chain',
      async () => signJws({ typ: 'openidvci-issuer-metadata+jwt', x5c: [] }, document, signerOf(leaf)),
    ],
  ])('%s they are none', async (_what, jwt) => {
    await expect(readBy(await jwt())).rejects.toMatchObject({ code: 'issuer_metadata_invalid' })
  })

  test('that was taken back they are none', async () => {
    taken.add(readCertificate(new X509Certificate(leaf.certificate).raw).serialNumber)
    await expect(readBy(await under(leaf))).rejects.toMatchObject({ code: 'issuer_metadata_invalid' })
    taken.clear()
  })
})
