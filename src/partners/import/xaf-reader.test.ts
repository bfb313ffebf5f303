import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isRefusal } from '../../core/index.ts'
import { limits } from './limits.ts'
import { previewImport } from './preview.ts'
import { readXaf } from './xaf-reader.ts'

const NS = 'http://www.auditfiles.nl/XAF/3.2'
const ODB = 'http://www.odb.belastingdienst.nl'
const UNOFFICIAL = { code: 'xaf_namespace_unofficial', params: { count: 1 } }
const vector = readFileSync(new URL('../../../test/vectors/partners/auditfile-3.2.xaf', import.meta.url))

async function* content(...pieces: (string | Uint8Array)[]) {
  for (const piece of pieces) yield typeof piece === 'string' ? Buffer.from(piece) : piece
}

const line = (id: string, rest: { effDate?: string; amnt?: string; amntTp?: string } = {}) =>
  `<trLine><effDate>${rest.effDate ?? '2026-10-05'}</effDate><amnt>${rest.amnt ?? '10.00'}</amnt>` +
  `<amntTp>${rest.amntTp ?? 'D'}</amntTp><custSupID>${id}</custSupID></trLine>`
const transaction = (lines: string, trDt = '2026-10-05') =>
  `<transaction><trDt>${trDt}</trDt>${lines}</transaction>`
const journal = (type: string, transactions: string) =>
  `<journal><jrnTp>${type}</jrnTp>${transactions}</journal>`
const relation = (inner: string) => `<customerSupplier>${inner}</customerSupplier>`
const one = relation('<custSupID>007</custSupID><custSupName>Bloem B.V.</custSupName>')

function audit(relations: string, journals = '', header = '', namespace = NS): string {
  return (
    `<auditfile xmlns="${namespace}"><header>${header}</header><company><companyIdent>A</companyIdent>` +
    `<customersSuppliers>${relations}</customersSuppliers><transactions>${journals}</transactions></company></auditfile>`
  )
}

const refused = (code: string, params = {}) =>
  expect.objectContaining({ code, params: expect.objectContaining(params) })

describe('the namespace says the version', () => {
  test.each([
    ['http://www.auditfiles.nl/XAF/3.1', '3.1', []],
    ['http://www.auditfiles.nl/XAF/3.2', '3.2', []],
    [`${ODB}/Belastingdienst/BCPP/1.0/structures/XmlAuditfileFinancieel3.2.1`, '3.2.1', []],
    [`${ODB}/Belastingdienst/BCPP/1.1/structures/XmlauditfileXAF_4.0`, '4.0', []],
    [`${ODB}/XAF/4.0`, '4.0', [UNOFFICIAL]],
    ['http://www.auditfiles.nl/XAF/4.0', '4.0', [UNOFFICIAL]],
  ])('%s is %s', async (namespace, version, warnings) => {
    const file = await readXaf(content(audit(one, journal('S', transaction(line('007'))), '', namespace)))
    expect(file).toMatchObject({ version, warnings })
    expect([...file.relations]).toHaveLength(1)
  })

  test.each(['http://www.auditfiles.nl/XAF/5.0', 'http://www.auditfiles.nl/XAF/3.2/', 'constructor', ''])(
    '%j is refused by name',
    async (namespace) => {
      const text = namespace ? audit(one, '', '', namespace) : audit(one).replace(` xmlns="${NS}"`, '')
      await expect(readXaf(content(text))).rejects.toEqual(refused('xaf_namespace_unknown', { namespace }))
    },
  )
})

describe('a file is refused', () => {
  const deep = '<a>'.repeat(limits.depth + 1)
  test.each([
    ['when it is another XML file', `<invoice xmlns="${NS}"/>`, 'xaf_not_an_audit_file', {}],
    ['when it has a DOCTYPE', `<!DOCTYPE auditfile>\n${audit(one)}`, 'xaf_doctype', { line: 1 }],
    [
      'when it declares entities',
      `<!DOCTYPE a [<!ENTITY x "aaaa"><!ENTITY y "&x;&x;">]>${audit(relation('&y;'))}`,
      'xaf_doctype',
      {},
    ],
    ['when a tag is not closed', audit('\n\n<customerSupplier>'), 'xaf_broken', { line: 3 }],
    ['when it ends too early', audit(one).slice(0, -20), 'xaf_broken', { line: 1 }],
    ['when an entity is unknown', audit(relation('<custSupID>&nope;</custSupID>')), 'xaf_broken', {}],
    ['when a prefix is not bound', audit('<x:a/>'), 'xaf_broken', {}],
    ['when it is empty', '', 'xaf_broken', {}],
    ['when it is no XML', 'Code;Naam\r\n1;x', 'xaf_broken', { line: 2 }],
    ['when elements are nested without end', audit(deep), 'xaf_too_deep', {}],
    ['when one text has no end', audit(`<a>${'x'.repeat(3 * limits.pending)}</a>`), 'xaf_text_too_long', {}],
    ['when one tag has no end', audit(`<a ${'b="c" '.repeat(limits.pending)}`), 'xaf_', {}],
    [
      'when one tag has attributes without end',
      audit(`<a ${Array.from({ length: 200 }, (_, i) => `b${i}="c"`).join(' ')}/>`),
      'xaf_text_too_long',
      {},
    ],
    ['when a comment has no end', `<!--${'x'.repeat(3 * limits.pending)}`, 'xaf_text_too_long', {}],
    [
      'when its encoding is another',
      `<?xml version="1.0" encoding="KOI8-R"?>${audit(one)}`,
      'xaf_encoding_unsupported',
      {},
    ],
  ])('%s', async (_when, text, code, params) => {
    await expect(readXaf(content(text))).rejects.toEqual(
      expect.objectContaining({
        code: expect.stringContaining(code),
        params: expect.objectContaining(params),
      }),
    )
  })

  test('when the bytes do not fit its encoding', async () => {
    const text = Buffer.from(audit(relation('<custSupName>Caf\xe9</custSupName>')), 'latin1')
    await expect(readXaf(content(text))).rejects.toEqual(
      refused('xaf_encoding_broken', { encoding: 'utf-8' }),
    )
  })

  test('without telling what stood in it', async () => {
    const error = await readXaf(content(audit(relation('<custSupName>Geheim &Geheim;</custSupName>')))).catch(
      (caught: unknown) => caught,
    )
    expect(isRefusal(error, 'xaf_broken')).toBe(true)
    expect(`${error} ${JSON.stringify(error)}`).not.toContain('Geheim')
  })
})

describe('the encoding is that of the file', () => {
  const text = (encoding: string) =>
    `<?xml version='1.0' encoding='${encoding}'?>${audit(relation('<custSupID>1</custSupID><custSupName>Caf\u00e9 \u20ac</custSupName>'))}`
  test.each([
    ['utf-8', Buffer.from(text('UTF-8'))],
    ['utf-8 with a byte order mark', Buffer.from(`\uFEFF${text('utf-8')}`)],
    ['windows-1252', Buffer.from(text('windows-1252').replace('\u20ac', '\x80'), 'latin1')],
    ['iso-8859-1, meaning windows-1252', Buffer.from(text('ISO-8859-1').replace('\u20ac', '\x80'), 'latin1')],
    ['utf-16', Buffer.from(`\uFEFF${text('utf-16')}`, 'utf16le')],
  ])('%s', async (_name, bytes) => {
    const file = await readXaf(content(...[...bytes].map((byte) => Uint8Array.of(byte))))
    expect([...file.relations][0]?.fields.name).toBe('Caf\u00e9 \u20ac')
  })
})

describe('relations', () => {
  test('are found under any prefix', async () => {
    const text = audit(one, journal('S', transaction(line('007'))))
      .replace('xmlns=', 'xmlns:x=')
      .replace(/<(\/?)([a-z])/gi, '<$1x:$2')
    const file = await readXaf(content(text))
    expect([...file.relations][0]?.fields).toEqual({ sourceId: '007', name: 'Bloem B.V.' })
    expect(file.evidence.get('007')?.count).toBe(1)
  })

  test('are not found in another namespace', async () => {
    const file = await readXaf(
      content(audit(one.replace('<customerSupplier', '<customerSupplier xmlns="urn:x"'))),
    )
    expect([...file.relations]).toEqual([])
    expect(file.warnings.map(({ code }) => code)).toContain('xaf_no_relations')
  })

  test('of the past, nested in a relation, are not read', async () => {
    const past = `<customerSupplierHistory>${one.replaceAll('007', '008')}</customerSupplierHistory>`
    const file = await readXaf(
      content(audit(relation(`${past}<custSupID>1</custSupID>${past}<custSupName>N</custSupName>`))),
    )
    expect([...file.relations].map(({ fields }) => fields)).toEqual([{ sourceId: '1', name: 'N' }])
  })

  test('take the first address, all accounts, and no text of elements inside', async () => {
    const text = relation(
      '<custSupID>1</custSupID><custSupName>N<b>no</b><![CDATA[ &]]> B.V.</custSupName>' +
        '<streetAddress><streetname>A</streetname><number>1</number><numberExtension>b</numberExtension></streetAddress>' +
        '<streetAddress><streetname>B</streetname></streetAddress><postalAddress><city>C</city></postalAddress>' +
        '<bankAccount><bankAccNr>NL91ABNA0417164300</bankAccNr></bankAccount>' +
        '<bankAccount><bankAccNr>NL91ABNA0417164301</bankAccNr></bankAccount>',
    )
    const preview = await previewImport([{ kind: 'xaf', name: 'f', content: content(audit(text)) }])
    expect(preview.rejected[0]).toMatchObject({
      problems: [{ code: 'iban_check', field: 'iban' }],
      fields: { name: 'N & B.V.', street: 'A 1b', iban: 'NL91ABNA0417164300' },
    })
  })

  test.each([
    ['without a number', '<custSupName>N</custSupName>', 'source_id_missing'],
    ['without a name', '<custSupID>1</custSupID><custSupName> </custSupName>', 'name_missing'],
    [
      'of an unknown type',
      '<custSupID>1</custSupID><custSupName>N</custSupName><custSupTp>X</custSupTp>',
      'type_unknown',
    ],
    [
      'with a value without end',
      `<custSupID>1</custSupID><custSupName>${'n'.repeat(9_000)}</custSupName>`,
      'field_too_long',
    ],
  ])('%s are kept apart, the others go on', async (_what, inner, code) => {
    const preview = await previewImport([
      { kind: 'xaf', name: 'f', content: content(audit(relation(inner) + one)) },
    ])
    expect(preview.rejected.map(({ problems }) => problems.map((problem) => problem.code))).toEqual([[code]])
    expect(preview.relations.map(({ relation }) => relation.sourceId)).toEqual(['007'])
  })

  test('with an old domestic account number are kept without it', async () => {
    const inner =
      '<custSupID>1</custSupID><custSupName>N</custSupName><bankAccount><bankAccNr>41.71.64.300</bankAccNr></bankAccount>'
    const preview = await previewImport([
      { kind: 'xaf', name: 'f', content: content(audit(relation(inner))) },
    ])
    expect(preview.relations[0]?.notices).toEqual([{ code: 'account_not_iban', field: 'iban' }])
    expect(preview.relations[0]?.relation.iban).toBeUndefined()
  })

  test('with a website take it as an address, or leave it out', async () => {
    const site = (text: string) =>
      relation(`<custSupID>${text.length}</custSupID><custSupName>N</custSupName><website>${text}</website>`)
    const text = audit(
      ['www.bloem.example', 'javascript:alert(1)', 'http://bloem.example/x'].map(site).join(''),
    )
    const preview = await previewImport([{ kind: 'xaf', name: 'f', content: content(text) }])
    expect(preview.relations.map(({ relation }) => relation.website)).toEqual([
      'https://www.bloem.example/',
      undefined,
      'http://bloem.example/x',
    ])
  })
})

describe('activity', () => {
  const activityOf = async (journals: string, header = '') => {
    const preview = await previewImport([
      { kind: 'xaf', name: 'f', content: content(audit(one, journals, header)) },
    ])
    return { ...preview.relations[0], warnings: preview.warnings.map(({ code }) => code) }
  }

  test('goes by effDate, else by trDt', async () => {
    const lines = line('007', { effDate: '2025-01-01' }) + line('x', { effDate: '' })
    const found = await activityOf(journal('S', transaction(lines, '2026-12-31')))
    expect(found).toMatchObject({ activity: 'dormant', evidence: { last: '2025-01-01' } })
  })

  test('is unknown without a journal of sales or purchases', async () => {
    const found = await activityOf(journal('B', transaction(line('007'))))
    expect(found).toMatchObject({ activity: 'unknown', warnings: ['xaf_no_sales_or_purchases'] })
  })

  test('leaves out journals without a type, and says so', async () => {
    const untyped = `<journal>${transaction(line('007'))}</journal>`
    const found = await activityOf(untyped + journal('S', transaction(line('x'))))
    expect(found).toMatchObject({ activity: 'inactive', evidence: { count: 0, lastAny: '2026-10-05' } })
    expect(found.warnings).toEqual(['xaf_journal_type_missing', 'xaf_relation_not_listed'])
  })

  test('is not led by a date after the period of the file', async () => {
    const journals = journal(
      'S',
      transaction(line('007', { effDate: '2026-01-05' })) +
        transaction(line('x', { effDate: '2062-01-05' }), '2062-01-05'),
    )
    const found = await activityOf(journals, '<endDate>2026-12-31</endDate>')
    expect(found).toMatchObject({ activity: 'active' })
    expect(found.warnings).toContain('xaf_booking_after_period')
  })

  test('does not count days that do not exist', async () => {
    const found = await activityOf(journal('S', transaction(line('007', { effDate: '2026-02-30' }), 'soon')))
    expect(found).toMatchObject({ activity: 'unknown', evidence: { count: 1 } })
    expect(found.warnings).toContain('xaf_booking_undated')
  })

  test('of a package that names the relation on every line has amounts, but no balance', async () => {
    const both =
      line('007', { amnt: '121' }) +
      line('007', { amnt: '100', amntTp: 'C' }) +
      line('007', { amnt: '21', amntTp: 'C' })
    const found = await activityOf(journal('S', transaction(both)))
    expect(found.evidence).toEqual({
      count: 1,
      sales: 12_100,
      purchases: 0,
      last: '2026-10-05',
      lastAny: '2026-10-05',
    })
  })

  test('adds up over the years of one administration', async () => {
    const year = (day: string) => audit(one, journal('S', transaction(line('007', { effDate: day }), day)))
    const preview = await previewImport([
      { kind: 'xaf', name: '2024', content: content(year('2024-05-05')) },
      { kind: 'xaf', name: '2026', content: content(year('2026-05-05')) },
      { kind: 'xaf', name: 'again', content: content(year('2026-05-05')) },
    ])
    expect(preview.relations.map(({ activity }) => activity)).toEqual(['active', 'active'])
    expect(preview.relations[0]?.evidence).toMatchObject({ count: 2, sales: 2000, last: '2026-05-05' })
    expect(preview.merges).toMatchObject([{ rows: ['1.1', '2.1'], on: ['source_id'], certain: false }])
    expect(preview.relations[0]?.naturalKey).toBe(preview.relations[1]?.naturalKey)
    expect(preview.warnings).toEqual([{ source: 'again', code: 'source_given_twice' }])
  })

  test('of the same number in another administration is its own', async () => {
    const file = (administration: string) => audit(one).replace('>A<', `>${administration}<`)
    const preview = await previewImport([
      { kind: 'xaf', name: 'a', content: content(file('A')) },
      { kind: 'xaf', name: 'b', content: content(file('B')) },
    ])
    expect(preview.merges).toEqual([])
    expect(preview.relations[0]?.naturalKey).not.toBe(preview.relations[1]?.naturalKey)
  })
})

test('totals that differ from what the file says are reported', async () => {
  const journals = `<linesCount>2</linesCount>${journal('S', transaction(line('007')))}`
  const file = await readXaf(content(audit(one, journals)))
  expect(file.warnings.map(({ code }) => code)).toEqual(['xaf_totals_differ'])
})

test('whatever the bytes, the reader answers or refuses', async () => {
  const damaged = fc
    .tuple(fc.array(fc.tuple(fc.nat(vector.length - 1), fc.nat(255)), { maxLength: 20 }), fc.nat(20_000))
    .map(([changes, length]) => {
      const bytes = Buffer.from(vector.subarray(0, length + 5_000))
      for (const [at, byte] of changes) if (at < bytes.length) bytes[at] = byte
      return bytes
    })
  const tags = fc
    .array(
      fc.constantFrom(
        '<a>',
        '</a>',
        '<b c="d">',
        '&amp;',
        '&#x41;',
        ']]>',
        '<![CDATA[',
        '<?x y?>',
        '<!--',
        '-->',
        'x',
        one,
      ),
    )
    .map((parts) => Buffer.from(audit(parts.join(''))))
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.uint8Array(), damaged, tags), async (bytes) => {
      const outcome = await readXaf(content(bytes)).catch((error: unknown) => error)
      expect(outcome instanceof Error ? isRefusal(outcome) : 'relations' in Object(outcome)).toBe(true)
    }),
    { numRuns: 300 },
  )
})

test('the outcome does not depend on how the bytes arrive', async () => {
  const whole = await readXaf(content(vector))
  const pieces = Array.from({ length: Math.ceil(vector.length / 7777) }, (_, i) =>
    vector.subarray(i * 7777, (i + 1) * 7777),
  )
  const inPieces = await readXaf(content(...pieces))
  expect({ ...inPieces, relations: [...inPieces.relations] }).toEqual({
    ...whole,
    relations: [...whole.relations],
  })
})
