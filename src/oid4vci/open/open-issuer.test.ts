import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { onEachEngine } from '../../../test/support/engines.ts'
import { OfferNode, World } from '../../../test/support/offer-node.ts'
import { newKey, OpenWallet, PRE_AUTHORIZED } from '../../../test/support/open-wallet.ts'
import { didJwkOf } from '../../agent/index.ts'
import { auditTable } from '../../audit/index.ts'
import { issuedCredentialTable } from '../../credentials/index.ts'
import type { Party } from '../../parties/index.ts'
import { readSdJwt } from '../../sd-jwt/index.ts'
import { openOfferTable } from './tables.ts'

const CLAIMS = { name: 'Verzonnen B.V.', email: 'info@verzonnen.example' }

onEachEngine((engine) => {
  const world = new World()
  let node: OfferNode
  let other: OfferNode
  let company: Party
  let wallet: OpenWallet
  let foreign: OpenWallet

  beforeAll(async () => {
    node = await OfferNode.start(engine, world)
    other = await OfferNode.start(engine, world)
    company = await node.createParty('organisation')
    wallet = new OpenWallet(node, company)
    foreign = new OpenWallet(other, await other.createParty('organisation'))
  })
  beforeEach(() => {
    expect(node.faults).toEqual([])
    world.offset = 0
  })

  const refused = (status: number, error: string, code: string) => ({ status, body: { error, code } })
  const credentialsOf = (body: object) =>
    (body as { credentials: { credential: string }[] }).credentials.map(({ credential }) => credential)
  const rowOf = async (id: string) => node.store.reader.findOneBy(openOfferTable, { id })

  describe('an offer', () => {
    test('by reference is fetched as often as it takes, until it is redeemed', async () => {
      const offer = await wallet.offer()
      expect(offer.link).toMatch(/^openid-credential-offer:\/\/\?credential_offer_uri=/)
      const [first, second] = [await wallet.open(offer.link), await wallet.open(offer.link)]
      expect(first).toMatchObject({
        credential_issuer: wallet.url,
        credential_configuration_ids: ['company-profile'],
        grants: { [PRE_AUTHORIZED]: { 'pre-authorized_code': expect.stringMatching(/^[\w-]{51}$/) } },
      })
      expect(second.credential_issuer).toBe(wallet.url)
      await wallet.redeem(await wallet.codeOf(offer))
      expect(await wallet.open(offer.link)).toMatchObject({ code: 'open_offer_unknown' })
    })

    test('by value holds the code itself, and may not last', async () => {
      const { link } = await wallet.offer({ by: 'value' })
      expect(link).toMatch(/^openid-credential-offer:\/\/\?credential_offer=/)
      expect((await wallet.open(link)).grants[PRE_AUTHORIZED]).toBeDefined()
      await expect(wallet.offer({ by: 'value', valid_minutes: 61 })).rejects.toMatchObject({
        code: 'offer_by_value_too_long',
      })
    })

    test('comes as a QR code too', async () => {
      expect((await wallet.offer()).qr).toMatch(/^<svg .*<\/svg>$/s)
    })

    test('of claims the type does not have is refused when it is made', async () => {
      await expect(wallet.offer({ claims: { nam: 'x' } })).rejects.toMatchObject({ code: 'invalid_claims' })
      await expect(wallet.offer({ type: 'passport' })).rejects.toMatchObject({
        code: 'unknown_credential_type',
      })
      await expect(wallet.offer({ format: 'mso_mdoc' })).rejects.toMatchObject({ code: 'format_unknown' })
    })

    test('has an address nobody guesses', async () => {
      const { link } = await wallet.offer()
      const uri = new URL(link).searchParams.get('credential_offer_uri') ?? ''
      const changed = `${uri.slice(0, -1)}${uri.endsWith('A') ? 'Q' : 'A'}`
      expect((await wallet.fetch(changed)).status).toBe(404)
      expect((await wallet.fetch(uri.replace(wallet.url, foreign.url))).status).toBe(404)
    })

    test('keeps its claims sealed, and erases them once they are issued', async () => {
      const offer = await wallet.offer()
      expect((await rowOf(offer.id))?.sealed?.toString('latin1')).not.toContain('Verzonnen')
      await wallet.credential(await wallet.bearer(offer))
      expect(await rowOf(offer.id)).toMatchObject({ state: 'issued', sealed: null })
    })

    test('that was taken back is redeemed no more, and what was issued under it is revoked', async () => {
      const open = await wallet.offer()
      const code = await wallet.codeOf(open)
      await wallet.operate('issuing.revoke', { id: open.id })
      expect(await wallet.redeem(code)).toMatchObject(refused(400, 'invalid_grant', 'code_not_valid'))

      const taken = await wallet.offer()
      const token = await wallet.bearer(taken)
      const reply = await wallet.credential(token)
      await wallet.operate('issuing.revoke', { id: taken.id })
      const id = String(readSdJwt(String(credentialsOf(reply.body)[0])).payload.jti)
      const row = await node.store.reader.findOneBy(issuedCredentialTable, { id })
      expect(row?.revokedAt).not.toBeNull()
      await expect(wallet.operate('issuing.revoke', { id: taken.id })).rejects.toMatchObject({
        code: 'open_offer_settled',
      })
    })

    test('is listed without what redeems it, and shown again while it is open', async () => {
      const offer = await wallet.offer()
      const { items } = await wallet.operate<{ items: object[] }>('issuing.list', { limit: 1 })
      expect(items).toMatchObject([{ id: offer.id, state: 'open', type: 'company-profile' }])
      expect(JSON.stringify(items)).not.toContain('openid-credential-offer')
      const shown = await wallet.operate<{ link: string }>('issuing.show', { id: offer.id })
      expect((await wallet.open(shown.link)).credential_issuer).toBe(wallet.url)
    })
  })

  describe('a pre-authorized code', () => {
    test('goes to exactly one of eight that come at once', async () => {
      const code = await wallet.codeOf(await wallet.offer())
      const replies = await Promise.all(Array.from({ length: 8 }, () => wallet.redeem(code)))
      expect(replies.map(({ status }) => status).sort()).toEqual([200, ...Array(7).fill(400)])
    })

    test('is no better when another one of the same offer was redeemed', async () => {
      const offer = await wallet.offer()
      const [one, two] = [await wallet.codeOf(offer), await wallet.codeOf(offer)]
      expect((await wallet.redeem(one)).status).toBe(200)
      expect(await wallet.redeem(two)).toMatchObject(refused(400, 'invalid_grant', 'code_not_valid'))
    })

    test('ends ten minutes after it was fetched', async () => {
      const code = await wallet.codeOf(await wallet.offer())
      world.offset = 10 * 60_000
      expect(await wallet.redeem(code)).toMatchObject(refused(400, 'invalid_grant', 'code_not_valid'))
    })

    test('ends with its offer', async () => {
      const code = await wallet.codeOf(await wallet.offer({ valid_minutes: 1 }))
      world.offset = 60_000
      expect(await wallet.redeem(code)).toMatchObject(refused(400, 'invalid_grant', 'code_not_valid'))
    })

    test('of another issuer is none here', async () => {
      const code = await foreign.codeOf(await foreign.offer())
      expect(await wallet.redeem(code)).toMatchObject(refused(400, 'invalid_grant', 'code_not_valid'))
    })

    test('is not one when it is an issuer_state', async () => {
      const offer = await wallet.offer({ grants: ['authorization_code'] })
      const state = await wallet.issuerStateOf(offer)
      expect(await wallet.redeem(state)).toMatchObject(refused(400, 'invalid_grant', 'code_not_valid'))
    })

    test('with authorization_details answers with identifiers, and only for what is offered', async () => {
      const details = (id: string) =>
        JSON.stringify([{ type: 'openid_credential', credential_configuration_id: id }])
      const offer = await wallet.offer()
      const code = await wallet.codeOf(offer)
      expect(await wallet.redeem(code, { authorization_details: details('contact-person') })).toMatchObject(
        refused(400, 'invalid_authorization_details', 'configuration_not_offered'),
      )
      for (const bad of [
        '[]',
        '{',
        '[{"type":"other"}]',
        details('company-profile').replace('}', ',"locations":["https://other.example"]}'),
      ])
        expect(await wallet.redeem(code, { authorization_details: bad })).toMatchObject(
          refused(400, 'invalid_authorization_details', 'authorization_details_invalid'),
        )
      const { body } = await wallet.redeem(code, { authorization_details: details('company-profile') })
      expect(body.authorization_details).toEqual([
        {
          type: 'openid_credential',
          credential_configuration_id: 'company-profile',
          credential_identifiers: [offer.id],
        },
      ])
      const token = String(body.access_token)
      expect(await wallet.credential(token)).toMatchObject(
        refused(400, 'invalid_credential_request', 'credential_request_malformed'),
      )
      const ask = (identifier: string) =>
        wallet.credential(token, {
          credential_configuration_id: undefined,
          credential_identifier: identifier,
        })
      expect(await ask('other')).toMatchObject(
        refused(400, 'unknown_credential_identifier', 'credential_identifier_unknown'),
      )
      expect((await ask(offer.id)).status).toBe(200)
    })
  })

  describe('a transaction code', () => {
    const withCode = () => wallet.offer({ tx_code_length: 6, tx_code_description: 'Sent by post' })

    test('is said once, described in the offer, and kept only as a digest', async () => {
      const offer = await withCode()
      expect(offer.tx_code).toMatch(/^\d{6}$/)
      expect((await wallet.open(offer.link)).grants[PRE_AUTHORIZED]?.tx_code).toEqual({
        input_mode: 'numeric',
        length: 6,
        description: 'Sent by post',
      })
      expect(JSON.stringify(await rowOf(offer.id))).not.toContain(offer.tx_code)
    })

    test('must come along when it is asked for, and may not when it is not', async () => {
      const offer = await withCode()
      const code = await wallet.codeOf(offer)
      expect(await wallet.redeem(code)).toMatchObject(refused(400, 'invalid_request', 'tx_code_missing'))
      expect((await wallet.redeem(code, { tx_code: String(offer.tx_code) })).status).toBe(200)
      const plain = await wallet.codeOf(await wallet.offer())
      expect(await wallet.redeem(plain, { tx_code: '1' })).toMatchObject(
        refused(400, 'invalid_request', 'tx_code_unexpected'),
      )
    })

    test('is guessed at five times, also all at once, and then the offer is dead', async () => {
      const offer = await withCode()
      const code = await wallet.codeOf(offer)
      const wrong = offer.tx_code === '000000' ? '000001' : '000000'
      const guesses = await Promise.all(
        Array.from({ length: 8 }, () => wallet.redeem(code, { tx_code: wrong })),
      )
      for (const guess of guesses) expect(guess.status).toBe(400)
      expect(await wallet.redeem(code, { tx_code: String(offer.tx_code) })).toMatchObject(
        refused(400, 'invalid_grant', 'code_not_valid'),
      )
      expect(await rowOf(offer.id)).toMatchObject({ state: 'dead', sealed: null, txTries: 5 })
    })

    test('is described in 300 characters, in 4 to 12 digits', async () => {
      for (const more of [
        { tx_code_length: 6, tx_code_description: 'x'.repeat(301) },
        { tx_code_length: 3 },
        { tx_code_length: 13 },
      ])
        await expect(wallet.offer(more)).rejects.toThrow()
    })

    test('of another offer is wrong here', async () => {
      const [one, two] = [await withCode(), await withCode()]
      if (one.tx_code === two.tx_code) return
      expect(await wallet.redeem(await wallet.codeOf(one), { tx_code: String(two.tx_code) })).toMatchObject(
        refused(400, 'invalid_grant', 'tx_code_wrong'),
      )
    })
  })

  describe('a credential', () => {
    test('is bound to the key in the proof, and is about that key', async () => {
      const key = newKey()
      const reply = await wallet.credential(await wallet.bearer(), {
        proofs: { jwt: [await wallet.proof(key)] },
      })
      expect(reply.status).toBe(200)
      expect(reply.headers.get('cache-control')).toBe('no-store')
      const { payload } = readSdJwt(String(credentialsOf(reply.body)[0]))
      expect(payload).toMatchObject({
        ...{ iss: company.did, sub: didJwkOf(key.jwk), cnf: { jwk: key.jwk } },
        vct: 'urn:regie:credential:company-profile:1',
        status: { status_list: { idx: expect.any(Number) } },
        ...CLAIMS,
      })
    })

    test('is about the DID whose key the proof names', async () => {
      const holder = await other.createParty('person')
      const signer = other.signers.get(holder.did)
      if (!signer) throw new Error('no signer')
      const proof = await wallet.proof({ ...newKey(), signer }, {}, { kid: signer.kid, jwk: undefined })
      const reply = await wallet.credential(await wallet.bearer(), { proofs: { jwt: [proof] } })
      const { payload } = readSdJwt(String(credentialsOf(reply.body)[0]))
      expect(payload).toMatchObject({ sub: holder.did, cnf: { jwk: await other.keyOf(holder) } })
    })

    test('comes once: the same token gets no second one', async () => {
      const token = await wallet.bearer()
      const replies = await Promise.all(Array.from({ length: 4 }, () => wallet.credential(token)))
      expect(replies.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400])
      expect(await wallet.credential(token)).toMatchObject(
        refused(400, 'credential_request_denied', 'offer_not_issuable'),
      )
    })

    test('of sixteen at the same moment has a status entry of its own each', async () => {
      const tokens = await Promise.all(Array.from({ length: 16 }, () => wallet.bearer()))
      const replies = await Promise.all(tokens.map((token) => wallet.credential(token)))
      const entries = replies.map(({ body }) => {
        const { status } = readSdJwt(String(credentialsOf(body)[0])).payload
        return JSON.stringify(status)
      })
      expect(new Set(entries).size).toBe(16)
    })

    test('comes as many times as there are keys, each bound to its own', async () => {
      const keys = [newKey(), newKey(), newKey()]
      const nonce = await wallet.nonce()
      const jwt = await Promise.all(keys.map((key) => wallet.proof(key, { nonce })))
      const reply = await wallet.credential(await wallet.bearer(), { proofs: { jwt } })
      const payloads = credentialsOf(reply.body).map((one) => readSdJwt(one).payload)
      expect(payloads.map(({ cnf }) => cnf)).toEqual(keys.map(({ jwk }) => ({ jwk })))
      expect(new Set(payloads.map(({ status }) => JSON.stringify(status))).size).toBe(3)
    })

    test('leaves its entry in the record, without what it says', async () => {
      const offer = await wallet.offer()
      await wallet.credential(await wallet.bearer(offer))
      const entries = await node.store.reader.find(auditTable, { order: { id: 'DESC' }, take: 20 })
      const mine = entries.filter(({ data }) => data.offer === offer.id).map(({ action }) => action)
      expect(mine.sort()).toEqual(['open_offer.claimed', 'open_offer.created', 'open_offer.issued'])
      expect(JSON.stringify(entries)).not.toContain('Verzonnen')
    })
  })

  describe('a proof is refused', () => {
    const ask = async (jwt: string[]) => wallet.credential(await wallet.bearer(), { proofs: { jwt } })

    test.each<[string, () => Promise<string[]>, string, string]>([
      [
        'for another issuer',
        async () => [await wallet.proof(newKey(), { aud: foreign.url })],
        'invalid_proof',
        'proof_aud_mismatch',
      ],
      [
        'with the nonce of another issuer',
        async () => [await wallet.proof(newKey(), { nonce: await foreign.nonce() })],
        'invalid_nonce',
        'nonce_unknown',
      ],
      [
        'without nonce',
        async () => [await wallet.proof(newKey(), { nonce: undefined })],
        'invalid_proof',
        'proof_nonce_missing',
      ],
      [
        'that is old',
        async () => [await wallet.proof(newKey(), { iat: wallet.seconds() - 400 })],
        'invalid_proof',
        'proof_too_old',
      ],
      [
        'that names a client',
        async () => [await wallet.proof(newKey(), { iss: 'somebody' })],
        'invalid_proof',
        'proof_iss_unexpected',
      ],
      [
        'of another type',
        async () => [await wallet.proof(newKey(), {}, { typ: 'JWT' })],
        'invalid_proof',
        'proof_typ_mismatch',
      ],
      [
        'with a key and a kid',
        async () => [await wallet.proof(newKey(), {}, { kid: 'did:web:a.example#1' })],
        'invalid_proof',
        'proof_key_unnamed',
      ],
      [
        'without a key',
        async () => [await wallet.proof(newKey(), {}, { jwk: undefined })],
        'invalid_proof',
        'proof_key_unnamed',
      ],
      [
        'with a certificate',
        async () => [await wallet.proof(newKey(), {}, { x5c: ['MIIB'] })],
        'invalid_proof',
        'proof_key_unnamed',
      ],
      [
        'with a kid that is no DID',
        async () => [await wallet.proof(newKey(), {}, { kid: '0', jwk: undefined })],
        'invalid_proof',
        'proof_kid_no_did',
      ],
      [
        'with a private key in it',
        async () => [await wallet.proof(newKey(), {}, { jwk: { ...newKey().jwk, d: 'AAAA' } })],
        'invalid_proof',
        'jwk_private',
      ],
      [
        'signed with another key',
        async () => [await wallet.proof(newKey(), {}, { jwk: newKey().jwk })],
        'invalid_proof',
        'jws_signature_invalid',
      ],
      [
        'that comes with ten others',
        async () => Promise.all(Array.from({ length: 11 }, () => wallet.proof())),
        'invalid_proof',
        'proof_missing',
      ],
    ])('%s', async (_what, make, error, code) => {
      expect(await ask(await make())).toMatchObject(refused(400, error, code))
    })

    test('that was used before', async () => {
      const proof = await wallet.proof()
      expect((await ask([proof])).status).toBe(200)
      expect(await ask([proof])).toMatchObject(refused(400, 'invalid_nonce', 'nonce_used'))
    })

    test('where two are of the same key', async () => {
      const key = newKey()
      const jwt = [await wallet.proof(key), await wallet.proof(key)]
      expect(await ask(jwt)).toMatchObject(refused(400, 'invalid_proof', 'proof_key_repeated'))
    })

    test.each([
      ['none', {}],
      ['of no kind', { proofs: {} }],
      ['of two kinds', { proofs: { jwt: ['a.b.c'], attestation: ['a.b.c'] } }],
      ['of an unknown kind', { proofs: { di_vp: [{}] } }],
      ['an empty list', { proofs: { jwt: [] } }],
    ])('when there are %s', async (_what, proofs) => {
      const reply = await wallet.credential(await wallet.bearer(), { proofs: undefined, ...proofs })
      expect(reply).toMatchObject(refused(400, 'invalid_proof', 'proof_missing'))
    })

    test('and the token is still good for a better one', async () => {
      const token = await wallet.bearer()
      await wallet.credential(token, { proofs: { jwt: [await wallet.proof(newKey(), { aud: 'x' })] } })
      expect((await wallet.credential(token)).status).toBe(200)
    })
  })

  describe('a credential request', () => {
    test.each<[string, object, number, string]>([
      ['for nothing', { credential_configuration_id: undefined }, 400, 'invalid_credential_request'],
      ['in both ways', { credential_identifier: 'x' }, 400, 'invalid_credential_request'],
      ['for what is no text', { credential_configuration_id: 5 }, 400, 'invalid_credential_request'],
      [
        'by an identifier nobody gave out',
        { credential_configuration_id: undefined, credential_identifier: 'x' },
        400,
        'invalid_credential_request',
      ],
      [
        'for what this issuer does not have',
        { credential_configuration_id: 'passport' },
        400,
        'unknown_credential_configuration',
      ],
      [
        'for what the token is not for',
        { credential_configuration_id: 'contact-person' },
        403,
        'insufficient_scope',
      ],
    ])('%s is refused', async (_what, more, status, error) => {
      const reply = await wallet.credential(await wallet.bearer(), more)
      expect(reply).toMatchObject({ status, body: { error } })
    })

    test('may have members nobody knows', async () => {
      expect((await wallet.credential(await wallet.bearer(), { colour: 'red' })).status).toBe(200)
    })

    test('that is too large is refused before it is read', async () => {
      const reply = await wallet.credential(await wallet.bearer(), { more: 'x'.repeat(70_000) })
      expect(reply.status).toBe(400)
    })

    test('with a member twice is refused', async () => {
      const authorization = `Bearer ${await wallet.bearer()}`
      const body = '{"credential_configuration_id":"company-profile","credential_configuration_id":"x"}'
      expect(await wallet.post('credential', body, { authorization })).toMatchObject(
        refused(400, 'invalid_credential_request', 'json_duplicate_member'),
      )
    })

    test('with a token of another issuer is refused', async () => {
      const token = await foreign.bearer()
      expect(await wallet.credential(token)).toMatchObject(
        refused(401, 'invalid_token', 'access_token_not_valid'),
      )
    })

    test('with an old token is refused', async () => {
      const token = await wallet.bearer()
      world.offset = 5 * 60_000
      expect(await wallet.credential(token)).toMatchObject(
        refused(401, 'invalid_token', 'access_token_not_valid'),
      )
    })
  })

  describe('a deferred credential', () => {
    const later = (token: string, transactionId: unknown) =>
      wallet.call('deferred-credential', token, { transaction_id: transactionId }, true)

    test('waits for our decision, and then comes once', async () => {
      const offer = await wallet.offer({ deferred: true })
      const token = await wallet.bound(offer)
      const promised = await wallet.credential(token, {}, true)
      expect(promised).toMatchObject({
        status: 202,
        body: { transaction_id: expect.any(String), interval: 5 },
      })
      const { transaction_id: transactionId } = promised.body
      expect(await later(token, transactionId)).toMatchObject({
        status: 202,
        body: { transaction_id: transactionId, interval: 5 },
      })
      // Longer than the offer, or a token of another kind, would have lasted.
      world.offset = 2 * 3_600_000
      await wallet.operate('issuing.approve', { id: offer.id })
      expect(await later(token, 'other')).toMatchObject(
        refused(400, 'invalid_transaction_id', 'transaction_unknown'),
      )
      const issued = await later(token, transactionId)
      expect(issued.status).toBe(200)
      expect(readSdJwt(String(credentialsOf(issued.body)[0])).payload).toMatchObject(CLAIMS)
      expect(await later(token, transactionId)).toMatchObject(
        refused(400, 'invalid_transaction_id', 'transaction_unknown'),
      )
      expect(await rowOf(offer.id)).toMatchObject({ state: 'issued', sealed: null })
    })

    test('that we deny never comes', async () => {
      const offer = await wallet.offer({ deferred: true })
      const token = await wallet.bound(offer)
      const { transaction_id: transactionId } = (await wallet.credential(token, {}, true)).body
      await wallet.operate('issuing.deny', { id: offer.id })
      expect(await later(token, transactionId)).toMatchObject(
        refused(400, 'credential_request_denied', 'offer_not_issuable'),
      )
      await expect(wallet.operate('issuing.approve', { id: offer.id })).rejects.toMatchObject({
        code: 'open_offer_not_waiting',
      })
    })

    test('is not for the token of another offer', async () => {
      const token = await wallet.bound(await wallet.offer({ deferred: true }))
      const { transaction_id: transactionId } = (await wallet.credential(token, {}, true)).body
      const stranger = await wallet.bound()
      expect(await later(stranger, transactionId)).toMatchObject(
        refused(400, 'invalid_transaction_id', 'transaction_unknown'),
      )
      expect(await later(token, undefined)).toMatchObject(
        refused(400, 'invalid_credential_request', 'transaction_id_missing'),
      )
    })
  })

  describe('a notification', () => {
    const notify = (token: string, body: object) => wallet.call('notification', token, body)

    test('is taken down, and the same again is success', async () => {
      const token = await wallet.bearer()
      const { notification_id } = (await wallet.credential(token)).body
      const told = { notification_id, event: 'credential_accepted', event_description: 'Stored.' }
      expect((await notify(token, told)).status).toBe(204)
      expect((await notify(token, told)).status).toBe(204)
    })

    test('is refused when it makes no sense', async () => {
      const token = await wallet.bearer()
      const { notification_id } = (await wallet.credential(token)).body
      expect(await notify(token, { notification_id, event: 'lost' })).toMatchObject(
        refused(400, 'invalid_notification_request', 'notification_malformed'),
      )
      expect(
        await notify(token, { notification_id, event: 'credential_accepted', event_description: 'é' }),
      ).toMatchObject(refused(400, 'invalid_notification_request', 'notification_malformed'))
      expect(await notify(token, { notification_id: 'x', event: 'credential_deleted' })).toMatchObject(
        refused(400, 'invalid_notification_id', 'notification_unknown'),
      )
      expect(
        await notify(await wallet.bearer(), { notification_id, event: 'credential_deleted' }),
      ).toMatchObject(refused(400, 'invalid_notification_id', 'notification_unknown'))
      expect(await wallet.post('notification', '{', { authorization: `Bearer ${token}` })).toMatchObject({
        status: 400,
        body: { error: 'invalid_notification_request' },
      })
    })
  })
})
