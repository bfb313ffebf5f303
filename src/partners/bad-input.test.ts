import fc from 'fast-check'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { onEachEngine, openTestStore } from '../../test/support/engines.ts'
import { bytes, openPartnersRoom, partnersRoomTables } from '../../test/support/partners-room.ts'
import { isRefusal } from '../core/index.ts'
import { rows, type Store } from '../store/index.ts'

const NS = 'http://www.auditfiles.nl/XAF/3.2'
const xml = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
const auditFile = (...names: string[]) =>
  `<?xml version="1.0" encoding="UTF-8"?><auditfile xmlns="${NS}"><header/><company><companyIdent>A</companyIdent>` +
  `<customersSuppliers>${names
    .map(
      (name, nr) =>
        `<customerSupplier><custSupID>${nr}</custSupID><custSupName>${xml(name)}</custSupName></customerSupplier>`,
    )
    .join('')}</customersSuppliers></company></auditfile>`
const list = (...names: string[]) =>
  ['Relatiecode;Naam;LandID;Nummer kvk', ...names.map((name, nr) => `${nr};"${name}";NL;`)].join('\r\n')
/** Long lines are folded, as vCards have it. */
const cards = (...names: string[]) =>
  names
    .flatMap((name, nr) => [
      'BEGIN:VCARD',
      `VERSION:${nr % 2 ? '3.0' : '4.0'}`,
      `FN:${fold(name)}`,
      'END:VCARD',
    ])
    .join('\r\n')
const fold = (text: string) => [...text].map((sign, at) => (at % 60 === 59 ? `\r\n ${sign}` : sign)).join('')

const good = 'Bloem en Blad'
const names = [
  ['right to left', 'שלום מסחר'],
  ['with signs of more than two bytes', 'Bloem 🌷 Blad 🏳️‍🌈'],
  ['that turns the direction', 'Bloem \u202Edalb\u202C'],
  ['with letters that are put together', 'Cafe\u0301 Bloem'],
] as const
const tooLong = 'x'.repeat(5_000)

onEachEngine((engine) => {
  let store: Store
  let room: Awaited<ReturnType<typeof openPartnersRoom>>
  beforeAll(async () => {
    store = await openTestStore(engine, partnersRoomTables)
    room = await openPartnersRoom(store)
  })
  beforeEach(() => room.reset())
  const count = async (table: string) => {
    const [{ n } = { n: 0 }] = await rows<{ n: number }>(store.reader, `SELECT count(*) AS n FROM ${table}`)
    return Number(n)
  }
  const preview = (id: string) => room.call('partners.imports.preview', { id })
  const upload = (id: string, content: string | Uint8Array) =>
    room.call('partners.imports.upload', { id, name: 'x' }, { upload: bytes(content) })

  describe.each([
    ['an audit file', auditFile],
    ['a list', list],
  ])('%s', (_format, write) => {
    test.each(names)('takes a name %s, without what changes how others are shown', async (_how, name) => {
      const { rows, rejected } = await preview(await room.importOf({ name: 'x', text: write(good, name) }))
      const shown = name
        .replaceAll(/\s*[\u202E\u202C]/g, ' ')
        .trim()
        .normalize('NFC')
      expect(rows.map((row: { name: string }) => row.name).sort()).toEqual([good, shown].sort())
      expect(rejected).toEqual([])
    })

    test('keeps a name that is far too long apart, and exports it', async () => {
      const id = await room.importOf({ name: 'x', text: write(good, tooLong) })
      const { rows, rejected } = await preview(id)
      expect(rows).toMatchObject([{ name: good }])
      expect(rejected).toMatchObject([{ reasons: [{ code: 'field_too_long', field: 'name' }] }])
      const { csv } = await room.call('partners.imports.errors', { id })
      expect(csv).toContain('field_too_long')
      expect(csv.length).toBeLessThan(5_000)
    })
  })

  test('cards of both versions are read as they are, their lines folded; the others go on', async () => {
    const all = [good, ...names.map(([, name]) => name), `${'Lang '.repeat(30)}Blad`]
    const { cards: read, rejected } = await room.call(
      'partners.contacts.import',
      { name: 'x.vcf' },
      { upload: bytes(`${cards(...all)}\r\nBEGIN:VCARD\r\nVERSION:2.1\r\nFN:Oud\r\nEND:VCARD\r\n`) },
    )
    expect(read).toHaveLength(all.length)
    expect(read.at(-1).name.replaceAll(' ', '')).toBe(all.at(-1)?.replaceAll(' ', ''))
    expect(rejected).toMatchObject([{ reason: 'card_version_unknown' }])
  })

  test('an audit file that breaks off, wherever, is refused and leaves the import as it was', async () => {
    const whole = Buffer.from(auditFile(good, 'Schoenen & Zn. 🌷'))
    const id = await room.importOf()
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: whole.length - 1 }), async (length) => {
        const outcome = await upload(id, whole.subarray(0, length)).catch((error: unknown) => error)
        expect(isRefusal(outcome) && outcome.code).toMatch(/^(xaf|csv)_/)
      }),
      { numRuns: 60 },
    )
    expect([await count('partner_import_part'), await count('partner_import_file')]).toEqual([0, 0])
    expect(await upload(id, whole)).toMatchObject({ relations: 2 })
  })

  test('a list of one column is refused by name', async () => {
    await expect(upload(await room.importOf(), 'Naam\r\nBloem')).rejects.toMatchObject({
      code: 'csv_header_unreadable',
    })
  })

  describe('an import of several portions', () => {
    const many = list(...Array.from({ length: 2_500 }, (_, nr) => `Bloem ${nr} B.V.`))

    test('that stops half-way is not there, and can be done again', async () => {
      const id = await room.importOf({ name: 'x', text: many })
      room.writing.meanwhile = async (nr) => {
        if (nr === 2) throw new Error('stopped')
      }
      const apply = () => room.call('partners.imports.apply', { id, pick: 'all' })
      await expect(apply()).rejects.toThrow('stopped')
      expect(await count('partner')).toBe(0)
      expect((await preview(id)).counts).toMatchObject({ new: 2_500 })
      room.writing.meanwhile = async () => undefined
      expect(await apply()).toMatchObject({ new: 2_500, same: 0 })
      expect(await count('partner')).toBe(2_500)
    })

    test('never has more of it at hand than a portion; again it changes nothing', async () => {
      const written: number[] = []
      const id = await room.importOf({ name: 'x', text: many })
      room.writing.meanwhile = async () => {
        const [{ n } = { n: 0 }] = await rows<{ n: number }>(
          store.current(),
          'SELECT count(*) AS n FROM partner',
        )
        written.push(Number(n))
      }
      await room.call('partners.imports.apply', { id, pick: 'all' })
      expect(written).toEqual([1_000, 2_000, 2_500])
      const again = await room.importOf({ name: 'x', text: many })
      expect(await room.call('partners.imports.apply', { id: again, pick: 'all' })).toMatchObject({
        ...{ new: 0, changed: 0, same: 2_500 },
      })
    })
  })
})
