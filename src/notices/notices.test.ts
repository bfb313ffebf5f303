import { beforeEach, expect, test } from 'vitest'
import { onEachEngine, openTestStore } from '../../test/support/engines.ts'
import { Audit, auditHeadTable, auditMigration, auditTable } from '../audit/index.ts'
import { asDid, newId } from '../core/index.ts'
import { leaseMigration, leaseTable, type Store } from '../store/index.ts'
import { type NoticeRow, Notices, noticesMigration, noticeTable } from './index.ts'
import { isUnanswered } from './notices.ts'

const partner = asDid('did:web:partner.example')
const stranger = asDid('did:web:stranger.example')
const me = {
  kind: 'user',
  userId: newId(),
  account: 'anna',
  personId: newId(),
  did: asDid('did:jwk:x'),
  roles: [],
} as const

onEachEngine((engine) => {
  let store: Store
  let notices: Notices
  let told: NoticeRow[]
  let now = 1_795_300_000_000
  const clock = { now: () => now }
  const grant = { id: newId(), grantorParty: newId(), grantee: partner, granteeName: 'Partner B.V.' }
  const rowOf = async (id: string) => (await store.reader.findOneBy(noticeTable, { id })) as NoticeRow
  const settle = (id: string, outcome: 'acknowledged' | 'impossible', from = partner) =>
    store.transact((tx) => notices.settled(tx, from, { tell: id, outcome, reason: 'system_not_allowed' }))
  const resend = (id: string) => notices.resend([grant.grantorParty], id, me)
  const actions = async () => (await store.reader.find(auditTable)).map(({ action }) => action)
  async function end(): Promise<string> {
    await store.transact((tx) => notices.ended(tx, 'system', grant, 'grant_revoked'))
    return told.at(-1)?.id ?? ''
  }

  beforeEach(async () => {
    store = await openTestStore(engine, {
      entities: [noticeTable, auditTable, auditHeadTable, leaseTable],
      migrations: [noticesMigration, auditMigration, leaseMigration],
    })
    told = []
    notices = new Notices({
      store,
      clock,
      audit: new Audit({ store, clock, pseudonym: (id) => id }),
      tell: async (_tx, notice) => told.push(notice),
    })
  })

  test('an answer that comes at the moment the delivery is written down is not lost', async () => {
    for (let n = 0; n < 20; n++) {
      const id = await end()
      await Promise.all([notices.tried(id, { kind: 'delivered' }), settle(id, 'acknowledged')])
      expect(await rowOf(id)).toMatchObject({ state: 'acknowledged', toldAt: clock.now() })
    }
    expect((await actions()).filter((action) => action === 'notice.acknowledged')).toHaveLength(20)
  })

  test('why a grant ended and why its holder could do nothing are two things', async () => {
    const id = await end()
    await notices.tried(id, { kind: 'refused', code: 'event_not_expected' })
    expect(await rowOf(id)).toMatchObject({
      state: 'impossible',
      reason: 'grant_revoked',
      outcomeCode: 'event_not_expected',
    })
    await resend(id)
    expect(told.at(-1)).toMatchObject({ reason: 'grant_revoked', outcomeCode: null, state: 'waiting' })
  })

  test('what the recipient could do nothing with is said anew, and its answer counts', async () => {
    const id = await end()
    await notices.tried(id, { kind: 'delivered' })
    await settle(id, 'impossible')
    const again = await resend(id)
    expect(again.id).not.toBe(id)
    await settle(again.id, 'acknowledged')
    expect((await rowOf(again.id)).state).toBe('acknowledged')
    await expect(resend(again.id)).rejects.toMatchObject({ code: 'notice_acknowledged' })
  })

  test('what is on its way is not sent beside it, what failed is', async () => {
    const id = await end()
    await expect(resend(id)).rejects.toMatchObject({ code: 'notice_under_way' })
    await notices.tried(id, { kind: 'failed', code: 'egress_unreachable' })
    expect((await resend(id)).id).toBe(id)
    await expect(resend(id)).rejects.toMatchObject({ code: 'notice_under_way' })
  })

  test('who was told and never says what it made of it is found, and can be told again', async () => {
    const unanswered = async () =>
      (await notices.list([grant.grantorParty], { limit: 10 }, { unanswered: true })).map(({ id }) => id)
    const id = await end()
    const answered = await end()
    await notices.tried(id, { kind: 'delivered' })
    await notices.tried(answered, { kind: 'delivered' })
    await settle(answered, 'acknowledged')
    now += 3 * 86_400_000 - 1
    expect(await unanswered()).toEqual([])
    expect(isUnanswered(await rowOf(id), now)).toBe(false)
    now += 1
    expect(await unanswered()).toEqual([id])
    expect(isUnanswered(await rowOf(id), now)).toBe(true)
    expect(isUnanswered(await rowOf(answered), now)).toBe(false)
    expect(await resend(id)).toMatchObject({ state: 'waiting', toldAt: null })
  })

  test('only who was told answers, and an answer is not taken back', async () => {
    const id = await end()
    await settle(id, 'acknowledged', stranger)
    expect((await rowOf(id)).state).toBe('waiting')
    expect(await notices.isExpected(stranger, id)).toBe(false)
    await settle(id, 'acknowledged')
    await settle(id, 'impossible')
    await notices.tried(id, { kind: 'failed', code: 'egress_timeout' })
    expect(await rowOf(id)).toMatchObject({ state: 'acknowledged', lastError: null })
    expect(await actions()).toEqual(['notice.ended', 'notice.acknowledged'])
  })
})
