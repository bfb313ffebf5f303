import { createHash } from 'node:crypto'
import { createRequire } from 'node:module'
import { setGlobalConfig } from '@openid4vc/oauth2'
import { Openid4vpVerifier } from '@openid4vc/openid4vp'
import { SDJwtVcInstance } from '@sd-jwt/sd-jwt-vc'
import {
  CompactEncrypt,
  compactDecrypt,
  compactVerify,
  exportJWK,
  generateKeyPair,
  importJWK,
  SignJWT,
} from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { AskingVerifier } from '../../test/support/asking-verifier.ts'
import { certifiedKeyFor } from '../../test/support/certificates.ts'
import { onEachEngine } from '../../test/support/engines.ts'
import { HolderRoom, type Opened } from '../../test/support/holder-room.ts'
import { ANCHOR, shippedPresets, types, US, VerificationRoom } from '../../test/support/verification-room.ts'
import { Wallet } from '../../test/support/verification-wallet.ts'
import { readCertificate, thumbprintOf } from '../certificates/index.ts'
import { parseDcqlQuery } from '../dcql/index.ts'
import { publicJwkOf } from '../jose/index.ts'
import { type ClientIdPrefix, clientIdPrefixes, type ResponseMode, responseModes } from '../oauth/index.ts'
import { CREDENTIAL, VC_JOSE, VC_JWT } from '../vc-jwt/index.ts'
import { CONFIRMATION } from './transaction.ts'

const formats = ['dc+sd-jwt', VC_JWT, VC_JOSE] as const
const every = clientIdPrefixes.flatMap((prefix) =>
  responseModes.flatMap((mode) => formats.map((format) => [prefix, mode, format] as const)),
)
const REGISTRATION = types.byName('company-registration').vct

/** What asks for a registration in a format. */
const queryFor = (format: (typeof formats)[number]) => {
  const at = format === 'dc+sd-jwt' ? [] : ['credentialSubject']
  const expanded = [`https://www.w3.org/2018/credentials#${CREDENTIAL}`, REGISTRATION]
  return {
    credentials: [
      {
        ...{ id: 'registration', format },
        meta: format === 'dc+sd-jwt' ? { vct_values: [REGISTRATION] } : { type_values: [expanded] },
        claims: [{ path: [...at, 'name'] }, { path: [...at, 'kvk_number'] }],
      },
    ],
  }
}

type Preset = (typeof shippedPresets)[number]

const presetFor = (format: (typeof formats)[number]): Preset => ({
  ...(shippedPresets[0] as Preset),
  ...{ name: format, parameters: {}, issuers: { [REGISTRATION]: 'network' } },
  query: parseDcqlQuery(queryFor(format)),
})

/** Says yes as the company; to a credential that can be shown only whole once more, by its name. */
async function acceptAll(room: HolderRoom, { id, queries }: Opened) {
  const [candidate] = queries[0]?.candidates ?? []
  const first = await room.accept(id, {}, 'willemijn')
  if (!candidate?.shows_more) return first.body
  expect(candidate).toMatchObject({
    chosen: false,
    shows: expect.arrayContaining([expect.objectContaining({ asked: false })]),
  })
  expect(first).toMatchObject({ status: 422, body: { code: 'whole_credential_unconfirmed' } })
  return (await room.accept(id, { credentials: [candidate.id] }, 'willemijn')).body
}

/** The registration of the company in every format. */
async function keepAll(room: HolderRoom, issuing: VerificationRoom): Promise<void> {
  const company = room.holder('company')
  issuing.keys.set(company.did, company.privateKey)
  await room.keep('company', await issuing.issue(company, 'company-registration', ANCHOR))
  for (const format of [VC_JWT, VC_JOSE] as const)
    await room.keep('company', await issuing.issueW3c(format, company, 'company-registration', ANCHOR))
}

onEachEngine((engine) => {
  describe('our own verifier', () => {
    let verifier: VerificationRoom
    let asker: Wallet
    let room: HolderRoom
    beforeAll(async () => {
      const certified = await certifiedKeyFor('localhost')
      verifier = await VerificationRoom.open({
        engine,
        host: 'localhost',
        certifiedKey: async () => certified,
        presets: [...shippedPresets, ...formats.map(presetFor)],
      })
      asker = new Wallet(verifier)
      const requireKey = async () => publicJwkOf(verifier.keys.get(US) as never)
      room = await HolderRoom.open({ engine, requireKey })
      await keepAll(room, verifier)
    })

    test.each(every)(
      'under %s is answered by %s with %s',
      async (client_id_prefix, response_mode, format) => {
        const transaction = { type: CONFIRMATION, credential_ids: ['registration'], text: 'I order staplers' }
        const more = { transaction_data_hashes_alg: ['sha-256'] }
        const transaction_data = [transaction, { ...transaction, ...more, text: 'And ten more' }]
        // Of W3C credentials the specification does not say how they carry a transaction.
        const signs = format === 'dc+sd-jwt'
        const started = await asker.start({
          ...{ client_id_prefix, response_mode, preset: format },
          ...(signs && { transaction_data }),
        })
        const { body } = await room.open(started.link, 'company')
        expect(body).toMatchObject({
          verifier: { client_id: started.client_id, known: false },
          signs_for: signs ? ['I order staplers', 'And ten more'] : [],
        })
        expect(await acceptAll(room, body)).toMatchObject({ state: 'sent' })
        const { accepted, checks, credentials } = await asker.show(started)
        expect({ accepted, failed: checks.filter(({ ok }) => !ok) }).toEqual({ accepted: true, failed: [] })
        expect(credentials[0]?.claims).toMatchObject({ kvk_number: '99990001' })
      },
    )

    test('by a link of haip-vp is answered', async () => {
      const started = await asker.start({
        client_id_prefix: 'x509_hash',
        scheme: 'haip-vp',
        preset: 'dc+sd-jwt',
      })
      expect(started.link).toMatch(/^haip-vp:\/\/\?client_id=x509_hash/)
      const { body } = await room.open(started.link, 'company')
      expect(await acceptAll(room, body)).toMatchObject({ state: 'sent' })
      expect(await asker.show(started)).toMatchObject({ accepted: true })
    })
  })
})

/** A verifier of another make, with its cryptography done by yet another. */
describe('a verifier of another make', () => {
  let verifier: AskingVerifier
  let room: HolderRoom
  let their: Openid4vpVerifier
  let encryption: Awaited<ReturnType<typeof generateKeyPair>>
  let issuing: VerificationRoom
  beforeAll(async () => {
    setGlobalConfig({ allowInsecureUrls: true })
    verifier = await AskingVerifier.start()
    room = await HolderRoom.open({ engine: 'sqlite', requireKey: async () => verifier.publicJwk })
    issuing = await VerificationRoom.open({ engine: 'sqlite' })
    await keepAll(room, issuing)
    encryption = await generateKeyPair('ECDH-ES', { crv: 'P-256', extractable: true })
    their = new Openid4vpVerifier({ callbacks: callbacks() as never })
  })

  const callbacks = () => ({
    hash: (data: Uint8Array, alg: string) => createHash(alg.replace('-', '')).update(data).digest(),
    signJwt: async (
      signer: { method: string },
      { header, payload }: { header: Record<string, unknown>; payload: Record<string, unknown> },
    ) => {
      const key = signer.method === 'x5c' ? verifier.certifiedKey : verifier.key
      const jwt = await new SignJWT(payload).setProtectedHeader(header as never).sign(key)
      return { jwt, signerJwk: verifier.publicJwk }
    },
    decryptJwe: async (jwe: string) => {
      const { plaintext } = await compactDecrypt(jwe, encryption.privateKey)
      return {
        decrypted: true,
        decryptionJwk: await exportJWK(encryption.publicKey),
        payload: new TextDecoder().decode(plaintext),
      }
    },
    verifyJwt: () => ({ verified: false }),
    encryptJwe: async (
      { publicJwk, alg, enc }: { publicJwk: { kid: string }; alg: string; enc: string },
      data: string,
    ) => ({
      encryptionJwk: publicJwk,
      jwe: await new CompactEncrypt(Buffer.from(data))
        .setProtectedHeader({ alg, enc, kid: publicJwk.kid, cty: 'JWT' })
        .encrypt(await importJWK({ ...publicJwk } as never, alg)),
    }),
  })

  const signerFor = (prefix: ClientIdPrefix) =>
    prefix === 'decentralized_identifier'
      ? { method: 'did', didUrl: verifier.signer.kid, alg: 'ES256' }
      : { method: 'x5c', x5c: [...verifier.x5c], alg: 'ES256' }

  const idFor = (prefix: ClientIdPrefix): string => {
    if (prefix === 'decentralized_identifier') return `${prefix}:${verifier.did}`
    if (prefix === 'redirect_uri') return `${prefix}:${verifier.responseUri}`
    if (prefix === 'x509_san_dns') return `${prefix}:localhost`
    return `${prefix}:${thumbprintOf(readCertificate(Buffer.from(verifier.x5c[0] ?? '', 'base64')))}`
  }

  /** A link of theirs, and the request in it. */
  async function ask(prefix: ClientIdPrefix, mode: ResponseMode, format: (typeof formats)[number]) {
    const {
      iat: _iat,
      exp: _exp,
      aud: _aud,
      ...parameters
    } = verifier.parameters({ client_id: idFor(prefix), dcql_query: queryFor(format) })
    const jwk = { ...(await exportJWK(encryption.publicKey)), kid: 'enc', alg: 'ECDH-ES', use: 'enc' }
    const request = {
      ...{ ...parameters, response_mode: mode },
      client_metadata: {
        vp_formats_supported: {
          [format]:
            format === 'dc+sd-jwt'
              ? { 'sd-jwt_alg_values': ['ES256'], 'kb-jwt_alg_values': ['ES256'] }
              : { alg_values: ['ES256'] },
        },
        ...(mode === 'direct_post.jwt' && { jwks: { keys: [jwk] } }),
      },
    }
    const create = (nonce?: string) =>
      their.createOpenId4vpAuthorizationRequest({
        authorizationRequestPayload: request as never,
        ...(prefix !== 'redirect_uri' && {
          jar: {
            requestUri: 'http://localhost/requests',
            jwtSigner: signerFor(prefix) as never,
            expiresInSeconds: 60,
            additionalJwtPayload: {
              aud: 'https://self-issued.me/v2',
              ...(nonce !== undefined && { wallet_nonce: nonce }),
            },
          },
        }),
      })
    if (prefix === 'redirect_uri') return { request, parameters, link: (await create()).authorizationRequest }
    const serve = async (form: Record<string, string>) =>
      (await create(form.wallet_nonce)).jar?.authorizationRequestJwt ?? { status: 500 }
    return { request, parameters, link: verifier.byReference(idFor(prefix), serve) }
  }

  test.each(every)('under %s is answered by %s with %s', async (prefix, mode, format) => {
    const { request, parameters, link } = await ask(prefix, mode, format)
    const { body } = await room.open(link, 'company')
    expect(body).toMatchObject({ answerable: true, verifier: { client_id: idFor(prefix) } })
    expect(await acceptAll(room, body)).toMatchObject({ state: 'sent' })
    const answer = verifier.answers.at(-1) ?? {}
    expect(Object.keys(answer).sort()).toEqual(mode === 'direct_post' ? ['state', 'vp_token'] : ['response'])
    const parsed = await their.parseOpenid4vpAuthorizationResponse({
      authorizationResponse: answer,
      authorizationRequestPayload: request as never,
      callbacks: callbacks() as never,
    })
    expect(parsed).toMatchObject({ type: 'dcql', expectedNonce: parameters.nonce })
    const { presentations } = (parsed as unknown as { dcql: { presentations: Record<string, string[]> } })
      .dcql
    const shown = presentations.registration?.[0] ?? ''
    const read = format === 'dc+sd-jwt' ? readByOthers : readW3cByOthers
    const { claims, proof } = await read(shown)
    expect(claims).toMatchObject({ name: 'Kwekerij De Linde B.V.', kvk_number: '99990001' })
    if (format === 'dc+sd-jwt') expect(claims).not.toHaveProperty('legal_form')
    if (format === VC_JWT)
      await verifiedByVeramo(shown, { challenge: String(parameters.nonce), domain: idFor(prefix) })
    expect(proof).toMatchObject({ aud: idFor(prefix), nonce: parameters.nonce })
  })

  test('a request it encrypts to our key is answered', async () => {
    const clientId = idFor('x509_hash')
    const { iat: _iat, exp: _exp, aud: _aud, ...parameters } = verifier.parameters({ client_id: clientId })
    let sent = ''
    const link = verifier.byReference(clientId, async (form) => {
      const { jwks } = JSON.parse(form.wallet_metadata ?? '{}')
      const created = await their.createOpenId4vpAuthorizationRequest({
        authorizationRequestPayload: parameters as never,
        jar: {
          requestUri: 'http://localhost/requests',
          jwtSigner: signerFor('x509_hash') as never,
          jweEncryptor: { method: 'jwk', publicJwk: jwks.keys[0], alg: 'ECDH-ES', enc: 'A128GCM' },
          expiresInSeconds: 60,
          additionalJwtPayload: { aud: 'https://self-issued.me/v2', wallet_nonce: form.wallet_nonce },
        } as never,
      })
      sent = created.jar?.authorizationRequestJwt ?? ''
      return sent
    })
    const { body } = await room.open(link, 'company')
    expect(sent.split('.')).toHaveLength(5)
    expect(body).toMatchObject({ answerable: true, verifier: { client_id: clientId } })
    expect((await room.accept(body.id, {}, 'willemijn')).body).toMatchObject({ state: 'sent' })
  })

  /** A presentation of a W3C credential, both signatures verified by jose. */
  async function readW3cByOthers(presentation: string) {
    const verify = async (compact: string, jwk: object) => {
      const { payload } = await compactVerify(compact, await importJWK({ ...jwk } as never, 'ES256'))
      return JSON.parse(new TextDecoder().decode(payload)) as Record<string, unknown>
    }
    const proof = await verify(presentation, room.holder('company').jwk)
    const { verifiableCredential } = (proof.vp ?? proof) as {
      verifiableCredential: (string | { id: string })[]
    }
    const [inside = ''] = verifiableCredential
    const compact = typeof inside === 'string' ? inside : inside.id.replace('data:application/vc+jwt,', '')
    const credential = await verify(compact, publicJwkOf(issuing.keys.get(ANCHOR) as never))
    const { credentialSubject } = (credential.vc ?? credential) as {
      credentialSubject: Record<string, unknown>
    }
    return { claims: credentialSubject, proof: proof as Record<string, unknown> }
  }

  /** did-jwt-vc: the library that Veramo verifies with, in its own copy. */
  async function verifiedByVeramo(presentation: string, options: { challenge: string; domain: string }) {
    const veramo = createRequire(createRequire(import.meta.url).resolve('@veramo/credential-w3c'))
    const { verifyPresentation, verifyCredential } = await import(veramo.resolve('did-jwt-vc'))
    const { did, jwk } = room.holder('company')
    const keys = new Map<string, object>([
      [did, jwk],
      [ANCHOR, publicJwkOf(issuing.keys.get(ANCHOR) as never)],
    ])
    const resolver = {
      resolve: async (url: string) => {
        const [about = ''] = url.split('#')
        const id = `${about}#key-1`
        const method = { id, type: 'JsonWebKey2020', controller: about, publicKeyJwk: keys.get(about) }
        const didDocument = {
          ...{ id: about, verificationMethod: [method], assertionMethod: [id], authentication: [id] },
        }
        return { didDocument, didDocumentMetadata: {}, didResolutionMetadata: {} }
      },
    }
    const verified = await verifyPresentation(presentation, resolver, options)
    expect(verified).toMatchObject({ verified: true, issuer: did })
    const [inside] = JSON.parse(Buffer.from(presentation.split('.')[1] ?? '', 'base64url').toString()).vp
      .verifiableCredential
    expect(await verifyCredential(inside, resolver)).toMatchObject({ verified: true, issuer: ANCHOR })
  }

  /** What yet other libraries read in a presentation, with the holder's proof verified. */
  async function readByOthers(presentation: string) {
    const hasher = (data: string | ArrayBuffer, alg: string) =>
      createHash(alg.replace('-', ''))
        .update(typeof data === 'string' ? data : Buffer.from(data))
        .digest()
    const decoded = await new SDJwtVcInstance({ hasher } as never).decode(presentation)
    const compact = presentation.slice(presentation.lastIndexOf('~') + 1)
    const { jwk } = room.holder('company')
    const { payload } = await compactVerify(compact, await importJWK({ ...jwk } as never, 'ES256'))
    const proof = JSON.parse(new TextDecoder().decode(payload)) as Record<string, unknown>
    return { claims: await decoded.getClaims<Record<string, unknown>>(hasher as never), proof }
  }
})
