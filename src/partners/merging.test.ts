import { beforeEach, expect, test } from 'vitest'
import { onEachEngine, openTestStore } from '../../test/support/engines.ts'
import { coordinator, openPartnersRoom, partnersRoomTables } from '../../test/support/partners-room.ts'
import { rows, type Store } from '../store/index.ts'

const HEADINGS =
  'Relatiecode;Naam;Contactpersoon;Adres;Postcode;Plaats;LandID;Telefoonnummer;Mobielnummer;Emailadres;BTW nummer;Nummer kvk;IBAN;BIC'
const line = (code: string, name: string, { kvk = '', mail = '', contact = '', street = '' } = {}) =>
  `${code};${name};${contact};${street};;;;;;${mail};;${kvk};;`
const list = (...lines: string[]) => ({
  name: 'debiteuren.csv',
  text: [HEADINGS, ...lines].join('\n'),
  roles: ['customer'],
})

onEachEngine((engine) => {
  let store: Store
  let room: Awaited<ReturnType<typeof openPartnersRoom>>
  const load = async (...lines: string[]) => {
    const id = await room.importOf(list(...lines))
    return room.call('partners.imports.apply', { id, pick: 'all' })
  }
  const idOf = async (name: string) => {
    const found = await rows<{ id: string }>(store.reader, 'SELECT id FROM partner WHERE name = ?', [name])
    return found[0]?.id ?? ''
  }
  const count = async () => (await room.call('partners.list', { limit: 200 })).items.length
  const merge = async (stays: string, goes: string) =>
    room.call('partners.merge', { stays: await idOf(stays), goes: await idOf(goes) })
  const one = line('D1', 'Drukkerij Inktvlek B.V.', { kvk: '48245915', contact: 'Bram Nepstra' })
  const two = line('D2', 'Inktvlek Drukwerk B.V.', { mail: 'info@inktvlek.example', contact: 'Bram Nepstra' })

  beforeEach(async () => {
    store = await openTestStore(engine, partnersRoomTables)
    room = await openPartnersRoom(store)
  })

  test('two debtor numbers that are one partner are one in every later import', async () => {
    await load(one, two)
    const merged = await merge('Drukkerij Inktvlek B.V.', 'Inktvlek Drukwerk B.V.')
    expect(merged).toMatchObject({ name: 'Drukkerij Inktvlek B.V.', kvk: '48245915' })
    expect((await room.call('partners.get', { id: merged.id })).contact.email).toBe('info@inktvlek.example')
    await load(one, two)
    expect(await load(one, two)).toMatchObject({ new: 0, changed: 0, same: 1, merged: 1 })
    expect(await count()).toBe(1)
    const ours = await idOf('Drukkerij Inktvlek B.V.')
    expect([await load(two), ours]).toMatchObject([{ new: 0 }, merged.id])
  })

  test('what went into one that itself went into another is found there', async () => {
    await load(one, two, line('D3', 'Inkt & Vlek B.V.'))
    await merge('Inktvlek Drukwerk B.V.', 'Inkt & Vlek B.V.')
    await merge('Drukkerij Inktvlek B.V.', 'Inktvlek Drukwerk B.V.')
    expect(await load(line('D3', 'Inkt & Vlek B.V.'))).toMatchObject({ new: 0 })
    expect(await count()).toBe(1)
  })

  test('who changed the list since it was looked at is told to look again', async () => {
    await load(one, two)
    const id = await room.importOf(list(one, two))
    room.registry.meanwhile = async () => {
      room.registry.meanwhile = async () => undefined
      await merge('Drukkerij Inktvlek B.V.', 'Inktvlek Drukwerk B.V.')
    }
    await expect(room.call('partners.imports.apply', { id, pick: 'all' })).rejects.toMatchObject({
      code: 'import_changed',
    })
    expect(await count()).toBe(1)
  })

  test('two companies, or a partner and itself, are not one', async () => {
    await load(one, line('D4', 'Drukkerij Ander B.V.', { kvk: '48245923' }))
    const refused = (code: string) => ({ code })
    await expect(merge('Drukkerij Inktvlek B.V.', 'Drukkerij Ander B.V.')).rejects.toMatchObject(
      refused('partners_differ'),
    )
    await expect(merge('Drukkerij Inktvlek B.V.', 'Drukkerij Inktvlek B.V.')).rejects.toMatchObject(
      refused('same_partner'),
    )
    expect(await count()).toBe(2)
  })

  test('nothing moves while the person it names disputes her data, and no marketing stays no marketing', async () => {
    await load(one, two)
    const [stays, goes] = [await idOf('Drukkerij Inktvlek B.V.'), await idOf('Inktvlek Drukwerk B.V.')]
    const contact = await room.contacts.require(goes)
    await store.transact((tx) => room.contacts.restrict(tx, contact, 1))
    await expect(room.call('partners.merge', { stays, goes })).rejects.toMatchObject({
      code: 'partner_restricted',
    })
    await store.transact((tx) => room.contacts.restrict(tx, contact, null))
    await store.transact((tx) => room.contacts.noMarketing(tx, contact, 1))
    expect(await room.call('partners.merge', { stays, goes })).toMatchObject({
      person: { no_marketing: true },
    })
  })

  test('who had herself erased from the one that went does not come back at the one that stayed', async () => {
    await load(one.replace('Bram Nepstra', ''), two)
    const [stays, goes] = [await idOf('Drukkerij Inktvlek B.V.'), await idOf('Inktvlek Drukwerk B.V.')]
    const contact = await room.contacts.require(goes)
    await store.transact((tx) => room.contacts.erase(tx, coordinator, contact, false))
    await room.call('partners.merge', { stays, goes })
    await load(one.replace('Bram Nepstra', ''), two)
    expect((await room.call('partners.get', { id: stays })).contact.name).toBe(null)
  })

  test('what somebody said is not one is not proposed again by a preview', async () => {
    const twins = [one, line('D5', 'Drukkerij Inktvlek BV', { contact: '' })].map((text) =>
      `${text}`.replace(/;;$/, ';NL70TSTN0937876771;'),
    )
    await load(...twins)
    const preview = async () => {
      const { rows: found } = await room.call('partners.imports.preview', {
        id: await room.importOf(list(...twins)),
      })
      return found.map(({ duplicates }: { duplicates: unknown[] }) => duplicates.length)
    }
    expect(await preview()).toEqual([1, 1])
    const ids = [await idOf('Drukkerij Inktvlek B.V.'), await idOf('Drukkerij Inktvlek BV')]
    room.different.push(ids.sort().join(' '))
    expect(await preview()).toEqual([0, 0])
  })
})
