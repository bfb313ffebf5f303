import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { onEachEngine } from '../../../test/support/engines.ts'
import { OfferNode, World } from '../../../test/support/offer-node.ts'
import { newKey, OpenWallet, PRE_AUTHORIZED, type Reply } from '../../../test/support/open-wallet.ts'
import { WalletRoom } from '../../../test/support/wallet-room.ts'
import { issuedCredentialTable } from '../../credentials/index.ts'
import { readSdJwt } from '../../sd-jwt/index.ts'
import { refreshTokenTable } from './renewal-tables.ts'
import { issuanceTable, openOfferTable } from './tables.ts'

const DAY_MS = 86_400_000

onEachEngine((engine) => {
  const world = new World()
  let node: OfferNode
  let wallet: OpenWallet

  beforeAll(async () => {
    node = await OfferNode.start(engine, world)
    wallet = new OpenWallet(node, await node.createParty('organisation'))
  })
  beforeEach(() => {
    world.offset = 0
    expect(node.faults).toEqual([])
  })

  const offerOf = (id: string) => node.store.reader.findOneBy(openOfferTable, { id })
  const issuanceOf = (offerId: string) => node.store.reader.findOneBy(issuanceTable, { offerId })
  const first = async (more: object = {}) => {
    const offer = await wallet.offer({ renewable_days: 90, ...more })
    const dpop = await wallet.dpop('token')
    const { body } = await wallet.redeem(await wallet.codeOf(offer), {}, { dpop })
    return { offer, token: String(body.access_token), refresh: String(body.refresh_token), body }
  }
  /** With what was issued first. */
  const begin = async (more: object = {}) => {
    const begun = await first(more)
    expect((await wallet.credential(begun.token, {}, true)).status).toBe(200)
    return begun
  }
  const refresh = async (token: string, key = wallet.dpopKey, more: Record<string, string> = {}) =>
    wallet.token(
      { grant_type: 'refresh_token', refresh_token: token, ...more },
      { dpop: await wallet.dpop('token', {}, key) },
    )
  const notValid = { status: 400, body: { error: 'invalid_grant', code: 'refresh_token_not_valid' } }

  test('a newer credential is fetched with it, as often as it is replaced', async () => {
    const { offer, refresh: given } = await begin()
    let token = given
    for (const day of [30, 60, 89]) {
      world.offset = day * DAY_MS
      const { status, body } = await refresh(token)
      expect(status).toBe(200)
      expect(body).toMatchObject({ token_type: 'DPoP', expires_in: 3_600 })
      expect(body.refresh_token).not.toBe(token)
      const fetched = await wallet.credential(String(body.access_token), {}, true)
      const [one] = fetched.body.credentials as { credential: string }[]
      const { payload } = readSdJwt(one?.credential ?? '')
      expect(payload).toMatchObject({ name: 'Verzonnen B.V.', iat: wallet.seconds() })
      // Each access token is for one newer credential.
      expect((await wallet.credential(String(body.access_token), {}, true)).body.error).toBe(
        'credential_request_denied',
      )
      token = String(body.refresh_token)
    }
    const issuance = await issuanceOf(offer.id)
    expect(issuance?.credentialIds).toHaveLength(4)
    world.offset = 90 * DAY_MS
    expect(await refresh(token)).toMatchObject(notValid)
  })

  test('what was offered is kept as long as it can be renewed, and then erased', async () => {
    const { offer } = await begin()
    expect((await offerOf(offer.id))?.sealed).not.toBeNull()
    world.offset = 91 * DAY_MS
    await begin()
    await expect.poll(async () => (await offerOf(offer.id))?.sealed).toBeNull()
    expect(await node.store.reader.countBy(refreshTokenTable, { offerId: offer.id })).toBe(0)
  })

  test('an offer that is not renewable gives none, and keeps nothing', async () => {
    const { offer, body } = await begin({ renewable_days: undefined })
    expect(body).not.toHaveProperty('refresh_token')
    expect((await offerOf(offer.id))?.sealed).toBeNull()
  })

  test('a wallet without a key gets none', async () => {
    const { body } = await wallet.redeem(await wallet.codeOf(await wallet.offer({ renewable_days: 90 })))
    expect(body.token_type).toBe('Bearer')
    expect(body).not.toHaveProperty('refresh_token')
  })

  test('it is kept as a digest', async () => {
    const { refresh: token } = await begin()
    const all = JSON.stringify(await node.store.reader.query('SELECT * FROM open_refresh_token'))
    expect(all).not.toContain(token)
  })

  describe('is nothing', () => {
    test('to who has another key, or none, and stays good for who has it', async () => {
      const { refresh: token } = await begin()
      expect(await refresh(token, newKey())).toMatchObject(notValid)
      expect(await wallet.token({ grant_type: 'refresh_token', refresh_token: token })).toMatchObject(
        notValid,
      )
      expect((await refresh(token)).status).toBe(200)
    })

    test('to another client, and at another issuer', async () => {
      const { refresh: token } = await begin()
      expect(await refresh(token, wallet.dpopKey, { client_id: 'else.example' })).toMatchObject(notValid)
      const person = new OpenWallet(node, await node.createParty('person'))
      Object.assign(person, { dpopKey: wallet.dpopKey })
      const dpop = await person.dpop('token')
      const form = { grant_type: 'refresh_token', refresh_token: token }
      expect(await person.token(form, { dpop })).toMatchObject(notValid)
    })

    test('while what was issued is suspended; afterwards it is as before', async () => {
      const { offer, refresh: token } = await begin()
      await wallet.operate('issuing.suspend', { id: offer.id })
      expect(await refresh(token)).toMatchObject(notValid)
      await wallet.operate('issuing.resume', { id: offer.id })
      expect((await refresh(token)).status).toBe(200)
    })

    test('once what was issued is revoked, with all that came of it', async () => {
      const { offer, refresh: token } = await begin()
      const { body } = await refresh(token)
      const renewed = String(body.access_token)
      expect((await wallet.credential(renewed, {}, true)).status).toBe(200)
      const again = await refresh(String(body.refresh_token))
      await wallet.operate('issuing.revoke', { id: offer.id })
      expect(await refresh(String(again.body.refresh_token))).toMatchObject(notValid)
      expect((await wallet.credential(String(again.body.access_token), {}, true)).status).toBe(401)
      const { credentialIds = [] } = (await issuanceOf(offer.id)) ?? {}
      expect(credentialIds).toHaveLength(2)
      for (const id of credentialIds) {
        const row = await node.store.reader.findOneBy(issuedCredentialTable, { id })
        expect(row?.revokedAt).not.toBeNull()
      }
      expect((await offerOf(offer.id))?.sealed).toBeNull()
    })

    test.each([
      ['as an access token', async (token: string) => wallet.credential(token, {}, true), 401],
      [
        'as a code',
        async (token: string) => wallet.token({ grant_type: PRE_AUTHORIZED, 'pre-authorized_code': token }),
        400,
      ],
    ] as [string, (token: string) => Promise<Reply>, number][])('%s', async (_how, use, status) => {
      const { refresh: token } = await begin()
      expect((await use(token)).status).toBe(status)
    })

    test('an access token as one', async () => {
      const { token } = await begin()
      expect(await refresh(token)).toMatchObject(notValid)
    })

    test('without a value, or with a transaction code beside it', async () => {
      const { refresh: token } = await begin()
      const missing = await wallet.token(
        { grant_type: 'refresh_token' },
        { dpop: await wallet.dpop('token') },
      )
      expect(missing).toMatchObject({ status: 400, body: { error: 'invalid_request' } })
      expect(await refresh(token, wallet.dpopKey, { tx_code: '1' })).toMatchObject({
        status: 400,
        body: { error: 'invalid_request', code: 'tx_code_unexpected' },
      })
    })
  })

  describe('one that comes back', () => {
    test('ends its whole family, and what was kept; what was issued holds', async () => {
      const { offer, refresh: token } = await begin()
      const { body } = await refresh(token)
      expect(await refresh(token)).toMatchObject(notValid)
      expect(await refresh(String(body.refresh_token))).toMatchObject(notValid)
      expect((await wallet.credential(String(body.access_token), {}, true)).status).toBe(401)
      expect(await offerOf(offer.id)).toMatchObject({ state: 'issued', sealed: null })
    })

    test('from who has not its key ends nothing', async () => {
      const { refresh: token } = await begin()
      const { body } = await refresh(token)
      expect(await refresh(token, newKey())).toMatchObject(notValid)
      expect((await refresh(String(body.refresh_token))).status).toBe(200)
    })

    test('with the very same request is a replay, and ends nothing', async () => {
      const { refresh: token } = await begin()
      const form = { grant_type: 'refresh_token', refresh_token: token }
      const dpop = await wallet.dpop('token')
      const { body } = await wallet.token(form, { dpop })
      expect(await wallet.token(form, { dpop })).toMatchObject({
        status: 400,
        body: { code: 'dpop_replayed' },
      })
      expect((await refresh(String(body.refresh_token))).status).toBe(200)
    })

    test('before anything was issued takes the offer back', async () => {
      const { offer, refresh: token } = await first()
      expect((await refresh(token)).status).toBe(200)
      expect(await refresh(token)).toMatchObject(notValid)
      expect(await offerOf(offer.id)).toMatchObject({ state: 'revoked', sealed: null })
    })

    test('of eight at once one is answered, and then none is good', async () => {
      const { refresh: token } = await begin()
      const replies = await Promise.all(Array.from({ length: 8 }, () => refresh(token)))
      const good = replies.filter(({ status }) => status === 200)
      expect(good).toHaveLength(1)
      expect(await refresh(String(good[0]?.body.refresh_token))).toMatchObject(notValid)
    })
  })

  test('of eight requests with one access token one gets a newer credential', async () => {
    const { refresh: token } = await begin()
    const access = String((await refresh(token)).body.access_token)
    const replies = await Promise.all(Array.from({ length: 8 }, () => wallet.credential(access, {}, true)))
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1)
  })

  test('before the first was fetched it gives another token for that one', async () => {
    const { offer, refresh: token } = await first()
    const { body } = await refresh(token)
    expect((await wallet.credential(String(body.access_token), {}, true)).status).toBe(200)
    const { credentialIds = [] } = (await issuanceOf(offer.id)) ?? {}
    expect(credentialIds).toHaveLength(1)
  })

  test('what was not fetched yet is kept as long as the newest token can fetch it', async () => {
    const { offer, refresh: token } = await first()
    world.offset = 50 * 60_000
    const { body } = await refresh(token)
    const kept = (await offerOf(offer.id))?.expiresAt ?? 0
    expect(kept - world.clock.now()).toBeGreaterThan(59 * 60_000)
    world.offset = 100 * 60_000
    expect((await wallet.credential(String(body.access_token), {}, true)).status).toBe(200)
  })

  test('renewed and revoked at the same moment, one waits for the other, and nothing stays', async () => {
    for (let round = 0; round < 8; round++) {
      const { offer, refresh: token } = await begin()
      const { body } = await refresh(token)
      const [renewed, revoked] = await Promise.all([
        wallet.credential(String(body.access_token), {}, true),
        wallet.operate('issuing.revoke', { id: offer.id }),
      ])
      expect([200, 400, 401]).toContain(renewed.status)
      expect(revoked).toMatchObject({ state: 'revoked' })
      expect(await node.store.reader.countBy(refreshTokenTable, { offerId: offer.id })).toBe(0)
    }
  })

  test('one that was looked at first is renewed without looking again', async () => {
    const { offer, token, refresh: given } = await first({ deferred: true })
    const waiting = await wallet.credential(token, {}, true)
    expect(waiting.status).toBe(202)
    await wallet.operate('issuing.approve', { id: offer.id })
    const body = { transaction_id: waiting.body.transaction_id }
    expect((await wallet.call('deferred-credential', token, body, true)).status).toBe(200)
    const { body: renewed } = await refresh(given)
    expect((await wallet.credential(String(renewed.access_token), {}, true)).status).toBe(200)
  })

  test('a wallet of ours renews what it has, in time, and reports it', async () => {
    const there = await OfferNode.start(engine, world)
    await there.createParty('organisation')
    const holder = new WalletRoom(there, await there.createParty('person'))
    const offer = await wallet.offer({ renewable_days: 366 })
    await holder.take(offer.link)
    const currentOf = async () => {
      const [{ id } = { id: '' }] = await holder.held()
      return there.credentials.findHeld(there.store.reader, id)
    }
    const before = await currentOf()
    world.offset = Number(before?.expiresAt) - Date.now() - 10 * DAY_MS
    await there.comebacks.work()
    const now = await currentOf()
    expect(await holder.held()).toHaveLength(1)
    expect(now).toMatchObject({ lineageId: before?.lineageId })
    expect(now?.id).not.toBe(before?.id)
    expect(now?.expiresAt).toBeGreaterThan(Number(before?.expiresAt))
    expect(await holder.present(now?.id ?? '')).toMatch(/~/)
    await there.comebacks.work()
    const issuance = await issuanceOf(offer.id)
    expect(issuance).toMatchObject({ event: 'credential_accepted' })
    expect(there.faults).toEqual([])
  })
})
