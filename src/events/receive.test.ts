import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { onEachEngine, openTestStore } from '../../test/support/engines.ts'
import { asDid, newId, Refusal, silentLog } from '../core/index.ts'
import { createSigner, publicJwkOf } from '../jose/index.ts'
import type { Parties, Party } from '../parties/index.ts'
import type { Store } from '../store/index.ts'
import {
  createSecurityEvent,
  eventRoutes,
  eventsMigration,
  forgetOldEvents,
  receivedEventTable,
} from './index.ts'

const partner = asDid('did:web:partner.example')
const WALLET = 'https://owner.example/parties/us'
const keys = generateKeyPairSync('ed25519')
const signer = createSigner(keys.privateKey, `${partner}#k`)
const forger = createSigner(generateKeyPairSync('ed25519').privateKey, `${partner}#k`)
const ours = newId()
const WEEK_MS = 7 * 86_400_000

onEachEngine((engine) => {
  let now = 1_795_300_000_000
  const clock = { now: () => now }
  let store: Store
  let server: Server
  let taken: string[]

  beforeEach(async () => {
    store = await openTestStore(engine, { entities: [receivedEventTable], migrations: [eventsMigration] })
    taken = []
    const parties = {
      require: async (id: string) => ({ id, kind: id === 'us' ? 'organisation' : 'person' }) as Party,
      urlOf: () => WALLET,
    } as unknown as Parties
    const routes = eventRoutes({
      ...{ store, clock, parties, log: silentLog },
      requireKey: async () => publicJwkOf(keys.publicKey),
      isExpected: async (_from, tell) => tell.kind === 'grant-ended' && tell.grant === ours,
      accept: async (_tx, { id, tell }) => {
        if (tell.kind === 'grant-ended' && tell.reason === 'trouble')
          throw new Refusal('unavailable', 'database_unavailable', 'not now')
        taken.push(id)
      },
    })
    server = createServer(express().use(routes)).listen(0, '127.0.0.1')
    await once(server, 'listening')
  })
  afterEach(() => server.close())

  const event = (over: { id?: string; grant?: string; reason?: string; by?: typeof signer } = {}) =>
    createSecurityEvent(
      {
        id: over.id ?? newId(),
        issuer: partner,
        audience: WALLET,
        tell: { kind: 'grant-ended', grant: over.grant ?? ours, reason: over.reason ?? 'grant_revoked' },
        at: now,
      },
      over.by ?? signer,
    )
  const post = async (body: string, to = 'us') => {
    const response = await fetch(
      `http://127.0.0.1:${(server.address() as AddressInfo).port}/parties/${to}/events`,
      {
        method: 'POST',
        headers: { 'content-type': 'application/secevent+jwt' },
        body,
      },
    )
    const text = await response.text()
    const language = response.headers.get('content-language')
    return { status: response.status, language, ...(text && { body: JSON.parse(text) as object }) }
  }

  test('each is taken once, whoever sends it how often', async () => {
    const one = await event()
    expect((await Promise.all([post(one), post(one)])).map(({ status }) => status)).toEqual([202, 202])
    expect((await post(one)).status).toBe(202)
    expect(taken).toHaveLength(1)
  })

  test('who forges one learns no more than who guesses', async () => {
    const [forged, guessed] = [
      await post(await event({ by: forger })),
      await post(await event({ grant: newId() })),
    ]
    expect(forged).toEqual(guessed)
    expect(forged).toEqual({
      status: 400,
      language: 'en',
      body: { err: 'access_denied', description: 'event_not_expected' },
    })
    expect(taken).toEqual([])
  })

  test('what could not be taken in counts when it comes again', async () => {
    const id = newId()
    expect((await post(await event({ id, reason: 'trouble' }))).status).toBe(503)
    expect((await post(await event({ id }))).status).toBe(202)
    expect(taken).toEqual([id])
  })

  test('nobody is told anything who is no organisation', async () => {
    expect(await post(await event(), 'anna')).toMatchObject({
      status: 400,
      body: { description: 'party_unknown' },
    })
  })

  test('one partner cannot have us act without end; what is no news does not count', {
    timeout: 60_000,
  }, async () => {
    const first = await event()
    await post(first)
    for (let n = 0; n < 20; n++) {
      const some = await Promise.all(Array.from({ length: 50 }, () => event()))
      const statuses = await Promise.all(some.map((one) => post(one)))
      if (n < 19) expect(statuses.every(({ status }) => status === 202)).toBe(true)
      else expect(statuses.filter(({ status }) => status === 429)).toHaveLength(1)
    }
    expect(await post(await event())).toMatchObject({ status: 429, body: { description: 'too_many_events' } })
    expect((await post(first)).status).toBe(202)
    now += 60_000
    expect((await post(await event())).status).toBe(202)
  })

  test('an address that only sends what we cannot use is no longer listened to', async () => {
    const answers = await Promise.all(Array.from({ length: 130 }, () => post('junk')))
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(10)
    expect((await post(await event())).status).toBe(429)
  })

  test('it is remembered for as long as the same could come again', async () => {
    await post(await event())
    now += WEEK_MS
    await forgetOldEvents({ store, clock })
    expect(await store.reader.count(receivedEventTable)).toBe(1)
    now += 2 * 3_600_000
    await forgetOldEvents({ store, clock })
    expect(await store.reader.count(receivedEventTable)).toBe(0)
  })
})
