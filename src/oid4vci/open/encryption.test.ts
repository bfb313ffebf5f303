import { beforeAll, beforeEach, expect, test } from 'vitest'
import { onEachEngine } from '../../../test/support/engines.ts'
import { OfferNode, World } from '../../../test/support/offer-node.ts'
import { OpenWallet, type Reply } from '../../../test/support/open-wallet.ts'
import {
  type ContentEncryption,
  decryptJwe,
  type EncryptionJwk,
  encryptJwe,
  newEncryptionKey,
  parseEncryptionJwk,
} from '../../jose/index.ts'
import { RequestKeys } from './encryption.ts'

onEachEngine((engine) => {
  const world = new World()
  let node: OfferNode
  let wallet: OpenWallet
  let foreign: OpenWallet
  const mine = newEncryptionKey('mine')

  beforeAll(async () => {
    node = await OfferNode.start(engine, world)
    wallet = new OpenWallet(node, await node.createParty('organisation'))
    const other = await OfferNode.start(engine, world)
    foreign = new OpenWallet(other, await other.createParty('organisation'))
  })
  beforeEach(() => expect(node.faults).toEqual([]))

  async function requestKey(of = wallet): Promise<EncryptionJwk> {
    const url = new URL(of.url)
    const { body } = await of.fetch(`${url.origin}/.well-known/openid-credential-issuer${url.pathname}`)
    const { jwks } = body.credential_request_encryption as { jwks: { keys: object[] } }
    return parseEncryptionJwk(jwks.keys[0])
  }
  const goodRequest = async (more: object = {}) => ({
    credential_configuration_id: 'company-profile',
    proofs: { jwt: [await wallet.proof()] },
    ...more,
  })
  async function send(
    path: string,
    token: string,
    body: object,
    enc: ContentEncryption = 'A256GCM',
    recipient?: EncryptionJwk,
  ): Promise<Reply> {
    const jwe = await encryptJwe(body, { recipient: recipient ?? (await requestKey()), enc })
    return wallet.post(path, jwe, { authorization: `Bearer ${token}`, 'content-type': 'application/jwt' })
  }
  const open = (text: string) =>
    decryptJwe(text, { keyOf: (kid) => (kid === 'mine' ? mine.privateKey : null), maxBytes: 100_000 })
  const refused = (code: string) => ({
    status: 400,
    body: { error: 'invalid_encryption_parameters', code },
  })

  test.each(['A128GCM', 'A256GCM'] as const)('request and answer are encrypted with %s', async (enc) => {
    const response = { jwk: mine.publicJwk, enc }
    const reply = await send(
      'credential',
      await wallet.bearer(),
      await goodRequest({ credential_response_encryption: response }),
      enc,
    )
    expect(reply.status).toBe(200)
    expect(reply.headers.get('content-type')).toMatch(/^application\/jwt/)
    const answer = await open(reply.text)
    expect(answer).toMatchObject({ enc, payload: { credentials: [{ credential: expect.any(String) }] } })
  })

  test('an encrypted request is answered in the clear when it does not ask for more', async () => {
    const reply = await send('credential', await wallet.bearer(), await goodRequest())
    expect(reply).toMatchObject({ status: 200, body: { credentials: [{}] } })
  })

  test('a deferred answer is encrypted to the key of its own request', async () => {
    const offer = await wallet.offer({ deferred: true })
    const token = await wallet.bearer(offer)
    const promised = await wallet.credential(token)
    await wallet.operate('issuing.approve', { id: offer.id })
    const reply = await send('deferred-credential', token, {
      transaction_id: promised.body.transaction_id,
      credential_response_encryption: { jwk: mine.publicJwk, enc: 'A128GCM' },
    })
    expect((await open(reply.text)).payload).toMatchObject({ credentials: [{}] })
  })

  test('a refusal is never encrypted', async () => {
    const body = await goodRequest({
      proofs: undefined,
      credential_response_encryption: { jwk: mine.publicJwk, enc: 'A128GCM' },
    })
    const reply = await send('credential', await wallet.bearer(), body)
    expect(reply).toMatchObject({ status: 400, body: { error: 'invalid_proof' } })
  })

  test.each<[string, unknown, string]>([
    ['compressed', { jwk: mine.publicJwk, enc: 'A128GCM', zip: 'DEF' }, 'zip_unsupported'],
    ['with another content encryption', { jwk: mine.publicJwk, enc: 'A128CBC-HS256' }, 'enc_unsupported'],
    ['with none', { jwk: mine.publicJwk }, 'enc_unsupported'],
    ['to no key', { enc: 'A128GCM' }, 'encryption_alg_unsupported'],
    [
      'to a key without alg',
      { jwk: { ...mine.publicJwk, alg: undefined }, enc: 'A128GCM' },
      'encryption_alg_unsupported',
    ],
    [
      'to a key for another algorithm',
      { jwk: { ...mine.publicJwk, alg: 'ECDH-ES+A128KW' }, enc: 'A128GCM' },
      'encryption_alg_unsupported',
    ],
    ['to a signing key', { jwk: { ...mine.publicJwk, use: 'sig' }, enc: 'A128GCM' }, 'jwe_key_unsupported'],
    ['to a private key', { jwk: { ...mine.publicJwk, d: 'AA' }, enc: 'A128GCM' }, 'jwk_private'],
    [
      'to a point off the curve',
      { jwk: { ...mine.publicJwk, y: mine.publicJwk.x }, enc: 'A128GCM' },
      'jwk_not_on_curve',
    ],
    ['in a way nobody knows', 'yes', 'encryption_malformed'],
  ])('an answer %s is refused, and the offer is not used up', async (_what, encryption, code) => {
    const token = await wallet.bearer()
    const body = await goodRequest({ credential_response_encryption: encryption })
    expect(await send('credential', token, body)).toMatchObject(refused(code))
    expect((await wallet.credential(token)).status).toBe(200)
  })

  test('a request in the clear gets no encrypted answer: somebody could have exchanged the key', async () => {
    const more = { credential_response_encryption: { jwk: mine.publicJwk, enc: 'A128GCM' } }
    expect(await wallet.credential(await wallet.bearer(), more)).toMatchObject(
      refused('request_not_encrypted'),
    )
  })

  test('a request to the key of another issuer, or to none of ours, is refused', async () => {
    const token = await wallet.bearer()
    const theirs = await requestKey(foreign)
    expect(await send('credential', token, await goodRequest(), 'A128GCM', theirs)).toMatchObject(
      refused('jwe_not_decrypted'),
    )
    const unnamed = { ...(await requestKey()), kid: 'other' }
    expect(await send('credential', token, await goodRequest(), 'A128GCM', unnamed)).toMatchObject(
      refused('jwe_key_unknown'),
    )
  })

  test('what is no JWE is refused', async () => {
    const headers = { authorization: `Bearer ${await wallet.bearer()}`, 'content-type': 'application/jwt' }
    expect(await wallet.post('credential', 'a.b.c', headers)).toMatchObject(refused('jwe_malformed'))
  })
})

test('every process of a node has the same key for a party, and parties have different ones', () => {
  const vault = { deriveKey: () => Buffer.alloc(32, 7) }
  const [one, two] = [new RequestKeys(vault), new RequestKeys(vault)]
  expect(one.of('a').publicJwk).toEqual(two.of('a').publicJwk)
  expect(one.of('a').publicJwk.x).not.toBe(one.of('b').publicJwk.x)
})
