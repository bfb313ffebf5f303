import { beforeEach, expect, test } from 'vitest'
import { onEachEngine, openTestStore } from '../../test/support/engines.ts'
import { Audit, auditHeadTable, auditMigration, auditTable } from '../audit/index.ts'
import { asDid, newId } from '../core/index.ts'
import { leaseMigration, leaseTable, type Store } from '../store/index.ts'
import { Vault, vaultKeyTable, vaultMigration } from '../vault/index.ts'
import { CallUps } from './call-ups.ts'
import { Delivery } from './delivery.ts'
import { Inbox } from './inbox.ts'
import { callUpTable, messagesMigration, messageTables } from './message-tables.ts'
import { Messages } from './messages.ts'
import type { HeldChannel, WireMessage } from './ports.ts'

const us = '01900000-0000-7000-8000-000000000001'
const me = {
  kind: 'user',
  userId: newId(),
  account: 'anna',
  personId: newId(),
  did: asDid('did:jwk:x'),
  roles: ['coordinator'],
} as const
const HIRING = 'https://w3id.org/dpv#PersonnelHiring'
const MARKETING = 'https://w3id.org/dpv#Marketing'

onEachEngine((engine) => {
  let store: Store
  let messages: Messages
  let callUps: CallUps
  let inbox: Inbox
  let held: HeldChannel[]
  /** What left, to whom. */
  let told: { to: string; message: WireMessage }[]
  let closed: string[]
  let notTaken: string[]
  const clock = { now: () => 1_795_300_000_000 }
  const freelancers = Array.from({ length: 30 }, (_, n) => ({
    id: newId(),
    name: `Invaller ${n}`,
    did: asDid(`did:web:invaller-${n}.example`),
  }))
  const channelOf = (partner: HeldChannel['partner'], purpose: string): HeldChannel => {
    const about = { grantId: newId(), partner, partnerName: 'X', grantor: partner, purpose: [purpose] }
    return { ...about, since: 0, live: true }
  }
  const start = (wanted: number | null) =>
    callUps.start(me, { role: 'freelancer', subject: 'Zaterdag', body: 'Wie?', wanted, expiresAt: null })
  const answer = ({ to, message }: (typeof told)[number], choice: 'yes' | 'no') => {
    const wire = { ...message, id: newId(), answer_to: message.id, choice }
    return store.transact((tx) => inbox.accept(tx, asDid(to), wire, newId()))
  }

  beforeEach(async () => {
    store = await openTestStore(engine, {
      entities: [...messageTables, auditTable, auditHeadTable, leaseTable, vaultKeyTable],
      migrations: [messagesMigration, auditMigration, leaseMigration, vaultMigration],
    })
    const vault = await Vault.open({ store, clock, masterKey: Buffer.alloc(32, 7) })
    await store.transact((tx) => vault.createKey(tx, us))
    const audit = new Audit({ store, clock, pseudonym: (id) => id })
    held = freelancers.slice(0, 20).map(({ did }) => channelOf(did, HIRING))
    told = []
    closed = []
    notTaken = []
    const channels = {
      given: async () => null,
      granteeOf: async () => null,
      givenTo: async () => [],
      held: async (_: unknown, id: string) => held.find(({ grantId }) => grantId === id) ?? null,
      heldOf: async (_: unknown, dids: readonly string[]) =>
        held.filter(({ partner }) => dids.includes(partner)),
    }
    const tell = {
      message: async (_: unknown, to: string, message: WireMessage) => {
        told.push({ to, message })
        return newId()
      },
      stopped: async () => undefined,
      closed: async (_: unknown, _to: string, id: string) => closed.push(id),
      notTaken: async (_: unknown, _to: string, _tell: string, reason: string) => notTaken.push(reason),
    }
    const deps = { store, vault, clock, audit, channels, tell, us: async () => us }
    messages = new Messages({ ...deps, delivery: new Delivery(deps) })
    callUps = new CallUps({ ...deps, messages, inRole: async () => freelancers })
    inbox = new Inbox({ ...deps, callUps, announce: async () => undefined })
  })

  test('everybody with a grant for it gets a call-up, and of all others it is said why not', async () => {
    const { content } = await start(null)
    expect(told.map(({ to }) => to).sort()).toEqual(held.map(({ partner }) => partner).sort())
    expect(new Set(content.skipped.map(({ code }) => code))).toEqual(new Set(['no_grant_for_message']))
    expect(content.skipped).toHaveLength(10)
  })

  test('of many who answer at once each counts once, and it closes at exactly as many as are wanted', async () => {
    const { row } = await start(5)
    await Promise.all(told.flatMap((one, n) => (n < 15 ? [answer(one, n % 3 === 0 ? 'no' : 'yes')] : [])))
    const after = await store.reader.findOneBy(callUpTable, { id: row.id })
    expect(after).toMatchObject({ state: 'closed', yes: 5 })
    expect(notTaken.length).toBe(15 - 5 - (after?.no ?? 0))
    expect(new Set(notTaken)).toEqual(new Set(['call_up_closed']))
  })

  test('a second answer to the same message changes nothing', async () => {
    const { row } = await start(null)
    const [first] = told
    if (!first) throw new Error('nobody was called up')
    await Promise.all([answer(first, 'yes'), answer(first, 'yes'), answer(first, 'yes')])
    await answer(first, 'no')
    expect(await store.reader.findOneBy(callUpTable, { id: row.id })).toMatchObject({
      yes: 1,
      no: 0,
      state: 'open',
    })
  })

  test('an answer of somebody else, or under a grant that ended, does not count', async () => {
    const { row } = await start(null)
    const [first, second] = told
    if (!first || !second) throw new Error('nobody was called up')
    await answer({ ...first, to: second.to }, 'yes')
    held = held.filter(({ grantId }) => grantId !== second.message.grant)
    await answer(second, 'yes')
    expect(await store.reader.findOneBy(callUpTable, { id: row.id })).toMatchObject({ yes: 0 })
    expect(notTaken).toEqual(['no_grant_for_message', 'no_grant_for_message'])
  })

  test('of many that are sent at once no more than the limit go along a grant', async () => {
    const [partner] = freelancers
    if (!partner) throw new Error('there is nobody')
    held = [channelOf(partner.did, MARKETING)]
    const news = {
      partner: partner.did,
      kind: 'product_news',
      subject: 'x',
      body: 'y',
      expiresAt: null,
    } as const
    const sent = await Promise.allSettled(Array.from({ length: 12 }, () => messages.send(me, news)))
    expect(sent.filter(({ status }) => status === 'fulfilled')).toHaveLength(4)
    expect(told).toHaveLength(4)
  })
})
