import { beforeEach, describe, expect, test } from 'vitest'
import { onEachEngine } from '../../test/support/engines.ts'
import {
  email,
  iban,
  openRecordsRoom,
  PARTNER,
  type RecordsRoom,
  reader,
  type Shown,
} from '../../test/support/records-room.ts'

onEachEngine((engine) => {
  let room: RecordsRoom
  const read = (shown: Shown, more: { grant?: string } = {}) =>
    room.records.remember(reader, [room.readOf(shown, more)])

  beforeEach(async () => {
    room = await openRecordsRoom(engine)
    room.grant('g1', { roles: ['account_manager'] })
  })

  describe('the change feed', () => {
    test('is in the order of commits whoever writes, and misses nobody who follows it', async () => {
      const grants = Array.from({ length: 20 }, (_, n) => `w${n}`)
      for (const id of grants) room.grant(id, { roles: ['account_manager'] })
      const followed: number[] = []
      let isWriting = true
      const follow = async () => {
        while (isWriting || followed.length < 40) {
          const found = await room.feed.list(followed.at(-1) ?? 0, 7)
          followed.push(...found.map(({ seq }) => seq))
          if (found.length === 0) await new Promise((resolve) => setTimeout(resolve, 2))
        }
      }
      const following = follow()
      const underWay = grants.map(async (grant, n) => {
        await read({ [email]: `${n}@bakkerij.example` }, { grant })
        room.clock.at += 1
        await read({ [email]: `x${n}@bakkerij.example` }, { grant })
      })
      await Promise.all(underWay)
      isWriting = false
      await following
      expect(followed).toEqual(Array.from({ length: 40 }, (_, n) => n + 1))
      expect(room.told.map(({ seq }) => seq).sort((a, b) => a - b)).toEqual(followed)
    })

    test('gives up to a thousand changes at once, and says that there are more', async () => {
      const change = { partner: PARTNER, grantId: 'g1', kind: 'value_read' as const, claims: [email, iban] }
      await room.store.transact((tx) => room.feed.append(tx, Array(1_200).fill(change)))
      const page = await room.call('partners.changes', { after: '100', limit: '1000' })
      expect(page).toMatchObject({ cursor: '1100', more: true })
      expect(page.items).toHaveLength(1_000)
      expect(page.items[0]).toMatchObject({
        seq: 101,
        partner: { did: PARTNER, id: 'p1' },
        claims: [email, iban],
      })
    })

    test('says where to go on, also when nothing changed', async () => {
      expect(await room.call('partners.changes', {})).toEqual({ items: [], cursor: '0', more: false })
      await read({ [email]: 'info@bakkerij.example' })
      const page = await room.call('partners.changes', {})
      expect(page).toMatchObject({
        cursor: '1',
        more: false,
        items: [{ kind: 'value_read', claims: [email] }],
      })
      expect(JSON.stringify(page)).not.toContain('info@')
      expect(await room.call('partners.changes', { after: page.cursor })).toMatchObject({
        items: [],
        cursor: '1',
      })
    })

    test.each(['-1', 'x', '1.5', '1'.repeat(16)])('does not take %s for a place in it', async (after) => {
      await expect(room.call('partners.changes', { after })).rejects.toThrow()
    })

    test('tells others in the transaction of the change, or there is no change', async () => {
      room.tellFails = true
      await read({ [email]: 'info@bakkerij.example' })
      expect([await room.dump(), await room.feed.list(0, 9)]).toEqual([[], []])
    })
  })
})
