import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { onEachEngine } from '../../../test/support/engines.ts'
import { DIPLOMA, ForeignIssuer } from '../../../test/support/foreign-issuer.ts'
import { OfferNode, World } from '../../../test/support/offer-node.ts'
import { OpenWallet } from '../../../test/support/open-wallet.ts'
import { codeOf, WalletRoom } from '../../../test/support/wallet-room.ts'
import { auditTable } from '../../audit/index.ts'
import { walletIssuanceTable } from './tables.ts'

onEachEngine((engine) => {
  const world = new World()
  const trustedIssuers: string[] = []
  let node: OfferNode
  let there: OfferNode
  let ours: OpenWallet
  let foreign: ForeignIssuer
  let company: WalletRoom
  let ada: WalletRoom

  beforeAll(async () => {
    const settings = { trustedIssuers, renewDays: 14 }
    node = await OfferNode.start(engine, world, undefined, { settings })
    there = await OfferNode.start(engine, world)
    ours = new OpenWallet(there, await there.createParty('organisation'))
    foreign = await ForeignIssuer.start(world, {})
    company = new WalletRoom(node, await node.createParty('organisation'))
    ada = new WalletRoom(node, await node.createParty('person'))
  })
  beforeEach(() => {
    trustedIssuers.length = 0
    node.registered.clear()
    node.expected.clear()
    foreign.mangle = (_path, json) => json
    there.rewrite = (_path, json) => json
    expect([...node.faults, ...there.faults]).toEqual([])
  })

  test('an offer of an issuer nobody knows waits, and says who says what of itself', async () => {
    const held = await company.held()
    const added = await company.add(await foreign.offer('pre', ['diploma', 'mdoc']))
    expect(added).toMatchObject({
      state: 'waiting',
      issuer: {
        url: foreign.url,
        says_its_name_is: 'Universiteit van Verzinsel',
        signed_by: null,
        trusted: false,
      },
      server: foreign.serverUrl,
      offers: [
        { id: 'diploma', format: 'dc+sd-jwt', type: DIPLOMA, name: 'Diploma', readable: true },
        { id: 'mdoc', format: 'mso_mdoc', type: null, readable: false },
      ],
    })
    expect(await company.held()).toEqual(held)
    // What we do not read is left out, the rest is taken.
    expect(await company.accept(added.id)).toMatchObject({
      state: 'received',
      credentials: [expect.any(String)],
    })
  })

  test('one that is declined is never fetched, and its code is gone', async () => {
    const added = await company.add(await foreign.offer())
    foreign.requests.length = 0
    expect(await company.operate('wallet.offers.decline', { id: added.id })).toMatchObject({
      state: 'declined',
    })
    expect(foreign.requests).toEqual([])
    expect(await codeOf(company.accept(added.id))).toBe('wallet_offer_settled')
    expect(await codeOf(company.operate('wallet.offers.decline', { id: added.id }))).toBe(
      'wallet_offer_settled',
    )
  })

  test('nobody decides on one for ever', async () => {
    const added = await company.add(await foreign.offer())
    world.offset += 31 * 86_400_000
    await node.comebacks.work()
    expect(await company.show(added.id)).toMatchObject({ state: 'expired' })
    expect(await codeOf(company.accept(added.id))).toBe('wallet_offer_settled')
  })

  describe('is taken by itself', () => {
    test('of an issuer on our list', async () => {
      trustedIssuers.push(foreign.url)
      expect(await ada.add(await foreign.offer())).toMatchObject({
        state: 'received',
        issuer: { trusted: true },
      })
    })

    test('of one that signs with a DID the network registered', async () => {
      node.registered.add(ours.issuer.did)
      const { link } = await ours.offer()
      expect(await company.add(link)).toMatchObject({
        state: 'received',
        issuer: { trusted: true, signed_by: ours.issuer.did },
      })
    })

    test('of one the network’s own offers come from', async () => {
      node.expected.add(ours.url)
      expect(await ada.add((await ours.offer()).link)).toMatchObject({ state: 'received' })
      const [held] = await ada.held()
      // There she is known by the key that stands for her.
      expect(held?.subject).toMatch(/^did:/)
    })

    test('but not where somebody has to type a code', async () => {
      node.registered.add(ours.issuer.did)
      const { link } = await ours.offer({ tx_code_length: 6 })
      expect(await company.add(link)).toMatchObject({ state: 'waiting', issuer: { trusted: true } })
    })

    test('and waits in the inbox where that failed', async () => {
      trustedIssuers.push(foreign.url)
      foreign.mangle = (path, json) => (path === '/token' ? { nothing: true } : json)
      expect(await ada.add(await foreign.offer())).toMatchObject({
        state: 'failed',
        reason: 'issuer_answer_invalid',
      })
    })
  })

  describe('signed metadata', () => {
    test('are asked for where somebody wants them', async () => {
      expect(await codeOf(company.add(await foreign.offer(), { signed: true }))).toBe(
        'issuer_metadata_unsigned',
      )
      const { link } = await ours.offer()
      expect(await company.add(link, { signed: true })).toMatchObject({
        issuer: { signed_by: ours.issuer.did },
      })
    })

    test('that nobody’s key signed are no metadata', async () => {
      const { link } = await ours.offer()
      world.away.add(ours.issuer.did)
      try {
        expect(await codeOf(company.add(link))).toBe('did_unresolvable')
      } finally {
        world.away.delete(ours.issuer.did)
      }
    })
  })

  test('what is pushed by a stranger is refused also where its issuer is on our list', async () => {
    trustedIssuers.push(ours.url)
    const link = new URL((await ours.offer({ by: 'value' })).link)
    const offer = link.searchParams.get('credential_offer') ?? ''
    there.requests.length = 0
    const before = await node.store.reader.countBy(auditTable, {})
    const url = `${node.base}/parties/${company.holder.id}/credential-offer`
    const pushed = await fetch(url, {
      method: 'POST',
      body: new URLSearchParams({ credential_offer: offer }),
    })
    expect(pushed.status).toBe(403)
    expect(there.requests).toEqual([])
    expect(await node.store.reader.countBy(auditTable, {})).toBe(before)
    expect(await company.operate('wallet.offers.list', { state: 'waiting' })).not.toMatchObject({
      items: [{ issuer: { trusted: true } }],
    })
  })

  test('every step is in the audit log, in the words of its ids', async () => {
    const added = await company.add(await foreign.offer())
    const { credentials } = await company.accept(added.id)
    const entries = await node.store.reader.query('SELECT action, data FROM audit_entry')
    const mine = (entries as { action: string; data: string }[]).filter(({ data }) => data.includes(added.id))
    expect(mine.map(({ action }) => action).sort()).toEqual([
      'credential.received',
      'wallet_offer.accepted',
      'wallet_offer.added',
    ])
    expect(JSON.stringify(mine)).toContain(credentials[0])
    expect(JSON.stringify(mine)).not.toContain('Universiteit')
  })

  test('a transaction code goes to the issuer, and lies nowhere afterwards', async () => {
    const asking = await ForeignIssuer.start(world, { txCode: '4935362718' })
    const { id } = await ada.add(await asking.offer())
    expect(await codeOf(ada.accept(id))).toBe('tx_code_missing')
    expect(await codeOf(ada.accept(id, { tx_code: '0000000000' }))).toBe('issuer_refused')
    // Typed wrong, it can be typed again: how often, the issuer says.
    expect(await ada.show(id)).toMatchObject({ state: 'waiting' })
    expect(await ada.accept(id, { tx_code: '4935362718' })).toMatchObject({ state: 'received' })
    for (const table of ['wallet_offer', 'wallet_issuance', 'audit_entry', 'outbox']) {
      const rows = JSON.stringify(await node.store.reader.query(`SELECT * FROM ${table}`))
      expect(rows).not.toContain('4935362718')
    }
  })

  test('of several that came together its issuer hears when the last is set aside; then nothing of it is kept', async () => {
    const issuer = await ForeignIssuer.start(world, { batchSize: 5 })
    const { id, credentials } = await ada.take(await issuer.offer(), { copies: 2 })
    expect(credentials).toHaveLength(2)
    const heard = async () => {
      for (let times = 0; times < 3; times += 1) await node.comebacks.work()
      return issuer.notifications.map(({ event }) => event)
    }
    await ada.operate('wallet.remove', { id: credentials[0] })
    expect(await heard()).toEqual(['credential_accepted'])
    await ada.operate('wallet.remove', { id: credentials[1] })
    expect(await heard()).toEqual(['credential_accepted', 'credential_deleted'])
    world.offset += 3_600_000
    await node.comebacks.work()
    const rows = await node.store.reader.find(walletIssuanceTable, { where: { offerId: id } })
    expect(rows).toMatchObject([{ state: 'ended', sealed: null }])
  })

  test('an offer whose credential came and cannot be verified ends, and says why', async () => {
    const issuer = await ForeignIssuer.start(world, { deferred: true })
    const { id, state } = await ada.take(await issuer.offer())
    expect(state).toBe('deferred')
    issuer.isReady = true
    world.away.add(issuer.did)
    world.offset += 60_000
    await node.comebacks.work()
    world.away.clear()
    expect(await ada.show(id)).toMatchObject({ state: 'failed', reason: 'credential_not_verifiable' })
  })

  test('an inbox is not filled without end', async () => {
    const issuer = await ForeignIssuer.start(world, { txCode: '1' })
    const bo = new WalletRoom(node, await node.createParty('person'))
    for (let count = 0; count < 100; count += 1) await bo.add(await issuer.offer())
    expect(await codeOf(bo.add(await issuer.offer()))).toBe('too_many_wallet_offers')
  })

  test('its issuer hears that it was kept, and that it was set aside', async () => {
    const issuer = await ForeignIssuer.start(world, { dpop: true })
    const { credentials } = await ada.take(await issuer.offer())
    await node.comebacks.work()
    expect(issuer.notifications).toMatchObject([{ event: 'credential_accepted' }])
    await ada.operate('wallet.remove', { id: credentials[0] })
    await node.comebacks.work()
    await node.comebacks.work()
    expect(issuer.notifications).toMatchObject([
      { event: 'credential_accepted' },
      { event: 'credential_deleted' },
    ])
    expect((await ada.held()).map(({ id }) => id)).not.toContain(credentials[0])
    expect(await codeOf(ada.operate('wallet.remove', { id: credentials[0] }))).toBe('credential_unknown')
  })
})
