import { createReadStream, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type Preview, type PreviewRow, previewImport } from './index.ts'
import { readXaf } from './xaf-reader.ts'

const file = (path: string): URL => new URL(`../../../test/vectors/${path}`, import.meta.url)
const stream = (path: string) => createReadStream(file(path))
const expected: Expected = JSON.parse(readFileSync(file('partners/expected.json'), 'utf8'))

interface Expected {
  auditfile: {
    latestBooking: string
    lines: number
    totalDebit: string
    transactions: Record<string, number>
    relations: number
    records: {
      custSupID: string
      name: string | null
      type: 'C' | 'S' | 'B' | 'O' | null
      kvk: string | null
      vat: string | null
      vatKind: string | null
      email: boolean
      valid: boolean
      problems: string[]
      lastSaleOrPurchase: string | null
      lastAnyBooking: string | null
      activity: string
      contact: string | null
    }[]
    duplicateKvk: { kvk: string; custSupIDs: string[]; activity: string }[]
    duplicateVatOnly: string[][]
  }
  csv: {
    separator: string
    dataRecords: number
    records: {
      line: number
      endLine: number
      code: string
      name: string
      kvk: string | null
      vatKind: string | null
      email: boolean
      valid: boolean
      problems: string[]
    }[]
    duplicateKvk: { kvk: string; lines: number[] }[]
    duplicateCode: { code: string; lines: number[] }[]
    sameKvkInAuditfile: Record<string, string[]>
  }
}

/** The stable code for each sentence of the expectations. */
const codeOf = (problem: string): string => {
  if (problem.includes('e-mail')) return 'email_not_one_address'
  if (problem.startsWith('IBAN')) return 'iban_check'
  if (problem.startsWith('KVK')) return 'kvk_digits'
  if (problem.startsWith('VAT')) return 'vat_check'
  if (problem.includes('columns')) return 'column_count'
  if (problem.startsWith('stray')) return 'quote_in_field'
  if (problem.startsWith('quote')) return 'quote_not_closed'
  return 'name_missing'
}

const preview32 = previewImport([
  { kind: 'xaf', name: 'auditfile.xaf', content: stream('partners/auditfile-3.2.xaf') },
])
const preview40 = previewImport([
  { kind: 'xaf', name: 'auditfile.xaf', content: stream('partners/auditfile-4.0.xaf') },
])
const previewCsv = previewImport([
  {
    kind: 'csv',
    name: 'debiteuren.csv',
    content: stream('partners/debiteuren-snelstart.csv'),
    roles: ['customer'],
  },
])

const bySourceId = (preview: Preview) => new Map(preview.relations.map((row) => [row.relation.sourceId, row]))
const problemsOf = (preview: Preview) =>
  Object.fromEntries(
    preview.rejected.map((row) => [row.fields.sourceId, row.problems.map(({ code }) => code)]),
  )
const mergesOn = (preview: Preview, reason: string) => {
  const ids = new Map(preview.relations.map((row) => [row.id, row.relation.sourceId]))
  return preview.merges
    .filter(({ on }) => on.some((one) => one === reason))
    .map((merge) => merge.rows.map((id) => ids.get(id) ?? ''))
}

describe('the audit file 3.2 gives', () => {
  test('the counts and sums that it holds', async () => {
    const xaf = await readXaf(stream('partners/auditfile-3.2.xaf'))
    expect(xaf.version).toBe('3.2')
    expect([...xaf.relations]).toHaveLength(expected.auditfile.relations)
    expect(xaf.latestBooking).toBe(expected.auditfile.latestBooking)
    expect(xaf.counts).toEqual({
      lines: expected.auditfile.lines,
      debit: Math.round(Number(expected.auditfile.totalDebit) * 100),
      credit: Math.round(Number(expected.auditfile.totalDebit) * 100),
      transactions: expected.auditfile.transactions,
    })
    expect(xaf.warnings).toEqual([])
  })

  test('50 valid and 10 invalid relations, each with its reason', async () => {
    const preview = await preview32
    const invalid = expected.auditfile.records.filter((record) => !record.valid)
    expect(preview.counts).toMatchObject({ records: 60, relations: 50, rejected: 10 })
    expect(problemsOf(preview)).toEqual(
      Object.fromEntries(invalid.map((record) => [record.custSupID, record.problems.map(codeOf)])),
    )
    expect(preview.rejected.every((row) => row.line !== undefined && row.line > 6)).toBe(true)
  })

  test('each relation with its name, numbers, contact, roles and sign of an e-mail address', async () => {
    const rows = bySourceId(await preview32)
    for (const record of expected.auditfile.records.filter(({ valid }) => valid)) {
      const relation = rows.get(record.custSupID)?.relation
      const bsn = record.vatKind === 'sole trader, pre-2020 (BSN-derived)'
      expect(relation, record.custSupID).toMatchObject({ source: 'xaf', name: record.name })
      expect(relation?.kvk ?? null, record.custSupID).toBe(record.kvk)
      expect(relation?.vat ?? null, record.custSupID).toBe(bsn ? null : record.vat)
      expect(relation?.contact ?? null, record.custSupID).toBe(record.contact)
      expect(relation?.email !== undefined, record.custSupID).toBe(record.email)
      if (record.type === 'C') expect(relation?.roles).toEqual(['customer'])
      if (record.type === 'S') expect(relation?.roles).toEqual(['supplier'])
      if (record.type === 'B') expect(relation?.roles).toEqual(['customer', 'supplier'])
      if (record.type === 'O') expect(relation).toMatchObject({ roles: [], isCompany: false })
    }
    expect(rows.get('00040')?.relation.roles, 'by the journal it occurs in').toEqual(['supplier'])
    expect(rows.get('10001')?.relation).toEqual({
      source: 'xaf',
      sourceId: '10001',
      name: 'Bakkerij De Kruimelkoning B.V.',
      contact: 'Anneke Verzinsel',
      phone: '076-0479876',
      email: 'info@bakkerij-de-kruimelkoning.example',
      kvk: '48245915',
      vat: 'NL899102256B01',
      iban: 'NL70TSTN0937876771',
      street: 'Bedachtlaan 101',
      postcode: '9401DT',
      city: 'Assen',
      country: 'NL',
      roles: ['customer'],
      isCompany: true,
      line: 8,
    })
  })

  test.each(['3.2', '4.0'])('the activity of all 60 relations (%s)', async (version) => {
    const preview = await (version === '3.2' ? preview32 : preview40)
    const rows = new Map<string | undefined, Pick<PreviewRow, 'activity' | 'evidence'>>([
      ...preview.relations.map((row) => [row.relation.sourceId, row] as const),
      ...preview.rejected.map((row) => [row.fields.sourceId, row] as const),
    ])
    const found = (activity: string) => [...rows.values()].filter((row) => row.activity === activity).length
    expect([found('active'), found('dormant'), found('inactive')]).toEqual([34, 15, 11])
    for (const record of expected.auditfile.records) {
      const row = rows.get(record.custSupID)
      expect(row?.activity, record.custSupID).toBe(record.activity)
      expect(row?.evidence?.last ?? null, record.custSupID).toBe(record.lastSaleOrPurchase)
      expect(row?.evidence?.lastAny ?? null, record.custSupID).toBe(record.lastAnyBooking)
    }
  })

  test('the same activity by trDt alone: effDate is the same day on every line', async () => {
    const text = readFileSync(file('partners/auditfile-3.2.xaf'), 'utf8').replace(
      /<effDate>[^<]*<\/effDate>/g,
      '',
    )
    const byTrDt = await readXaf(bytes(text))
    const byEffDate = await readXaf(stream('partners/auditfile-3.2.xaf'))
    expect(byTrDt.evidence).toEqual(byEffDate.evidence)
    expect(byTrDt.latestBooking).toBe(byEffDate.latestBooking)
  })

  test.each([
    ['10021', 'active', '2025-10-28', 'exactly 12 months before the latest booking'],
    ['20012', 'dormant', '2024-10-28', 'exactly 24 months'],
    ['20014', 'inactive', '2024-10-27', 'a bank payment after that does not count'],
    ['10024', 'dormant', '2025-06-15', 'a bank receipt does not count'],
    ['10026', 'active', '2026-02-10', 'a credit note counts'],
    ['20018', 'inactive', undefined, 'a memo entry does not count'],
    ['10034', 'inactive', '2024-10-10', 'one sale long ago'],
  ])('%s is %s', async (id, activity, last, _why) => {
    const row = bySourceId(await preview32).get(id)
    expect(row?.activity).toBe(activity)
    expect(row?.evidence?.last).toBe(last)
  })

  test('evidence in money that agrees with adding up the lines of the text', async () => {
    const rows = bySourceId(await preview32)
    const text = readFileSync(file('partners/auditfile-3.2.xaf'), 'utf8')
    const sums = new Map<string, { sales: number; purchases: number; balance: number }>()
    for (const journal of text.split('<journal>').slice(1)) {
      const type = /<jrnTp>(.)/.exec(journal)?.[1]
      for (const [line] of journal.matchAll(/<trLine>.*?<\/trLine>/g)) {
        const id = /<custSupID>([^<]*)/.exec(line)?.[1]
        if (id === undefined) continue
        const sum = sums.get(id) ?? { sales: 0, purchases: 0, balance: 0 }
        const sign = line.includes('<amntTp>D') ? 1 : -1
        const amount = sign * Math.round(Number(/<amnt>([^<]*)/.exec(line)?.[1]) * 100)
        sum.balance += amount
        if (type === 'S') sum.sales += amount
        if (type === 'P') sum.purchases -= amount
        sums.set(id, sum)
      }
    }
    expect(sums.size).toBeGreaterThan(40)
    for (const [id, row] of rows) if (sums.has(id)) expect(row.evidence, id).toMatchObject(sums.get(id) ?? {})
    expect(rows.get('10034')?.evidence).toMatchObject({ count: 1, sales: 243_204, purchases: 0, balance: 0 })
    expect(rows.get('00040')?.evidence).toMatchObject({ count: 4, sales: 0, balance: -427_886 })
  })

  test('no proposal for collective accounts and private persons, however recent', async () => {
    const rows = bySourceId(await preview32)
    for (const id of ['90001', '00099', '10028', '10029'])
      expect(rows.get(id), id).toMatchObject({ proposed: false, relation: { isCompany: false } })
    const companies = [...rows.values()].filter((row) => row.relation.isCompany)
    expect(companies).toHaveLength(46)
    expect(rows.get('10001')?.proposed).toBe(true)
    expect(rows.get('10005')?.proposed, 'dormant').toBe(false)
    expect(rows.get('20004')?.proposed, 'dormant, but the company is active').toBe(true)
  })

  test.each([
    ['10016', 'NL77NEPB0608571210'],
    ['20005', 'NL78TSTN0755391012'],
  ])('the IBAN of %s put right', async (id, iban) => {
    expect(bySourceId(await preview32).get(id)?.relation.iban).toBe(iban)
  })

  test('no register number of foreign companies, and a note for the one that had any', async () => {
    const rows = bySourceId(await preview32)
    expect(rows.get('10027')?.relation).toMatchObject({ vat: 'BE0999645970', country: 'BE', isCompany: true })
    expect(rows.get('20017')?.relation).toMatchObject({ vat: 'DE997344521', country: 'DE' })
    expect(rows.get('20017')?.notices).toEqual([{ code: 'register_number_foreign', field: 'kvk' }])
  })

  test('no e-mail for 15 relations', async () => {
    const preview = await preview32
    const without = [
      ...preview.relations
        .filter((row) => row.relation.email === undefined)
        .map((row) => row.relation.sourceId),
      ...preview.rejected.filter((row) => row.fields.email === undefined).map((row) => row.fields.sourceId),
    ]
    const list = '10006 10008 10010 10019 10029 10032 10033 20008 20010 20014 20018 20019 20020 90001 00099'
    expect(without.sort()).toEqual(list.split(' ').sort())
  })

  test.each(['3.2', '4.0'])(
    'one company per KVK number to merge, and one likely pair (%s)',
    async (version) => {
      const preview = await (version === '3.2' ? preview32 : preview40)
      expect(mergesOn(preview, 'kvk').sort()).toEqual(
        expected.auditfile.duplicateKvk.map(({ custSupIDs }) => custSupIDs).sort(),
      )
      const likely = preview.merges.filter(({ certain }) => !certain)
      expect(likely).toHaveLength(1)
      expect(mergesOn(preview, 'vat')).toContainEqual(expected.auditfile.duplicateVatOnly[0])
      for (const { kvk, activity } of expected.auditfile.duplicateKvk) {
        const row = preview.relations.find(({ relation }) => relation.kvk === kvk)
        expect(preview.merges.find(({ id }) => id === row?.merge)).toMatchObject({ activity, certain: true })
      }
      const onKvk = preview.merges.filter(({ certain }) => certain)
      expect(60 - onKvk.reduce((sum, { rows }) => sum + rows.length - 1, 0)).toBe(55)
      const almost = ['10002', '10033'].map((id) => bySourceId(preview).get(id)?.merge)
      expect(almost).toEqual([undefined, undefined])
    },
  )

  test.each(['3.2', '4.0'])('no citizen number anywhere in the preview (%s)', async (version) => {
    const preview = await (version === '3.2' ? preview32 : preview40)
    const shaped = expected.auditfile.records.filter(
      ({ vatKind }) => vatKind === 'sole trader, pre-2020 (BSN-derived)',
    )
    expect(shaped.map(({ custSupID }) => custSupID)).toEqual(['10007', '10011', '20006', '20020', '00040'])
    for (const { custSupID, vat } of shaped) {
      const row = bySourceId(preview).get(custSupID)
      const masked = `NL*******${vat?.slice(9)}`
      expect(row?.notices).toEqual([{ code: 'vat_bsn_shaped', field: 'vat', params: { masked } }])
      expect(row?.relation.isCompany).toBe(true)
    }
    expect(preview.counts.bsnShaped).toBe(5)
    for (const { vat } of shaped) expect(JSON.stringify(preview)).not.toContain(vat?.slice(2, 11))
  })
})

describe('the audit file 4.0 with the unofficial namespace gives', () => {
  test('a warning, and 55 valid relations', async () => {
    const preview = await preview40
    expect(preview.warnings).toEqual([
      { source: 'auditfile.xaf', code: 'xaf_namespace_unofficial', params: { count: 1 } },
    ])
    expect(preview.counts).toMatchObject({ relations: 55, rejected: 5 })
    expect(problemsOf(preview)).toEqual({
      10022: ['vat_check'],
      10030: ['kvk_digits'],
      20007: ['kvk_digits'],
      20013: ['vat_check'],
      20019: ['name_missing'],
    })
  })
})

describe('the SnelStart list gives', () => {
  test('23 valid and 11 invalid records, each on its line with its reason', async () => {
    const preview = await previewCsv
    expect(preview.counts).toMatchObject({ records: expected.csv.dataRecords, relations: 23, rejected: 11 })
    const found = preview.rejected.map((row) => [row.line, row.endLine, row.problems.map(({ code }) => code)])
    const invalid = expected.csv.records.filter(({ valid }) => !valid)
    expect(found).toEqual(invalid.map((record) => [record.line, record.endLine, record.problems.map(codeOf)]))
  })

  test('each valid record as it should be read', async () => {
    const rows = new Map((await previewCsv).relations.map((row) => [row.relation.line, row]))
    for (const record of expected.csv.records.filter(({ valid }) => valid)) {
      const relation = rows.get(record.line)?.relation
      expect(relation, String(record.line)).toMatchObject({
        source: 'csv',
        sourceId: record.code,
        name: record.name,
        roles: ['customer'],
      })
      expect(relation?.kvk ?? null, String(record.line)).toBe(record.kvk)
      expect(relation?.email !== undefined, String(record.line)).toBe(record.email)
    }
    expect(rows.get(12)?.relation.street).toBe('Achterom 3 hal 2')
    expect(rows.get(31)?.relation.iban).toBe('NL87TSTN0322902479')
    expect(rows.get(28)?.relation).toMatchObject({ vat: 'BE0999645970', country: 'BE' })
    expect(rows.get(29)?.relation).toMatchObject({ vat: 'DE997344521', street: 'Nirgendwostraße 12' })
    expect(rows.get(20)?.notices.map(({ code }) => code)).toEqual(['vat_bsn_shaped'])
    expect(rows.get(21)?.relation.vat).toBe('NL150902064B31')
  })

  test('nothing to tell activity by', async () => {
    const preview = await previewCsv
    expect(preview.counts.activity).toEqual({ active: 0, dormant: 0, inactive: 0, unknown: 23 })
    expect(preview.counts.proposed).toBe(0)
  })

  test('the duplicates by KVK number and by code', async () => {
    const preview = await previewCsv
    const lines = new Map(preview.relations.map((row) => [row.id, row.relation.line]))
    const merges = preview.merges.map(({ rows }) => rows.map((id) => lines.get(id)))
    expect(merges).toEqual(expected.csv.duplicateKvk.map((duplicate) => duplicate.lines))
    expect(preview.merges[0]?.on).toContain('source_id')
    expect(preview.merges[1]?.on).not.toContain('source_id')
  })
})

describe('list and audit file together give', () => {
  const both = previewImport([
    { kind: 'csv', name: 'debiteuren.csv', content: stream('partners/debiteuren-snelstart.csv') },
    { kind: 'xaf', name: 'auditfile.xaf', content: stream('partners/auditfile-3.2.xaf') },
  ])

  test('the same companies put together', async () => {
    const preview = await both
    const members = (line: number): string[] => {
      const row = preview.relations.find(
        ({ relation }) => relation.source === 'csv' && relation.line === line,
      )
      const merge = preview.merges.find(({ id }) => id === row?.merge)
      const rows = preview.relations.filter(({ id }) => merge?.rows.includes(id))
      return rows.flatMap(({ relation }) => (relation.source === 'xaf' ? relation.sourceId : []))
    }
    for (const [line, ids] of Object.entries(expected.csv.sameKvkInAuditfile))
      expect(members(Number(line)), line).toEqual(ids)
    expect(members(28)).toEqual(['10027'])
    expect(members(29)).toEqual(['20017'])
  })

  test('the activity of the audit file to the list', async () => {
    const preview = await both
    const row = preview.relations.find(({ relation }) => relation.line === 2 && relation.source === 'csv')
    expect(row).toMatchObject({ activity: 'unknown', proposed: true, naturalKey: 'kvk:48245915' })
  })

  test('the same outcome every time', async () => {
    const again = await previewImport([
      { kind: 'csv', name: 'debiteuren.csv', content: stream('partners/debiteuren-snelstart.csv') },
      { kind: 'xaf', name: 'auditfile.xaf', content: stream('partners/auditfile-3.2.xaf') },
    ])
    expect(again).toEqual(await both)
  })
})

describe('the small audit files give', () => {
  test('one relation, active, with its leading zeros', async () => {
    const preview = await previewImport([{ kind: 'xaf', name: 'mini.xaf', content: stream('xaf/mini.xaf') }])
    expect(preview.relations).toHaveLength(1)
    expect(preview.relations[0]).toMatchObject({
      activity: 'active',
      proposed: true,
      relation: { sourceId: '00101', kvk: '01234567', contact: 'A. Jansen' },
    })
  })

  test('two relations, of which one never booked', async () => {
    const preview = await previewImport([
      { kind: 'xaf', name: 'sample32.xaf', content: stream('xaf/sample32.xaf') },
    ])
    expect(
      preview.relations.map(({ relation, activity }) => [relation.sourceId, relation.name, activity]),
    ).toEqual([
      ['00101', 'Bloem & Zn B.V.', 'active'],
      ['00900', 'Slapend V.O.F.', 'inactive'],
    ])
  })
})

test("the README's example files hold the sample partner", async () => {
  const example = (name: string) => createReadStream(new URL(`../../../examples/${name}`, import.meta.url))
  const preview = await previewImport([
    { kind: 'csv', name: 'debiteuren.csv', content: example('debiteuren.csv') },
    { kind: 'xaf', name: 'auditfile.xaf', content: example('auditfile.xaf') },
  ])
  const sample = preview.relations.filter(({ naturalKey }) => naturalKey === 'kvk:48245915')
  expect(sample.map(({ relation }) => relation.sourceId)).toEqual(['D1001', 'D1001', '10001'])
})

async function* bytes(text: string) {
  yield Buffer.from(text)
}
