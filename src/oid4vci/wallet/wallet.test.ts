import { generateKeyPairSync } from 'node:crypto'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { onEachEngine } from '../../../test/support/engines.ts'
import { OfferNode, World } from '../../../test/support/offer-node.ts'
import { heldCredentialTable } from '../../credentials/index.ts'
import { publicJwkOf } from '../../jose/index.ts'
import type { Party } from '../../parties/index.ts'
import { PRE_AUTHORIZED_CODE } from '../names.ts'
import type { CredentialOffer } from '../offer.ts'

type Json = Record<string, unknown>

onEachEngine((engine) => {
  const world = new World()
  /** The issuer the wallet expects something from; what it answers can be changed on the way. */
  let anchor: OfferNode
  /** Another issuer, that nobody expects anything from. */
  let other: OfferNode
  let company: OfferNode
  let myobi: Party
  let foreign: Party
  let holder: Party

  beforeAll(async () => {
    anchor = await OfferNode.start(engine, world)
    other = await OfferNode.start(engine, world)
    company = await OfferNode.start(engine, world)
    myobi = await anchor.createParty('organisation')
    foreign = await other.createParty('organisation')
    holder = await company.createParty('organisation')
  })
  beforeEach(() => {
    world.away.clear()
    // What failed in one test is not held against the next.
    world.offset += 60_000
    company.expected.clear()
    company.expected.add(anchor.urlOf(myobi))
    anchor.rewrite = (_path, json) => json
    for (const node of [anchor, other, company]) {
      expect(node.faults).toEqual([])
      node.requests.length = 0
    }
  })

  const held = () => company.store.reader.countBy(heldCredentialTable, { holderParty: holder.id })
  const attestation = (more: object = {}) => anchor.issue(myobi, holder.did, more)
  async function newOffer(compact?: string): Promise<CredentialOffer> {
    const compacts = [compact ?? (await attestation())]
    const input = { issuerPartyId: myobi.id, subject: holder.did, compacts }
    return anchor.offers.open(await anchor.store.transact((tx) => anchor.offers.create(tx, input)))
  }
  async function post(body: string, party: Pick<Party, 'id'> = holder) {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const url = `${company.base}/parties/${party.id}/credential-offer`
    const response = await fetch(url, { method: 'POST', headers, body })
    const text = await response.text()
    return { status: response.status, body: text ? (JSON.parse(text) as Json) : {} }
  }
  const receive = (offer: unknown, party?: Party) =>
    post(
      new URLSearchParams({
        credential_offer: typeof offer === 'string' ? offer : JSON.stringify(offer),
      }).toString(),
      party,
    )
  /** Changes one answer of the issuer, found by the end or the start of its path. */
  const lie = (part: string, change: (json: Json) => unknown) => {
    anchor.rewrite = (path, json) => (path.includes(part) ? change(json as Json) : json)
  }
  const swap = (compact: string) => lie('/credential', () => ({ credentials: [{ credential: compact }] }))
  const refused = (status: number, code: string) => ({ status, body: { code } })

  test('an offer that is expected is answered when its credential is kept', async () => {
    const before = await held()
    expect(await receive(await newOffer())).toEqual({ status: 204, body: {} })
    expect(await held()).toBe(before + 1)
  })

  describe('an offer nobody expects', () => {
    test('is refused without asking the issuer anything, and writes nothing', async () => {
      const offer = { ...(await newOffer()), credential_issuer: other.urlOf(foreign) }
      const [before] = await company.store.reader.query('SELECT count(*) AS n FROM audit_entry')
      expect(await receive(offer)).toMatchObject({
        status: 403,
        body: { error: 'offer_not_expected', code: 'offer_not_expected' },
      })
      expect(other.requests).toEqual([])
      expect(anchor.requests).toEqual([])
      expect(await company.store.reader.query('SELECT count(*) AS n FROM audit_entry')).toEqual([before])
    })

    test.each(['http://169.254.169.254/latest', 'http://127.0.0.1:22', 'https://metadata.example'])(
      'such as %s',
      async (credential_issuer) => {
        expect(await receive({ ...(await newOffer()), credential_issuer })).toMatchObject(
          refused(403, 'offer_not_expected'),
        )
      },
    )

    test('an expected issuer that is inside is still not called', async () => {
      company.expected.add('http://169.254.169.254/latest')
      const offer = { ...(await newOffer()), credential_issuer: 'http://169.254.169.254/latest' }
      expect(await receive(offer)).toMatchObject({ status: 502 })
    })

    test('is cheap when it comes two hundred times', async () => {
      const offer = { ...(await newOffer()), credential_issuer: other.urlOf(foreign) }
      const replies = await Promise.all(Array.from({ length: 200 }, () => receive(offer)))
      expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([403]))
      expect(other.requests).toEqual([])
    })
  })

  describe('a form that is no offer', () => {
    test.each([
      [
        'an offer by reference',
        'credential_offer_uri=https%3A%2F%2Fa.example',
        422,
        'credential_offer_uri_unsupported',
      ],
      ['both', 'credential_offer=%7B%7D&credential_offer_uri=x', 422, 'credential_offer_uri_unsupported'],
      ['nothing', 'a=b', 400, 'invalid_offer'],
      ['two offers', 'credential_offer=%7B%7D&credential_offer=%7B%7D', 400, 'form_duplicate_member'],
      ['no JSON', 'credential_offer=x', 400, 'json_invalid'],
      ['a member twice', 'credential_offer=%7B%22a%22%3A1%2C%22a%22%3A2%7D', 400, 'json_duplicate_member'],
      ['too much', `credential_offer=${'x'.repeat(20_000)}`, 400, 'json_too_large'],
      ['far too much', `credential_offer=${'x'.repeat(70_000)}`, 400, 'entity_too_large'],
    ])('%s', async (_what, body, status, code) => {
      expect(await post(body)).toMatchObject(refused(status, code))
    })

    test('for a party that is not here', async () => {
      expect(await post('credential_offer=%7B%7D', { id: myobi.id })).toMatchObject(
        refused(404, 'party_unknown'),
      )
    })
  })

  describe('an issuer that lies', () => {
    const evil = 'https://evil.example'
    test.each<[string, string, (json: Json) => unknown, number, string]>([
      [
        'is another one',
        'openid-credential-issuer',
        (json) => ({ ...json, credential_issuer: evil }),
        502,
        'issuer_metadata_invalid',
      ],
      [
        'has another server',
        'oauth-authorization-server',
        (json) => ({ ...json, issuer: evil }),
        502,
        'issuer_metadata_invalid',
      ],
      [
        'relies on another server',
        'openid-credential-issuer',
        (json) => ({ ...json, authorization_servers: [evil] }),
        502,
        'issuer_metadata_invalid',
      ],
      [
        'sends the code elsewhere',
        'oauth-authorization-server',
        (json) => ({ ...json, token_endpoint: `${evil}/token` }),
        502,
        'issuer_metadata_foreign',
      ],
      [
        'sends the token elsewhere',
        'openid-credential-issuer',
        (json) => ({ ...json, credential_endpoint: `${evil}/credential` }),
        502,
        'issuer_metadata_foreign',
      ],
      [
        'has nonces from elsewhere',
        'openid-credential-issuer',
        (json) => ({ ...json, nonce_endpoint: evil }),
        502,
        'issuer_metadata_foreign',
      ],
      ['has no endpoints', 'openid-credential-issuer', () => ({}), 502, 'issuer_metadata_invalid'],
      [
        'does not know what it offers',
        'openid-credential-issuer',
        (json) => ({ ...json, credential_configurations_supported: {} }),
        502,
        'issuer_configuration_missing',
      ],
      [
        'gives a token of another kind',
        '/token',
        (json) => ({ ...json, token_type: 'DPoP' }),
        502,
        'issuer_answer_invalid',
      ],
      [
        'gives a token that splits headers',
        '/token',
        (json) => ({ ...json, access_token: 'a\r\nb: c' }),
        502,
        'issuer_answer_invalid',
      ],
      ['gives no nonce', '/nonce', () => ({ c_nonce: '' }), 502, 'issuer_answer_invalid'],
      ['gives a nonce of its own', '/nonce', () => ({ c_nonce: 'AAAA' }), 502, 'issuer_refused'],
      ['gives no credential', '/credential', () => ({ credentials: [] }), 502, 'issuer_answer_invalid'],
      ['defers', '/credential', () => ({ transaction_id: 'x', interval: 1 }), 502, 'issuer_answer_invalid'],
      [
        'gives what is none',
        '/credential',
        () => ({ credentials: [{ credential: 'x' }] }),
        400,
        'sd_jwt_malformed',
      ],
    ])('%s', async (_what, part, change, status, code) => {
      const before = await held()
      const offer = await newOffer()
      lie(part, change)
      expect(await receive(offer)).toMatchObject(refused(status, code))
      expect(await held()).toBe(before)
    })

    const wrong: [string, () => Promise<string>, string][] = [
      ['about somebody else', () => anchor.issue(myobi, myobi.did), 'credential_for_another_party'],
      ['of another type', () => attestation({ type: 'access-denial' }), 'credential_type_differs'],
      [
        'bound to another key',
        async () => attestation({ holderKey: publicJwkOf(generateKeyPairSync('ed25519').publicKey) }),
        'credential_key_differs',
      ],
      [
        'with a claim changed',
        async () => {
          const [jwt = '', ...rest] = (await attestation()).split('~')
          const [header, payload = '', signature] = jwt.split('.')
          const claims = { ...JSON.parse(Buffer.from(payload, 'base64url').toString()), jti: 'x' }
          const changed = Buffer.from(JSON.stringify(claims)).toString('base64url')
          return [[header, changed, signature].join('.'), ...rest].join('~')
        },
        'credential_not_genuine',
      ],
      [
        'with a disclosure it was not signed with',
        async () => `${await attestation()}${Buffer.from('["salt","name","x"]').toString('base64url')}~`,
        'credential_not_genuine',
      ],
    ]
    test.each(wrong)('gives a credential %s', async (_what, compact, code) => {
      const before = await held()
      const offer = await newOffer()
      swap(await compact())
      expect(await receive(offer)).toMatchObject(refused(422, code))
      expect(await held()).toBe(before)
    })

    test('and one false credential among genuine ones keeps all out', async () => {
      const before = await held()
      const offer = await newOffer()
      const genuine = await attestation()
      const false_ = await anchor.issue(myobi, myobi.did)
      lie('/credential', () => ({ credentials: [{ credential: genuine }, { credential: false_ }] }))
      expect(await receive(offer)).toMatchObject(refused(422, 'credential_for_another_party'))
      expect(await held()).toBe(before)
    })
  })

  test('who sends offers with invented codes does not make us call the issuer for ever', async () => {
    const [genuine, invented] = [await newOffer(), 'invented']
    const grants = { [PRE_AUTHORIZED_CODE]: { 'pre-authorized_code': invented } }
    const junk = await Promise.all(Array.from({ length: 40 }, () => receive({ ...genuine, grants })))
    expect(junk.filter(({ status }) => status === 502)).toHaveLength(10)
    expect(junk.filter(({ body }) => body.code === 'offer_not_now')).toHaveLength(30)
    expect(anchor.requests.filter((request) => request.endsWith('/token'))).toHaveLength(10)
    expect(await receive(genuine)).toMatchObject(refused(429, 'offer_not_now'))
    const sister = await company.createParty('person')
    expect(await receive(await newOffer(), sister)).toMatchObject(refused(502, 'issuer_refused'))
    world.offset += 60_000
    expect(await receive(genuine)).toMatchObject({ status: 204 })
  })

  test('an issuer that is in trouble for a while is not held against who sends its offers', async () => {
    lie('/token', () => ({}))
    for (let n = 0; n < 12; n++)
      expect(await receive(await newOffer())).toMatchObject(refused(502, 'issuer_answer_invalid'))
    lie('', (json) => json)
    expect(await receive(await newOffer())).toMatchObject({ status: 204 })
  })

  test('an issuer whose DID cannot be asked now is asked again later', async () => {
    const offer = await newOffer()
    world.away.add(myobi.did)
    expect(await receive(offer)).toMatchObject(refused(503, 'credential_not_verifiable'))
  })

  test('an offer made for another party of this node is not for this one', async () => {
    const sister = await company.createParty('person')
    expect(await receive(await newOffer(), sister)).toMatchObject(refused(502, 'issuer_refused'))
    expect(await company.store.reader.countBy(heldCredentialTable, { holderParty: sister.id })).toBe(0)
  })
})
