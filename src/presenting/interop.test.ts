import { createHash } from 'node:crypto'
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
import { HolderRoom } from '../../test/support/holder-room.ts'
import { ANCHOR, US, VerificationRoom } from '../../test/support/verification-room.ts'
import { Wallet } from '../../test/support/verification-wallet.ts'
import { readCertificate, thumbprintOf } from '../certificates/index.ts'
import { publicJwkOf } from '../jose/index.ts'
import { type ClientIdPrefix, clientIdPrefixes, type ResponseMode, responseModes } from '../oauth/index.ts'
import { CONFIRMATION } from './transaction.ts'

const every = clientIdPrefixes.flatMap((prefix) => responseModes.map((mode) => [prefix, mode] as const))

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
      })
      asker = new Wallet(verifier)
      const requireKey = async () => publicJwkOf(verifier.keys.get(US) as never)
      room = await HolderRoom.open({ engine, requireKey })
      const registration = await verifier.issue(room.holder('company'), 'company-registration', ANCHOR)
      await room.keep('company', registration)
    })

    test.each(every)('under %s is answered by %s', async (client_id_prefix, response_mode) => {
      const transaction = { type: CONFIRMATION, credential_ids: ['registration'], text: 'I order staplers' }
      const more = { transaction_data_hashes_alg: ['sha-256'] }
      const transaction_data = [transaction, { ...transaction, ...more, text: 'And ten more' }]
      const started = await asker.start({ client_id_prefix, response_mode, transaction_data })
      const { body } = await room.open(started.link, 'company')
      expect(body).toMatchObject({
        verifier: { client_id: started.client_id, known: false },
        signs_for: ['I order staplers', 'And ten more'],
      })
      expect((await room.accept(body.id, {}, 'willemijn')).body).toMatchObject({ state: 'sent' })
      const { accepted, checks, credentials } = await asker.show(started)
      expect({ accepted, failed: checks.filter(({ ok }) => !ok) }).toEqual({ accepted: true, failed: [] })
      expect(credentials[0]?.claims).toMatchObject({ kvk_number: '99990001' })
    })

    test('by a link of haip-vp is answered', async () => {
      const started = await asker.start({ client_id_prefix: 'x509_hash', scheme: 'haip-vp' })
      expect(started.link).toMatch(/^haip-vp:\/\/\?client_id=x509_hash/)
      const { body } = await room.open(started.link, 'company')
      expect((await room.accept(body.id, {}, 'willemijn')).body).toMatchObject({ state: 'sent' })
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
  beforeAll(async () => {
    setGlobalConfig({ allowInsecureUrls: true })
    verifier = await AskingVerifier.start()
    room = await HolderRoom.open({ engine: 'sqlite', requireKey: async () => verifier.publicJwk })
    const issuing = await VerificationRoom.open({ engine: 'sqlite' })
    await room.keep('company', await issuing.issue(room.holder('company'), 'company-registration', ANCHOR))
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
  async function ask(prefix: ClientIdPrefix, mode: ResponseMode) {
    const {
      iat: _iat,
      exp: _exp,
      aud: _aud,
      ...parameters
    } = verifier.parameters({ client_id: idFor(prefix) })
    const jwk = { ...(await exportJWK(encryption.publicKey)), kid: 'enc', alg: 'ECDH-ES', use: 'enc' }
    const request = {
      ...{ ...parameters, response_mode: mode },
      client_metadata: {
        vp_formats_supported: {
          'dc+sd-jwt': { 'sd-jwt_alg_values': ['ES256'], 'kb-jwt_alg_values': ['ES256'] },
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

  test.each(every)('under %s is answered by %s', async (prefix, mode) => {
    const { request, parameters, link } = await ask(prefix, mode)
    const { body } = await room.open(link, 'company')
    expect(body).toMatchObject({ answerable: true, verifier: { client_id: idFor(prefix) } })
    expect((await room.accept(body.id, {}, 'willemijn')).body).toMatchObject({ state: 'sent' })
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
    const { claims, proof } = await readByOthers(shown)
    expect(claims).toMatchObject({ name: 'Kwekerij De Linde B.V.', kvk_number: '99990001' })
    expect(claims).not.toHaveProperty('legal_form')
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
