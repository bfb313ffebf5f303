import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { onEachEngine, openTestStore } from '../../test/support/engines.ts'
import { openPartnersRoom, partnersRoomTables, type TestFile } from '../../test/support/partners-room.ts'
import { rows, type Store } from '../store/index.ts'

const heading =
  'Relatiecode;Naam;Contactpersoon;Adres;Postcode;Plaats;LandID;Telefoonnummer;Mobielnummer;Emailadres;BTW nummer;Nummer kvk;IBAN;BIC'
const line = (code: string, name: string, { kvk = '', contact = '', email = '', vat = '' } = {}) =>
  `${code};${name};${contact};;;;NL;;;${email};${vat};${kvk};;`
const file = (name: string, ...lines: string[]): TestFile => ({
  ...{ name, text: [heading, ...lines].join('\r\n') },
  roles: ['customer'],
})
const first = file(
  'first.csv',
  line('1', 'Bakkerij Bol B.V.', { kvk: '48245915', email: 'info@bol.example' }),
)
const second = file(
  'second.csv',
  line('1', 'Bakkerij Bol B.V.', { kvk: '48245915', email: 'nieuw@bol.example' }),
  line('2', 'Slager Snee B.V.', { contact: 'Piet Snee' }),
  line('3', 'Groenteman Groen V.O.F.'),
)

onEachEngine((engine) => {
  let store: Store
  let room: Awaited<ReturnType<typeof openPartnersRoom>>
  beforeAll(async () => {
    store = await openTestStore(engine, partnersRoomTables)
    room = await openPartnersRoom(store)
  })
  beforeEach(() => room.reset())
  const imported = async (...files: TestFile[]) => {
    const id = await room.importOf(...files)
    await room.call('partners.imports.apply', { id, pick: 'all' })
    return id
  }
  const undo = (id: string) => room.call('partners.imports.undo', { id })
  const all = async () => (await room.call('partners.list', { limit: 200 })).items
  /** All but when the trust anchor was asked of it. */
  const rowsAsTheyAre = async () => {
    const found = await rows<Record<string, unknown>>(store.reader, 'SELECT * FROM partner ORDER BY id')
    return found.map(({ network_checked_at: _, ...row }) => row)
  }

  describe('an import that is undone', () => {
    test('leaves the list as it was, to the byte', async () => {
      await imported(first)
      const before = await rowsAsTheyAre()
      room.clock.at += 60_000
      const id = await imported(second)
      expect(await all()).toHaveLength(3)
      expect(await undo(id)).toEqual({ removed: 2, restored: 1, kept: 0 })
      expect(await rowsAsTheyAre()).toEqual(before)
    })

    test('is undone once, and says so in the list of imports', async () => {
      const id = await imported(first)
      expect((await room.call('partners.imports.list', {})).items).toMatchObject([
        { id, state: 'applied', result: { new: 1 }, undo_until: expect.any(String) },
      ])
      await undo(id)
      await expect(undo(id)).rejects.toMatchObject({ code: 'import_undone' })
      expect((await room.call('partners.imports.list', {})).items).toMatchObject([
        { id, state: 'undone', undo_until: null },
      ])
    })

    test('of two at once one does it', async () => {
      const id = await imported(second)
      const ended = await Promise.allSettled([undo(id), undo(id)])
      expect(ended.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
      expect(await all()).toEqual([])
    })

    test('keeps what somebody worked with since', async () => {
      const id = await imported(second)
      const slager = (await all()).find(({ name }: { name: string }) => name.startsWith('Slager'))
      room.clock.at += 1
      await room.call('partners.roles', { id: slager.id, roles: ['supplier'] })
      expect(await undo(id)).toEqual({ removed: 2, restored: 0, kept: 1 })
      expect(await all()).toMatchObject([{ id: slager.id }])
    })

    test('keeps what another room holds something of', async () => {
      const id = await imported(second)
      const [one] = await all()
      room.inUse.add(one.id)
      expect(await undo(id)).toEqual({ removed: 2, restored: 0, kept: 1 })
      expect(await all()).toMatchObject([{ id: one.id }])
    })

    test('tells other rooms which partners went', async () => {
      await imported(first)
      room.clock.at += 60_000
      const id = await imported(second)
      const ids = new Map((await all()).map(({ name, id }: { name: string; id: string }) => [name, id]))
      await undo(id)
      expect(room.takenBack).toEqual([
        {
          removed: [ids.get('Slager Snee B.V.'), ids.get('Groenteman Groen V.O.F.')].sort(),
          restored: [ids.get('Bakkerij Bol B.V.')],
          since: room.clock.at,
        },
      ])
    })

    test('cannot be one that was not applied, or a day old', async () => {
      const open = await room.importOf(first)
      await expect(undo(open)).rejects.toMatchObject({ code: 'import_not_applied' })
      const id = await imported(second)
      room.clock.at += 24 * 3_600_000
      await expect(undo(id)).rejects.toMatchObject({ code: 'import_expired' })
      await room.imports.sweep()
      expect(await rows(store.reader, 'SELECT import_id FROM partner_import_before')).toEqual([])
      expect(await all()).toHaveLength(3)
    })

    test('is over once somebody named in a list was erased: nothing of her comes back', async () => {
      const id = await imported(second)
      const slager = (await all()).find(({ name }: { name: string }) => name.startsWith('Slager'))
      const contact = await room.contacts.require(slager.id)
      await store.transact((tx) => room.contacts.erase(tx, 'system' as never, contact, false))
      await expect(undo(id)).rejects.toMatchObject({ code: 'import_expired' })
      expect(await all()).toHaveLength(3)
    })

    test('that breaks off half-way did nothing', async () => {
      const id = await imported(second)
      const before = await rowsAsTheyAre()
      const stop = new AbortController()
      const along = { signal: stop.signal, told: () => undefined }
      stop.abort(new Error('stop'))
      await expect(room.imports.undo(room.coordinator, id, along)).rejects.toThrow('stop')
      expect(await rowsAsTheyAre()).toEqual(before)
      expect(await undo(id)).toMatchObject({ removed: 3 })
    })
  })

  describe('bad records that are mended in place', () => {
    const withBad = () =>
      room.importOf(
        file('bad.csv', line('7', 'Te Kort B.V.', { kvk: '123' }), line('8', '', { kvk: '48245915' })),
      )
    const preview = (id: string) => room.call('partners.imports.preview', { id })

    test('come along, with the role their list has', async () => {
      const id = await withBad()
      const { rejected } = await preview(id)
      expect(rejected).toMatchObject([
        { fields: { name: 'Te Kort B.V.', kvk: '123' }, reasons: [{ code: 'kvk_digits' }] },
        { reasons: [{ code: 'name_missing' }] },
      ])
      const fields = { ...rejected[0].fields, kvk: '48245915' }
      expect(
        await room.call('partners.imports.mend', { id, records: [{ id: rejected[0].id, fields }] }),
      ).toEqual({ mended: 1, rejected: 1 })
      const after = await preview(id)
      expect(after.rejected).toMatchObject([{ id: rejected[1].id }])
      expect(after.counts).toMatchObject({ records: 2, relations: 1, rejected: 1 })
      expect(after.rows).toMatchObject([{ name: 'Te Kort B.V.', kvk: '48245915', roles: ['customer'] }])
      expect(await room.call('partners.imports.apply', { id, pick: 'all' })).toMatchObject({
        ...{ new: 1, rejected: 1 },
      })
    })

    test('stay apart while they are still wrong, and can be mended again', async () => {
      const id = await withBad()
      const [bad] = (await preview(id)).rejected
      const send = (record: string, kvk: string) =>
        room.call('partners.imports.mend', {
          ...{ id, records: [{ id: record, fields: { ...bad.fields, kvk } }] },
        })
      expect(await send(bad.id, '1234')).toEqual({ mended: 0, rejected: 2 })
      const again = (await preview(id)).rejected.find(
        ({ fields }: { fields: { kvk: string } }) => fields.kvk === '1234',
      )
      expect(await send(again.id, '48245915')).toEqual({ mended: 1, rejected: 1 })
    })

    test('are refused when somebody mended them before, and nothing is lost', async () => {
      const id = await withBad()
      const [bad] = (await preview(id)).rejected
      const send = () =>
        room.call('partners.imports.mend', {
          ...{ id, records: [{ id: bad.id, fields: { ...bad.fields, kvk: '48245915' } }] },
        })
      const ended = await Promise.allSettled([send(), send()])
      expect(ended.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      await expect(send()).rejects.toMatchObject({ code: 'import_changed' })
      expect((await preview(id)).counts).toMatchObject({ relations: 1, rejected: 1 })
    })
  })

  test('a preview shows what is new and what changes, and by which fields', async () => {
    await imported(first)
    const id = await room.importOf(second)
    const show = async (what: string) =>
      (await room.call('partners.imports.preview', { id, show: what, limit: 1 })).rows
    expect(await show('changed')).toMatchObject([{ name: 'Bakkerij Bol B.V.', changes: ['email'] }])
    expect(await show('new')).toMatchObject([{ action: 'new', changes: [] }])
    expect(await show('same')).toEqual([])
    const page = await room.call('partners.imports.preview', { id, show: 'new', limit: 1 })
    const next = await room.call('partners.imports.preview', {
      ...{ id, show: 'new', limit: 1, cursor: page.next },
    })
    expect([...page.rows, ...next.rows].map(({ name }) => name).sort()).toEqual([
      'Groenteman Groen V.O.F.',
      'Slager Snee B.V.',
    ])
    expect(next.next).toBeNull()
  })
})
