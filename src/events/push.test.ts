import { generateKeyPairSync } from 'node:crypto'
import { beforeEach, expect, test } from 'vitest'
import { openTestStore } from '../../test/support/engines.ts'
import { asDid, newId } from '../core/index.ts'
import { createSigner, parseJws } from '../jose/index.ts'
import { Outbox, outboxMigrations, outboxTable } from '../outbox/index.ts'
import type { Store } from '../store/index.ts'
import { Push, type PushOutcome } from './push.ts'
import type { Tell } from './tell.ts'

const us = asDid('did:web:owner.example')
const partner = asDid('did:web:partner.example')
const signer = createSigner(generateKeyPairSync('ed25519').privateKey, `${us}#k`)
const tell: Tell = { kind: 'grant-ended', grant: newId(), reason: 'grant_revoked' }
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

let now = 1_795_300_000_000
let store: Store
let outbox: Outbox
let push: Push
let answer: { status: number; body: string }
let called: { url: string; body: string }[]
let tried: PushOutcome[]

beforeEach(async () => {
  const clock = { now: () => now }
  store = await openTestStore('sqlite', { entities: [outboxTable], migrations: outboxMigrations })
  outbox = new Outbox({ store, clock })
  ;[called, tried] = [[], []]
  push = new Push({
    clock,
    outbox,
    egress: {
      request: async (url, options) => {
        called.push({ url: String(url), body: String(options?.body) })
        return { status: answer.status, headers: {}, body: Buffer.from(answer.body) }
      },
    },
    organisation: async () => ({ id: 'us', did: us }),
    // Turned round: enough to see that nothing is kept as it is said.
    vault: {
      seal: async (_scope, place, value) => Buffer.from([...`${place}|${value}`].reverse().join('')),
      openText: async (place, sealed) => {
        const [at, ...value] = [...sealed.toString()].reverse().join('').split('|')
        if (at !== place) throw new Error('sealed elsewhere')
        return value.join('|')
      },
    },
    signerOf: async () => signer,
    walletOf: async () => 'https://partner.example/parties/1',
  })
  push.whenTried('grant-ended', async (_id, outcome) => void tried.push(outcome))
})
const send = () => store.transact((tx) => push.tell(tx, partner, tell))
const refusing = (description: string, status = 400) => ({
  status,
  body: JSON.stringify({ err: 'access_denied', description }),
})
async function afterwards(ms: number): Promise<void> {
  now += ms
  await outbox.deliverDue()
}

test('what is taken is told once', async () => {
  answer = { status: 202, body: '' }
  const id = await send()
  await outbox.deliverDue()
  await afterwards(DAY_MS)
  expect(tried).toEqual([{ kind: 'delivered' }])
  expect(called.map(({ url }) => url)).toEqual(['https://partner.example/parties/1/events'])
  expect(parseJws(called[0]?.body ?? '').payload).toMatchObject({ jti: id, iss: us })
})

test('what waits to be told cannot be read in the database', async () => {
  await send()
  const [row] = await store.reader.findBy(outboxTable, {})
  expect(Buffer.from(row?.payload.sealed ?? '', 'base64').toString()).not.toContain('grant-ended')
  expect(JSON.stringify(row)).not.toContain('grant-ended')
})

test('what was told before its grant arrived is told again, with the same id', async () => {
  answer = refusing('event_not_expected')
  await send()
  await outbox.deliverDue()
  expect(tried).toEqual([{ kind: 'failed', code: 'event_not_expected' }])
  answer = { status: 202, body: '' }
  await afterwards(HOUR_MS)
  expect(tried.at(-1)).toEqual({ kind: 'delivered' })
  expect(new Set(called.map(({ body }) => parseJws(body).payload.jti)).size).toBe(1)
})

test('who still knows nothing of it a day later never will', async () => {
  answer = refusing('event_not_expected')
  await send()
  await outbox.deliverDue()
  await afterwards(DAY_MS)
  await afterwards(DAY_MS)
  expect(tried.at(-1)).toEqual({ kind: 'refused', code: 'event_not_expected' })
  expect(called).toHaveLength(2)
})

test('what is a week old is no news: nobody is called for it', async () => {
  answer = refusing('down', 503)
  await send()
  await outbox.deliverDue()
  await afterwards(7 * DAY_MS + 1)
  expect(tried.at(-1)).toEqual({ kind: 'refused', code: 'event_too_old' })
  expect(called).toHaveLength(1)
  expect(await outbox.undelivered()).toEqual([])
})

test.each<[string, { status: number; body: string }, PushOutcome]>([
  ['a malformed one', refusing('event_malformed'), { kind: 'refused', code: 'event_malformed' }],
  ['a reason we do not know as final', refusing('later_please'), { kind: 'failed', code: 'later_please' }],
  ['text that is no code', refusing('Sorry, <b>no</b>'), { kind: 'failed', code: 'tell_failed' }],
  ['a page', { status: 500, body: '<html>' }, { kind: 'failed', code: 'tell_failed' }],
  ['200, which is not what is agreed', { status: 200, body: '{}' }, { kind: 'failed', code: 'tell_failed' }],
])('an answer that is %s', async (_what, given, outcome) => {
  answer = given
  await send()
  await outbox.deliverDue()
  expect(tried).toEqual([outcome])
})
