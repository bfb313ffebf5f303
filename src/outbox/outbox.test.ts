import { beforeEach, describe, expect, test } from 'vitest'
import { onEachEngine, openTestStore } from '../../test/support/engines.ts'
import { Refusal } from '../core/index.ts'
import type { Store } from '../store/index.ts'
import { Outbox, outboxMigrations, outboxTable } from './index.ts'

onEachEngine((engine) => {
  let store: Store
  let outbox: Outbox
  let now = 1_000_000
  const clock = { now: () => now }
  const delivered: string[] = []
  const send = (to: string) => store.transact((tx) => outbox.send(tx, 'hello', { to }))

  beforeEach(async () => {
    store = await openTestStore(engine, {
      entities: [outboxTable],
      migrations: outboxMigrations,
    })
    outbox = new Outbox({ store, clock })
    delivered.length = 0
    outbox.on('hello', async ({ to = '' }) => {
      if (to === 'down') throw new Refusal('upstream', 'egress_unreachable', 'not there')
      delivered.push(to)
    })
  })

  test('a message goes out once, after its change is committed', async () => {
    await store
      .transact(async (tx) => {
        await outbox.send(tx, 'hello', { to: 'never' })
        throw new Error('no')
      })
      .catch(() => undefined)
    await send('anna')
    await outbox.deliverDue()
    await outbox.deliverDue()
    expect(delivered).toEqual(['anna'])
  })

  test('what cannot be delivered waits longer each time and keeps its reason', async () => {
    await send('down')
    await outbox.deliverDue()
    const [first] = await outbox.undelivered()
    expect(first).toMatchObject({ attempts: 1, lastError: 'egress_unreachable', dueAt: now + 500 })
    now += 500
    await outbox.deliverDue()
    const [second] = await outbox.undelivered()
    expect(second).toMatchObject({ attempts: 2, dueAt: now + 1_000 })
  })

  test('what was delivered is kept for a month, what was not for as long as it takes', async () => {
    await send('anna')
    await send('down')
    await outbox.deliverDue()
    now += 30 * 86_400_000
    await outbox.forgetDelivered()
    expect(await store.reader.count(outboxTable)).toBe(2)
    now += 1
    await outbox.forgetDelivered()
    expect(await store.reader.find(outboxTable)).toMatchObject([{ state: 'pending' }])
  })

  test('two processes do not deliver the same message', async () => {
    const other = new Outbox({ store, clock })
    other.on('hello', async ({ to = '' }) => void delivered.push(to))
    for (let n = 0; n < 20; n++) await send(`m${n}`)
    await Promise.all([outbox.deliverDue(), other.deliverDue()])
    expect(delivered.sort()).toEqual(Array.from({ length: 20 }, (_, n) => `m${n}`).sort())
  })

  test('a message whose process died is delivered by another one later', async () => {
    const dying = new Outbox({ store, clock })
    dying.on('hello', () => new Promise(() => undefined))
    await send('orphan')
    void dying.deliverDue()
    await new Promise((resolve) => setTimeout(resolve, 100))
    await outbox.deliverDue()
    expect(delivered).toEqual([])
    now += 31_000
    await outbox.deliverDue()
    expect(delivered).toEqual(['orphan'])
  })

  describe('a destination that takes its time', () => {
    let underWay = 0
    let most = 0
    let answer: () => void = () => undefined
    const slow = (count: number) =>
      store.transact(async (tx) => {
        for (let n = 0; n < count; n++) await outbox.send(tx, 'slow', { to: 'tarpit' }, 'tarpit')
      })

    beforeEach(() => {
      underWay = 0
      most = 0
      const answered = new Promise<void>((resolve) => {
        answer = resolve
      })
      outbox.on('slow', async () => {
        most = Math.max(most, ++underWay)
        await answered
        underWay--
      })
    })

    test('holds up nobody else, however much waits for it', async () => {
      outbox.start()
      await slow(100)
      for (let n = 0; n < 20; n++) await send(`m${n}`)
      await expect.poll(() => delivered.length, { timeout: 3_000 }).toBe(20)
      await send('later')
      await expect.poll(() => delivered.length, { timeout: 3_000 }).toBe(21)
      expect(most).toBe(2)
      answer()
      await outbox.stop()
    })

    test('is given all that waits for it, two at a time', async () => {
      await slow(20)
      const delivering = outbox.deliverDue()
      await expect.poll(() => underWay).toBe(2)
      answer()
      expect(await delivering).toBe(20)
      expect(most).toBe(2)
      expect(await outbox.undelivered()).toEqual([])
    })

    test('is not cut off when the node stops', async () => {
      outbox.start()
      await slow(3)
      await expect.poll(() => underWay).toBe(2)
      const stopping = outbox.stop()
      answer()
      await stopping
      expect(await outbox.undelivered()).toHaveLength(1)
    })
  })

  test('a started outbox delivers by itself', async () => {
    outbox.start()
    await send('soon')
    await new Promise((resolve) => setTimeout(resolve, 200))
    await outbox.stop()
    expect(delivered).toEqual(['soon'])
  })
})
