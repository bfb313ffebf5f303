import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { createRequire } from 'node:module'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { onEachEngine, openTestStore } from '../../../test/support/engines.ts'
import { asDid, type Did, didOfUrl, Refusal, seconds } from '../../core/index.ts'
import { createSigner, parseJws, publicJwkOf, signJws } from '../../jose/index.ts'
import { createBitstringChecker, StatusLists, statusListsMigrations } from '../../status-lists/index.ts'
import type { Store } from '../../store/index.ts'
import { presentVcJwt, VC_JOSE, VC_JWT, type VcFormat } from '../../vc-jwt/index.ts'
import {
  createVerifyW3c,
  createVerifyW3cToken,
  credentialKeysMigration,
  credentialMigration,
  heldCredentialTable,
  issuedCredentialTable,
  loadCredentialTypes,
  type VerifyW3c,
  type VerifyW3cToken,
  W3cCredentials,
} from '../index.ts'
import { w3cSchemaOf } from './index.ts'

const types = loadCredentialTypes('credentials', 'schemas')
const BASE = 'https://node.example'
const ISSUER = asDid('did:web:issuer.example')
const OTHER = asDid('did:web:other.example')
const HOLDER = asDid('did:web:holder.example')
const THIEF = asDid('did:web:thief.example')
const newKey = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const keys: Readonly<Record<string, KeyObject>> = Object.fromEntries(
  [ISSUER, OTHER, HOLDER, THIEF].map((did) => [did, newKey()]),
)
const signerOf = (did: Did, by = did) => createSigner(keys[by] as KeyObject, `${did}#key-1`)
const BINDING = { nonce: 'n-0S6_WzA2Mj', aud: 'x509_san_dns:client.example.org' }

let now = Date.now()
const clock = { now: () => now }
/** Keys are listed for one purpose only: a holder's are not an issuer's. */
const requireKey = async (kid: string, purpose: string) => {
  const did = didOfUrl(kid)
  const isFor = [ISSUER, OTHER].includes(did) === (purpose === 'assertionMethod')
  const key = keys[did]
  if (!key || !isFor || !kid.endsWith('#key-1'))
    throw new Refusal('unprocessable', 'key_not_current', 'the signing key is not a current key of its DID')
  return publicJwkOf(key)
}

onEachEngine((engine) => {
  let store: Store
  let lists: StatusLists
  let credentials: W3cCredentials
  let verify: VerifyW3c
  let verifyToken: VerifyW3cToken

  beforeAll(async () => {
    store = await openTestStore(engine, {
      entities: [heldCredentialTable, issuedCredentialTable],
      migrations: [...statusListsMigrations, credentialMigration, credentialKeysMigration],
    })
    lists = new StatusLists({ store, clock, baseUrl: BASE, signer: async (did) => signerOf(did) })
    credentials = new W3cCredentials({
      ...{ store, clock, types, statusLists: lists, baseUrl: BASE },
      signerOf: async (did) => signerOf(did),
    })
    const status = createBitstringChecker({
      ...{
        clock,
        requireKey,
        fetch: () => Promise.reject(new Refusal('upstream', 'egress_unreachable', 'away')),
      },
      local: (uri, index) => lists.localBitstring(uri, index),
    })
    verify = createVerifyW3c({ clock, types, requireKey, status })
    verifyToken = createVerifyW3cToken(verify)
  })
  beforeEach(() => {
    now = Date.now()
  })

  const { example, vct } = types.byName('company-registration')
  const { id: identifier, ...others } = example
  const shown = { ...others, identifier }
  const issue = (format: VcFormat, more: object = {}) =>
    credentials.issueQueued({
      ...{ format, issuer: { partyId: 'p', did: ISSUER }, type: 'company-registration' },
      ...{ subject: HOLDER, claims: example, ...more },
    })
  const present = (format: VcFormat, all: readonly string[], holder = HOLDER, binding = BINDING) =>
    presentVcJwt(format, all, { ...binding, holder, now: seconds(now), signer: signerOf(holder) })
  const failedOf = ({ checks }: { checks: readonly { ok: boolean; check: string; code?: string }[] }) =>
    checks.filter(({ ok }) => !ok).map(({ check, code }) => `${check}: ${code}`)
  const revoke = async (id: string, state: 'invalid' | 'suspended' | 'valid') => {
    const row = await store.reader.findOneBy(issuedCredentialTable, { id })
    const entry = { listId: String(row?.statusListId), index: Number(row?.statusIndex) }
    await store.transact((tx) => lists.setStatus(tx, entry, state))
  }
  /** The same credential signed again after a change to its payload, by whom is told. */
  const forge = (compact: string, change: (payload: Json) => void, header: object = {}, by = ISSUER) => {
    const jws = parseJws(compact)
    const payload = structuredClone(jws.payload) as Json
    change(payload)
    const { typ, cty } = jws.header as unknown as { typ: string; cty?: string }
    return signJws({ typ, ...(cty && { cty }), ...header }, payload, signerOf(ISSUER, by))
  }
  type Json = Record<string, unknown>
  /** The credential inside a payload of either format. */
  const vcOf = (payload: Json) => (payload.vc ?? payload) as Json

  describe.each<VcFormat>([VC_JWT, VC_JOSE])('%s', (format) => {
    const isJwt = format === VC_JWT
    const [from, until] = isJwt ? ['issuanceDate', 'expirationDate'] : ['validFrom', 'validUntil']

    test('is issued, presented and verified, with every check made', async () => {
      const { compact, id } = await issue(format)
      const { header, payload } = parseJws(compact)
      expect(header).toMatchObject({ typ: isJwt ? 'JWT' : 'vc+jwt', kid: `${ISSUER}#key-1`, alg: 'ES256' })
      expect(vcOf(payload as Json)).toMatchObject({
        ...{ id: `urn:uuid:${id}`, type: ['VerifiableCredential', vct], issuer: ISSUER },
        credentialSubject: { ...shown, id: HOLDER },
        credentialSchema: { id: `${BASE}/schemas/company-registration/w3c`, type: 'JsonSchema' },
      })
      const report = await verifyToken(await present(format, [compact]), { keyBinding: BINDING })
      expect(failedOf(report)).toEqual([])
      expect(report).toMatchObject({
        verified: true,
        format,
        issuer: ISSUER,
        subject: HOLDER,
        vct,
        claims: example,
      })
      expect(report.checks.map(({ check }) => check)).toEqual([
        ...['issuer', 'issuer_signature', 'claims', 'times', 'key_binding', 'type', 'status'],
      ])
    })

    test('suspended is not valid, resumed is, and revoked never again', async () => {
      const { compact, id } = await issue(format)
      const check = async () => failedOf(await verify.credential(compact))
      expect(await check()).toEqual([])
      await revoke(id, 'suspended')
      expect(await check()).toEqual(['status: status_suspended'])
      await revoke(id, 'valid')
      expect(await check()).toEqual([])
      await revoke(id, 'invalid')
      expect(await check()).toEqual(['status: status_invalid'])
    })

    test.each<[string, (payload: Json) => void, string]>([
      [
        'a claim that is wrong',
        (p) => Object.assign(vcOf(p).credentialSubject as Json, { kvk_number: 'x' }),
        'type: invalid_claims',
      ],
      [
        'a claim missing',
        (p) => void delete (vcOf(p).credentialSubject as Json).name,
        'type: invalid_claims',
      ],
      ['no status', (p) => void delete vcOf(p).credentialStatus, 'status: status_missing'],
      [
        'a status of another kind',
        (p) => Object.assign(vcOf(p), { credentialStatus: { type: 'x' } }),
        'status: status_claim_invalid',
      ],
      [
        'a second type of ours',
        (p) =>
          Object.assign(vcOf(p), {
            type: ['VerifiableCredential', vct, 'urn:regie:credential:company-profile:1'],
          }),
        'type: type_ambiguous',
      ],
      [
        'the schema of another version',
        (p) => Object.assign(vcOf(p).credentialSchema as Json, { digestSRI: 'sha256-x' }),
        'type: type_integrity_mismatch',
      ],
      [
        'two subjects',
        (p) => Object.assign(vcOf(p), { credentialSubject: [{}, {}] }),
        'claims: vc_document_invalid',
      ],
      ['no type', (p) => Object.assign(vcOf(p), { type: [vct] }), 'claims: vc_document_invalid'],
      [
        'a context of the other model',
        (p) => Object.assign(vcOf(p), { '@context': ['https://www.w3.org/ns/did/v1'] }),
        'claims: vc_document_invalid',
      ],
      ['a proof of its own', (p) => Object.assign(vcOf(p), { proof: {} }), 'claims: vc_document_invalid'],
      [
        'a time that is none',
        (p) => Object.assign(vcOf(p), { [String(from)]: 'yesterday' }),
        'claims: vc_document_invalid',
      ],
      [
        'another issuer inside',
        (p) => Object.assign(isJwt ? vcOf(p) : p, isJwt ? { issuer: OTHER } : { iss: OTHER }),
        'claims: vc_claims_disagree',
      ],
      [
        'another issuer as an object',
        (p) => Object.assign(isJwt ? vcOf(p) : p, isJwt ? { issuer: { id: OTHER } } : { iss: OTHER }),
        'claims: vc_claims_disagree',
      ],
      ['another sub', (p) => Object.assign(p, { sub: THIEF }), 'claims: vc_claims_disagree'],
      ['another jti', (p) => Object.assign(p, { jti: 'urn:uuid:x' }), 'claims: vc_claims_disagree'],
      [
        'exp in the past',
        (p) => Object.assign(p, { exp: seconds(now) - 60 }),
        isJwt ? 'claims: vc_claims_disagree' : 'times: jws_expired',
      ],
      [
        'its end in the past',
        (p) => Object.assign(vcOf(p), { [String(until)]: '2020-01-01T00:00:00Z' }),
        isJwt ? 'claims: vc_claims_disagree' : 'times: jws_expired',
      ],
      [
        'nbf in the future',
        (p) => Object.assign(p, { nbf: seconds(now) + 600 }),
        isJwt ? 'claims: vc_claims_disagree' : 'times: jws_not_yet_valid',
      ],
      [
        'both ends in the past',
        (p) => {
          Object.assign(p, { exp: 1577836800 })
          Object.assign(vcOf(p), { [String(until)]: '2020-01-01T00:00:00Z' })
        },
        'times: jws_expired',
      ],
      [
        'iat in the future',
        (p) => Object.assign(p, { iat: seconds(now) + 600 }),
        'times: jws_issued_in_future',
      ],
    ])('with %s is refused', async (_, change, failed) => {
      const report = await verify.credential(await forge((await issue(format)).compact, change))
      expect([report.verified, failedOf(report)[0]]).toEqual([false, failed])
    })

    test.each<[string, object, Did, string]>([
      ['by another key', {}, OTHER, 'issuer_signature: jws_signature_invalid'],
      ['with the kid of another DID', { kid: `${OTHER}#key-1` }, OTHER, 'issuer: issuer_key_mismatch'],
      ['with no kid', { kid: undefined }, ISSUER, 'issuer: issuer_key_mismatch'],
      ['with a key the DID does not have', { kid: `${ISSUER}#key-2` }, ISSUER, 'issuer: key_not_current'],
      [
        'as another kind of token',
        { typ: 'openid4vci-proof+jwt' },
        ISSUER,
        'issuer_signature: jws_typ_mismatch',
      ],
      [
        'as the other data model',
        { typ: isJwt ? 'vc+jwt' : 'JWT' },
        ISSUER,
        'issuer_signature: jws_typ_mismatch',
      ],
      ['with a demand', { crit: ['b64'], b64: false }, ISSUER, 'issuer_signature: jws_crit_unsupported'],
    ])('signed %s is refused', async (_, header, by, failed) => {
      const report = await verify.credential(await forge((await issue(format)).compact, () => {}, header, by))
      expect([report.verified, failedOf(report)[0], report.claims]).toEqual([false, failed, {}])
    })

    test('with alg none is refused', async () => {
      const { compact } = await issue(format)
      const [head = '', payload, signature] = compact.split('.')
      const header = { ...JSON.parse(Buffer.from(head, 'base64url').toString()), alg: 'none' }
      const none = Buffer.from(JSON.stringify(header)).toString('base64url')
      expect(failedOf(await verify.credential(`${none}.${payload}.${signature}`))).toEqual([
        'issuer_signature: jws_alg_not_allowed',
      ])
    })

    describe('in a presentation', () => {
      const check = async (presentation: string, binding: object = BINDING) =>
        failedOf(await verifyToken(presentation, { keyBinding: binding }))[0]
      const payloadOf = (compact: string) => structuredClone(parseJws(compact).payload) as Json
      const signVp = (payload: object, header: object = {}, by = HOLDER) =>
        signJws({ typ: isJwt ? 'JWT' : 'vp+jwt', ...header }, payload, signerOf(HOLDER, by))

      test('for another verifier, nonce or time is refused', async () => {
        const { compact } = await issue(format)
        const made = (binding: object) => present(format, [compact], HOLDER, { ...BINDING, ...binding })
        expect(await check(await made({ nonce: 'another' }))).toBe('key_binding: kb_nonce_mismatch')
        expect(await check(await made({ aud: 'another' }))).toBe('key_binding: kb_aud_mismatch')
        const old = await made({})
        now += 400_000
        expect(await check(old)).toBe('key_binding: jws_expired')
      })

      test('that no nonce ties to a request must say when it was made', async () => {
        const { iat, exp, nonce, ...rest } = payloadOf(await present(format, [(await issue(format)).compact]))
        const binding = { aud: BINDING.aud }
        expect([iat, exp, nonce].includes(undefined)).toBe(false)
        expect(await check(await signVp(rest), binding)).toBe('key_binding: kb_too_old')
        expect(await check(await signVp({ ...rest, iat }), binding)).toBeUndefined()
      })

      test('for several verifiers at once is refused', async () => {
        const payload = payloadOf(await present(format, [(await issue(format)).compact]))
        expect(await check(await signVp({ ...payload, aud: [BINDING.aud, 'another'] }))).toBe(
          'key_binding: kb_aud_mismatch',
        )
        expect(await check(await signVp({ ...payload, aud: [BINDING.aud] }))).toBeUndefined()
      })

      test('by somebody it is not about is refused', async () => {
        const { compact } = await issue(format)
        expect(await check(await present(format, [compact], THIEF))).toBe('key_binding: holder_not_subject')
      })

      test.each<[string, object, Did, string]>([
        ['another key', {}, THIEF, 'key_binding: jws_signature_invalid'],
        ['the key of another DID', { kid: `${THIEF}#key-1` }, THIEF, 'key_binding: issuer_key_mismatch'],
        ['no kid', { kid: undefined }, HOLDER, 'key_binding: issuer_key_mismatch'],
        ['a token of another kind', { typ: 'openid4vci-proof+jwt' }, HOLDER, 'key_binding: jws_typ_mismatch'],
      ])('signed with %s is refused', async (_, header, by, failed) => {
        const payload = payloadOf(await present(format, [(await issue(format)).compact]))
        expect(await check(await signVp(payload, header, by))).toBe(failed)
      })

      test('alone, where somebody must show it, is refused', async () => {
        expect(await check((await issue(format)).compact)).toBe('key_binding: kb_missing')
      })

      test('that is forged, revoked, or about another is found out among others', async () => {
        const good = await issue(format)
        const revoked = await issue(format)
        await revoke(revoked.id, 'invalid')
        const forged = await forge(good.compact, () => {}, {}, OTHER)
        const foreign = await issue(format, { subject: THIEF })
        for (const bad of [revoked.compact, forged, foreign.compact]) {
          const report = await verify.presentation(await present(format, [good.compact, bad]), BINDING)
          expect(report.verified).toBe(false)
          expect(report.credentials.map(({ verified }) => verified)).toEqual([true, false])
        }
        const both = await present(format, [good.compact, good.compact])
        expect((await verify.presentation(both, BINDING)).verified).toBe(true)
        await expect(check(both)).rejects.toMatchObject({ code: 'vp_credentials_not_one' })
      })

      test('of the other data model is refused', async () => {
        const { compact } = await issue(format)
        const presentation = await present(isJwt ? VC_JOSE : VC_JWT, [compact])
        await expect(check(presentation)).rejects.toMatchObject({ code: 'vp_malformed' })
      })

      test.each<[string, (vp: Json) => object]>([
        ['no credentials', (vp) => ({ ...vp, verifiableCredential: [] })],
        [
          '21 credentials',
          (vp) => ({
            ...vp,
            verifiableCredential: Array.from({ length: 21 }, () => (vp.verifiableCredential as unknown[])[0]),
          }),
        ],
        [
          'a credential that is not signed',
          (vp) => ({ ...vp, verifiableCredential: [{ type: ['VerifiableCredential'] }] }),
        ],
        ['two holders', (vp) => ({ ...vp, holder: THIEF })],
        ['no type', (vp) => ({ ...vp, type: ['Other'] })],
        ['no context', (vp) => ({ ...vp, '@context': [] })],
      ])('with %s is not read', async (_, change) => {
        const payload = payloadOf(await present(format, [(await issue(format)).compact]))
        const changed = isJwt ? { ...payload, vp: change(payload.vp as Json) } : change(payload)
        const outcome = await check(await signVp(changed)).catch(({ code }) => code)
        expect(outcome).toMatch(/^(?:vp_malformed|vc_malformed|issuer: issuer_key_mismatch)$/)
      })
    })
  })

  test.each(['', 'a.b.c', 'e30.e30.AAAA', `${'a'.repeat(300_000)}.e30.AAAA`])(
    'what is no token is not read',
    async (text) => {
      await expect(verify.credential(text)).rejects.toBeInstanceOf(Refusal)
      await expect(verify.presentation(text, BINDING)).rejects.toBeInstanceOf(Refusal)
    },
  )

  test('claims outside the schema are not signed', async () => {
    await expect(issue(VC_JOSE, { claims: { name: 1 } })).rejects.toMatchObject({ code: 'invalid_claims' })
    await expect(issue(VC_JOSE, { type: 'passport' })).rejects.toMatchObject({
      code: 'unknown_credential_type',
    })
  })

  test('16 at once have 16 entries of the list', async () => {
    const issued = await Promise.all(Array.from({ length: 16 }, () => issue(VC_JOSE)))
    const rows = await Promise.all(
      issued.map(({ id }) => store.reader.findOneBy(issuedCredentialTable, { id })),
    )
    expect(new Set(rows.map((row) => `${row?.statusListId} ${row?.statusIndex}`)).size).toBe(16)
  })

  // The library that Veramo signs and verifies W3C credentials in JWTs with.
  describe('did-jwt-vc', async () => {
    // Veramo's own copies, not dependencies of ours.
    const veramo = createRequire(createRequire(import.meta.url).resolve('@veramo/credential-w3c'))
    const theirOwn = (name: string) => import(veramo.resolve(name))
    const theirs: Theirs = await theirOwn('did-jwt-vc')
    const { ES256Signer }: { ES256Signer(key: Uint8Array): unknown } = await theirOwn('did-jwt')
    const resolver = {
      resolve: async (url: string) => {
        const did = url.split('#')[0] ?? ''
        const id = `${did}#key-1`
        const method = {
          id,
          type: 'JsonWebKey2020',
          controller: did,
          publicKeyJwk: publicJwkOf(keys[did] as KeyObject),
        }
        const didDocument = {
          id: did,
          verificationMethod: [method],
          assertionMethod: [id],
          authentication: [id],
        }
        return { didDocument, didDocumentMetadata: {}, didResolutionMetadata: {} }
      },
    }
    const issuerOf = (did: Did) => {
      const { d } = (keys[did] as KeyObject).export({ format: 'jwk' })
      return { did, alg: 'ES256', signer: ES256Signer(Buffer.from(String(d), 'base64url')) }
    }

    test('verifies what we issue and present', async () => {
      const { compact } = await issue(VC_JWT)
      const { verified, issuer, verifiableCredential } = await theirs.verifyCredential(compact, resolver)
      expect([verified, issuer]).toEqual([true, ISSUER])
      expect(verifiableCredential.credentialSubject).toMatchObject({ ...shown, id: HOLDER })
      const presentation = await present(VC_JWT, [compact])
      const options = { challenge: BINDING.nonce, domain: BINDING.aud }
      expect(await theirs.verifyPresentation(presentation, resolver, options)).toMatchObject({
        verified: true,
      })
    })

    test('issues and presents what we verify, where it names its key', async () => {
      const credential = {
        ...{ sub: HOLDER, nbf: seconds(now), exp: seconds(now) + 3600 },
        vc: {
          '@context': ['https://www.w3.org/2018/credentials/v1'],
          type: ['VerifiableCredential', 'MembershipCredential'],
          credentialSubject: { level: 'gold' },
        },
      }
      const named = (did: Did) => ({ header: { kid: `${did}#key-1` } })
      const compact = await theirs.createVerifiableCredentialJwt(credential, issuerOf(ISSUER), named(ISSUER))
      const vp = {
        '@context': ['https://www.w3.org/2018/credentials/v1'],
        type: ['VerifiablePresentation'],
        verifiableCredential: [compact],
      }
      const presentation = await theirs.createVerifiablePresentationJwt(
        { vp, aud: BINDING.aud, nonce: BINDING.nonce },
        issuerOf(HOLDER),
        named(HOLDER),
      )
      const report = await verifyToken(presentation, { keyBinding: BINDING })
      expect(failedOf(report)).toEqual([])
      expect(report).toMatchObject({ vct: 'MembershipCredential', claims: { level: 'gold' } })
      const unnamed = await theirs.createVerifiableCredentialJwt(credential, issuerOf(ISSUER))
      expect(failedOf(await verify.credential(unnamed))).toEqual(['issuer: issuer_key_mismatch'])
    })
  })
})

interface Theirs {
  verifyCredential(
    jwt: string,
    resolver: unknown,
  ): Promise<{ verified: boolean; issuer: string; verifiableCredential: { credentialSubject: object } }>
  verifyPresentation(jwt: string, resolver: unknown, options: object): Promise<object>
  createVerifiableCredentialJwt(payload: object, issuer: unknown, options?: object): Promise<string>
  createVerifiablePresentationJwt(payload: object, issuer: unknown, options?: object): Promise<string>
}

test('the schema for W3C credentials is of the whole credential', () => {
  const type = types.byName('employee-role')
  const schema = JSON.parse(w3cSchemaOf(type).document)
  expect(schema).toMatchObject({
    required: ['credentialSubject'],
    properties: {
      credentialSubject: { additionalProperties: false, properties: { id: { type: 'string' }, role: {} } },
    },
  })
  expect(w3cSchemaOf(type).integrity).toMatch(/^sha256-/)
})
