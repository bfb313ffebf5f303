import { generateKeyPairSync } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { onEachEngine } from '../../test/support/engines.ts'
import { OfferNode, World } from '../../test/support/offer-node.ts'
import { createSigner, encodeBase64url, type Signer, signJws } from '../jose/index.ts'
import type { Party } from '../parties/index.ts'
import { offerTable } from './index.ts'
import { PRE_AUTHORIZED_CODE, PROOF_TYP } from './names.ts'

const TYPE = 'ttp-policy-attestation'

interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly body: Record<string, unknown>
}

onEachEngine((engine) => {
  const world = new World()
  let anchor: OfferNode
  let company: OfferNode
  let myobi: Party
  /** Another party of the issuer's node, with endpoints of its own. */
  let sister: Party
  let holder: Party
  let stranger: Party

  beforeAll(async () => {
    anchor = await OfferNode.start(engine, world)
    company = await OfferNode.start(engine, world)
    myobi = await anchor.createParty('organisation')
    sister = await anchor.createParty('person')
    holder = await company.createParty('organisation')
    stranger = await company.createParty('person')
  })
  beforeEach(() => {
    expect(anchor.faults).toEqual([])
    anchor.rewrite = (_path, json) => json
    world.away.clear()
  })

  const seconds = () => Math.floor(world.clock.now() / 1000)
  const signerOf = (party: Party) => company.signers.get(party.did) as Signer

  async function post(url: string, init: RequestInit): Promise<Reply> {
    const response = await fetch(url, { method: 'POST', ...init })
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : {} }
  }
  const form = (body: string, type = 'application/x-www-form-urlencoded') => ({
    body,
    headers: { 'content-type': type },
  })
  const endpoint = (name: string, party = myobi) => `${anchor.urlOf(party)}/${name}`

  async function offer(compacts?: string[]) {
    const ready = compacts ?? [await anchor.issue(myobi, holder.did)]
    return anchor.store.transact((tx) =>
      anchor.offers.create(tx, { issuerPartyId: myobi.id, subject: holder.did, compacts: ready }),
    )
  }
  async function newCode(offerId?: string): Promise<string> {
    const { grants } = await anchor.offers.open(offerId ?? (await offer()))
    return grants[PRE_AUTHORIZED_CODE]['pre-authorized_code']
  }
  const redeem = (code: string, party = myobi) =>
    post(
      endpoint('token', party),
      form(new URLSearchParams({ grant_type: PRE_AUTHORIZED_CODE, 'pre-authorized_code': code }).toString()),
    )
  const newToken = async (code?: string) =>
    String((await redeem(code ?? (await newCode()))).body.access_token)
  const newNonce = async (party = myobi) => String((await post(endpoint('nonce', party), {})).body.c_nonce)
  const goodClaims = async () => ({ aud: anchor.urlOf(myobi), iat: seconds(), nonce: await newNonce() })
  const newProof = async (change: object = {}, header: object = {}, signer = signerOf(holder)) =>
    signJws({ typ: PROOF_TYP, ...header }, { ...(await goodClaims()), ...change }, signer)
  const ask = (token: string, proof: string, more: object = {}, party = myobi) =>
    post(endpoint('credential', party), {
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ credential_configuration_id: TYPE, proofs: { jwt: [proof] }, ...more }),
    })
  const redeemed = { status: 200, body: { credentials: [{ credential: expect.any(String) }] } }
  const refused = (status: number, error: string, code: string) => ({
    status,
    body: { error, code, error_description: expect.stringMatching(/^[\x20-\x7e]+$/) },
  })

  describe('the code', () => {
    test('is good for one token, that nobody may keep', async () => {
      const reply = await redeem(await newCode())
      expect(reply).toMatchObject({
        status: 200,
        body: { access_token: expect.stringMatching(/^[\w-]{43}$/), token_type: 'Bearer', expires_in: 300 },
      })
      expect(reply.headers.get('cache-control')).toBe('no-store')
    })

    test('is good once', async () => {
      const code = await newCode()
      await redeem(code)
      expect(await redeem(code)).toMatchObject(refused(400, 'invalid_grant', 'code_not_valid'))
    })

    test('goes to exactly one of eight that come at once', async () => {
      const code = await newCode()
      const replies = await Promise.all(Array.from({ length: 8 }, () => redeem(code)))
      expect(replies.map(({ status }) => status).sort()).toEqual([200, ...Array(7).fill(400)])
    })

    test('ends after ten minutes', async () => {
      const code = await newCode()
      world.offset += 10 * 60_000
      expect(await redeem(code)).toMatchObject(refused(400, 'invalid_grant', 'code_not_valid'))
    })

    test('ends when there is a newer one', async () => {
      const id = await offer()
      const old = await newCode(id)
      const fresh = await newCode(id)
      expect(await redeem(old)).toMatchObject({ status: 400 })
      expect(await redeem(fresh)).toMatchObject({ status: 200 })
    })

    test('is worth nothing at another party, and is not used up there', async () => {
      const code = await newCode()
      expect(await redeem(code, sister)).toMatchObject(refused(400, 'invalid_grant', 'code_not_valid'))
      expect(await redeem(code)).toMatchObject({ status: 200 })
    })
  })

  describe('the token endpoint', () => {
    const good = async () => `grant_type=${PRE_AUTHORIZED_CODE}&pre-authorized_code=${await newCode()}`

    test.each<[string, () => Promise<string>, string, string]>([
      [
        'a member twice',
        async () => `${await good()}&pre-authorized_code=x`,
        'invalid_request',
        'form_duplicate_member',
      ],
      [
        'a grant type twice',
        async () => `${await good()}&grant_type=`,
        'invalid_request',
        'form_duplicate_member',
      ],
      [
        'another grant type',
        async () => 'grant_type=password',
        'unsupported_grant_type',
        'grant_type_unsupported',
      ],
      ['no grant type', async () => 'a=b', 'invalid_request', 'grant_type_missing'],
      ['no code', async () => `grant_type=${PRE_AUTHORIZED_CODE}`, 'invalid_request', 'code_missing'],
      [
        'a transaction code',
        async () => `${await good()}&tx_code=1`,
        'invalid_request',
        'tx_code_unexpected',
      ],
      ['a broken escape', async () => 'grant_type=%ff', 'invalid_request', 'form_malformed'],
      ['too much', async () => `a=${'x'.repeat(70_000)}`, 'invalid_request', 'entity_too_large'],
    ])('refuses %s', async (_what, body, error, code) => {
      expect(await post(endpoint('token'), form(await body()))).toMatchObject(refused(400, error, code))
    })

    test('inflates nothing', async () => {
      const body = gzipSync(await good())
      const headers = { 'content-type': 'application/x-www-form-urlencoded', 'content-encoding': 'gzip' }
      const reply = await post(endpoint('token'), { body, headers })
      expect(reply).toMatchObject(refused(400, 'invalid_request', 'encoding_unsupported'))
    })

    test('refuses what is no form', async () => {
      const reply = await post(endpoint('token'), form('{}', 'application/json'))
      expect(reply).toMatchObject(refused(400, 'invalid_request', 'unsupported_media_type'))
    })

    test.each(['0196b1f0-0000-7000-8000-000000000000', '%00', 'x'.repeat(500)])(
      'does not know party %.8s…',
      async (id) => {
        const reply = await post(`${anchor.base}/parties/${id}/token`, form(await good()))
        expect(reply).toMatchObject(refused(404, 'party_unknown', 'party_unknown'))
      },
    )
  })

  describe('the credential endpoint', () => {
    test('hands over to a key of the DID the offer was made for', async () => {
      const reply = await ask(await newToken(), await newProof())
      expect(reply).toMatchObject(redeemed)
      expect(reply.headers.get('cache-control')).toBe('no-store')
    })

    test('does not hand a stolen code or token to anybody else', async () => {
      const token = await newToken()
      const theirs = await newProof({}, {}, signerOf(stranger))
      expect(await ask(token, theirs)).toMatchObject(refused(400, 'invalid_proof', 'proof_of_another_party'))
      expect(await ask(token, await newProof())).toMatchObject(redeemed)
    })

    test('an answer that got lost is given again to the same key, with a new nonce', async () => {
      const compact = await anchor.issue(myobi, holder.did)
      const token = await newToken(await newCode(await offer([compact])))
      const proof = await newProof()
      anchor.rewrite = () => undefined
      await expect(ask(token, proof)).rejects.toThrow()
      anchor.rewrite = (_path, json) => json
      expect(await ask(token, proof)).toMatchObject(refused(400, 'invalid_nonce', 'nonce_used'))
      expect(await ask(token, await newProof())).toMatchObject({
        body: { credentials: [{ credential: compact }] },
      })
    })

    test('another key of the same party cannot use the token any more', async () => {
      const token = await newToken()
      await ask(token, await newProof())
      const { privateKey } = generateKeyPairSync('ed25519')
      const kid = `${holder.did}#key-2`
      world.publish(kid, privateKey)
      const other = await newProof({}, {}, createSigner(privateKey, kid))
      expect(await ask(token, other)).toMatchObject(refused(400, 'invalid_proof', 'proof_key_differs'))
    })

    test('a credential bound to one key is not handed to another key of the party', async () => {
      const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      const kid = `${holder.did}#key-3`
      world.publish(kid, privateKey)
      const holderKey = await company.keyOf(holder)
      const token = await newToken(
        await newCode(await offer([await anchor.issue(myobi, holder.did, { holderKey })])),
      )
      const other = await newProof({}, {}, createSigner(privateKey, kid))
      expect(await ask(token, other)).toMatchObject(refused(400, 'invalid_proof', 'proof_key_differs'))
      expect(await ask(token, await newProof())).toMatchObject(redeemed)
    })

    test('of eight requests with one proof, one is answered', async () => {
      const token = await newToken()
      const proof = await newProof()
      const replies = await Promise.all(Array.from({ length: 8 }, () => ask(token, proof)))
      expect(replies.map(({ status }) => status).sort()).toEqual([200, ...Array(7).fill(400)])
    })

    test('two configurations fetched at once complete the offer', async () => {
      const types = [TYPE, 'access-denial']
      const compacts = await Promise.all(types.map((type) => anchor.issue(myobi, holder.did, { type })))
      const id = await offer(compacts)
      const token = await newToken(await newCode(id))
      const proofs = await Promise.all(types.map(() => newProof()))
      const replies = await Promise.all(
        types.map((type, at) => ask(token, proofs[at] ?? '', { credential_configuration_id: type })),
      )
      expect(replies.map(({ status }) => status)).toEqual([200, 200])
      expect(
        await anchor.operation('offers.list').run({ limit: 1 }, { caller: anchor.user() }),
      ).toMatchObject({
        items: [{ id, state: 'redeemed' }],
      })
    })

    test('one configuration fetched twice does not complete an offer of two', async () => {
      const types = [TYPE, 'access-denial']
      const id = await offer(
        await Promise.all(types.map((type) => anchor.issue(myobi, holder.did, { type }))),
      )
      const token = await newToken(await newCode(id))
      const state = async () => (await anchor.store.reader.findOneBy(offerTable, { id }))?.state
      expect(await ask(token, await newProof())).toMatchObject(redeemed)
      expect(await ask(token, await newProof())).toMatchObject(redeemed)
      expect(await state()).toBe('pending')
      await ask(token, await newProof(), { credential_configuration_id: 'access-denial' })
      expect(await state()).toBe('redeemed')
    })

    test('a token ends after five minutes, and a new code makes the next one the only one', async () => {
      const id = await offer()
      const first = await newToken(await newCode(id))
      const second = await newToken(await newCode(id))
      expect(await ask(first, await newProof())).toMatchObject({ status: 401 })
      world.offset += 5 * 60_000
      const reply = await ask(second, await newProof())
      expect(reply).toMatchObject(refused(401, 'invalid_token', 'access_token_not_valid'))
      expect(reply.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"')
    })

    test('without a token it only says that one is needed', async () => {
      const reply = await post(endpoint('credential'), form('{}', 'application/json'))
      expect(reply).toMatchObject(refused(401, 'invalid_token', 'access_token_required'))
      expect(reply.headers.get('www-authenticate')).toBe('Bearer, DPoP algs="ES256 EdDSA"')
    })

    test('a token of one party opens nothing at another', async () => {
      const token = await newToken()
      const proof = await newProof({ aud: anchor.urlOf(sister), nonce: await newNonce(sister) })
      expect(await ask(token, proof, {}, sister)).toMatchObject({ status: 401 })
      expect(await ask(token, await newProof())).toMatchObject(redeemed)
    })

    test('a DID that cannot be asked now does not cost the offer', async () => {
      const token = await newToken()
      world.away.add(holder.did)
      expect(await ask(token, await newProof())).toMatchObject({
        status: 503,
        body: { code: 'did_unresolvable' },
      })
      world.away.clear()
      expect(await ask(token, await newProof())).toMatchObject(redeemed)
    })

    const forged = async (header: object, signature = 'AA') => {
      const parts = [{ typ: PROOF_TYP, kid: `${holder.did}#key-1`, ...header }, await goodClaims()]
      return `${parts.map((part) => encodeBase64url(JSON.stringify(part))).join('.')}.${signature}`
    }

    test.each<[string, () => Promise<string>, string, string?]>([
      ['for another audience', () => newProof({ aud: 'https://other.example' }), 'proof_aud_mismatch'],
      ['for a sister of the issuer', () => newProof({ aud: anchor.urlOf(sister) }), 'proof_aud_mismatch'],
      ['for several audiences', () => newProof({ aud: [anchor.urlOf(myobi)] }), 'proof_aud_mismatch'],
      [
        'for the issuer with a slash',
        () => newProof({ aud: `${anchor.urlOf(myobi)}/` }),
        'proof_aud_mismatch',
      ],
      ['made too long ago', () => newProof({ iat: seconds() - 331 }), 'proof_too_old'],
      ['of tomorrow', () => newProof({ iat: seconds() + 100 }), 'jws_issued_in_future'],
      ['that has ended', () => newProof({ exp: seconds() - 60 }), 'jws_expired'],
      ['without iat', () => newProof({ iat: undefined }), 'proof_iat_missing'],
      ['that names a client', () => newProof({ iss: 'client' }), 'proof_iss_unexpected'],
      ['without nonce', () => newProof({ nonce: undefined }), 'proof_nonce_missing'],
      ['with a nonce of its own', () => newProof({ nonce: 'AAAA' }), 'nonce_unknown', 'invalid_nonce'],
      ['with an empty nonce', () => newProof({ nonce: '' }), 'nonce_unknown', 'invalid_nonce'],
      [
        'with a nonce of another party',
        async () => newProof({ nonce: await newNonce(sister) }),
        'nonce_unknown',
        'invalid_nonce',
      ],
      [
        'with a nonce whose end was moved',
        async () => {
          const bytes = Buffer.from(await newNonce(), 'base64url')
          bytes[17] = (bytes[17] ?? 0) + 1
          return newProof({ nonce: bytes.toString('base64url') })
        },
        'nonce_unknown',
        'invalid_nonce',
      ],
      ['of another type', () => newProof({}, { typ: 'JWT' }), 'proof_typ_mismatch'],
      ['of a key binding', () => newProof({}, { typ: 'kb+jwt' }), 'proof_typ_mismatch'],
      ['without kid', () => newProof({}, { kid: undefined }), 'proof_kid_required'],
      [
        'that brings its own key',
        async () => newProof({}, { jwk: await company.keyOf(stranger) }),
        'proof_kid_required',
      ],
      ['with a certificate', () => newProof({}, { x5c: ['AA'] }), 'proof_kid_required'],
      [
        'with the kid of another party',
        () => newProof({}, { kid: `${stranger.did}#key-1` }),
        'proof_of_another_party',
      ],
      ['with a kid that is no DID', () => newProof({}, { kid: 'key-1' }), 'proof_of_another_party'],
      ['with the bare DID', () => newProof({}, { kid: holder.did }), 'key_not_current'],
      [
        'with a key the DID no longer has',
        () => newProof({}, { kid: `${holder.did}#old` }),
        'key_not_current',
      ],
      [
        'signed by another key',
        () => newProof({}, { kid: `${holder.did}#key-1` }, signerOf(stranger)),
        'jws_signature_invalid',
      ],
      ['with alg none', () => forged({ alg: 'none' }), 'jws_alg_not_allowed'],
      ['with a symmetric alg', () => forged({ alg: 'HS256' }), 'jws_alg_mismatch'],
      ['with another alg than its key has', () => forged({ alg: 'ES256' }), 'jws_alg_mismatch'],
      ['that demands an extension', () => newProof({}, { crit: ['b64'] }), 'jws_crit_unsupported'],
      ['that is no token', async () => 'x', 'jws_malformed'],
      ['that is too large', () => newProof({ more: 'x'.repeat(9_000) }), 'jws_too_large'],
    ])('refuses a proof %s', async (_what, proof, code, error = 'invalid_proof') => {
      const token = await newToken()
      expect(await ask(token, await proof())).toMatchObject(refused(400, error, code))
      expect(await ask(token, await newProof())).toMatchObject(redeemed)
    })

    test('a key that is only for assertions proves no possession', async () => {
      const { privateKey } = generateKeyPairSync('ed25519')
      const kid = `${holder.did}#assertion-only`
      world.publish(kid, privateKey, ['assertionMethod'])
      const proof = await newProof({}, {}, createSigner(privateKey, kid))
      expect(await ask(await newToken(), proof)).toMatchObject(
        refused(400, 'invalid_proof', 'key_not_current'),
      )
    })

    test('a key of the chain proves nothing here', async () => {
      const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'secp256k1' })
      const kid = `${holder.did}#controller`
      world.publish(kid, privateKey)
      const proof = await newProof({}, {}, createSigner(privateKey, kid))
      expect(await ask(await newToken(), proof)).toMatchObject(
        refused(400, 'invalid_proof', 'jws_alg_not_allowed'),
      )
    })

    test('a nonce ends after five minutes', async () => {
      const nonce = await newNonce()
      world.offset += 5 * 60_000
      const proof = await newProof({ nonce })
      expect(await ask(await newToken(), proof)).toMatchObject(refused(400, 'invalid_nonce', 'nonce_expired'))
    })

    test.each([
      [
        'another configuration',
        { credential_configuration_id: 'access-grant' },
        'unknown_credential_configuration',
        'configuration_not_offered',
      ],
      [
        'no configuration',
        { credential_configuration_id: undefined },
        'invalid_credential_request',
        'credential_request_malformed',
      ],
      [
        'an identifier',
        { credential_identifier: 'x' },
        'unknown_credential_identifier',
        'credential_identifier_unknown',
      ],
      [
        'an encrypted answer',
        { credential_response_encryption: {} },
        'invalid_encryption_parameters',
        'request_not_encrypted',
      ],
      ['no proof', { proofs: undefined }, 'invalid_proof', 'proof_missing'],
      [
        'a proof of draft 13',
        { proofs: undefined, proof: { proof_type: 'jwt', jwt: 'x' } },
        'invalid_proof',
        'proof_missing',
      ],
      ['an empty list of proofs', { proofs: { jwt: [] } }, 'invalid_proof', 'proof_missing'],
      ['two proofs', { proofs: { jwt: ['x', 'y'] } }, 'invalid_proof', 'proof_missing'],
      ['two types of proof', { proofs: { jwt: ['x'], di_vp: [{}] } }, 'invalid_proof', 'proof_missing'],
    ] as const)('refuses a request for %s', async (_what, more, error, code) => {
      expect(await ask(await newToken(), await newProof(), more)).toMatchObject(refused(400, error, code))
    })

    test.each([
      ['a member twice', '{"proofs":{},"proofs":{}}', 'json_duplicate_member'],
      ['no object', '[]', 'json_not_object'],
      ['no JSON', '{', 'json_invalid'],
    ])('refuses a body with %s', async (_what, body, code) => {
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${await newToken()}` }
      const reply = await post(endpoint('credential'), { headers, body })
      expect(reply).toMatchObject(refused(400, 'invalid_credential_request', code))
    })
  })

  describe('every kind of token at every place', () => {
    const tokens = {
      code: () => newCode(),
      accessToken: () => newToken(),
      nonce: () => newNonce(),
      proof: () => newProof(),
      credential: () => anchor.issue(myobi, holder.did),
      offerId: () => offer(),
    }
    const places = {
      code: (token: string) => redeem(token),
      accessToken: async (token: string) => ask(token, await newProof()),
      nonce: async (token: string) => ask(await newToken(), await newProof({ nonce: token })),
      proof: async (token: string) => ask(await newToken(), token),
    }
    const table = Object.keys(tokens).flatMap((token) =>
      Object.keys(places).map((place) => ({ token, place })),
    )

    test.each(table)('$token as $place', async ({ token, place }) => {
      const value = await tokens[token as keyof typeof tokens]()
      const { status } = await places[place as keyof typeof places](value)
      if (token === place) expect(status).toBe(200)
      else expect([400, 401]).toContain(status)
    })
  })
})
