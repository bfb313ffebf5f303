import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { packageRoot } from '../../test/support/build.ts'
import { onEachEngine, openTestStore } from '../../test/support/engines.ts'
import {
  bytes,
  coordinator,
  openPartnersRoom,
  partnersRoomTables,
  type TestFile,
} from '../../test/support/partners-room.ts'
import { rows, type Store } from '../store/index.ts'

const XAF = 'auditfile.xaf'
const CSV = 'debiteuren.csv'
const SAMPLE_PARTNER = '48245915'

interface Expected {
  readonly auditfile: {
    readonly records: readonly {
      readonly custSupID: string
      readonly name: string
      readonly type: string | null
      readonly kvk: string | null
      readonly vat: string | null
      readonly vatKind: string | null
      readonly valid: boolean
      readonly activity: string
    }[]
    readonly duplicateKvk: readonly { readonly kvk: string; readonly activity: string }[]
  }
  readonly csv: { readonly records: readonly { readonly line: number; readonly valid: boolean }[] }
}
const expected: Expected = JSON.parse(
  readFileSync(join(packageRoot, 'test/vectors/partners/expected.json'), 'utf8'),
)
const bsnShaped = [
  ...expected.auditfile.records.flatMap(({ vat }) => (vat?.startsWith('NL99999') ? [vat] : [])),
  'NL999995108B01',
]

const snelstart = (...lines: string[]) =>
  [
    'Relatiecode;Naam;Contactpersoon;Adres;Postcode;Plaats;LandID;Telefoonnummer;Mobielnummer;Emailadres;BTW nummer;Nummer kvk;IBAN;BIC',
    ...lines,
  ].join('\r\n')
const line = (code: string, name: string, rest: { contact?: string; email?: string; kvk?: string } = {}) =>
  `${code};${name};${rest.contact ?? ''};;;;NL;;;${rest.email ?? ''};;${rest.kvk ?? ''};;`

onEachEngine((engine) => {
  let store: Store
  let room: Awaited<ReturnType<typeof openPartnersRoom>>
  beforeAll(async () => {
    store = await openTestStore(engine, partnersRoomTables)
    room = await openPartnersRoom(store)
  })
  beforeEach(() => room.reset())
  const preview = (id: string, page: object = {}) => room.call('partners.imports.preview', { id, ...page })
  const apply = (id: string, pick: 'active' | 'all' | string[]) =>
    room.call('partners.imports.apply', { id, pick })
  const list = async (filter: object = {}) =>
    (await room.call('partners.list', { limit: 200, ...filter })).items
  const imported = async (pick: 'active' | 'all' | string[], ...files: TestFile[]) => {
    const id = await room.importOf(...files)
    return { id, ...(await apply(id, pick)) }
  }

  describe('the preview', () => {
    test('an audit file gives the relations, activities and bad records it should', async () => {
      const { rows, counts, rejected } = await preview(await room.importOf(XAF))
      const { records, duplicateKvk } = expected.auditfile
      const valid = records.filter((one) => one.valid)
      expect(counts).toMatchObject({ records: 60, relations: 50, rejected: 10, rows: 45, bsn_shaped: 5 })
      expect(rejected.map((row: { source_id: string }) => row.source_id).sort()).toEqual(
        records.flatMap((one) => (one.valid ? [] : [one.custSupID])).sort(),
      )
      const merged = new Map(duplicateKvk.map((one) => [one.kvk, one.activity]))
      const wanted = new Map(
        valid.map((one) => [one.name, (one.kvk && merged.get(one.kvk)) || one.activity] as const),
      )
      for (const row of rows) expect([row.name, row.activity.state]).toEqual([row.name, wanted.get(row.name)])
    })

    test('a debtor list alone gives its good and bad rows and does not guess who is active', async () => {
      const { counts, rejected, rows } = await preview(await room.importOf(CSV))
      expect(counts).toMatchObject({ records: 34, relations: 23, rejected: 11, rows: 21, unknown: 21 })
      expect(rejected.map((row: { line: number }) => row.line)).toEqual(
        expected.csv.records.flatMap((one) => (one.valid ? [] : [one.line])),
      )
      for (const row of rejected) expect(row.reasons[0]).toMatchObject({ code: expect.any(String) })
      expect(rows.some((row: { proposed: boolean }) => row.proposed)).toBe(false)
    })

    test('what two files say of one KVK number is one row, whatever the order of the files', async () => {
      const [one, other] = [await room.importOf(XAF, CSV), await room.importOf(CSV, XAF)]
      const [a, b] = [await preview(one), await preview(other)]
      expect(a.rows).toEqual(b.rows)
      expect(a.counts).toMatchObject({ records: 94, relations: 73, rows: 57, proposed: 25 })
      const row = a.rows.find(({ kvk }: { kvk: string }) => kvk === SAMPLE_PARTNER)
      expect(row.records).toHaveLength(3)
      expect(row.activity).toMatchObject({ state: 'active', last_date: '2026-10-28' })
      expect(row.activity.revenue).toMatch(/^\d+\.\d\d$/)
    })

    test('collective accounts are nobody, private persons no companies, look-alikes are named', async () => {
      const { rows } = await preview(await room.importOf(XAF))
      const kindOf = (name: string) => rows.find((row: { name: string }) => row.name === name)
      expect(kindOf('Diverse debiteuren')).toMatchObject({ kind: 'collective_account', action: 'none' })
      expect(kindOf('Mevr. A. Verzonnen')).toMatchObject({ kind: 'person', proposed: false })
      expect(kindOf('Metaalhandel Roestvrij').duplicates).toMatchObject([{ on: ['vat'] }])
    })

    test('pages follow one another without gaps', async () => {
      const id = await room.importOf(XAF)
      const all = (await preview(id)).rows.map(({ key }: { key: string }) => key)
      const paged: string[] = []
      for (let cursor: string | undefined; ; ) {
        const page = await preview(id, { limit: 20, ...(cursor && { cursor }) })
        expect(page.rejected).toHaveLength(cursor ? 0 : 10)
        paged.push(...page.rows.map(({ key }: { key: string }) => key))
        if (page.next === null) break
        cursor = page.next
      }
      expect(paged).toEqual(all)
      await expect(preview(id, { cursor: 'kvk:0' })).rejects.toMatchObject({ code: 'invalid_cursor' })
    })
  })

  describe('importing', () => {
    test('the active companies become partners; who is in the network is known to be', async () => {
      const { did, wallet } = room.registry.enter(SAMPLE_PARTNER)
      const { id: _, ...result } = await imported('active', XAF, CSV)
      expect(result).toMatchObject({ new: 25, changed: 0, same: 0, skipped: 32, rejected: 21 })
      expect(await list()).toHaveLength(25)
      const [partner] = await list({ q: 'kruimelkoning' })
      expect(partner).toMatchObject({ kvk: SAMPLE_PARTNER, in_network: true, did })
      expect(await room.call('partners.get', { id: partner.id })).toMatchObject({
        network: { state: 'in_network', did, wallet },
        contact: { name: 'Anneke Verzinsel', email: 'info@bakkerij-de-kruimelkoning.example' },
        address: { postcode: '9401DT', city: 'Assen' },
        iban: 'NL70TSTN0937876771',
        bic: 'TSTNNL2R',
      })
      expect(await list({ in_network: true })).toHaveLength(1)
      expect(await list({ in_network: false })).toHaveLength(24)
    })

    test('the same files again change nothing', async () => {
      room.registry.enter(SAMPLE_PARTNER)
      await imported('all', XAF, CSV)
      const before = await rows(store.reader, 'SELECT * FROM partner ORDER BY id')
      room.clock.at += 60_000
      const id = await room.importOf(CSV, XAF)
      expect((await preview(id)).counts).toMatchObject({ new: 2, changed: 0, same: 53 })
      expect(await apply(id, 'all')).toMatchObject({ new: 0, changed: 0, same: 53, to_inform: null })
      expect(await rows(store.reader, 'SELECT * FROM partner ORDER BY id')).toEqual(before)
    })

    test('what a later list does not say stays, what it says counts', async () => {
      await imported('all', XAF)
      const before = (await list({ q: 'kruimelkoning' }))[0]
      room.clock.at += 60_000
      const text = snelstart(
        line('D1', 'Bakkerij De Kruimelkoning B.V.', { email: 'nieuw@kruimel.example', kvk: SAMPLE_PARTNER }),
      )
      expect(await imported('all', { name: 'nieuw.csv', text })).toMatchObject({
        new: 0,
        changed: 1,
        same: 0,
      })
      const after = await room.call('partners.get', { id: before.id })
      expect(after).toMatchObject({
        activity: before.activity,
        roles: before.roles,
        vat: before.vat,
        contact: { name: 'Anneke Verzinsel', email: 'nieuw@kruimel.example' },
      })
      expect(after.updated_at > before.updated_at).toBe(true)
    })

    test('applying twice is applying once; with another choice it is refused', async () => {
      const { id, ...result } = await imported('active', XAF)
      expect(await apply(id, 'active')).toEqual(result)
      await expect(apply(id, 'all')).rejects.toMatchObject({ code: 'import_applied' })
      await expect(preview(id)).rejects.toMatchObject({ code: 'import_applied' })
      const upload = bytes(snelstart(line('1', 'Te laat B.V.')))
      await expect(room.call('partners.imports.upload', { id, name: 'x' }, { upload })).rejects.toMatchObject(
        { code: 'import_applied' },
      )
    })

    test('two imports of the same files at once make each partner once', async () => {
      const ids = [await room.importOf(XAF, CSV), await room.importOf(CSV, XAF), await room.importOf(XAF)]
      const results = await Promise.all(ids.map((id) => apply(id, 'all')))
      expect(results.reduce((sum, result) => sum + result.new, 0)).toBe(53)
      expect(await list()).toHaveLength(53)
      const kvks = (await list()).flatMap(({ kvk }: { kvk: string | null }) => kvk ?? [])
      expect(new Set(kvks).size).toBe(kvks.length)
    })

    test('one import applied twice at once is applied once', async () => {
      const id = await room.importOf(XAF)
      const [one, other] = await Promise.all([apply(id, 'active'), apply(id, 'active')])
      expect(one).toEqual(other)
      const [{ n } = { n: 0 }] = await rows<{ n: number }>(
        store.reader,
        "SELECT count(*) AS n FROM audit_entry WHERE action = 'partners.imported'",
      )
      expect(Number(n)).toBe(1)
    })

    test('a file that comes in while it is applied is not passed over: it is to be looked at first', async () => {
      const id = await room.importOf(XAF)
      let sent = false
      room.registry.meanwhile = async () => {
        if (sent) return
        sent = true
        const upload = bytes(snelstart(line('1', 'Te laat B.V.', { kvk: '48000001' })))
        await room.call('partners.imports.upload', { id, name: 'x' }, { upload })
      }
      await expect(apply(id, 'active')).rejects.toMatchObject({ code: 'import_changed' })
      expect(await list()).toEqual([])
      expect(await apply(id, 'all')).toMatchObject({ new: 42 })
    })

    test('relations can be picked by key; collective accounts and unknown keys cannot', async () => {
      const id = await room.importOf(XAF)
      const { rows } = await preview(id)
      const keyOf = (name: string) => rows.find((row: { name: string }) => row.name === name).key
      await expect(apply(id, [keyOf('Diverse debiteuren')])).rejects.toMatchObject({
        code: 'import_row_not_a_partner',
      })
      await expect(apply(id, ['kvk:00000000'])).rejects.toMatchObject({ code: 'import_key_unknown' })
      expect(await apply(id, [keyOf('Mevr. A. Verzonnen')])).toMatchObject({
        new: 1,
        to_inform: { count: 1 },
      })
      expect(await list()).toMatchObject([{ name: 'Mevr. A. Verzonnen', kind: 'person', kvk: null }])
      expect(JSON.stringify(await rowsOf('partner'))).not.toContain('Verzonnen')
    })

    test('without an audit file nobody is active: nothing is picked and the import stays open', async () => {
      const id = await room.importOf(CSV)
      await expect(apply(id, 'active')).rejects.toMatchObject({ code: 'import_nothing_picked' })
      expect(await apply(id, 'all')).toMatchObject({ new: 21 })
    })

    test('roles of a list are what the coordinator says', async () => {
      const text = snelstart(line('1', 'Eerste B.V.', { kvk: '48000001' }))
      await imported('all', { name: 'debiteuren', text, roles: ['customer'] })
      await imported('all', { name: 'crediteuren', text: `${text}\r\n`, roles: ['supplier'] })
      expect(await list()).toMatchObject([{ roles: ['customer', 'supplier'] }])
    })
  })

  describe('files', () => {
    const upload = (id: string, name: string, text: string | Uint8Array, more: object = {}) =>
      room.call('partners.imports.upload', { id, name, ...more }, { upload: bytes(text) })

    test('what a file is says its content, not its name', async () => {
      const id = await room.importOf()
      const text = readFileSync(join(packageRoot, 'examples', XAF))
      expect(await upload(id, 'debiteuren.csv', text)).toMatchObject({ format: 'xaf', relations: 50 })
      expect(await upload(id, 'audit.xaf', snelstart(line('1', 'Eerste B.V.')))).toMatchObject({
        format: 'csv',
        relations: 1,
      })
    })

    test.each([
      [
        'XML that is not closed',
        '<auditfile xmlns="http://www.auditfiles.nl/XAF/3.2"><header>\n',
        'xaf_broken',
      ],
      ['XML of another kind', '<invoice/>', 'xaf_not_an_audit_file'],
      ['a DOCTYPE', '<!DOCTYPE a [<!ENTITY b "c">]><auditfile/>', 'xaf_doctype'],
      ['a workbook', Buffer.from([0x50, 0x4b, 3, 4, 0, 0, 0, 0, 59, 10, 59]), 'csv_not_text'],
      ['an empty file', '', 'csv_empty'],
      ['a list with unknown headings', 'a;b\r\n1;2\r\n', 'csv_columns_unknown'],
    ])('%s is refused by name and the import goes on', async (_what, content, code) => {
      const id = await room.importOf(CSV)
      await expect(upload(id, 'x', content)).rejects.toMatchObject({ code })
      expect((await preview(id)).counts.relations).toBe(23)
    })

    test('the line of a broken audit file is told', async () => {
      const text = '<auditfile xmlns="http://www.auditfiles.nl/XAF/3.2">\n<header>\n</heder>'
      await expect(upload(await room.importOf(), 'x', text)).rejects.toMatchObject({
        code: 'xaf_broken',
        params: { line: 3 },
      })
    })

    test('a file that is sent twice counts once', async () => {
      const id = await room.importOf(CSV, CSV)
      expect((await preview(id)).counts.records).toBe(34)
      const again = readFileSync(join(packageRoot, 'examples', CSV))
      expect((await upload(id, CSV, again)).warnings).toMatchObject([{ code: 'source_given_twice' }])
    })

    test('a column mapping is remembered for lists with these headings', async () => {
      const text = (name: string) => `Klantnaam;Klantnr;Kamer van koophandel\r\n${name};1;48000001\r\n`
      const id = await room.importOf()
      await expect(upload(id, 'a', text('A B.V.'))).rejects.toMatchObject({ code: 'csv_columns_unknown' })
      const mapping = JSON.stringify({ name: 'Klantnaam', sourceId: 'Klantnr', kvk: 'Kamer van koophandel' })
      expect(await upload(id, 'a', text('A B.V.'), { mapping })).toMatchObject({ relations: 1 })
      expect(await upload(await room.importOf(), 'b', text('B B.V.'))).toMatchObject({ relations: 1 })
    })

    describe('a remembered mapping', () => {
      const head = 'Klantnaam;Klantnr;Kamer van koophandel'
      const mapping = JSON.stringify({ name: 'Klantnaam', kvk: 'Kamer van koophandel' })
      const call = (verb: string, input: object = {}) => room.call(`partners.mappings.${verb}`, input)
      const remembered = async () => {
        const id = await room.importOf()
        await upload(id, 'a', `${head}\r\nA B.V.;1;48000001`, { mapping, mapping_name: 'Snelboek' })
        const { items } = await call('list')
        expect(items).toMatchObject([{ name: 'Snelboek', headings: head.split(';') }])
        return items[0].id as string
      }

      test('is known by its package, also when the columns are said again without it', async () => {
        const id = await remembered()
        await upload(await room.importOf(), 'b', `${head}\r\nB B.V.;2;48000002`, { mapping })
        expect(await call('show', { id })).toMatchObject({ name: 'Snelboek', mapping: JSON.parse(mapping) })
      })

      test('can be changed: the next list is read with what was said last', async () => {
        const id = await remembered()
        await call('set', { id, name: 'Anders' })
        await call('set', { id, mapping: JSON.stringify({ name: 'klantnr' }) })
        expect(await call('show', { id })).toMatchObject({ name: 'Anders', mapping: { name: 'klantnr' } })
        const next = await room.importOf()
        await upload(next, 'b', `${head}\r\nB B.V.;Twee B.V.;48000002`)
        expect((await preview(next)).rows).toMatchObject([{ name: 'Twee B.V.', kvk: null }])
        expect(JSON.stringify(await rowsOf('audit_entry'))).toContain('partners.mapping_changed')
      })

      test.each([
        [{ mapping: '{"name":"Klantnaam","kvk":"KvK"}' }, 'csv_mapping_column_missing', { fields: ['kvk'] }],
        [{ mapping: '{"kvk":"Klantnr"}' }, 'csv_mapping_incomplete', undefined],
        [{ mapping: '{"naam":"Klantnaam"}' }, 'csv_mapping_invalid', { fields: expect.any(Array) }],
        [{}, 'csv_mapping_unchanged', undefined],
      ])('stays as it is when %j is said', async (said, code, params) => {
        const id = await remembered()
        await expect(call('set', { id, ...said })).rejects.toMatchObject({ code, ...(params && { params }) })
        expect(await call('show', { id })).toMatchObject({ mapping: JSON.parse(mapping) })
      })

      test('is asked for again once it is forgotten', async () => {
        const id = await remembered()
        await call('forget', { id })
        await expect(upload(await room.importOf(), 'b', `${head}\r\nB B.V.;2;`)).rejects.toMatchObject({
          code: 'csv_columns_unknown',
        })
        for (const verb of ['show', 'forget'])
          await expect(call(verb, { id })).rejects.toMatchObject({ code: 'csv_mapping_unknown' })
        expect(JSON.stringify(await rowsOf('audit_entry'))).toContain('partners.mapping_forgotten')
      })
    })

    test.each(['[]', '{', '{}', '{"naam":"x"}', '{"name":7}', '{"name":"a","name":"b"}'])(
      'the mapping %s is refused',
      async (mapping) => {
        await expect(upload(await room.importOf(), 'a', 'x;y\n1;2', { mapping })).rejects.toMatchObject({
          code: 'csv_mapping_invalid',
        })
      },
    )

    test('an import takes so many files', async () => {
      const id = await room.importOf()
      for (let n = 0; n < 24; n++) await upload(id, 'x', snelstart(line(`${n}`, 'Eerste B.V.')))
      await expect(upload(id, 'x', snelstart(line('25', 'Eerste B.V.')))).rejects.toMatchObject({
        code: 'import_too_large',
      })
    })

    test('who only looks does not fill the node: of more than ten imports the oldest ends', async () => {
      const first = await room.importOf(CSV)
      const second = await room.importOf()
      for (let n = 2; n < 11; n++) await room.importOf()
      await expect(preview(first)).rejects.toMatchObject({ code: 'import_expired' })
      expect(await partsOf(first)).toEqual([])
      expect((await preview(second)).rows).toEqual([])
    })

    test('the bad rows come out as a list that spreadsheets do not run, also after importing', async () => {
      const text = snelstart(
        line('1', '=1+1 B.V.', { kvk: '123' }),
        line('2', 'Goed B.V.', { kvk: '48000001' }),
      )
      const { id } = await imported('all', { name: 'a.csv', text })
      const { csv } = await room.call('partners.imports.errors', { id })
      expect(csv).toContain(`"'=1+1`)
      expect(csv).toContain('kvk_digits')
      expect(csv).not.toContain('Goed B.V.')
      const mended = csv.replace('"123"', '"48000002"')
      expect(await imported('all', { name: 'errors.csv', text: mended })).toMatchObject({
        new: 1,
        rejected: 0,
      })
    })
  })

  describe('what is kept', () => {
    test('a VAT number that may hold a BSN is nowhere, not even sealed', async () => {
      expect(bsnShaped.length).toBeGreaterThan(5)
      const id = await room.importOf(XAF, CSV)
      const search = async () => {
        const all = await room.everything()
        expect(all).toContain('info@bakkerij-de-kruimelkoning.example')
        for (const vat of bsnShaped) expect(all).not.toContain(vat.slice(2, 11))
      }
      await search()
      const { rows } = await preview(id)
      expect(JSON.stringify(rows)).not.toMatch(/99999\d{4}B01/)
      await apply(id, 'all')
      await search()
      expect(await list({ q: 'klussenbedrijf dubbellinks' })).toMatchObject([{ kvk: '48821383', vat: null }])
    })

    test('personal and confidential values are sealed, and in no audit entry', async () => {
      const id = await room.importOf(XAF, CSV)
      await apply(id, 'all')
      const open = JSON.stringify([
        ...(await rowsOf('partner')),
        ...(await rowsOf('partner_import')),
        ...(await rowsOf('partner_import_file')),
        ...(await rowsOf('partner_import_part')),
      ])
      const audit = JSON.stringify(await rowsOf('audit_entry'))
      for (const value of [
        'Anneke',
        'info@',
        '076-0479876',
        'Bedachtlaan',
        'NL70TSTN',
        'ADM-VOORBEELD',
        XAF,
      ]) {
        expect(open).not.toContain(value)
        expect(audit).not.toContain(value)
      }
      expect(audit).not.toContain('Kruimelkoning')
      expect(audit).toContain('partners.imported')
    })

    test('what was read is gone once it is imported, and all of it after a day', async () => {
      const [applied, left] = [await room.importOf(XAF), await room.importOf(CSV)]
      await apply(applied, 'active')
      expect(await partsOf(applied)).toEqual(['bad', 'head'])
      room.clock.at += 24 * 3_600_000
      for (const id of [left, applied])
        await expect(room.call('partners.imports.errors', { id })).rejects.toMatchObject({
          code: 'import_expired',
        })
      await expect(preview(left)).rejects.toMatchObject({ code: 'import_expired' })
      await expect(apply(left, 'all')).rejects.toMatchObject({ code: 'import_expired' })
      await room.imports.sweep()
      expect(await rowsOf('partner_import_part')).toEqual([])
      expect(await rowsOf('partner_import_file')).toEqual([])
      expect(JSON.stringify(await rowsOf('audit_entry'))).toContain('partners.import_expired')
    })

    test('who is named must be told within a month where her data came from', async () => {
      const text = (contact: string) => snelstart(line('1', 'Eerste B.V.', { kvk: '48000001', contact }))
      room.clock.at = Date.UTC(2027, 0, 31, 9)
      const due = '2027-02-28T22:59:59.999Z'
      expect(await imported('all', { name: 'a', text: text('Anna') })).toMatchObject({
        to_inform: { count: 1, due_at: due },
      })
      const [{ id }] = await list()
      expect(await room.call('partners.get', { id })).toMatchObject({ informed_due_at: due })
      room.clock.at = Date.UTC(2027, 1, 1, 9)
      expect(await imported('all', { name: 'a', text: text('') })).toMatchObject({ same: 1, to_inform: null })
      expect(await imported('all', { name: 'b', text: text('Bea') })).toMatchObject({
        to_inform: { count: 1 },
      })
      expect((await room.call('partners.get', { id })).informed_due_at).toBe('2027-03-01T22:59:59.999Z')
    })
  })

  describe('the network', () => {
    test('a trust anchor that is down holds no import up; it is asked again when somebody looks', async () => {
      room.registry.enter(SAMPLE_PARTNER)
      room.registry.state = 'down'
      const id = await room.importOf(XAF)
      expect((await preview(id)).rows[0]).toMatchObject({ network_state: 'unknown', in_network: false })
      expect(await apply(id, 'active')).toMatchObject({ new: 25 })
      const [{ id: partner }] = await list({ q: 'kruimelkoning' })
      expect(await room.call('partners.get', { id: partner })).toMatchObject({ network_state: 'unknown' })
      room.registry.state = 'up'
      expect(await room.call('partners.get', { id: partner })).toMatchObject({
        network_state: 'in_network',
        did: `did:web:${SAMPLE_PARTNER}.example`,
      })
      expect((await list({ in_network: true })).map((one: { id: string }) => one.id)).toEqual([partner])
      expect(JSON.stringify(await rowsOf('audit_entry'))).toContain('partner.network_changed')
    })

    test('an import again sees who joined and who was suspended, and calls the partner the same', async () => {
      await imported('active', XAF)
      room.registry.enter(SAMPLE_PARTNER)
      room.clock.at += 60_000
      expect(await imported('active', XAF)).toMatchObject({ new: 0, changed: 0, same: 25 })
      expect(await list({ in_network: true })).toMatchObject([{ kvk: SAMPLE_PARTNER }])
      room.registry.enter(SAMPLE_PARTNER, 'suspended')
      await imported('active', XAF)
      expect(await list({ in_network: true })).toEqual([])
    })

    test('when it is down what was known stays', async () => {
      room.registry.enter(SAMPLE_PARTNER)
      await imported('active', XAF)
      room.registry.state = 'down'
      await imported('active', XAF)
      expect(await list({ in_network: true })).toHaveLength(1)
    })
  })

  describe('who may', () => {
    test.each([
      'partners.imports.create',
      'partners.imports.upload',
      'partners.imports.preview',
      'partners.imports.apply',
      'partners.imports.errors',
    ])('only coordinators and administrators may %s', async (name) => {
      const manager = { ...coordinatorWith(['account_manager']) }
      await expect(room.call(name, {}, { caller: manager })).rejects.toMatchObject({ code: 'not_allowed' })
      const client = { kind: 'client', clientId: 'c', name: 'c', scopes: ['partners:read'] } as const
      await expect(room.call(name, {}, { caller: client })).rejects.toMatchObject({ code: 'not_allowed' })
    })

    test('account managers and systems that may read partners see the list', async () => {
      await imported('active', XAF)
      const client = { kind: 'client', clientId: 'c', name: 'c', scopes: ['partners:read'] } as const
      for (const caller of [client, coordinatorWith(['account_manager'])]) {
        const { items, next } = await room.call('partners.list', { limit: 10 }, { caller })
        expect(items).toHaveLength(10)
        const rest = await room.call('partners.list', { limit: 200, cursor: next }, { caller })
        expect(rest.items).toHaveLength(15)
        expect(await room.call('partners.get', { id: SAMPLE_PARTNER }, { caller })).toMatchObject({
          kvk: SAMPLE_PARTNER,
        })
      }
      await expect(room.call('partners.get', { id: 'nobody' })).rejects.toMatchObject({
        code: 'partner_unknown',
      })
    })

    test.each([
      ['KRUIMEL', 1],
      ['muller', 1],
      ['%', 0],
      ['_', 0],
      ['!', 0],
      ['nepstra', 0],
    ])('a search for %j by part of the name finds %i', async (q, found) => {
      await imported('active', XAF)
      expect(await list({ q })).toHaveLength(found)
    })
  })

  const rowsOf = (table: string) => rows<Record<string, unknown>>(store.reader, `SELECT * FROM ${table}`)
  const partsOf = async (id: string) => {
    const found = await rows<{ kind: string }>(
      store.reader,
      'SELECT DISTINCT kind FROM partner_import_part WHERE import_id = ? ORDER BY kind',
      [id],
    )
    return found.map(({ kind }) => kind)
  }
})

const coordinatorWith = (roles: ['account_manager']) =>
  ({ ...coordinator, roles }) as Extract<typeof coordinator, { kind: 'user' }>
