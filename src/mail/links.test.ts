import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { onEachEngine } from '../../test/support/engines.ts'
import { openMailRoom } from '../../test/support/mail-room.ts'
import { testClock } from '../../test/support/nodes.ts'
import type { NewLink, Redeemer } from './index.ts'

const HOUR = 3_600_000

onEachEngine((engine) => {
  const opened = async () => {
    const clock = testClock()
    const { links, store } = await openMailRoom(engine, { server: null, clock })
    const create = (over: Partial<NewLink> = {}) =>
      store.transact((tx) =>
        links.create(tx, {
          ...{ purpose: 'accept', about: { kind: 'invitation', id: 'i-1' } },
          boundTo: { party: 'kvk:48245915', address: 'bram@voorbeeld.example' },
          ...over,
        }),
      )
    const consume = (token: string, purpose = 'accept', by: Redeemer = {}) =>
      store.transact((tx) => links.consume(tx, token, purpose, by))
    return { clock, links, store, create, consume }
  }

  test('a link opens what it was made for, and says for whom', async () => {
    const { create, consume } = await opened()
    const { token } = await create()
    expect(Buffer.from(token, 'base64url')).toHaveLength(32)
    expect(
      await consume(token, 'accept', { party: 'kvk:48245915', address: 'Bram@voorbeeld.example' }),
    ).toMatchObject({
      about: { kind: 'invitation', id: 'i-1' },
      party: 'kvk:48245915',
    })
  })

  test('only its digest is at rest', async () => {
    const { create, store } = await opened()
    const { token } = await create()
    const stored = JSON.stringify(await store.reader.query('SELECT * FROM mail_link'))
    expect(stored).not.toContain(token)
    expect(stored).not.toContain('bram')
  })

  test('of fifty who redeem it at the same moment one does', async () => {
    const { create, consume } = await opened()
    const { token } = await create()
    const tries = await Promise.allSettled(Array.from({ length: 50 }, () => consume(token)))
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    const codes = tries.flatMap((one) => (one.status === 'rejected' ? [one.reason.code] : []))
    expect(new Set(codes)).toEqual(new Set(['link_used']))
  })

  test('what undoes its transaction leaves it open', async () => {
    const { create, consume, links, store } = await opened()
    const { token } = await create()
    const undone = store.transact(async (tx) => {
      await links.consume(tx, token, 'accept')
      throw new Error('no')
    })
    await expect(undone).rejects.toThrow('no')
    await expect(consume(token)).resolves.toBeDefined()
  })

  test('looking at it, however often, uses nothing up', async () => {
    const { create, consume, links } = await opened()
    const { token } = await create()
    for (let n = 0; n < 3; n++)
      expect(await links.find(token, 'accept')).toMatchObject({ party: 'kvk:48245915' })
    await expect(consume(token)).resolves.toBeDefined()
    await expect(links.find(token, 'accept')).rejects.toMatchObject({ code: 'link_used' })
  })

  describe('is refused', () => {
    const cases: readonly (readonly [string, string, string, Redeemer])[] = [
      ['for another purpose', 'link_not_for_you', 'sign', {}],
      ['for another organisation', 'link_not_for_you', 'accept', { party: 'kvk:48316274' }],
      ['for another address', 'link_not_for_you', 'accept', { address: 'anna@voorbeeld.example' }],
    ]
    test.each(cases)('%s, and is not used up', async (_, code, purpose, by) => {
      const { create, consume } = await opened()
      const { token } = await create()
      await expect(consume(token, purpose, by)).rejects.toMatchObject({ code })
      await expect(consume(token)).resolves.toBeDefined()
    })

    test('after 72 hours', async () => {
      const { create, consume, clock } = await opened()
      const [first, second] = [await create(), await create()]
      clock.advance(72 * HOUR - 10_000)
      await expect(consume(first.token)).resolves.toBeDefined()
      clock.advance(10_000)
      await expect(consume(second.token)).rejects.toMatchObject({ code: 'link_expired' })
    })

    test('when a newer one went to another address', async () => {
      const { create, consume } = await opened()
      const { token } = await create()
      const newer = await create({ boundTo: { party: 'kvk:48245915', address: 'nieuw@voorbeeld.example' } })
      await expect(consume(token)).rejects.toMatchObject({ code: 'link_replaced' })
      await expect(consume(newer.token)).resolves.toBeDefined()
    })

    test('when it was taken back', async () => {
      const { create, consume, links, store } = await opened()
      const { token } = await create()
      const about = { kind: 'invitation', id: 'i-1' }
      await store.transact((tx) => links.replace(tx, { purpose: 'accept', about }))
      await expect(consume(token)).rejects.toMatchObject({ code: 'link_replaced' })
    })

    test.each(['', 'x', randomBytes(32).toString('base64url'), `${'a'.repeat(43)}=`, "' OR 1=1 --"])(
      'when nobody made it: %j',
      async (token) => {
        const { consume } = await opened()
        await expect(consume(token)).rejects.toMatchObject({ code: 'link_invalid' })
      },
    )
  })
})
