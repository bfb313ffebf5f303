import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { onEachEngine } from '../../test/support/engines.ts'
import { OfferNode, World } from '../../test/support/offer-node.ts'
import { newId, Refusal, type UserCaller } from '../core/index.ts'
import { credentialDigest, heldCredentialTable } from '../credentials/index.ts'
import type { Party } from '../parties/index.ts'
import { readSdJwt } from '../sd-jwt/index.ts'
import { offerTable } from './index.ts'
import type { OfferRow } from './offer-table.ts'

const DAY_MS = 86_400_000

onEachEngine((engine) => {
  const world = new World()
  let anchor: OfferNode
  let company: OfferNode
  let myobi: Party
  let holder: Party

  beforeAll(async () => {
    anchor = await OfferNode.start(engine, world)
    company = await OfferNode.start(engine, world)
    myobi = await anchor.createParty('organisation')
    holder = await company.createParty('organisation')
  })
  beforeEach(() => {
    world.offset += 1000
    company.expected.clear()
    company.expected.add(anchor.urlOf(myobi))
    for (const node of [anchor, company]) {
      expect(node.faults).toEqual([])
      node.requests.length = 0
      node.received.length = 0
      node.rewrite = (_path, json) => json
      node.breakEnd = () => false
      node.accepts = async () => undefined
      node.onReceived = async () => undefined
    }
  })

  const offer = (compacts: string[], deliverTo: string | null = company.urlOf(holder)) =>
    anchor.store.transact((tx) =>
      anchor.offers.create(tx, {
        issuerPartyId: myobi.id,
        subject: holder.did,
        compacts,
        ...(deliverTo === null ? {} : { deliverTo }),
      }),
    )
  const attestation = (more: object = {}) => anchor.issue(myobi, holder.did, more)
  const bound = async () => ({ holderKey: await company.keyOf(holder) })
  const deliver = () => anchor.outbox.deliverDue()
  const rowOf = async (id: string) => (await anchor.store.reader.findOneBy(offerTable, { id })) as OfferRow
  const held = () => company.store.reader.findBy(heldCredentialTable, { holderParty: holder.id })
  const actions = async (node: OfferNode) =>
    (await node.audit.list({ limit: 100 })).items.map(({ action }) => action)

  test('an offered credential is with its subject, and no longer with whoever offered it', async () => {
    const compact = await attestation(await bound())
    const before = (await held()).length
    const id = await offer([compact])
    expect(await rowOf(id)).toMatchObject({ state: 'pending', codeHash: null, attempts: 0 })
    await deliver()
    const rows = await held()
    expect(rows).toHaveLength(before + 1)
    const row = rows.at(-1)
    expect(row).toMatchObject({ issuer: myobi.did, subject: holder.did, bindingKey: `${holder.did}#key-1` })
    expect(row && (await company.credentials.open(row))).toBe(compact)
    expect(await rowOf(id)).toMatchObject({
      state: 'redeemed',
      deliveredAt: expect.any(Number),
      redeemedAt: expect.any(Number),
      attempts: 1,
      lastError: null,
      sealed: null,
      codeHash: null,
      tokenHash: null,
    })
    expect(company.received).toMatchObject([
      { holder: { id: holder.id }, credentialIssuer: anchor.urlOf(myobi), compact, row: { id: row?.id } },
    ])
    expect((await actions(anchor)).slice(0, 3)).toEqual([
      'offer.delivered',
      'offer.handed_over',
      'offer.created',
    ])
    expect(await actions(company)).toContain('credential.received')
  })

  test('secrets and claims are in no address, outbox message or audit entry', async () => {
    const id = await offer([await attestation()])
    await deliver()
    for (const request of [...anchor.requests, ...company.requests])
      expect(request).toMatch(
        /^(GET|POST) (\/\.well-known\/[a-z-]+|\/status-lists)?(\/parties)?\/[0-9a-f-]{36}(\/[a-z-]+)?$/,
      )
    const [sent] = await anchor.store.reader.query('SELECT payload FROM outbox ORDER BY id DESC LIMIT 1')
    expect(JSON.parse(sent.payload)).toEqual({ offerId: id })
  })

  test('a credential without cnf is kept without a key that presents it', async () => {
    await offer([await attestation()])
    await deliver()
    expect(company.received).toMatchObject([{ row: { bindingKey: null } }])
  })

  test('one offer brings credentials of several types, and several of one', async () => {
    const roles = { type: 'access-denial' }
    const compacts = [
      await attestation(await bound()),
      await attestation(roles),
      await attestation({ ...roles, claims: { reason: 'another' } }),
    ]
    const id = await offer(compacts)
    await deliver()
    expect(company.received.map(({ compact }) => compact).sort()).toEqual([...compacts].sort())
    expect(await rowOf(id)).toMatchObject({
      state: 'redeemed',
      configurationIds: ['ttp-policy-attestation', 'access-denial'],
    })
  })

  test('the same credential offered twice changes nothing the second time', async () => {
    const compact = await attestation()
    await offer([compact])
    await deliver()
    const before = (await held()).length
    const again = await offer([compact])
    await deliver()
    expect(await rowOf(again)).toMatchObject({ state: 'redeemed' })
    expect(await held()).toHaveLength(before)
    expect(company.received).toHaveLength(1)
  })

  test('two deliveries that meet keep one credential', async () => {
    const compact = await attestation()
    await offer([compact])
    await offer([compact])
    await deliver()
    const copies = (await held()).filter(({ digest }) => digest === company.received[0]?.report.digest)
    expect(copies).toHaveLength(1)
  })

  test('a wallet that is down gets the offer when it is back, with a new code', async () => {
    await company.stop()
    const id = await offer([await attestation()])
    await deliver()
    expect(await rowOf(id)).toMatchObject({ state: 'pending', attempts: 1, lastError: 'egress_unreachable' })
    await company.comeBack()
    await deliver()
    expect(company.received).toHaveLength(0)
    world.offset += 2_000
    await deliver()
    expect(await rowOf(id)).toMatchObject({ state: 'redeemed', attempts: 2, lastError: null })
    expect(company.received).toHaveLength(1)
  })

  test('an issuer that fails half-way is asked again, and gives the same credential', async () => {
    const compact = await attestation()
    const id = await offer([compact])
    anchor.rewrite = (path, json) => (path.endsWith('/credential') ? undefined : json)
    await deliver()
    expect(await rowOf(id)).toMatchObject({
      state: 'redeemed',
      deliveredAt: null,
      lastError: 'egress_unreachable',
    })
    expect(company.received).toHaveLength(0)
    anchor.rewrite = (_path, json) => json
    world.offset += 2_000
    await deliver()
    expect(company.received).toMatchObject([{ compact }])
    expect(await rowOf(id)).toMatchObject({ deliveredAt: expect.any(Number), lastError: null })
  })

  test('a wallet killed between its commit and its answer gets the offer again and changes nothing', async () => {
    const id = await offer([await attestation()])
    company.breakEnd = (path) => path.endsWith('/credential-offer')
    await deliver()
    expect(company.received).toHaveLength(1)
    expect(await rowOf(id)).toMatchObject({ deliveredAt: null, lastError: 'egress_unreachable' })
    const before = (await held()).length
    company.breakEnd = () => false
    company.accepts = async () => {
      throw new Refusal('conflict', 'not_waiting_any_more', 'it came in before')
    }
    world.offset += 2_000
    await deliver()
    expect(company.received).toHaveLength(1)
    expect(await held()).toHaveLength(before)
    expect(await rowOf(id)).toMatchObject({ deliveredAt: expect.any(Number), sealed: null })
  })

  test('what follows from a credential happens with it or not at all', async () => {
    const before = (await held()).length
    company.onReceived = async () => {
      throw new Refusal('unavailable', 'not_now', 'not now')
    }
    const id = await offer([await attestation()])
    await deliver()
    expect(await held()).toHaveLength(before)
    expect(await rowOf(id)).toMatchObject({ deliveredAt: null, lastError: 'not_now' })
    company.onReceived = async () => undefined
    world.offset += 2_000
    await deliver()
    expect(await held()).toHaveLength(before + 1)
  })

  test('an offer nobody expects is refused before anything is fetched, stays visible, and can be sent again', async () => {
    company.expected.clear()
    const id = await offer([await attestation()])
    await deliver()
    expect(anchor.requests).toEqual([])
    expect(await rowOf(id)).toMatchObject({
      state: 'refused',
      lastError: 'offer_not_expected',
      codeHash: null,
    })
    world.offset += DAY_MS
    expect(await deliver()).toBe(0)
    await expect(anchor.offers.open(id)).rejects.toMatchObject({ code: 'offer_closed' })
    company.expected.add(anchor.urlOf(myobi))
    const caller = anchor.user()
    expect(await anchor.operation('offers.resend').run({ id }, { caller })).toMatchObject({
      state: 'pending',
    })
    await deliver()
    expect(await rowOf(id)).toMatchObject({ state: 'redeemed', lastError: null })
    await expect(anchor.operation('offers.resend').run({ id }, { caller })).rejects.toMatchObject({
      code: 'offer_delivered',
    })
  })

  test('a credential the policy does not want is refused for good', async () => {
    company.accepts = async () => {
      throw new Refusal('forbidden', 'issuer_not_trusted', 'no')
    }
    const before = (await held()).length
    const id = await offer([await attestation()])
    await deliver()
    expect(await held()).toHaveLength(before)
    expect(await rowOf(id)).toMatchObject({ state: 'refused', lastError: 'issuer_not_trusted' })
    company.accepts = async () => undefined
    await anchor.operation('offers.resend').run({ id }, { caller: anchor.user() })
    await deliver()
    expect(await rowOf(id)).toMatchObject({ state: 'redeemed', sealed: null })
    expect(await held()).toHaveLength(before + 1)
  })

  test('what was redeemed without a delivery is erased when its token has ended', async () => {
    const tables = async () =>
      (await anchor.store.reader.query('SELECT count(*) AS n FROM oid4vci_used_nonce')) as { n: number }[]
    const id = await offer([await attestation()], null)
    const text = JSON.stringify(await anchor.offers.open(id))
    await fetch(`${company.urlOf(holder)}/credential-offer`, {
      method: 'POST',
      body: new URLSearchParams({ credential_offer: text }),
    })
    expect(await rowOf(id)).toMatchObject({ state: 'redeemed', deliveredAt: null })
    await anchor.offers.tidy()
    expect((await rowOf(id)).sealed).not.toBeNull()
    world.offset += 5 * 60_000 + 1
    await anchor.offers.tidy()
    expect(await rowOf(id)).toMatchObject({ sealed: null, tokenHash: null })
    expect(Number((await tables())[0]?.n)).toBe(0)
  })

  test.each([
    ['is another one', { issuer: 'https://evil.example' }, 'wallet_metadata_invalid'],
    ['takes no offers', { credential_offer_endpoint: undefined }, 'wallet_metadata_invalid'],
    [
      'sends us elsewhere',
      { credential_offer_endpoint: 'https://evil.example/offer' },
      'wallet_metadata_foreign',
    ],
  ])('a wallet that %s gets no code', async (_what, change, code) => {
    company.rewrite = (path, json) =>
      path.includes('oauth-authorization-server') ? { ...(json as object), ...change } : json
    const id = await offer([await attestation()])
    await deliver()
    expect(await rowOf(id)).toMatchObject({ state: 'pending', codeHash: null, attempts: 1, lastError: code })
    expect(company.requests.filter((request) => request.startsWith('POST'))).toEqual([])
    await anchor.store.transact((tx) => tx.delete(offerTable, { id }))
  })

  test.each([
    ['rate_limited', 'rate_limited'],
    ['unavailable', 'disk_full'],
  ] as const)('a wallet that is %s is asked again later', async (kind, code) => {
    company.accepts = async () => {
      throw new Refusal(kind, code, 'not now')
    }
    const id = await offer([await attestation()])
    await deliver()
    expect(await rowOf(id)).toMatchObject({ deliveredAt: null, lastError: code })
    expect((await rowOf(id)).state).not.toBe('refused')
    company.accepts = async () => undefined
    world.offset += 2_000
    await deliver()
    expect(await rowOf(id)).toMatchObject({ state: 'redeemed', deliveredAt: expect.any(Number) })
  })

  test('only what can still arrive is sent again', async () => {
    const resend = (id: string) => anchor.operation('offers.resend').run({ id }, { caller: anchor.user() })
    await expect(resend(newId())).rejects.toMatchObject({ code: 'offer_unknown' })
    const shown = await offer([await attestation()], null)
    await expect(resend(shown)).rejects.toMatchObject({ code: 'offer_not_addressed' })
    world.offset += 30 * DAY_MS + 1
    await expect(resend(shown)).rejects.toMatchObject({ code: 'offer_expired' })
  })

  test('a revoked credential is not taken, also when its list was read just now', async () => {
    const compact = await attestation()
    await offer([await attestation()])
    await deliver()
    company.received.length = 0
    const { payload } = readSdJwt(compact)
    await anchor.store.transact((tx) => anchor.credentials.revoke(tx, String(payload.jti)))
    const id = await offer([compact])
    await deliver()
    expect(company.received).toHaveLength(0)
    expect(await rowOf(id)).toMatchObject({ state: 'refused', lastError: 'credential_not_genuine' })
  })

  test('an offer ends after 30 days, and what it held is erased', async () => {
    const id = await offer([await attestation()], null)
    const list = () => anchor.operation('offers.list').run({ limit: 1 }, { caller: anchor.user() })
    expect(await list()).toMatchObject({ items: [{ id, state: 'pending', deliver_to: null }] })
    world.offset += 30 * DAY_MS + 1
    expect(await list()).toMatchObject({ items: [{ id, state: 'expired' }] })
    await expect(anchor.offers.open(id)).rejects.toMatchObject({ code: 'offer_closed' })
    await anchor.offers.tidy()
    expect(await rowOf(id)).toMatchObject({ sealed: null })
  })

  test.each([
    ['about somebody else', () => anchor.issue(myobi, myobi.did), 'offer_subject_differs'],
    ['that is none', async () => 'x', 'sd_jwt_malformed'],
  ])('a credential %s cannot be offered', async (_what, compact, code) => {
    await expect(offer([await compact()])).rejects.toMatchObject({ code })
  })

  test('what a person offers is for her alone to see and to send again', async () => {
    const [anna, bea] = [await anchor.createParty('person'), await anchor.createParty('person')]
    const compacts = [await anchor.issue(anna, holder.did, { type: 'access-denial' })]
    const input = { issuerPartyId: anna.id, subject: holder.did, compacts, deliverTo: company.urlOf(holder) }
    const id = await anchor.store.transact((tx) => anchor.offers.create(tx, input))
    const companys = await offer([await attestation()])
    const seenBy = async (caller: UserCaller) => {
      const page = await anchor.operation('offers.list').run({ limit: 200 }, { caller })
      return (page as { items: { id: string }[] }).items.map((item) => item.id)
    }
    expect(await seenBy(anchor.user(anna, ['contact_person']))).toEqual([id])
    expect(await seenBy(anchor.user(bea, ['contact_person']))).toEqual([])
    const administrators = await seenBy(anchor.user(bea))
    expect(administrators).toContain(companys)
    expect(administrators).not.toContain(id)
    const resend = (caller: UserCaller, what = id) =>
      anchor.operation('offers.resend').run({ id: what }, { caller })
    await expect(resend(anchor.user(bea))).rejects.toMatchObject({ code: 'offer_unknown' })
    await expect(resend(anchor.user(anna, []), companys)).rejects.toMatchObject({ code: 'offer_unknown' })
    expect(await resend(anchor.user(anna, []))).toMatchObject({ id })
    await deliver()
  })

  test('offers to one web server share a lane, whatever the wallet', async () => {
    const sister = await company.createParty('person')
    await offer([await attestation()])
    await offer([await attestation()], company.urlOf(sister))
    const found = await anchor.store.reader.query('SELECT lane FROM outbox ORDER BY id DESC LIMIT 2')
    expect(found).toEqual([{ lane: company.base }, { lane: company.base }])
    await deliver()
  })

  describe('a credential of which a party has one at a time', () => {
    const ones = async () =>
      (await held())
        .filter(({ state, vct }) => state === 'current' && vct.includes('ttp-policy-attestation'))
        .map(({ digest }) => digest)
    beforeEach(() => {
      company.replaces = ({ vct }) => vct?.includes('ttp-policy-attestation') ?? false
    })
    afterEach(() => {
      company.replaces = () => false
    })

    test('takes the place of the one before, in its lineage', async () => {
      await offer([await attestation()])
      await deliver()
      const before = company.received.at(-1)?.row
      world.offset += 1000
      const newer = await attestation()
      await offer([newer])
      await deliver()
      const rows = await held()
      expect(rows.find(({ id }) => id === before?.id)).toMatchObject({ state: 'superseded' })
      expect(rows.find(({ digest }) => digest === credentialDigest(newer))).toMatchObject({
        state: 'current',
        lineageId: before?.lineageId,
      })
      expect(await ones()).not.toContain(before?.digest)
    })

    test('that arrives after a newer one does not take its place', async () => {
      const older = await attestation()
      world.offset += 2000
      const newer = await attestation()
      for (const compact of [newer, older]) {
        await offer([compact])
        await deliver()
      }
      expect(await ones()).toContain(credentialDigest(newer))
      expect(await ones()).not.toContain(credentialDigest(older))
    })
  })

  test('an offer without credentials is none', async () => {
    await expect(offer([])).rejects.toMatchObject({ code: 'offer_empty' })
  })
})
