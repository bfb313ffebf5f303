import { createHash, X509Certificate } from 'node:crypto'
import { setGlobalConfig } from '@openid4vc/oauth2'
import { Openid4vpClient } from '@openid4vc/openid4vp'
import { CompactEncrypt, compactDecrypt, compactVerify, importJWK } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { certifiedKeyFor } from '../../test/support/certificates.ts'
import { ANCHOR, type Holder, newHolder, US, VerificationRoom } from '../../test/support/verification-room.ts'
import { Wallet } from '../../test/support/verification-wallet.ts'
import { newEncryptionKey, publicJwkOf } from '../jose/index.ts'
import { clientIdPrefixes, responseModes } from '../oauth/index.ts'
import type { CertifiedKey } from './client.ts'

type Callbacks = ConstructorParameters<typeof Openid4vpClient>[0]['callbacks']

/** The wallet side of another implementation, with its cryptography done by yet another. */
describe('a wallet of another make', () => {
  let room: VerificationRoom
  let wallet: Wallet
  let ada: Holder
  let registration: string
  let certified: CertifiedKey
  let their: Openid4vpClient
  /** Of whom the wallet knows keys. */
  let isKeyKnown = true
  beforeAll(async () => {
    setGlobalConfig({ allowInsecureUrls: true })
    certified = await certifiedKeyFor('localhost')
    room = await VerificationRoom.open({
      engine: 'sqlite',
      host: 'localhost',
      certifiedKey: async () => certified,
    })
    wallet = new Wallet(room)
    ada = newHolder()
    registration = await room.issue(ada, 'company-registration', ANCHOR)
    their = new Openid4vpClient({ callbacks: callbacks() })
  })

  const callbacks = (): Callbacks => ({
    fetch: globalThis.fetch as NonNullable<Callbacks['fetch']>,
    hash: (data, alg) => createHash(alg.replace('-', '')).update(data).digest(),
    verifyJwt: async (signer, { compact }) => {
      const ours = room.keys.get(isKeyKnown ? US : ANCHOR)
      const jwk =
        signer.method === 'x5c'
          ? new X509Certificate(Buffer.from(signer.x5c[0] ?? '', 'base64')).publicKey.export({
              format: 'jwk',
            })
          : ours && publicJwkOf(ours)
      const key = await importJWK({ ...jwk }, signer.alg)
      return compactVerify(compact, key).then(
        () => ({ verified: true as const, signerJwk: jwk as never }),
        () => ({ verified: false as const }),
      )
    },
    encryptJwe: async ({ publicJwk, alg, enc, apu, apv }, data) => {
      const encrypt = new CompactEncrypt(Buffer.from(data)).setProtectedHeader({
        alg,
        enc,
        kid: publicJwk.kid,
      })
      encrypt.setKeyManagementParameters({
        ...(apu && { apu: Buffer.from(apu, 'base64url') }),
        ...(apv && { apv: Buffer.from(apv, 'base64url') }),
      })
      return {
        encryptionJwk: publicJwk,
        jwe: await encrypt.encrypt(await importJWK({ ...publicJwk } as never, alg)),
      }
    },
    decryptJwe: () => {
      throw new Error('nothing is encrypted to the wallet')
    },
    signJwt: () => {
      throw new Error('responses are not signed')
    },
    getX509CertificateMetadata: (certificate) => {
      const { subjectAltName = '' } = new X509Certificate(Buffer.from(certificate, 'base64'))
      return {
        sanDnsNames: subjectAltName.split(', ').map((name) => name.replace('DNS:', '')),
        sanUriNames: [],
      }
    },
  })

  const resolve = async (link: string) => {
    const { params } = their.parseOpenid4vpAuthorizationRequest({ authorizationRequest: link })
    return their.resolveOpenId4vpAuthorizationRequest({ authorizationRequestPayload: params })
  }
  const serverMetadata = {
    authorization_signing_alg_values_supported: [],
    authorization_encryption_alg_values_supported: ['ECDH-ES'],
    authorization_encryption_enc_values_supported: ['A256GCM'],
  }

  describe.each(clientIdPrefixes)('to %s', (prefix) => {
    test.each(responseModes)('answers by %s', async (mode) => {
      const started = await wallet.start({ client_id_prefix: prefix, response_mode: mode })
      const { authorizationRequestPayload: request, client, dcql } = await resolve(started.link)
      expect(client.prefix).toBe(prefix)
      expect(client.effective).toBe(started.client_id)
      expect(dcql?.query).toMatchObject({ credentials: [{ id: 'registration' }] })
      const { nonce } = request
      const asked = [['name'], ['kvk_number'], ['registered_on']]
      const presentation = await room.present(
        ada,
        registration,
        { client_id: client.effective, nonce },
        asked,
      )
      const response = await their.createOpenid4vpAuthorizationResponse({
        authorizationRequestPayload: request,
        authorizationResponsePayload: { vp_token: { registration: [presentation] } },
        ...(mode === 'direct_post.jwt' && { jarm: { encryption: { nonce: 'wallet' }, serverMetadata } }),
      })
      const sent = await their.submitOpenid4vpAuthorizationResponse({
        authorizationRequestPayload: request as { response_uri?: string },
        ...response,
        ...(response.jarm && { jarm: response.jarm }),
      })
      expect(sent.response.status).toBe(200)
      expect(await wallet.show(started)).toMatchObject({ state: 'done', accepted: true })
    })
  })

  test('reads a request that is encrypted to its key', async () => {
    const { link, client_id } = await wallet.start({ client_id_prefix: 'x509_hash' })
    const key = newEncryptionKey('theirs')
    const wallet_metadata = JSON.stringify({ jwks: { keys: [key.publicJwk] } })
    let seen = ''
    const they = new Openid4vpClient({
      callbacks: {
        ...callbacks(),
        // The library sends its metadata another way than section 5.10 says, and takes a token without an encrypted key,
        // as ECDH-ES has it, for none at all: it is opened on the way.
        fetch: (async (url: string, init: RequestInit) => {
          const response = await fetch(url, { ...init, body: new URLSearchParams({ wallet_metadata }) })
          seen = await response.text()
          const { plaintext } = await compactDecrypt(seen, key.privateKey)
          return new Response(Buffer.from(plaintext), response)
        }) as never,
      },
    })
    const { params } = they.parseOpenid4vpAuthorizationRequest({ authorizationRequest: link })
    const resolved = await they.resolveOpenId4vpAuthorizationRequest({ authorizationRequestPayload: params })
    expect(seen.split('.')).toHaveLength(5)
    expect(resolved.client.effective).toBe(client_id)
  })

  test('refuses a request under our DID that another key signed', async () => {
    const { link } = await wallet.start({})
    isKeyKnown = false
    await expect(resolve(link)).rejects.toThrow()
    isKeyKnown = true
    await expect(resolve(link)).resolves.toBeDefined()
  })

  test.each(['x509_san_dns', 'x509_hash'] as const)(
    '%s: a key beside another’s certificate signs nothing',
    async (prefix) => {
      const ours = certified
      certified = { ...(await certifiedKeyFor('localhost')), signer: ours.signer }
      const input = { preset: 'registered-company', client_id_prefix: prefix }
      const refused = await room.call('POST', '/verifications/requests', input)
      certified = ours
      expect(refused).toMatchObject({ status: 503, body: { code: 'client_key_mismatch' } })
    },
  )

  test('a certificate for another name is not used for ours', async () => {
    const ours = certified
    certified = await certifiedKeyFor('elsewhere.example', '*.localhost')
    const input = { preset: 'registered-company', client_id_prefix: 'x509_san_dns' }
    const refused = await room.call('POST', '/verifications/requests', input)
    certified = ours
    expect(refused.body).toMatchObject({ code: 'certificate_without_our_name' })
  })

  test('a request made before the certificate was replaced is not signed with the new one', async () => {
    const { request_uri } = await wallet.start({ client_id_prefix: 'x509_hash' })
    const ours = certified
    certified = await certifiedKeyFor('localhost')
    const response = await fetch(request_uri)
    certified = ours
    expect(response.status).toBe(410)
    expect(await response.json()).toMatchObject({ code: 'client_id_changed' })
  })
})
