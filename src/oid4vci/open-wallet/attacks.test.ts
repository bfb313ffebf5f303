import { generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { atEnd } from '../../../test/support/endings.ts'
import { onEachEngine } from '../../../test/support/engines.ts'
import { ForeignIssuer } from '../../../test/support/foreign-issuer.ts'
import { OfferNode, World } from '../../../test/support/offer-node.ts'
import { Browser, codeOf, WalletRoom } from '../../../test/support/wallet-room.ts'
import { Refusal } from '../../core/index.ts'
import { publicJwkOf } from '../../jose/index.ts'
import { walletAuthorizationTable, walletIssuanceTable, walletOfferTable } from './tables.ts'

type Json = Record<string, unknown>

const newJwk = () => publicJwkOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)
const EVIL = 'http://127.0.0.1:9'

onEachEngine((engine) => {
  const world = new World()
  let node: OfferNode
  let issuer: ForeignIssuer
  let other: ForeignIssuer
  let bound: ForeignIssuer
  let company: WalletRoom
  let ada: WalletRoom

  beforeAll(async () => {
    node = await OfferNode.start(engine, world)
    company = new WalletRoom(node, await node.createParty('organisation'))
    ada = new WalletRoom(node, await node.createParty('person'))
    issuer = await ForeignIssuer.start(world, { pushed: true })
    other = await ForeignIssuer.start(world, { pushed: true })
    bound = await ForeignIssuer.start(world, { dpop: true })
  })
  beforeEach(() => {
    issuer.mangle = (_path, json) => json
    issuer.claims = (claims) => claims
    issuer.requests.length = 0
    issuer.notifications.length = 0
    node.takes = async () => undefined
    expect(node.faults).toEqual([])
  })

  /** Changes one answer of the issuer, or of its server. */
  const lie = (part: string, change: (json: Json) => unknown) => {
    issuer.mangle = (path, json) => (path.includes(part) ? change(json) : json)
  }

  describe('what is pasted', () => {
    const offer = (more: object = {}) =>
      JSON.stringify({ credential_issuer: issuer.url, credential_configuration_ids: ['diploma'], ...more })
    test.each<[string, () => string, string]>([
      ['nothing of the kind', () => 'hello', 'invalid_offer'],
      ['an address of another kind', () => 'mailto:a@b.example', 'invalid_offer'],
      [
        'both forms at once',
        () => `openid-credential-offer://?credential_offer=${offer()}&credential_offer_uri=https://a.example`,
        'invalid_offer',
      ],
      [
        'two addresses',
        () =>
          'openid-credential-offer://?credential_offer_uri=https://a.example&credential_offer_uri=https://b.example',
        'invalid_offer',
      ],
      ['a member twice', () => '{"credential_issuer":"a","credential_issuer":"b"}', 'json_duplicate_member'],
      ['an issuer with a query', () => offer({ credential_issuer: `${issuer.url}?x=1` }), 'invalid_offer'],
      ['no configuration', () => offer({ credential_configuration_ids: [] }), 'invalid_offer'],
      ['one configuration twice', () => offer({ credential_configuration_ids: ['a', 'a'] }), 'invalid_offer'],
      [
        '1,000 configurations',
        () => offer({ credential_configuration_ids: Array.from({ length: 1000 }, (_, at) => `c${at}`) }),
        'invalid_offer',
      ],
      [
        '5,000 configurations',
        () => offer({ credential_configuration_ids: Array.from({ length: 5_000 }, (_, at) => `c${at}`) }),
        'json_too_large',
      ],
      ['a grant nobody knows', () => offer({ grants: { 'urn:x': {} } }), 'offer_grants_unsupported'],
      [
        'a server the issuer does not list',
        () => offer({ grants: { authorization_code: { authorization_server: EVIL } } }),
        'authorization_server_unlisted',
      ],
      [
        'a configuration the issuer does not have',
        () => offer({ credential_configuration_ids: ['constructor'] }),
        'issuer_configuration_missing',
      ],
      [
        'a format we do not read',
        () => offer({ credential_configuration_ids: ['mdoc'] }),
        'offer_format_unsupported',
      ],
    ])('%s', async (_what, text, code) => {
      const before = await node.store.reader.countBy(walletOfferTable, {})
      expect(await codeOf(company.add(text()))).toBe(code)
      expect(await node.store.reader.countBy(walletOfferTable, {})).toBe(before)
    })
  })

  test('10,000 configurations, by reference, are not read to their end', async () => {
    const ids = Array.from({ length: 10_000 }, (_, at) => `c${at}`)
    const server = createServer((_request, response) => {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ credential_issuer: issuer.url, credential_configuration_ids: ids }))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    atEnd(() => server.close())
    const uri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/offer`
    expect(await codeOf(company.add(`openid-credential-offer://?credential_offer_uri=${uri}`))).toBe(
      'egress_too_large',
    )
    expect(issuer.requests).toEqual([])
  })

  describe('an issuer that lies about itself', () => {
    const large = (json: Json) => JSON.stringify({ ...json, filler: 'x'.repeat(1_000_000) })
    test.each<[string, string, (json: Json) => unknown, string]>([
      [
        'is another one',
        'credential-issuer',
        (json) => ({ ...json, credential_issuer: EVIL }),
        'issuer_metadata_invalid',
      ],
      ['says 1 MB', 'credential-issuer', large, 'egress_too_large'],
      ['has a server that says 1 MB', 'authorization-server', large, 'egress_too_large'],
      ['says nothing', 'credential-issuer', () => ({}), 'issuer_metadata_invalid'],
      [
        'sends the token elsewhere',
        'credential-issuer',
        (json) => ({ ...json, credential_endpoint: `${EVIL}/c` }),
        'issuer_metadata_foreign',
      ],
      [
        'has nonces from elsewhere',
        'credential-issuer',
        (json) => ({ ...json, nonce_endpoint: `${EVIL}/n` }),
        'issuer_metadata_foreign',
      ],
      [
        'is told elsewhere',
        'credential-issuer',
        (json) => ({ ...json, notification_endpoint: `${EVIL}/n` }),
        'issuer_metadata_foreign',
      ],
      [
        'lets one come back elsewhere',
        'credential-issuer',
        (json) => ({ ...json, deferred_credential_endpoint: `${EVIL}/d` }),
        'issuer_metadata_foreign',
      ],
      [
        'has a server that is another',
        'authorization-server',
        (json) => ({ ...json, issuer: EVIL }),
        'issuer_metadata_invalid',
      ],
      [
        'sends the code elsewhere',
        'authorization-server',
        (json) => ({ ...json, token_endpoint: `${EVIL}/t` }),
        'issuer_metadata_foreign',
      ],
      [
        'sends the browser elsewhere',
        'authorization-server',
        (json) => ({ ...json, authorization_endpoint: `${EVIL}/a` }),
        'issuer_metadata_foreign',
      ],
      [
        'pushes elsewhere',
        'authorization-server',
        (json) => ({ ...json, pushed_authorization_request_endpoint: `${EVIL}/p` }),
        'issuer_metadata_foreign',
      ],
      [
        'writes a member twice',
        'credential-issuer',
        (json) => `{"credential_issuer":"x",${JSON.stringify(json).slice(1)}`,
        'issuer_metadata_invalid',
      ],
    ])('%s', async (_what, part, change, code) => {
      const link = await issuer.offer()
      lie(part, change)
      expect(await codeOf(company.add(link))).toBe(code)
      expect(issuer.requests.filter((one) => one.startsWith('POST'))).toEqual([])
    })

    test('after the offer was shown: the code stays here', async () => {
      const { id } = await company.add(await issuer.offer())
      lie('authorization-server', (json) => ({ ...json, token_endpoint: `${EVIL}/t` }))
      expect(await codeOf(company.accept(id))).toBe('issuer_metadata_foreign')
      issuer.mangle = (_path, json) => json
      // The code was not spent: it can be taken after all.
      expect(await company.accept(id)).toMatchObject({ state: 'received' })
    })
  })

  describe('a credential that is not what was offered', () => {
    test.each<[string, (claims: Json) => Json, string]>([
      ['bound to another key', (claims) => ({ ...claims, cnf: { jwk: newJwk() } }), 'credential_key_differs'],
      ['bound to no key', ({ cnf: _, ...claims }) => claims, 'credential_key_differs'],
      [
        'about somebody else',
        (claims) => ({ ...claims, sub: 'did:web:mallory.example' }),
        'credential_for_another_party',
      ],
      [
        'about a name only the issuer knows',
        (claims) => ({ ...claims, sub: 'user-493' }),
        'credential_for_another_party',
      ],
      [
        'of another type',
        (claims) => ({ ...claims, vct: 'https://issuer.example/other' }),
        'credential_type_differs',
      ],
      [
        'of another issuer',
        (claims) => ({ ...claims, iss: 'did:web:elsewhere.example' }),
        'credential_not_genuine',
      ],
      ['ended already', (claims) => ({ ...claims, exp: 1_000_000 }), 'credential_not_genuine'],
    ])('%s', async (_what, change, code) => {
      await node.comebacks.work()
      issuer.notifications.length = 0
      issuer.claims = change
      const held = await ada.held()
      const { id } = await ada.add(await issuer.offer())
      expect(await codeOf(ada.accept(id))).toBe(code)
      expect(await ada.show(id)).toMatchObject({ state: 'failed', reason: code, credentials: [] })
      expect(await ada.held()).toEqual(held)
      await node.comebacks.work()
      // The issuer hears that it failed, and not why.
      expect(issuer.notifications).toEqual([
        { notification_id: expect.any(String), event: 'credential_failure' },
      ])
    })

    test('one for each key: two of one key are none', async () => {
      const batch = await ForeignIssuer.start(world, { batchSize: 5 })
      let first: unknown
      batch.claims = (claims) => {
        first ??= claims.cnf
        return { ...claims, cnf: first }
      }
      const { id } = await ada.add(await batch.offer())
      expect(await codeOf(ada.accept(id, { copies: 2 }))).toBe('credential_key_differs')
    })

    test('more of them than keys', async () => {
      lie('/credential', (json) => {
        const all = json.credentials as unknown[]
        return all ? { ...json, credentials: [...all, ...all] } : json
      })
      const { id } = await ada.add(await issuer.offer())
      expect(await codeOf(ada.accept(id))).toBe('issuer_answer_invalid')
    })

    test('of a type that another may issue only, is for the node to refuse', async () => {
      node.takes = async () => {
        throw new Refusal('forbidden', 'credential_issuer_not_trusted', 'not from there')
      }
      const { id } = await ada.add(await issuer.offer())
      expect(await codeOf(ada.accept(id))).toBe('credential_issuer_not_trusted')
    })

    test('is not even asked for in the clear, where its answer had to be encrypted', async () => {
      const secret = await ForeignIssuer.start(world, { encrypted: true })
      const { id } = await ada.add(await secret.offer())
      secret.mangle = (path, { credential_request_encryption: request, ...json }) =>
        path.includes('credential-issuer') ? json : { ...json, ...(request ? { request } : {}) }
      expect(await codeOf(ada.accept(id))).toBe('encryption_unsupported')
      expect(secret.requests).not.toContain('POST /token')
    })
  })

  describe('a code', () => {
    test('that was used before is refused by the issuer, and ends the offer', async () => {
      const link = await issuer.offer()
      expect(await company.take(link)).toMatchObject({ state: 'received' })
      const { id } = await company.add(link)
      expect(await codeOf(company.accept(id))).toBe('issuer_refused')
      expect(await company.show(id)).toMatchObject({ state: 'failed', reason: 'invalid_grant' })
    })

    test('goes out once, also when eight people say yes at once', async () => {
      const { id } = await company.add(await issuer.offer())
      issuer.requests.length = 0
      const all = await Promise.allSettled(Array.from({ length: 8 }, () => company.accept(id)))
      expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      expect(issuer.requests.filter((one) => one === 'POST /token')).toHaveLength(1)
    })

    test('is kept sealed while it waits, and not at all afterwards', async () => {
      const link = await issuer.offer()
      const offer = JSON.parse(new URL(link).searchParams.get('credential_offer') ?? '') as {
        grants: Record<string, Record<string, string>>
      }
      const code = Object.values(offer.grants)[0]?.['pre-authorized_code'] ?? ''
      expect(code).not.toBe('')
      const { id } = await company.add(link)
      const all = async () => JSON.stringify(await node.store.reader.query('SELECT * FROM wallet_offer'))
      expect(await all()).not.toContain(code)
      await company.accept(id)
      const row = await node.store.reader.findOneBy(walletOfferTable, { id })
      expect(row?.sealedOffer).toBeNull()
      const issuances = await node.store.reader.query('SELECT * FROM wallet_issuance')
      expect(JSON.stringify(issuances)).not.toMatch(/accessToken|"d":/)
    })
  })

  describe('a browser', () => {
    const begin = async () => {
      const { id } = await ada.add(await issuer.offer('code'))
      const { link } = await ada.accept(id)
      const browser = new Browser()
      const { location } = await browser.get(link ?? '')
      return { id, link: link ?? '', browser, location }
    }
    const backOf = async (browser: Browser, location: string) =>
      new URL((await browser.get(location)).location)

    test('opens the link once', async () => {
      const { link, location } = await begin()
      expect(location).toContain(issuer.serverUrl)
      expect(await new Browser().get(link)).toMatchObject({ status: 410 })
    })

    test('that did not open it brings nothing back', async () => {
      const { id, browser, location } = await begin()
      const back = await backOf(browser, location)
      expect(await new Browser().get(back.href)).toMatchObject({ status: 410 })
      expect(await ada.show(id)).toMatchObject({ state: 'authorizing' })
      expect(await browser.get(back.href)).toMatchObject({ status: 200 })
      expect(await browser.get(back.href)).toMatchObject({ status: 410 })
      expect(await ada.show(id)).toMatchObject({ state: 'received' })
    })

    test.each<[string, (back: URL) => void, string]>([
      [
        'the iss of another server',
        (back) => back.searchParams.set('iss', other.serverUrl),
        'authorization_iss_differs',
      ],
      [
        'no iss, where the server sends one',
        (back) => back.searchParams.delete('iss'),
        'authorization_iss_differs',
      ],
      [
        'a refusal',
        (back) => {
          back.searchParams.delete('code')
          back.searchParams.set('error', 'access_denied')
        },
        'authorization_refused',
      ],
      ['no code', (back) => back.searchParams.delete('code'), 'authorization_refused'],
    ])('comes back with %s: no code goes anywhere', async (_what, change, reason) => {
      const { id, browser, location } = await begin()
      const back = await backOf(browser, location)
      change(back)
      issuer.requests.length = 0
      expect(await browser.get(back.href)).toMatchObject({ status: 403 })
      expect(await ada.show(id)).toMatchObject({ state: 'waiting', reason })
      expect(issuer.requests).toEqual([])
    })

    test.each<[string, (back: URL) => void]>([
      ['another state', (back) => back.searchParams.set('state', 'x'.repeat(43))],
      ['no state', (back) => back.searchParams.delete('state')],
      ['two states', (back) => back.searchParams.append('state', 'y')],
    ])('comes back with %s', async (_what, change) => {
      const { id, browser, location } = await begin()
      const back = await backOf(browser, location)
      change(back)
      expect(await browser.get(back.href)).toMatchObject({ status: 410 })
      expect(await ada.show(id)).toMatchObject({ state: 'authorizing' })
    })

    test('comes back too late', async () => {
      const { browser, location } = await begin()
      const back = await backOf(browser, location)
      world.offset += 61 * 60_000
      expect(await browser.get(back.href)).toMatchObject({ status: 410 })
    })

    test('a code of another offer does not fit: its verifier is another', async () => {
      const [one, two] = [await begin(), await begin()]
      const stolen = (await backOf(two.browser, two.location)).searchParams.get('code') ?? ''
      const back = await backOf(one.browser, one.location)
      back.searchParams.set('code', stolen)
      expect((await one.browser.get(back.href)).status).toBe(502)
      expect(await ada.show(one.id)).toMatchObject({ state: 'waiting' })
    })

    test('nothing of it is in the clear', async () => {
      const { location } = await begin()
      const rows = JSON.stringify(await node.store.reader.findBy(walletAuthorizationTable, {}))
      const { requests } = issuer
      expect(requests).toContain('POST /par')
      // Only a reference is in the browser.
      expect([...new URL(location).searchParams.keys()].sort()).toEqual(['client_id', 'request_uri'])
      expect(rows).not.toContain('verifier')
    })
  })

  test('a server that asks for a nonce for ever is asked twice', async () => {
    const { id } = await ada.add(await bound.offer())
    bound.requests.length = 0
    bound.mangle = (path, json) => (path === '/token' ? { error: 'use_dpop_nonce' } : json)
    // Its answers carry a nonce only when it refuses, so the second one ends it.
    await codeOf(ada.accept(id))
    expect(bound.requests.filter((one) => one === 'POST /token').length).toBeLessThanOrEqual(2)
  })

  test('somebody else’s offers are not there', async () => {
    const { id } = await ada.add(await issuer.offer())
    const eve = new WalletRoom(node, await node.createParty('person'), undefined)
    const contact = node.user(eve.holder, ['contact_person'])
    for (const name of ['show', 'accept', 'decline'])
      expect(await codeOf(eve.operate(`wallet.offers.${name}`, { id }, contact))).toBe('wallet_offer_unknown')
    // What she brings for the organisation is for an administrator to decide.
    const link = await issuer.offer()
    const brought = await eve.operate('wallet.offers.add', { link, for: 'organisation' }, contact)
    expect(await codeOf(eve.operate('wallet.offers.accept', { id: brought.id }, contact))).toBe(
      'administrator_decides',
    )
    expect(await company.accept(brought.id)).toMatchObject({ state: 'received' })
  })

  describe('addresses inside are never called', () => {
    let inside: { url: string; hits: () => number }
    let careful: WalletRoom

    beforeAll(async () => {
      let hits = 0
      const server = createServer((_request, response) => {
        hits += 1
        response.end('{}')
      })
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      atEnd(() => server.close())
      inside = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, hits: () => hits }
      const outside = await OfferNode.start(engine, world, undefined, { isLocal: false })
      careful = new WalletRoom(outside, await outside.createParty('organisation'))
    })

    test.each([
      [
        'the address of an offer',
        () => `openid-credential-offer://?credential_offer_uri=${inside.url}/offer`,
      ],
      [
        'the address of an offer, as IPv6',
        () =>
          `openid-credential-offer://?credential_offer_uri=http://[::ffff:127.0.0.1]:${new URL(inside.url).port}/`,
      ],
      ['a link that is one', () => `${inside.url}/offer`],
      [
        'an issuer',
        () => JSON.stringify({ credential_issuer: inside.url, credential_configuration_ids: ['a'] }),
      ],
      [
        'the cloud’s metadata',
        () =>
          JSON.stringify({
            credential_issuer: 'http://169.254.169.254',
            credential_configuration_ids: ['a'],
          }),
      ],
    ])('%s', async (_what, text) => {
      expect(await codeOf(careful.add(text()))).toMatch(/^egress_refused_/)
      expect(inside.hits()).toBe(0)
    })

    test('neither by a redirect of the offer’s address', async () => {
      const redirecting = createServer((_request, response) => {
        response.writeHead(302, { location: `${inside.url}/offer` }).end()
      })
      await new Promise<void>((resolve) => redirecting.listen(0, '127.0.0.1', resolve))
      atEnd(() => redirecting.close())
      const { port } = redirecting.address() as AddressInfo
      // The wallet that may call this machine follows no redirect either.
      expect(
        await codeOf(
          company.add(`openid-credential-offer://?credential_offer_uri=http://127.0.0.1:${port}/`),
        ),
      ).toBe('offer_unreachable')
      expect(inside.hits()).toBe(0)
    })

    test.each([
      'credential_endpoint',
      'nonce_endpoint',
      'deferred_credential_endpoint',
      'notification_endpoint',
    ])('nor as %s', async (name) => {
      const link = await issuer.offer()
      lie('credential-issuer', (json) => ({ ...json, [name]: `${inside.url}/x` }))
      expect(await codeOf(company.add(link))).toBe('issuer_metadata_foreign')
      expect(inside.hits()).toBe(0)
    })

    test('nor as authorization server, nor as its endpoints', async () => {
      const link = await issuer.offer()
      lie('credential-issuer', (json) => ({ ...json, authorization_servers: ['http://10.0.0.7'] }))
      expect(await codeOf(company.add(link))).toBe('authorization_server_unlisted')
      const bare = JSON.stringify({
        credential_issuer: issuer.url,
        credential_configuration_ids: ['diploma'],
      })
      expect(await codeOf(company.add(bare))).toMatch(/^egress_refused_/)
      for (const name of ['token_endpoint', 'authorization_endpoint']) {
        lie('authorization-server', (json) => ({ ...json, [name]: `${inside.url}/t` }))
        expect(await codeOf(company.add(await issuer.offer()))).toBe('issuer_metadata_foreign')
      }
      expect(inside.hits()).toBe(0)
    })

    test('a token that is none is sent nowhere', async () => {
      const { id } = await company.add(await issuer.offer())
      const { serverUrl } = issuer
      expect(serverUrl).not.toBe('')
      const before = await node.store.reader.countBy(walletIssuanceTable, {})
      issuer.mangle = (path, json) => (path === '/token' ? { ...json, access_token: '\r\nx: y' } : json)
      expect(await codeOf(company.accept(id))).toBe('issuer_answer_invalid')
      expect(await node.store.reader.countBy(walletIssuanceTable, {})).toBe(before)
      expect(inside.hits()).toBe(0)
    })
  })
})
