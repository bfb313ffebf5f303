import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { onEachEngine } from '../../../test/support/engines.ts'
import { ForeignIssuer, type ForeignOptions } from '../../../test/support/foreign-issuer.ts'
import { OfferNode, World } from '../../../test/support/offer-node.ts'
import { Browser, type ShownWalletOffer, WalletRoom } from '../../../test/support/wallet-room.ts'
import { walletIssuanceTable } from './tables.ts'

const DAY_MS = 86_400_000
const DAY_S = 86_400

onEachEngine((engine) => {
  const world = new World()
  let node: OfferNode

  beforeAll(async () => {
    node = await OfferNode.start(engine, world)
    await node.createParty('organisation')
  })
  beforeEach(() => {
    node.replacedRows.length = 0
    expect(node.faults).toEqual([])
  })

  /** A holder with one credential that ends in thirty days. */
  async function begin(options: ForeignOptions = {}, grant: 'pre' | 'code' = 'pre') {
    const issuer = await ForeignIssuer.start(world, { endsInS: 30 * DAY_S, ...options })
    const wallet = new WalletRoom(node, await node.createParty('person'))
    const added = await wallet.add(await issuer.offer(grant))
    await take(wallet, added.id)
    await node.comebacks.work()
    const [held] = await wallet.held()
    if (!held) throw new Error('nothing was received')
    return { issuer, wallet, held }
  }
  async function take(wallet: WalletRoom, id: string) {
    const { link } = await wallet.accept(id)
    if (!link) return
    const browser = new Browser()
    const { location } = await browser.get(link)
    await browser.get((await browser.get(location)).location)
  }
  /** Without what she began with. */
  const inboxOf = async (wallet: WalletRoom) =>
    (await wallet.operate<{ items: ShownWalletOffer[] }>('wallet.offers.list', {})).items.slice(0, -1)

  describe.each([
    ['Bearer', false],
    ['DPoP', true],
  ])('with a refresh token, %s', (_type, dpop) => {
    test('a newer one is fetched in time, and takes its place', async () => {
      const { wallet, held, issuer } = await begin({ refresh: true, dpop })
      // What opens the issuer lies encrypted meanwhile.
      const rows = await node.store.reader.find(walletIssuanceTable)
      const kept = rows.map(({ sealed }) => sealed?.toString('latin1') ?? '').join()
      expect([issuer.given.length, kept.length > 0]).toEqual([2, true])
      for (const token of issuer.given) expect(kept + JSON.stringify(rows)).not.toContain(token)
      world.offset += 10 * DAY_MS
      await node.comebacks.work()
      expect((await wallet.held())[0]?.id).toBe(held.id)
      world.offset += 7 * DAY_MS
      await node.comebacks.work()
      const now = await wallet.held()
      expect(now).toHaveLength(1)
      expect(now[0]).toMatchObject({ lineageId: held.lineageId })
      expect(now[0]?.id).not.toBe(held.id)
      expect(
        node.replacedRows.filter(({ now: { holderParty } }) => holderParty === wallet.holder.id),
      ).toHaveLength(1)
      expect(await wallet.present(now[0]?.id ?? '')).toMatch(/~/)
      expect(await inboxOf(wallet)).toEqual([])
      // And again, with the refresh token that came with it.
      world.offset += 20 * DAY_MS
      await node.comebacks.work()
      expect((await wallet.held())[0]?.id).not.toBe(now[0]?.id)
      expect(issuer.requests.filter((one) => one === 'POST /credential').length).toBeGreaterThanOrEqual(3)
    })
  })

  test('an issuer that is away is asked again; afterwards it is in the inbox, once', async () => {
    const { wallet, held, issuer } = await begin({ refresh: true })
    issuer.mangle = (path, json) => (path.includes('credential-issuer') ? 'x'.repeat(400_000) : json)
    for (let tries = 0; tries < 6; tries += 1) {
      world.offset += tries === 0 ? 17 * DAY_MS : 7 * 3_600_000
      await node.comebacks.work()
    }
    expect(await inboxOf(wallet)).toMatchObject([
      { state: 'failed', reason: 'egress_too_large', renews: true },
    ])
    expect((await wallet.held())[0]?.id).toBe(held.id)
  })

  test('a refresh token that came in the place of a spent one is kept, also when the fetch fails', async () => {
    const { wallet, held, issuer } = await begin({ refresh: true })
    issuer.mangle = (path, json) => (path === '/credential' ? 'x'.repeat(1_200_000) : json)
    world.offset += 17 * DAY_MS
    await node.comebacks.work()
    expect((await wallet.held())[0]?.id).toBe(held.id)
    issuer.mangle = (_path, json) => json
    world.offset += 7 * 3_600_000
    await node.comebacks.work()
    const now = await wallet.held()
    expect([now.length, now[0]?.lineageId, now[0]?.id === held.id]).toEqual([1, held.lineageId, false])
  })

  test('one that comes later takes the place of the old one as well', async () => {
    const { wallet, held, issuer } = await begin({ refresh: true })
    Object.assign(issuer.options, { deferred: true })
    world.offset += 17 * DAY_MS
    await node.comebacks.work()
    expect((await wallet.held())[0]?.id).toBe(held.id)
    issuer.isReady = true
    world.offset += 60_000
    await node.comebacks.work()
    const now = await wallet.held()
    expect([now.length, now[0]?.lineageId, now[0]?.id === held.id]).toEqual([1, held.lineageId, false])
  })

  test('of one whose issuer refuses, the holder reads what to do, and can do it', async () => {
    const { wallet, held, issuer } = await begin({ refresh: true })
    issuer.mangle = (path, json) => (path === '/token' && json.refresh_token ? { error: 'no' } : json)
    world.offset += 17 * DAY_MS
    await node.comebacks.work()
    const [asked] = await inboxOf(wallet)
    expect(asked).toMatchObject({ state: 'waiting', grant: 'authorization_code', renews: true })
    issuer.mangle = (_path, json) => json
    await take(wallet, asked?.id ?? '')
    const now = await wallet.held()
    expect(now).toHaveLength(1)
    expect(now[0]).toMatchObject({ lineageId: held.lineageId })
    expect(now[0]?.id).not.toBe(held.id)
  })

  test('without a refresh token the holder goes by the issuer’s page once more', async () => {
    const { wallet, held } = await begin({}, 'code')
    world.offset += 17 * DAY_MS
    await node.comebacks.work()
    await node.comebacks.work()
    const inbox = await inboxOf(wallet)
    expect(inbox).toMatchObject([{ state: 'waiting', grant: 'authorization_code', renews: true }])
    await take(wallet, inbox[0]?.id ?? '')
    expect((await wallet.held())[0]).toMatchObject({ lineageId: held.lineageId })
    expect((await wallet.held())[0]?.id).not.toBe(held.id)
  })

  test('where the issuer has no page, she asks it for an offer, which then takes its place', async () => {
    const { wallet, held, issuer } = await begin()
    issuer.mangle = (_path, { authorization_endpoint: _, ...json }) => json
    world.offset += 17 * DAY_MS
    await node.comebacks.work()
    expect(await inboxOf(wallet)).toMatchObject([
      { state: 'failed', reason: 'renewal_needs_offer', grant: null },
    ])
    const added = await wallet.add(await issuer.offer())
    expect(added).toMatchObject({ renews: true })
    await wallet.accept(added.id)
    expect(await wallet.held()).toMatchObject([{ lineageId: held.lineageId }])
  })

  test('a second one of the same kind stands beside the first, long before that ends', async () => {
    const { wallet, issuer } = await begin()
    const added = await wallet.add(await issuer.offer())
    expect(added).toMatchObject({ renews: false })
    await wallet.accept(added.id)
    expect(await wallet.held()).toHaveLength(2)
  })

  test('what comes of a deferred one survives a restart: it is a row', async () => {
    const issuer = await ForeignIssuer.start(world, { deferred: true, dpop: true })
    const wallet = new WalletRoom(node, await node.createParty('person'))
    const { id } = await wallet.take(await issuer.offer())
    const rows = JSON.stringify(await node.store.reader.query('SELECT * FROM wallet_issuance'))
    expect(rows).not.toMatch(/accessToken|transactionId/)
    issuer.isReady = true
    // Not before the issuer's interval is over.
    await node.comebacks.work()
    expect(await wallet.show(id)).toMatchObject({ state: 'deferred' })
    world.offset += 3_000
    await node.comebacks.work()
    expect(await wallet.show(id)).toMatchObject({ state: 'received' })
  })

  test('a deferred one the issuer gave up on is told as failed', async () => {
    const issuer = await ForeignIssuer.start(world, { deferred: true })
    const wallet = new WalletRoom(node, await node.createParty('person'))
    const { id } = await wallet.take(await issuer.offer())
    issuer.mangle = (path, json) => (path === '/deferred' ? { credentials: [] } : json)
    world.offset += 3_000
    await node.comebacks.work()
    expect(await wallet.show(id)).toMatchObject({ state: 'deferred' })
    issuer.mangle = (_path, json) => json
    issuer.claims = (claims) => ({ ...claims, sub: 'did:web:mallory.example' })
    issuer.isReady = true
    world.offset += 60_000
    await node.comebacks.work()
    expect(await wallet.show(id)).toMatchObject({ state: 'failed', reason: 'credential_for_another_party' })
  })
})
