import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { beforeEach, describe, expect, test } from 'vitest'
import { onEachEngine } from '../../test/support/engines.ts'
import {
  email,
  iban,
  OTHERS,
  openRecordsRoom,
  PARTNER,
  type RecordsRoom,
  reader,
  type Shown,
} from '../../test/support/records-room.ts'

onEachEngine((engine) => {
  let room: RecordsRoom
  const values = () => room.view.of(reader, PARTNER)
  const changes = async () => (await room.feed.list(0, 100)).map(({ kind, claims }) => [kind, ...claims])
  const end = (partner = PARTNER) =>
    room.store.transact((tx) => room.records.ended(tx, { grantId: 'g1', partner, code: 'grant_revoked' }))
  const read = (shown: Shown, more: { grant?: string; asked?: readonly string[] } = {}) =>
    room.records.remember(reader, [room.readOf(shown, more)])

  beforeEach(async () => {
    room = await openRecordsRoom(engine)
    room.grant('g1', { roles: ['account_manager'] })
  })

  describe('what was read', () => {
    test('is kept with who says so and when', async () => {
      await read({ [email]: 'info@bakkerij.example' })
      expect(await values()).toMatchObject([
        {
          claim: email,
          value: 'info@bakkerij.example',
          hidden: false,
          state: 'current',
          subject: PARTNER,
          source: { did: PARTNER, name: null, kind: 'self_declared' },
          trusted: true,
          asOf: room.clock.at,
          grantId: 'g1',
          withdrawn: null,
        },
      ])
      expect(await changes()).toEqual([['value_read', email]])
      expect(await room.audited()).toEqual(['record.value_read'])
    })

    test('and read again the same writes nothing, but once a minute that it is fresh', async () => {
      await read({ [email]: 'info@bakkerij.example' })
      const before = await room.dump()
      const commits = room.commits()
      room.clock.at += 59_999
      await read({ [email]: 'info@bakkerij.example' })
      expect(await room.dump()).toEqual(before)
      expect(room.commits()).toBe(commits)
      room.clock.at += 1
      const updates = room.updates()
      await Promise.all(Array.from({ length: 8 }, () => read({ [email]: 'info@bakkerij.example' })))
      expect(room.updates()).toBe(updates + 1)
      expect(await values()).toMatchObject([{ asOf: room.clock.at }])
      expect(await changes()).toEqual([['value_read', email]])
    })

    test('takes the place of what it was', async () => {
      await read({ [email]: 'old@bakkerij.example', [iban]: 'NL91ABNA0417164300' })
      room.clock.at += 1
      await read({ [email]: 'new@bakkerij.example', [iban]: 'NL91ABNA0417164300' })
      expect((await values()).map(({ value }) => value).sort()).toEqual([
        'NL91ABNA0417164300',
        'new@bakkerij.example',
      ])
      expect(await changes()).toEqual([
        ['value_read', email, iban],
        ['value_changed', email],
      ])
    })

    test('does not come back older: of two reads the one asked later counts', async () => {
      const slow = room.readOf({ [email]: 'old@bakkerij.example' })
      room.clock.at += 5
      await read({ [email]: 'new@bakkerij.example' })
      await room.records.remember(reader, [slow])
      expect(await values()).toMatchObject([{ value: 'new@bakkerij.example' }])
    })

    test('by many for the first time at once is kept once', async () => {
      await Promise.all(Array.from({ length: 8 }, () => read({ [email]: 'info@bakkerij.example' })))
      expect([await changes(), room.logged]).toEqual([[['value_read', email]], []])
    })

    test('and is not there any more is withdrawn, and can come back', async () => {
      await read({ [email]: 'info@bakkerij.example', [iban]: 'NL91ABNA0417164300' })
      room.clock.at += 1
      await read({ [email]: 'info@bakkerij.example' }, { asked: [email, iban] })
      expect((await values()).find(({ claim }) => claim === iban)).toMatchObject({
        value: null,
        state: 'withdrawn',
        withdrawn: { at: room.clock.at, code: 'claim_not_held' },
      })
      const slow = room.readOf({ [iban]: 'NL91ABNA0417164300' })
      await room.records.remember(reader, [{ ...slow, askedAt: room.clock.at - 1 }])
      expect((await values()).find(({ claim }) => claim === iban)?.value).toBeNull()
      room.clock.at += 1
      await read({ [iban]: 'NL20INGB0001234567' })
      expect((await values()).find(({ claim }) => claim === iban)).toMatchObject({
        value: 'NL20INGB0001234567',
        withdrawn: null,
      })
    })

    test('cannot be kept is logged and holds nothing back', async () => {
      room.grants.fails = true
      await expect(read({ [email]: 'info@bakkerij.example' })).resolves.toBeUndefined()
      expect(room.logged).toEqual(['what was read could not be put into the record'])
    })

    test('lies in the database sealed', async () => {
      await read({ [email]: 'zetmeel@nergens.example' })
      const files = room.file
        ? [room.file, `${room.file}-wal`].map((file) => readFileSync(file, 'latin1'))
        : []
      const text = JSON.stringify(await room.dump())
      expect(text).toContain('"sealed":"')
      for (const one of [text, ...files]) expect(one).not.toContain('nergens.example')
      expect(await values()).toMatchObject([{ value: 'zetmeel@nergens.example' }])
    })

    test('is marked so that nobody without the key can check a guess', async () => {
      await read({ [email]: 'zetmeel@nergens.example' })
      const [{ id, mark } = {}] = await room.dump()
      const guesses = [
        'zetmeel@nergens.example',
        '"zetmeel@nergens.example"',
        `${id} "zetmeel@nergens.example"`,
      ]
      for (const guess of guesses)
        expect(mark).not.toBe(createHash('sha256').update(guess).digest('base64url'))
    })
  })

  describe('whoever looks', () => {
    test.each([
      ['with the role that was granted', { role: 'account_manager' }, true],
      ['with another role', { role: 'baker' }, false],
      ['without a role', { role: null }, false],
      ['with a role that ended', { role: 'account_manager', ended: true }, false],
    ] as const)('%s', async (_name, employed, sees) => {
      await read({ [email]: 'info@bakkerij.example' })
      room.employ(employed)
      expect(await values()).toMatchObject([
        {
          claim: email,
          value: sees ? 'info@bakkerij.example' : null,
          hidden: !sees,
          state: 'current',
          source: { did: PARTNER },
        },
      ])
    })

    test.each([
      ['that is named and may read', ['partners:read', 'access:read'], true, true],
      ['that is named and may not read', ['partners:read'], true, false],
      ['that is not named', ['partners:read', 'access:read'], false, false],
    ] as const)('is a system %s', async (_name, scopes, isNamed, sees) => {
      room.grant('g1', { roles: ['account_manager'], ...(isNamed && { systems: [room.system.did] }) })
      await read({ [email]: 'info@bakkerij.example' })
      const caller = { kind: 'client', clientId: room.system.id, scopes } as const
      const [shown] = await room.view.of(caller, PARTNER)
      expect([shown?.value !== null, shown?.hidden]).toEqual([sees, !sees])
    })
  })

  describe('a grant that ended', () => {
    test('takes its values with it; that they were there remains', async () => {
      room.grant('g2', { roles: ['account_manager'] })
      await read({ [email]: 'info@bakkerij.example' })
      await read({ [iban]: 'NL91ABNA0417164300' }, { grant: 'g2' })
      await end()
      await end()
      expect(await values()).toMatchObject([
        { claim: iban, value: 'NL91ABNA0417164300', state: 'current' },
        {
          claim: email,
          value: null,
          hidden: false,
          state: 'withdrawn',
          source: { kind: 'self_declared' },
          withdrawn: { at: room.clock.at, code: 'grant_revoked' },
        },
      ])
      expect(await changes()).toContainEqual(['value_withdrawn', email])
      expect((await changes()).length).toBe(3)
      expect((await room.dump()).find(({ path }) => String(path).includes('email'))).toMatchObject({
        sealed: null,
        mark: '',
      })
    })

    test('does not fill again by an answer that was under way', async () => {
      await read({ [email]: 'info@bakkerij.example' })
      const underWay = room.readOf({ [email]: 'info@bakkerij.example' })
      await end()
      await room.records.remember(reader, [{ ...underWay, askedAt: room.clock.at + 1 }])
      expect(await values()).toMatchObject([{ value: null, state: 'withdrawn' }])
    })

    test('is nobody else’s to end', async () => {
      await read({ [email]: 'info@bakkerij.example' })
      await end(OTHERS)
      expect(await values()).toMatchObject([{ state: 'current' }])
    })

    test('by time shows nothing before anybody notices, and is emptied', async () => {
      await read({ [email]: 'info@bakkerij.example' })
      room.clock.at += 86_400_000
      const gone = [{ value: null, state: 'withdrawn', withdrawn: { code: 'grant_expired' } }]
      expect(await values()).toMatchObject(gone)
      await room.records.sweep()
      await room.records.sweep()
      expect(await values()).toMatchObject(gone)
      expect(await changes()).toEqual([
        ['value_read', email],
        ['value_withdrawn', email],
      ])
      expect(await room.dump()).toMatchObject([{ sealed: null }])
    })
  })
})
