import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { packageRoot } from '../../../test/support/build.ts'
import { onEachEngine, openTestStore } from '../../../test/support/engines.ts'
import {
  bytes,
  coordinator,
  openPartnersRoom,
  partnersRoomTables,
} from '../../../test/support/partners-room.ts'
import type { Store } from '../../store/index.ts'
import { matcherOf } from './match.ts'
import { readCards } from './vcard.ts'

const vector = (name: string) => readFileSync(join(packageRoot, 'test/vectors/partners', name))
const card = (...lines: string[]) => ['BEGIN:VCARD', 'VERSION:4.0', ...lines, 'END:VCARD', ''].join('\r\n')

test.each([
  [['FN:Jan', 'ORG:Kist\\; Kast & Zn.;Afdeling'], { name: 'Jan', organisation: 'Kist; Kast & Zn.' }],
  [['N:Jansen;Jan;;;'], { name: 'Jan Jansen' }],
  [['FN:Jan de Lan', ' ge Naam'], { name: 'Jan de Lange Naam' }],
  [
    ['FN:Jan', 'EMAIL;TYPE=home:thuis@a.example', 'item1.EMAIL;TYPE=work:werk@a.example'],
    { email: 'werk@a.example' },
  ],
  [['FN:Jan', 'EMAIL;PREF=2:b@a.example', 'EMAIL;PREF=1:a@a.example'], { email: 'a@a.example' }],
  [['FN:Jan', 'TEL;TYPE="voice,work";VALUE=uri:tel:+31-30-1'], { phone: '+31-30-1' }],
  [['FN;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:Ren=C3=A9'], { name: 'René' }],
])('%j is read as %j', async (lines, expected) => {
  expect(await readCards(bytes(card(...lines)))).toMatchObject({ cards: [expected], bad: [] })
})

test.each([
  ['BEGIN:VCARD\nVERSION:2.1\nFN:Jan\nEND:VCARD', 'card_version_unknown'],
  [card('EMAIL:a@a.example'), 'card_name_missing'],
  ['BEGIN:VCARD\nVERSION:3.0\nFN:Jan', 'card_unfinished'],
  [card('FN:Jan', 'EMAIL:jan(at)a.example'), 'card_email_unreadable'],
])('a bad card is told, and the next one is read', async (text, reason) => {
  const { cards, bad } = await readCards(bytes(`${text}\n${card('FN:Piet')}`))
  expect([bad, cards.map(({ name }) => name)]).toEqual([[{ nr: 1, reason }], ['Piet']])
})

test.each([
  ['', 'vcard_empty'],
  [new Uint8Array([0xff, 0xfe, 0xfd]), 'vcard_not_text'],
  ['x'.repeat(5_000_001), 'vcard_too_large'],
])('what holds no cards is refused', async (text, code) => {
  await expect(readCards(bytes(text))).rejects.toMatchObject({ code })
})

test.each([
  [{ organisation: 'Bakkerij Korst BV' }, { partnerId: 'a', on: 'organisation' }],
  [{ email: 'x@korst.example' }, { partnerId: 'a', on: 'email_domain' }],
  [{ email: 'x@gmail.com' }, { partnerId: null, why: 'nobody' }],
  [{ organisation: 'Dubbel' }, { partnerId: null, why: 'several' }],
  [
    { organisation: 'Dubbel', email: 'x@dubbel-2.example' },
    { partnerId: 'd', on: 'email_domain' },
  ],
  [{}, { partnerId: null, why: 'nobody' }],
])('%j is of %j', (said, expected) => {
  const match = matcherOf([
    { id: 'a', name: 'Bakkerij Korst B.V.', emails: ['info@korst.example'] },
    { id: 'b', name: 'Bij Gmail', emails: ['bij@gmail.com'] },
    { id: 'c', name: 'Dubbel', emails: [] },
    { id: 'd', name: 'Dubbel B.V.', emails: [], website: 'https://www.dubbel-2.example/' },
  ])
  expect(match({ nr: 1, name: 'Jan', ...said })).toEqual(expected)
})

onEachEngine((engine) => {
  let store: Store
  let room: Awaited<ReturnType<typeof openPartnersRoom>>
  const importCards = (content: string | Uint8Array = vector('contacts.vcf'), input: object = {}) =>
    room.call('partners.contacts.import', { name: 'contacts.vcf', ...input }, { upload: bytes(content) })
  const actions = ({ cards }: { cards: { nr: number; action: string }[] }) =>
    cards.map(({ action }) => action)
  const contactsOf = async (id: string): Promise<{ name: string; email: string | null }[]> =>
    (await room.call('partners.get', { id })).contacts

  beforeEach(async () => {
    store = await openTestStore(engine, partnersRoomTables)
    room = await openPartnersRoom(store)
    const id = await room.importOf({
      name: 'auditfile-3.2.xaf',
      text: vector('auditfile-3.2.xaf').toString(),
    })
    await room.call('partners.imports.apply', { id, pick: 'all' })
  })

  test('cards become contact persons of the partners they name, once; who is not clear is asked, and not kept', async () => {
    const done = await importCards()
    expect(actions(done).filter((action) => action === 'asked')).toHaveLength(2)
    expect(done.cards[7]).toMatchObject({ name: 'Hugo Loosverhaal', partner: null, action: 'asked' })
    expect(done.cards[8]).toMatchObject({ name: 'Ilse Kletskoek', action: 'asked' })
    expect(done.cards[9]).toMatchObject({ partner: done.cards[1].partner, action: 'changed' })
    expect(await contactsOf('48412434')).toHaveLength(1)
    expect((await room.everything()).includes('Ilse Kletskoek')).toBe(false)
    const again = await importCards()
    expect(actions(again).filter((action) => action === 'added')).toEqual([])
    const told = await importCards(undefined, { partner: '48245915', cards: [9] })
    expect(told.cards).toMatchObject([{ matched_on: 'told', action: 'added' }])
    expect((await contactsOf('48245915')).map(({ name }) => name)).toEqual([
      'Anneke Verzinsel',
      'Ilse Kletskoek',
    ])
  })

  test('whoever came by a card must be told where her data came from', async () => {
    await importCards()
    const anneke = room.informed.find(({ name }) => name === 'Anneke Verzinsel')
    expect(anneke).toMatchObject({
      company: 'Bakkerij De Kruimelkoning B.V.',
      kinds: ['name', 'company', 'email', 'phone'],
      sources: [{ name: 'contacts.vcf', format: 'vcf' }],
    })
    expect(room.informed.map(({ name }) => name)).not.toContain('Ilse Kletskoek')
  })

  test('she is found by her address and erased, and no card brings her back', async () => {
    await importCards()
    const [she] = await room.contacts.byEmail('Anneke@bakkerij-de-kruimelkoning.example')
    if (!she) throw new Error('she is not found')
    await store.transact((tx) => room.contacts.erase(tx, coordinator, she, false))
    expect(await room.contacts.find(she.partnerId)).toBe(null)
    expect((await importCards()).cards[0].action).toBe('erased_before')
    expect(await contactsOf('48245915')).toEqual([])
  })

  test('names are in the tables only sealed', async () => {
    await importCards()
    const found = await store.reader.query('SELECT * FROM partner_contact')
    expect(found.length).toBeGreaterThan(5)
    expect(JSON.stringify(found)).not.toMatch(/Verzinsel|kruimelkoning/)
  })
})
