import { beforeEach, describe, expect, test } from 'vitest'
import { onEachEngine } from '../../test/support/engines.ts'
import {
  asTarget,
  email,
  iban,
  OTHERS,
  openRecordsRoom,
  PARTNER,
  type RecordsRoom,
  reader,
  type Shown,
} from '../../test/support/records-room.ts'
import { Refusal } from '../core/index.ts'

onEachEngine((engine) => {
  describe('what a partner tells us changed', () => {
    let room: RecordsRoom
    const outdated = (tell: string, claims = [email], partner = PARTNER) =>
      room.store.transact((tx) =>
        room.records.outdated(tx, { grantId: 'g1', partner, claims: claims.map(asTarget), tell }),
      )
    const end = () =>
      room.store.transact((tx) =>
        room.records.ended(tx, { grantId: 'g1', partner: PARTNER, code: 'grant_revoked' }),
      )
    const read = (shown: Shown) => room.records.remember(reader, [room.readOf(shown)])
    const values = () => room.view.of(reader, PARTNER)

    beforeEach(async () => {
      room = await openRecordsRoom(engine)
      room.grant('g1', { roles: ['account_manager'], systems: [room.system.did] })
      await read({ [email]: 'old@bakkerij.example', [iban]: 'NL91ABNA0417164300' })
      room.clock.at += 1_000
      room.partner.shows = { [email]: 'new@bakkerij.example', [iban]: 'NL91ABNA0417164300' }
    })
    const stateOf = async (claim: string) => {
      const found = (await values()).find((one) => one.claim === claim)
      return [found?.state, found?.value]
    }
    const settled = (outcome: string, reason?: string) => ({
      tell: 't1',
      grantId: 'g1',
      partner: PARTNER,
      outcome,
      ...(reason && { reason }),
    })

    test('is said to be outdated, read again by a system that may, and acknowledged once', async () => {
      await outdated('t1')
      await outdated('t1')
      expect(await stateOf(email)).toEqual(['changed', 'old@bakkerij.example'])
      expect(await stateOf(iban)).toEqual(['current', 'NL91ABNA0417164300'])
      await room.outbox.deliverDue()
      await room.outbox.deliverDue()
      expect(await stateOf(email)).toEqual(['current', 'new@bakkerij.example'])
      expect(room.settled).toEqual([settled('acknowledged')])
      expect(room.partner.asked).toEqual([[email]])
      expect((await room.feed.list(1, 100)).map(({ kind, claims }) => [kind, ...claims])).toEqual([
        ['outdated', email],
        ['value_changed', email],
      ])
    })

    test('stays marked where no system of ours may read, until a person does', async () => {
      room.grant('g1', { roles: ['account_manager'] })
      await outdated('t1')
      await room.outbox.deliverDue()
      expect(room.settled).toEqual([settled('impossible', 'system_not_allowed')])
      expect(await stateOf(email)).toEqual(['changed', 'old@bakkerij.example'])
      await read({ [email]: 'new@bakkerij.example' })
      expect(await stateOf(email)).toEqual(['current', 'new@bakkerij.example'])
    })

    test('is not brought up to date by an answer from before', async () => {
      const early = room.readOf({ [email]: 'old@bakkerij.example' })
      room.clock.at += 1
      await outdated('t1')
      await room.records.remember(reader, [early])
      expect(await stateOf(email)).toEqual(['changed', 'old@bakkerij.example'])
    })

    test('is compared at the next read, however soon after the one before', async () => {
      const same = { [email]: 'old@bakkerij.example', [iban]: 'NL91ABNA0417164300' }
      await read(same)
      await outdated('t1')
      room.clock.at += 1
      await read(same)
      expect(await stateOf(email)).toEqual(['current', 'old@bakkerij.example'])
    })

    test('is compared at the next read, also when one from before was being kept meanwhile', async () => {
      const fresh = { [email]: 'new@bakkerij.example', [iban]: 'NL91ABNA0417164300' }
      const early = room.readOf(fresh)
      room.clock.at += 1
      await Promise.all([outdated('t1'), room.records.remember(reader, [early])])
      room.clock.at += 1
      await read(fresh)
      expect(await stateOf(email)).toEqual(['current', 'new@bakkerij.example'])
    })

    test('is read again later when the partner cannot be reached', async () => {
      room.partner.fails = new Refusal('upstream', 'egress_unreachable', 'not there')
      await outdated('t1')
      await room.outbox.deliverDue()
      expect(room.settled).toEqual([])
      expect(await room.outbox.undelivered()).toMatchObject([
        { lane: 'https://bakkerij.example', lastError: 'egress_unreachable' },
      ])
      room.partner.fails = null
      room.clock.at += 60_000
      await room.outbox.deliverDue()
      expect(room.settled).toEqual([settled('acknowledged')])
    })

    test('is read again later when the owner cannot tell whether we may', async () => {
      room.partner.denies = { codes: ['attestation_unknown'], ended: null }
      await outdated('t1')
      await room.outbox.deliverDue()
      expect(room.settled).toEqual([])
      expect(await room.outbox.undelivered()).toHaveLength(1)
    })

    test('is settled once, also when the message is delivered twice at the same time', async () => {
      await outdated('t1')
      await Promise.all([room.refresh.deliver('t1 g1'), room.refresh.deliver('t1 g1')])
      expect(room.settled).toEqual([settled('acknowledged')])
    })

    test('is not read by a system that was taken out of use', async () => {
      room.employ({ system: false })
      await outdated('t1')
      await room.outbox.deliverDue()
      expect([room.settled, room.partner.asked]).toEqual([[settled('impossible', 'system_not_allowed')], []])
    })

    test.each([
      ['ended', 'grant_revoked', 0],
      ['ran out', 'grant_expired', 86_400_000],
    ])('is not asked for under a grant that %s', async (_name, reason, later) => {
      room.clock.at += later
      if (later === 0) await end()
      await outdated('t1')
      await room.outbox.deliverDue()
      expect([room.settled, room.partner.asked]).toEqual([[settled('impossible', reason)], []])
    })

    test('and was never opened to us is no concern of ours', async () => {
      await outdated('t1', ['company-profile.website'])
      await room.outbox.deliverDue()
      expect([room.settled, room.partner.asked]).toEqual([[settled('acknowledged')], []])
    })

    test('is forgotten a month after it was settled', async () => {
      await outdated('t1')
      await room.outbox.deliverDue()
      room.clock.at += 30 * 86_400_000 + 1
      await room.records.sweep()
      await outdated('t1')
      await room.outbox.deliverDue()
      expect(room.settled).toHaveLength(2)
    })

    test('is withdrawn when the owner says that the grant is over', async () => {
      room.partner.denies = { codes: ['grant_revoked'], ended: 'grant_revoked' }
      await outdated('t1')
      await room.outbox.deliverDue()
      expect(room.settled).toEqual([settled('impossible', 'grant_revoked')])
      expect(await stateOf(iban)).toEqual(['withdrawn', null])
    })

    test('keeps the owner’s reason when he does not let us read just now', async () => {
      room.partner.denies = { codes: ['attestation_suspended'], ended: null }
      await outdated('t1')
      await room.outbox.deliverDue()
      expect(room.settled).toEqual([settled('impossible', 'attestation_suspended')])
      expect(await stateOf(email)).toEqual(['changed', 'old@bakkerij.example'])
    })

    test('and is there no longer is withdrawn by itself', async () => {
      room.partner.shows = { [iban]: 'NL20INGB0001234567' }
      await outdated('t1', [email, iban])
      await room.outbox.deliverDue()
      expect(room.settled).toEqual([settled('acknowledged')])
      expect(await stateOf(email)).toEqual(['withdrawn', null])
      expect((await room.dump()).map((row) => row.withdrawn_code)).toEqual(['claim_restricted', null])
      expect(await stateOf(iban)).toEqual(['current', 'NL20INGB0001234567'])
    })

    test('and was shown just before it said so, is not taken for what it shows after', async () => {
      const late = room.readOf({ [email]: 'new@bakkerij.example' })
      room.clock.at += 10
      await outdated('t1')
      await room.records.remember(reader, [late])
      expect(await stateOf(email)).toEqual(['changed', 'old@bakkerij.example'])
      room.clock.at += 10
      await room.records.remember(reader, [room.readOf({ [email]: 'new@bakkerij.example' })])
      expect(await stateOf(email)).toEqual(['current', 'new@bakkerij.example'])
    })

    test('is not believed from others', async () => {
      await outdated('t1', [email], OTHERS)
      await room.outbox.deliverDue()
      expect(await stateOf(email)).toEqual(['current', 'old@bakkerij.example'])
      expect(room.settled).toEqual([{ ...settled('impossible', 'grant_unknown'), partner: OTHERS }])
      expect(room.partner.asked).toEqual([])
    })
  })
})
