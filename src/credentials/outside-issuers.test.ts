import { X509Certificate } from 'node:crypto'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { base64Of, certificateWith, signerOf, validNow, x509 } from '../../test/support/certificates.ts'
import {
  type Anchor,
  Anchors,
  type Issued,
  issueLeaf,
  issueList,
  newAuthority,
  Revocations,
  readCertificate,
} from '../certificates/index.ts'
import { Refusal, seconds } from '../core/index.ts'
import { type JsonObject, publicJwkOf, signJws } from '../jose/index.ts'
import { issueSdJwt } from '../sd-jwt/index.ts'
import { createStatusChecker } from '../status-lists/index.ts'
import { IssuerMetadata } from './issuer-metadata.ts'
import { loadCredentialTypes } from './types/index.ts'
import { createVerifyCredential } from './verify-credential.ts'

const types = loadCredentialTypes('credentials', 'schemas')
const type = types.byName('employee-role')
const now = Date.now()
const clock = { now: () => now }
const HOUR = 3_600_000

const CRL = 'https://ca.example/list.crl'
const LIST = 'https://lists.example/1'
const ISS = 'https://issuer.example/hr'
const METADATA = 'https://issuer.example/.well-known/jwt-vc-issuer/hr'

let root: Issued
let other: Issued
let leaf: Issued
/** What is served where; what is not here does not answer. */
let served: Record<string, Buffer | string | object>
let called: string[]

beforeAll(async () => {
  root = await newAuthority('Root', validNow())
  other = await newAuthority('Root', validNow())
  leaf = await issueLeaf(root, { name: 'HR', dnsNames: ['issuer.example'], validity: validNow() })
})
beforeEach(() => {
  served = {}
  called = []
})

const request = async (url: string | URL) => {
  called.push(String(url))
  const body = served[String(url)]
  if (body === undefined) throw new Refusal('upstream', 'egress_unreachable', 'not there')
  const bytes = Buffer.isBuffer(body)
    ? body
    : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
  return { status: 200, headers: {}, body: bytes }
}
const egress = {
  request,
  json: async (url: string | URL) => ({
    ...{ status: 200, headers: {} },
    json: JSON.parse((await request(url)).body.toString()) as unknown,
  }),
}
const requireKey = async () => {
  throw new Refusal('upstream', 'did_unresolvable', 'no DID is known here')
}

const anchorOf = (issued: Issued, more: Partial<Anchor> = {}): Anchor => ({
  ...{ name: 'hr-root', uses: ['issuers'], revocation: 'when_known' },
  certificate: readCertificate(new X509Certificate(issued.certificate).raw),
  ...more,
})

/** A verifier of a world with these anchors. */
function verifierOf(anchors: readonly Anchor[] = [anchorOf(root)], { permitted = [ISS] } = {}) {
  const trusted = new Anchors(anchors, { clock, revocations: new Revocations({ clock, egress }) })
  const metadata = new IssuerMetadata({ clock, egress, permitted: new Set(permitted) })
  const keys = {
    requireKey,
    certified: (x5c: unknown) => trusted.verify(x5c, 'issuers'),
    publishedKey: (url: string, kid: string | undefined) => metadata.requireKey(url, kid),
  }
  const status = createStatusChecker({ clock, fetch: request, ...keys })
  return createVerifyCredential({ clock, types, status, ...keys })
}

interface Credential {
  readonly x5c?: unknown
  readonly signer?: Issued
  readonly header?: object
  readonly payload?: object
}

const credential = ({ x5c = [base64Of(leaf)], signer = leaf, header = {}, payload = {} }: Credential = {}) =>
  issueSdJwt({
    header: { typ: 'dc+sd-jwt', kid: undefined, ...(x5c !== null && { x5c }), ...header } as never,
    payload: { vct: type.vct, ...type.example, status: status(), ...payload } as unknown as JsonObject,
    disclosable: [],
    signer: signerOf(signer),
  })

const status = (uri = LIST) => ({ status_list: { idx: 0, uri } })

/** A list of one credential that stands. */
const list = (signer: Issued, header: object = { x5c: [base64Of(signer)] }, payload: object = {}) =>
  signJws(
    { typ: 'statuslist+jwt', kid: undefined, ...header },
    {
      ...{ sub: LIST, iat: seconds(now), status_list: { bits: 1, lst: 'eNpjYAAAAAIAAQ' } },
      ...payload,
    },
    signerOf(signer),
  )

async function codeOf(compact: string, verify = verifierOf()): Promise<string> {
  const report = await verify(compact, { keyBinding: 'optional' })
  const failed = report.checks.find(({ ok }) => !ok)
  // Nobody without a DID is ever told as one.
  expect(report.issuer).toBeNull()
  if (failed) expect(report.verified).toBe(false)
  return failed?.code ?? 'verified'
}

describe('an issuer with a certificate', () => {
  beforeEach(async () => {
    served[LIST] = await list(leaf)
  })

  test('is named by it, and is no party of the network', async () => {
    const report = await verifierOf()(await credential(), { keyBinding: 'optional' })
    expect(report).toMatchObject({
      ...{ verified: true, issuer: null, claims: type.example },
      outsideIssuer: {
        kind: 'certificate',
        anchor: 'hr-root',
        name: 'HR',
        dnsNames: ['issuer.example'],
        url: null,
      },
    })
    const [keyId] = report.outsideIssuer?.kind === 'certificate' ? report.outsideIssuer.authorityKeyIds : []
    const ski = new x509.X509Certificate(root.certificate).getExtension(x509.SubjectKeyIdentifierExtension)
    expect(keyId).toBe(Buffer.from(ski?.keyId ?? '', 'hex').toString('base64url'))
  })

  test('may say its address where that is a name of the certificate', async () => {
    const byUri = await certificateWith(root, 'Uri', [
      new x509.SubjectAlternativeNameExtension([{ type: 'url', value: 'https://else.example/hr' }]),
    ])
    const said = (iss: unknown, signer = leaf) =>
      credential({ signer, x5c: [base64Of(signer)], payload: { iss } })
    expect(await codeOf(await said(ISS))).toBe('verified')
    expect(await codeOf(await said('https://else.example/hr', byUri))).toBe('verified')
    for (const iss of [
      'https://else.example',
      'https://sub.issuer.example',
      'http://issuer.example',
      'https://else.example@issuer.example/',
      'issuer.example',
      '',
    ])
      expect([iss, await codeOf(await said(iss))]).toEqual([iss, 'issuer_name_mismatch'])
    expect(await codeOf(await said('https://else.example/hr/x', byUri))).toBe('issuer_name_mismatch')
  })

  test('never passes as a party of the network', async () => {
    const did = 'did:web:anchor.example'
    expect(await codeOf(await credential({ payload: { iss: did } }))).toBe('issuer_key_mismatch')
    const named = await certificateWith(root, 'Did', [
      new x509.SubjectAlternativeNameExtension([{ type: 'url', value: did }]),
    ])
    const borrowed = { signer: named, x5c: [base64Of(named)], payload: { iss: did } }
    expect(await codeOf(await credential(borrowed))).toBe('issuer_key_mismatch')
    // A kid of a DID beside it changes nothing.
    const report = await verifierOf()(await credential({ header: { kid: `${did}#key-1` } }), {
      keyBinding: 'optional',
    })
    expect([report.verified, report.issuer]).toEqual([true, null])
  })

  test.each<[string, () => Promise<Credential>, string]>([
    ['without any', async () => ({ x5c: [] }), 'certificate_chain_malformed'],
    ['that is a text', async () => ({ x5c: base64Of(leaf) }), 'certificate_chain_malformed'],
    [
      'of fifty',
      async () => ({ x5c: Array.from({ length: 50 }, () => base64Of(leaf)) }),
      'certificate_chain_malformed',
    ],
    [
      'to an anchor nobody knows',
      async () => {
        const stranger = await issueLeaf(other, {
          name: 'HR',
          dnsNames: ['issuer.example'],
          validity: validNow(),
        })
        return { signer: stranger, x5c: [base64Of(stranger), base64Of(other)] }
      },
      'certificate_untrusted',
    ],
    [
      'of two leafs',
      async () => {
        const mine = await issueLeaf(leaf, {
          name: 'Mine',
          dnsNames: ['issuer.example'],
          validity: validNow(),
        })
        return { signer: mine, x5c: [base64Of(mine), base64Of(leaf)] }
      },
      'certificate_untrusted',
    ],
    [
      'over one that may not issue',
      async () => {
        const between = await certificateWith(root, 'Between', [])
        const below = await issueLeaf(between, {
          name: 'HR',
          dnsNames: ['issuer.example'],
          validity: validNow(),
        })
        return { signer: below, x5c: [base64Of(below), base64Of(between)] }
      },
      'certificate_not_authority',
    ],
    [
      'whose leaf is not for signing',
      async () => {
        const usage = new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyAgreement, true)
        const signer = await certificateWith(root, 'HR', [usage])
        return { signer, x5c: [base64Of(signer)] }
      },
      'certificate_not_for_signing',
    ],
    [
      'that is over',
      async () => {
        const validity = { from: now - 48 * HOUR, days: 1 }
        const signer = await issueLeaf(root, { name: 'HR', dnsNames: [], validity })
        return { signer, x5c: [base64Of(signer)] }
      },
      'certificate_expired',
    ],
    [
      'that has not begun',
      async () => {
        const validity = { from: now + HOUR, days: 1 }
        const signer = await issueLeaf(root, { name: 'HR', dnsNames: [], validity })
        return { signer, x5c: [base64Of(signer)] }
      },
      'certificate_expired',
    ],
    ['of another’s, with our own key', async () => ({ signer: other }), 'jws_signature_invalid'],
    ['and another algorithm', async () => ({ header: { alg: 'EdDSA' } }), 'jws_alg_mismatch'],
    [
      'that is an anchor’s own',
      async () => ({ signer: root, x5c: [base64Of(root)] }),
      'certificate_untrusted',
    ],
  ])('a chain %s is refused', async (_what, make, code) => {
    const made = await make()
    // The algorithm is the key's: another cannot be asked for when signing.
    const compact = await credential({ ...made, header: {} })
    const { alg } = (made.header ?? {}) as { alg?: string }
    expect(await codeOf(alg === undefined ? compact : withAlg(compact, alg))).toBe(code)
    expect(called).toEqual([])
  })

  const withAlg = (compact: string, alg: string) => {
    const [header = '', ...rest] = compact.split('.')
    const parsed = JSON.parse(Buffer.from(header, 'base64url').toString()) as object
    return [Buffer.from(JSON.stringify({ ...parsed, alg })).toString('base64url'), ...rest].join('.')
  }

  test('an anchor for verifiers vouches for no issuer, and none at all for nobody', async () => {
    const forVerifiers = verifierOf([anchorOf(root, { uses: ['verifiers', 'wallet-providers'] })])
    expect(await codeOf(await credential(), forVerifiers)).toBe('certificate_untrusted')
    expect(await codeOf(await credential(), verifierOf([]))).toBe('certificate_untrusted')
  })

  test('what its authority took back is refused, and so is what nobody can tell, where policy says so', async () => {
    const order = { name: 'HR', dnsNames: ['issuer.example'], validity: validNow(), crlUrl: CRL }
    const listed = await issueLeaf(root, order)
    served[LIST] = await list(listed)
    const compact = await credential({ signer: listed, x5c: [base64Of(listed)] })
    const required = () => verifierOf([anchorOf(root, { revocation: 'required' })])
    const serial = new X509Certificate(listed.certificate).serialNumber.toLowerCase()
    const lists = { from: now - HOUR, days: 1 }

    expect(await codeOf(compact, required())).toBe('certificate_revocation_unknown')
    served[CRL] = await issueList(root, [], lists)
    expect(await codeOf(compact, required())).toBe('verified')
    served[CRL] = await issueList(root, [serial], lists)
    expect(await codeOf(compact, required())).toBe('certificate_revoked')
    served[CRL] = await issueList(root, [], { from: now - 72 * HOUR, days: 1 })
    expect(await codeOf(compact, required())).toBe('certificate_revocation_unknown')
    served[CRL] = await issueList(other, [], lists)
    expect(await codeOf(compact, required())).toBe('certificate_revocation_unknown')
    // Where it publishes none at all, policy decides.
    expect(await codeOf(await credential(), required())).toBe('certificate_revocation_unknown')
    served[LIST] = await list(leaf)
    expect(await codeOf(await credential(), verifierOf())).toBe('verified')
  })

  describe('and its status list', () => {
    test('is signed by who has a certificate of the same anchor', async () => {
      const colleague = await issueLeaf(root, { name: 'Lists', dnsNames: [], validity: validNow() })
      served[LIST] = await list(colleague)
      expect(await codeOf(await credential())).toBe('verified')
    })

    test.each<[string, (stranger: Issued) => Promise<string>, string]>([
      ['signed under another anchor', (stranger) => list(stranger), 'status_list_invalid'],
      ['signed with another key', () => list(other, { x5c: [base64Of(leaf)] }), 'status_list_invalid'],
      ['signed by a DID', () => list(leaf, { kid: 'did:web:a.example#k' }), 'status_unavailable'],
      ['signed by an address', () => list(leaf, {}, { iss: ISS }), 'status_unavailable'],
      ['of another address', () => list(leaf, undefined, { sub: `${LIST}0` }), 'status_list_invalid'],
    ])('%s counts for nothing', async (_what, make, code) => {
      const strangers = await newAuthority('Strangers', validNow())
      const order = { name: 'S', dnsNames: ['issuer.example'], validity: validNow() }
      served[LIST] = await make(await issueLeaf(strangers, order))
      const known = verifierOf([anchorOf(root), anchorOf(strangers, { name: 'strangers' })])
      expect(await codeOf(await credential(), known)).toBe(code)
      expect(await codeOf(await credential())).toBe(code)
    })
  })
})

describe('an issuer that publishes its keys', () => {
  const jwk = (issued: Issued, kid?: string) => ({
    ...publicJwkOf(new X509Certificate(issued.certificate).publicKey),
    ...(kid !== undefined && { kid }),
  })
  const published = (keys: readonly object[], more: object = {}) => ({ issuer: ISS, jwks: { keys }, ...more })
  const issue = (more: Credential = {}) =>
    credential({ x5c: null, header: { kid: 'k1' }, ...more, payload: { iss: ISS, ...more.payload } })
  beforeEach(async () => {
    served[LIST] = await list(leaf, { kid: 'k1' }, { iss: ISS })
    served[METADATA] = published([jwk(leaf, 'k1'), jwk(other, 'k2')])
  })

  test('is known by its address', async () => {
    const report = await verifierOf()(await issue(), { keyBinding: 'optional' })
    expect(report).toMatchObject({
      verified: true,
      issuer: null,
      outsideIssuer: { kind: 'metadata', url: ISS },
    })
    expect(called).toEqual([METADATA, LIST])
  })

  test('may keep its keys elsewhere, and have one without a name', async () => {
    served[METADATA] = { issuer: ISS, jwks_uri: 'https://keys.example/1' }
    served['https://keys.example/1'] = { keys: [jwk(leaf)] }
    served[LIST] = await list(leaf, {}, { iss: ISS })
    expect(await codeOf(await issue({ header: {} }))).toBe('verified')
  })

  test.each<[string, () => object | string | undefined, string]>([
    ['nothing', () => undefined, 'issuer_metadata_unreachable'],
    [
      'another’s metadata',
      () => published([jwk(leaf, 'k1')], { issuer: `${ISS}/` }),
      'issuer_metadata_invalid',
    ],
    ['no keys', () => ({ issuer: ISS }), 'issuer_metadata_invalid'],
    [
      'keys at two places',
      () => published([jwk(leaf, 'k1')], { jwks_uri: METADATA }),
      'issuer_metadata_invalid',
    ],
    ['another key', () => published([jwk(leaf, 'k2')]), 'issuer_key_unknown'],
    ['two keys of one name', () => published([jwk(leaf, 'k1'), jwk(other, 'k1')]), 'issuer_key_unknown'],
    ['a private key', () => published([{ ...jwk(leaf, 'k1'), d: 'AA' }]), 'jwk_private'],
    ['somebody else’s key', () => published([jwk(other, 'k1')]), 'jws_signature_invalid'],
  ])('and publishes %s is not believed', async (_what, make, code) => {
    const body = make()
    if (body === undefined) delete served[METADATA]
    else served[METADATA] = body
    expect(await codeOf(await issue())).toBe(code)
  })

  test('is asked only where configuration names it', async () => {
    expect(await codeOf(await issue(), verifierOf(undefined, { permitted: [] }))).toBe('issuer_not_permitted')
    expect(called).toEqual([])
  })

  test('is asked once, and again for a key it did not have, but not by everybody who makes one up', async () => {
    const verify = verifierOf()
    await codeOf(await issue(), verify)
    await codeOf(await issue(), verify)
    expect(await codeOf(await issue({ header: { kid: 'k9' } }), verify)).toBe('issuer_key_unknown')
    expect(called.filter((url) => url === METADATA)).toHaveLength(1)
  })

  test('has no list that another signed', async () => {
    served[LIST] = await list(other, { kid: 'k1' }, { iss: ISS })
    expect(await codeOf(await issue())).toBe('status_list_invalid')
    served[LIST] = await list(leaf)
    expect(await codeOf(await issue())).toBe('status_list_invalid')
  })
})
