import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { packageRoot } from '../../test/support/build.ts'
import { onEachEngine, openTestStore } from '../../test/support/engines.ts'
import { coordinator, openPartnersRoom, partnersRoomTables } from '../../test/support/partners-room.ts'
import { endOfDay } from '../core/index.ts'
import { rows, type Store } from '../store/index.ts'
import { contactMarkTable } from './contact-table.ts'
import { type Contact, Contacts } from './contacts.ts'

const AUDIT_FILE = {
  name: 'auditfile-3.2.xaf',
  text: readFileSync(join(packageRoot, 'test/vectors/partners/auditfile-3.2.xaf'), 'utf8'),
}
/** A private person who was invoiced: relation 10028 of the audit file. */
const SHE = 'Mevr. A. Verzonnen'
const HER_ID = '10028'
/** What must be found in the books of her, and what need not. */
const inTheBooks = { name: SHE, street: 'Zomaarweg 152', postcode: '8911GW', city: 'Leeuwarden' }
const notInTheBooks = ['0580133', 'a.verzonnen', 'thuis.example']

/** The year of her last booking, read from the file by other means than ours. */
const lastYear = Math.max(
  ...AUDIT_FILE.text
    .split('<transaction>')
    .slice(1)
    .filter((transaction) => transaction.includes(`<custSupID>${HER_ID}</custSupID>`))
    .map((transaction) => Number(/<trDt>(\d{4})/.exec(transaction)?.[1])),
)

onEachEngine((engine) => {
  let store: Store
  let room: Awaited<ReturnType<typeof openPartnersRoom>>
  let contacts: Contacts
  const importAll = async () => {
    const id = await room.importOf(AUDIT_FILE)
    const { rows: found } = await room.call('partners.imports.preview', { id, limit: 10_000 })
    const pick = found.flatMap(({ key, kind }: { key: string; kind: string }) =>
      kind === 'collective_account' ? [] : [key],
    )
    await room.call('partners.imports.apply', { id, pick })
  }
  const partnerIds = async () => {
    const found = await rows<{ id: string }>(store.reader, 'SELECT id FROM partner ORDER BY id')
    return found.map(({ id }) => id)
  }
  const everybody = async () => {
    const found = await Promise.all((await partnerIds()).map((id) => contacts.find(id)))
    return found.filter((contact): contact is Contact => contact !== null)
  }
  const erase = async (name: string, isRealEstate = false) => {
    const contact = (await everybody()).find((one) => one.name === name)
    if (!contact) throw new Error(`${name} is not in the directory`)
    return {
      contact,
      ...(await store.transact((tx) => contacts.erase(tx, coordinator, contact, isRealEstate))),
    }
  }
  /** What the books have of her, as whoever has the master key reads it. */
  const kept = async () => {
    const marks = await store.reader.find(contactMarkTable)
    const sealed = marks.flatMap(({ id, kept, keptUntil }) => (kept ? [{ id, kept, keptUntil }] : []))
    return Promise.all(
      sealed.map(async ({ id, kept, keptUntil }) => ({
        keptUntil,
        ...JSON.parse(await room.vault.openText(`contact_mark:${id}:kept`, kept)),
      })),
    )
  }
  const keptKeys = () => rows(store.reader, "SELECT id FROM vault_key WHERE scope LIKE 'kept:%'")

  beforeEach(async () => {
    store = await openTestStore(engine, partnersRoomTables)
    room = await openPartnersRoom(store)
    const { clock, vault, audit } = room
    const scope = async () => '01900000-0000-7000-8000-000000000001'
    contacts = new Contacts({ store, clock, vault, audit, scope })
    await importAll()
  })

  test('of somebody who was invoiced the books keep who and where, for seven years after the last booking', async () => {
    const others = (await everybody()).length - 1
    const { keptUntil } = await erase(SHE)
    expect(keptUntil).toBe(endOfDay(`${lastYear + 7}-12-31`))
    expect(await kept()).toMatchObject([{ ...inTheBooks, keptUntil }])
    const text = await room.everything()
    for (const value of [SHE, inTheBooks.postcode, ...notInTheBooks])
      expect([value, text.includes(value)]).toEqual([value, false])
    for (const value of notInTheBooks) expect(JSON.stringify(await kept())).not.toContain(value)
    const { items } = await room.call('partners.list', { limit: 200, q: 'Verzonnen' })
    expect(items).toEqual([])
    expect(await everybody()).toHaveLength(others)
  })

  test('they keep it to the last day, and not a day longer', async () => {
    const { keptUntil } = await erase(SHE)
    room.clock.at = keptUntil ?? 0
    await contacts.sweep()
    expect([(await kept()).length, (await keptKeys()).length]).toEqual([1, 1])
    room.clock.at += 1
    await contacts.sweep()
    expect([await kept(), await keptKeys()]).toEqual([[], []])
  })

  test('about real estate it is ten years', async () => {
    const { keptUntil } = await erase(SHE, true)
    expect(keptUntil).toBe(endOfDay(`${lastYear + 10}-12-31`))
  })

  test('of a contact person of a company nothing is booked, and nothing is kept', async () => {
    const { contact, keptUntil } = await erase('Dirk Loosverhaal')
    expect([contact.isPartner, keptUntil, await kept()]).toEqual([false, null, []])
    expect((await room.everything()).includes('Dirk Loosverhaal')).toBe(false)
  })

  test('what is kept goes with no import, nor does she come back by one', async () => {
    await erase(SHE)
    await importAll()
    expect((await everybody()).map(({ name }) => name)).not.toContain(SHE)
    expect(await kept()).toMatchObject([inTheBooks])
  })
})
