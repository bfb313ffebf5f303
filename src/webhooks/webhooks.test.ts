import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { newStorage, onEachEngine } from '../../test/support/engines.ts'
import { type TestClock, testClock } from '../../test/support/nodes.ts'
import { accept, isSignedWith, openReceiver, type Receiver } from '../../test/support/receiver.ts'
import {
  webhooksAdministrator as administrator,
  NODE_URL,
  openWebhooks,
  type WebhooksRoom,
} from '../../test/support/webhooks-room.ts'
import { auditTable } from '../audit/index.ts'
import { rows } from '../store/index.ts'
import type { Webhooks } from './index.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

onEachEngine((engine) => {
  let room: WebhooksRoom
  let webhooks: Webhooks
  let clock: TestClock
  let receiver: Receiver
  const others: Receiver[] = []

  beforeEach(async () => {
    clock = testClock()
    room = await openWebhooks(engine, { clock, timeoutMs: 1_000 })
    webhooks = room.webhooks
    receiver = await openReceiver()
  })
  afterEach(async () => {
    await webhooks.stop()
    await Promise.all([receiver, ...others.splice(0)].map((one) => one.close()))
  })

  const add = (url = receiver.url) => webhooks.endpoints.add(administrator, url, [])
  const changed = (partner: string, n: number) =>
    ({
      type: 'nl.regie.partner.value_changed',
      subject: `partner-${partner}`,
      orderBy: `did:web:${partner}.example`,
      data: { n, claims: ['company-profile.email'] },
    }) as const
  const announce = (partner: string, ...numbers: readonly number[]) =>
    room.store.transact((tx) =>
      webhooks.announceAll(
        tx,
        numbers.map((n) => changed(partner, n)),
      ),
    )
  const states = async (state?: 'pending' | 'delivered' | 'dead' | 'cancelled') =>
    (await webhooks.deliveries(state ? { state } : {}, { limit: 200 })).items
  const refuse =
    (status: number, headers = {}): Receiver['answer'] =>
    (_, response) =>
      response.writeHead(status, headers).end()
  /** Delivers, and lets time pass, until nothing waits. */
  const drain = async () => {
    while ((await states('pending')).length > 0) {
      await webhooks.deliverDue()
      clock.advance(5 * HOUR)
    }
  }
  const effectsOf = (partner: string, from = receiver) =>
    from.effects
      .filter(({ event }) => event.subject === `partner-${partner}`)
      .map(({ event }) => event.data.n)
  const audited = async () =>
    (await room.store.reader.find(auditTable, { order: { id: 'ASC' } })).map((e) => e.action)

  test('a change is told as a signed CloudEvent, after its commit and not without it', async () => {
    const { secret } = await add()
    await room.store
      .transact(async (tx) => {
        await webhooks.announce(tx, changed('anna', 1))
        throw new Error('no')
      })
      .catch(() => undefined)
    await announce('anna', 2)
    await webhooks.deliverDue()
    expect(receiver.calls).toHaveLength(1)
    const [call] = receiver.calls
    expect(call?.headers).toMatchObject({
      'content-type': 'application/cloudevents+json',
      'webhook-timestamp': expect.stringMatching(/^\d{10}$/),
      'webhook-signature': expect.stringMatching(/^v1,[\w+/]{43}= v1a,[\w+/]{86}==$/),
    })
    expect(call?.event).toEqual({
      specversion: '1.0',
      id: call?.id,
      source: NODE_URL,
      type: 'nl.regie.partner.value_changed',
      subject: 'partner-anna',
      time: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T.*Z$/),
      datacontenttype: 'application/json',
      data: { n: 2, claims: ['company-profile.email'] },
    })
    expect(call && isSignedWith(secret, call)).toBe(true)
    expect(await states()).toMatchObject([{ state: 'delivered', attempts: 1, lastStatus: 204 }])
  })

  test('the secret lies nowhere in the clear, nor does the address', async () => {
    const { secret } = await add(`${receiver.url}?token=geheimpje`)
    const kept = JSON.stringify([
      await rows(room.store.reader, 'SELECT * FROM webhook_endpoint'),
      await room.store.reader.find(auditTable),
    ])
    expect(kept).toContain('webhook.added')
    expect(kept).not.toContain(secret.slice(10, 30))
    expect(kept).not.toContain('geheimpje')
  })

  test('an endpoint is called for the types it asked for, every endpoint with keys of its own', async () => {
    const other = await openReceiver()
    others.push(other)
    await webhooks.endpoints.add(administrator, receiver.url, ['nl.regie.webhook.ping'])
    const { secret } = await webhooks.endpoints.add(administrator, other.url, [
      'nl.regie.partner.value_changed',
    ])
    await announce('anna', 1)
    await webhooks.deliverDue()
    expect(receiver.calls).toEqual([])
    expect(other.calls.map((call) => isSignedWith(secret, call))).toEqual([true])
  })

  test('of each partner what happened arrives in order and once, though one call in three fails or hangs', async () => {
    const partners = Array.from({ length: 20 }, (_, n) => `p${n}`)
    await add()
    let calls = 0
    receiver.answer = (received, response) => {
      calls += 1
      if (calls % 3 === 0) return refuse(500)(received, response)
      // It does it, and its answer is lost on the way.
      if (calls % 10 === 0) return setTimeout(() => response.writeHead(200).end(() => response.destroy()), 1)
      if (calls % 17 === 0) return response.destroy()
      if (calls % 49 === 0) return undefined
      return accept(received, response)
    }
    for (let n = 0; n < 15; n++)
      await room.store.transact((tx) =>
        webhooks.announceAll(
          tx,
          partners.map((partner) => changed(partner, n)),
        ),
      )
    webhooks.start()
    await expect.poll(() => receiver.effects.length, { timeout: 60_000 }).toBe(300)
    const inOrder = Array.from({ length: 15 }, (_, n) => n)
    for (const partner of partners) expect(effectsOf(partner)).toEqual(inOrder)
    expect(receiver.calls.length).toBeGreaterThan(400)
    expect(receiver.most).toBeLessThanOrEqual(16)
    await expect.poll(async () => (await states('pending')).length).toBe(0)
  })

  test('the order is that of the commits, also where two write at once', async () => {
    await add()
    let commit: () => void = () => undefined
    const held = new Promise<void>((resolve) => {
      commit = resolve
    })
    let announced: () => void = () => undefined
    const first = new Promise<void>((resolve) => {
      announced = resolve
    })
    const one = room.store.transact(async (tx) => {
      await webhooks.announce(tx, changed('anna', 1))
      announced()
      await held
    })
    await first
    const two = announce('anna', 2)
    setTimeout(commit, 200)
    await Promise.all([one, two, webhooks.deliverDue()])
    await webhooks.deliverDue()
    expect(effectsOf('anna')).toEqual([1, 2])
  })

  test('changes of the same partners in another order do not wait for each other for ever', async () => {
    await add()
    const partners = Array.from({ length: 30 }, (_, n) => `p${n}`)
    const all = (list: readonly string[]) =>
      room.store.transact((tx) =>
        webhooks.announceAll(
          tx,
          list.map((partner) => changed(partner, 1)),
        ),
      )
    await Promise.all([1, 2, 3, 4].map((n) => all(n % 2 ? partners : partners.toReversed())))
    await webhooks.deliverDue()
    expect(receiver.effects).toHaveLength(120)
  })

  test('two processes share the work: none is done twice, and the order stays', async () => {
    await add()
    const other = room.another()
    for (let n = 0; n < 10; n++) for (const partner of ['a', 'b', 'c', 'd']) await announce(partner, n)
    let calls = 0
    receiver.answer = (received, response) => (++calls % 3 ? accept : refuse(503))(received, response)
    webhooks.start()
    other.start()
    await expect.poll(() => receiver.effects.length, { timeout: 30_000 }).toBe(40)
    await other.stop()
    for (const partner of ['a', 'b', 'c', 'd'])
      expect(effectsOf(partner)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    const accepted = receiver.calls.length - Math.floor(receiver.calls.length / 3)
    expect(accepted).toBe(40)
  })

  test('what a partner waits for does not hold up another, nor a slow receiver another receiver', async () => {
    const slow = await openReceiver()
    others.push(slow)
    slow.answer = () => undefined
    room = await openWebhooks(engine, { clock })
    webhooks = room.webhooks
    await add()
    await add(slow.url)
    receiver.answer = (received, response) =>
      (received.event.subject === 'partner-stuck' ? refuse(500) : accept)(received, response)
    for (let n = 0; n < 40; n++) await announce(`p${n}`, 1)
    await announce('stuck', 1, 2)
    webhooks.start()
    await expect.poll(() => receiver.effects.length, { timeout: 5_000 }).toBe(40)
    expect(effectsOf('stuck')).toEqual([])
    expect(slow.most).toBe(16)
    await slow.close()
  })

  test('a receiver that is down for a day gets it all when it is back, in order', async () => {
    await add()
    receiver.answer = refuse(503)
    await announce('anna', 1, 2, 3)
    const started = clock.now()
    while (clock.now() - started < DAY) {
      await webhooks.deliverDue()
      clock.advance(HOUR)
    }
    expect(await states('dead')).toEqual([])
    receiver.answer = accept
    await drain()
    expect(effectsOf('anna')).toEqual([1, 2, 3])
  })

  test('after three days it is given up and told, and somebody can send it again', async () => {
    await add()
    receiver.answer = refuse(500)
    await announce('anna', 1, 2)
    await drain()
    const dead = await states('dead')
    expect(dead).toMatchObject([
      { lastError: 'receiver_refused', lastStatus: 500, nextAt: null },
      { lastError: 'receiver_refused' },
    ])
    expect((await audited()).filter((action) => action === 'webhook.given_up')).toHaveLength(2)
    receiver.answer = accept
    const [second, first] = dead
    const { eventId } = await webhooks.resend(administrator, first?.id ?? '')
    await webhooks.resend(administrator, second?.id ?? '')
    await webhooks.deliverDue()
    expect(effectsOf('anna')).toEqual([1, 2])
    expect(receiver.effects[0]?.id).toBe(eventId)
    expect(receiver.calls[0]?.id).toBe(eventId)
    await expect(webhooks.resend(administrator, 'nothing')).rejects.toMatchObject({
      code: 'delivery_unknown',
    })
  })

  test('what arrived can be sent again: the receiver knows it by its id', async () => {
    await add()
    await announce('anna', 1)
    await webhooks.deliverDue()
    const [delivered] = await states()
    const both = await Promise.allSettled(
      [1, 2].map(() => webhooks.resend(administrator, delivered?.id ?? '')),
    )
    expect(both.map(({ status }) => status)).toContain('fulfilled')
    await webhooks.deliverDue()
    expect(receiver.calls.length).toBeGreaterThanOrEqual(2)
    expect(receiver.effects).toHaveLength(1)
  })

  test('one that waits for its next try is tried at once when somebody sends it again', async () => {
    await add()
    receiver.answer = refuse(500, { 'retry-after': '3600' })
    await announce('anna', 1)
    expect(await webhooks.deliverDue()).toBe(1)
    const [waiting] = await states('pending')
    expect(waiting?.nextAt).toBeGreaterThan(clock.now() + HOUR - 60_000)
    expect(await webhooks.deliverDue()).toBe(0)
    receiver.answer = accept
    await webhooks.resend(administrator, waiting?.id ?? '')
    await webhooks.deliverDue()
    expect(effectsOf('anna')).toEqual([1])
  })

  test('410 Gone ends the calls, with its audit entry; enabled again, what waited goes on', async () => {
    const { row } = await add()
    receiver.answer = refuse(410)
    await announce('anna', 1, 2)
    await webhooks.deliverDue()
    expect(receiver.calls).toHaveLength(1)
    expect(await webhooks.endpoints.list()).toMatchObject([{ row: { state: 'disabled' }, waiting: 2 }])
    expect(await audited()).toContain('webhook.disabled')
    await announce('anna', 3)
    await expect(webhooks.test(administrator, row.id)).rejects.toMatchObject({ code: 'webhook_disabled' })
    clock.advance(DAY)
    expect(await webhooks.deliverDue()).toBe(0)
    receiver.answer = accept
    await webhooks.endpoints.enable(administrator, row.id)
    await webhooks.deliverDue()
    // What happened while it was gone it was not told of.
    expect(effectsOf('anna')).toEqual([1, 2])
  })

  test('removed while deliveries wait: they are not sent any more, and nothing of it can be called', async () => {
    const { row } = await add()
    receiver.answer = refuse(500)
    await announce('anna', 1, 2)
    await webhooks.deliverDue()
    expect(await webhooks.endpoints.remove(administrator, row.id)).toEqual({ cancelled: 2 })
    clock.advance(DAY)
    expect(await webhooks.deliverDue()).toBe(0)
    await announce('anna', 3)
    expect(await states()).toMatchObject([{ state: 'cancelled' }, { state: 'cancelled' }])
    expect(await webhooks.endpoints.list()).toEqual([])
    const [cancelled] = await states()
    for (const refused of [
      () => webhooks.resend(administrator, cancelled?.id ?? ''),
      () => webhooks.endpoints.rotate(administrator, row.id),
      () => webhooks.endpoints.enable(administrator, row.id),
      () => webhooks.endpoints.remove(administrator, row.id),
    ])
      await expect(refused()).rejects.toMatchObject({ code: 'webhook_unknown' })
  })

  test('removed while it is being called: the call ends, and nothing is left behind', async () => {
    const { row } = await add()
    let answer: () => unknown = () => undefined
    receiver.answer = (received, response) => {
      answer = () => accept(received, response)
    }
    await announce('anna', 1, 2)
    const delivering = webhooks.deliverDue()
    await expect.poll(() => receiver.calls.length).toBe(1)
    await webhooks.endpoints.remove(administrator, row.id)
    answer()
    await delivering
    expect(receiver.calls).toHaveLength(1)
    expect(await rows(room.store.reader, 'SELECT * FROM webhook_lane')).toEqual([])
  })

  test('after a rotation the old secret signs as well for a day, and not longer', async () => {
    const { row, secret, publicKey } = await add()
    const rotated = await webhooks.endpoints.rotate(administrator, row.id)
    expect(rotated.secret).not.toBe(secret)
    expect(rotated.publicKey).not.toBe(publicKey)
    const signers = async (n: number) => {
      await announce('anna', n)
      await webhooks.deliverDue()
      const call = receiver.calls.at(-1)
      return [rotated.secret, secret].map((one) => call && isSignedWith(one, call))
    }
    expect(await signers(1)).toEqual([true, true])
    clock.advance(DAY - 60_000)
    expect(await signers(2)).toEqual([true, true])
    clock.advance(120_000)
    expect(await signers(3)).toEqual([true, false])
    expect(await webhooks.endpoints.list()).toMatchObject([{ rotatingUntil: null }])
    expect(await audited()).toContain('webhook.rotated')
  })

  test('of two who rotate at once one is told, and neither shows a secret that does not sign', async () => {
    const { row } = await add()
    const both = await Promise.allSettled([1, 2].map(() => webhooks.endpoints.rotate(administrator, row.id)))
    const shown = both.flatMap((one) => (one.status === 'fulfilled' ? [one.value.secret] : []))
    expect(shown.length).toBeGreaterThan(0)
    for (const one of both)
      if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'webhook_changed' })
    await announce('anna', 1)
    await webhooks.deliverDue()
    const [call] = receiver.calls
    for (const secret of shown) expect(call && isSignedWith(secret, call)).toBe(true)
  })

  test('a test is one event that is tried once, and says what came of it', async () => {
    const { row } = await add()
    await webhooks.test(administrator, row.id)
    await webhooks.deliverDue()
    expect(receiver.effects).toMatchObject([{ event: { type: 'nl.regie.webhook.ping' } }])
    receiver.answer = refuse(404)
    await webhooks.test(administrator, row.id)
    await webhooks.deliverDue()
    expect(await states('dead')).toMatchObject([{ lastStatus: 404, attempts: 1 }])
  })

  test.each([
    [
      'redirects',
      (_, response) => response.writeHead(302, { location: '/elsewhere' }).end(),
      { state: 'pending', lastStatus: 302 },
    ],
    [
      'answers 200 MB',
      (_, response) => {
        response.writeHead(200, { 'content-length': String(200 * 1024 * 1024) })
        const chunk = Buffer.alloc(64 * 1024)
        const more = () => {
          while (!response.destroyed && response.write(chunk));
        }
        response.on('drain', more)
        more()
      },
      { state: 'delivered', lastStatus: 200 },
    ],
    [
      'breaks off',
      (_, response) => response.destroy(),
      { state: 'pending', lastError: 'egress_unreachable' },
    ],
    ['says 199 things', (_, response) => response.socket?.end('HTTP/1.1 what\r\n\r\n'), { state: 'pending' }],
  ] satisfies readonly (readonly [string, Receiver['answer'], object])[])(
    'a receiver that %s is judged by its status alone',
    async (_, answer, outcome) => {
      await add()
      receiver.answer = answer
      await announce('anna', 1)
      expect(await webhooks.deliverDue()).toBe(1)
      expect(await states()).toMatchObject([outcome])
    },
  )

  describe('which addresses may be called', () => {
    const lookup =
      (address: string) =>
      (_: string, done: (error: null, found: { address: string; family: number }[]) => void) =>
        done(null, [{ address, family: 4 }])

    test.each([
      ['https://10.0.0.5/hooks', 'egress_refused_address'],
      ['https://169.254.169.254/latest/meta-data/', 'egress_refused_address'],
      ['https://127.0.0.1/', 'egress_refused_address'],
      ['https://erp.intern/', 'egress_refused_address'],
      ['http://erp.example/', 'egress_refused_url'],
      ['https://user:secret@erp.example/', 'egress_refused_url'],
      ['ftp://erp.example/', 'egress_refused_url'],
      ['erp', 'egress_refused_url'],
    ])('%s is refused when it is added: %s', async (url, reason) => {
      const strict = await openWebhooks(engine, { allowLoopback: false, lookup: lookup('10.0.0.5') })
      await expect(strict.webhooks.endpoints.add(administrator, url, [])).rejects.toMatchObject({
        code: 'webhook_url_refused',
        kind: 'unprocessable',
        params: { reason },
      })
      expect(await strict.webhooks.endpoints.list()).toEqual([])
    })

    test('a name that leads into the own network later is refused at the call', async () => {
      let address = '8.8.8.8'
      const strict = await openWebhooks(engine, {
        allowLoopback: false,
        lookup: (name, done) => lookup(address)(name, done),
      })
      await strict.webhooks.endpoints.add(administrator, 'https://erp.example:1/', [])
      address = '127.0.0.1'
      await strict.store.transact((tx) => strict.webhooks.announce(tx, changed('anna', 1)))
      await strict.webhooks.deliverDue()
      const { items } = await strict.webhooks.deliveries({}, { limit: 10 })
      expect(items).toMatchObject([{ state: 'pending', lastError: 'egress_refused_address' }])
    })

    test('a host that agent.yml allows is called, also over http; its other ports are not', async () => {
      const vouching = await openWebhooks(engine, { allowLoopback: false, allowHosts: [receiver.host] })
      await vouching.webhooks.endpoints.add(administrator, receiver.url, [])
      await vouching.store.transact((tx) => vouching.webhooks.announce(tx, changed('anna', 1)))
      await vouching.webhooks.deliverDue()
      expect(effectsOf('anna')).toEqual([1])
      await expect(
        vouching.webhooks.endpoints.add(administrator, 'http://127.0.0.1:1/', []),
      ).rejects.toMatchObject({ code: 'webhook_url_refused' })
    })

    test('there is an end to how many there are', async () => {
      for (let n = 0; n < 20; n++) await add()
      await expect(add()).rejects.toMatchObject({ code: 'too_many_webhooks' })
    })
  })

  describe('when a process ends', () => {
    test('stopping waits for the call that is under way, and begins no other', async () => {
      await add()
      let answer: () => unknown = () => undefined
      receiver.answer = (received, response) => {
        answer = () => accept(received, response)
      }
      webhooks.start()
      await announce('anna', 1, 2)
      await expect.poll(() => receiver.calls.length).toBe(1)
      const stopping = webhooks.stop()
      answer()
      await stopping
      expect(await states()).toMatchObject([{ state: 'pending', attempts: 0 }, { state: 'delivered' }])
      expect(receiver.calls).toHaveLength(1)
    })

    test('a receiver that does not answer does not keep the node from stopping', async () => {
      room = await openWebhooks(engine, { clock })
      webhooks = room.webhooks
      await add()
      receiver.answer = () => undefined
      webhooks.start()
      await announce('anna', 1)
      await expect.poll(() => receiver.calls.length).toBe(1)
      const began = Date.now()
      await webhooks.stop()
      expect(Date.now() - began).toBeLessThan(8_000)
    })

    test('killed in the middle of a call, nothing is lost: another tells it when the claim has lapsed', async () => {
      room = await openWebhooks(engine, { clock })
      webhooks = room.webhooks
      await add()
      receiver.answer = () => undefined
      const dying = room.another()
      await announce('anna', 1, 2)
      void dying.deliverDue().catch(() => undefined)
      await expect.poll(() => receiver.calls.length).toBe(1)
      receiver.answer = accept
      expect(await webhooks.deliverDue()).toBe(0)
      clock.advance(61_000)
      await webhooks.deliverDue()
      expect(effectsOf('anna')).toEqual([1, 2])
      // The call that hung had the same id.
      expect(receiver.calls[1]?.id).toBe(receiver.calls[0]?.id)
    })

    test('opened again on the same data, it goes on where it was', async () => {
      const storage = newStorage(engine)
      const masterKey = randomBytes(32)
      const first = await openWebhooks(engine, { storage, masterKey, clock })
      await first.webhooks.endpoints.add(administrator, receiver.url, [])
      receiver.answer = (received, response) => {
        if (receiver.calls.length < 4) accept(received, response)
      }
      first.webhooks.start()
      await first.store.transact((tx) =>
        first.webhooks.announceAll(
          tx,
          Array.from({ length: 10 }, (_, n) => changed('anna', n)),
        ),
      )
      await expect.poll(() => receiver.calls.length).toBe(4)
      await first.store.dispose()
      receiver.answer = accept
      clock.advance(61_000)
      const second = await openWebhooks(engine, { storage, masterKey, clock })
      await second.webhooks.deliverDue()
      expect(effectsOf('anna')).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
      void first.webhooks.stop()
    })
  })

  test('the list goes on where the page before ended, by state and by webhook', async () => {
    const { row } = await add()
    await announce('anna', 1, 2, 3, 4, 5)
    const page = await webhooks.deliveries({ endpointId: row.id, state: 'pending' }, { limit: 3 })
    const rest = await webhooks.deliveries(
      { endpointId: row.id },
      { limit: 3, ...(page.next && { cursor: page.next }) },
    )
    expect([...page.items, ...rest.items].map(({ data }) => data.n)).toEqual([5, 4, 3, 2, 1])
    expect(rest.next).toBeNull()
  })

  test('what arrived is kept for a month, what did not for as long as it takes', async () => {
    await add()
    const { row } = await add()
    await announce('anna', 1)
    await webhooks.endpoints.remove(administrator, row.id)
    await webhooks.deliverDue()
    await announce('anna', 2)
    clock.advance(30 * DAY - 60_000)
    await webhooks.tidy()
    expect((await states()).map(({ state }) => state).sort()).toEqual(['cancelled', 'delivered', 'pending'])
    clock.advance(120_000)
    await webhooks.tidy()
    expect(await states()).toMatchObject([{ state: 'pending' }])
  })

  test('what was written for an endpoint while somebody removed it does not wait for ever', async () => {
    const { row } = await add()
    await announce('anna', 1)
    await room.store.transact((tx) => rows(tx, `UPDATE webhook_endpoint SET state = 'removed' RETURNING id`))
    expect(await webhooks.deliverDue()).toBe(0)
    await webhooks.tidy()
    expect(await states()).toMatchObject([{ endpointId: row.id, state: 'cancelled' }])
  })
})
