import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isRefusal } from '../../core/index.ts'
import type { ColumnMapping } from './csv-layout.ts'
import { readCsv, readCsvHeader } from './csv-reader.ts'
import { limits } from './limits.ts'
import { previewImport } from './preview.ts'

const vector = readFileSync(
  new URL('../../../test/vectors/partners/debiteuren-snelstart.csv', import.meta.url),
)

async function* content(...pieces: (string | Uint8Array)[]) {
  for (const piece of pieces) yield typeof piece === 'string' ? Buffer.from(piece) : piece
}
const refused = (code: string) => expect.objectContaining({ code })
const mapping = { name: 'Naam', kvk: 'KvK-nr' }
const list = (...lines: string[]) => ['Naam;KvK-nr;Plaats', ...lines].join('\r\n')
const read = async (text: string | Uint8Array, columns: ColumnMapping = mapping) => {
  const { rows } = await readCsv(content(text), columns)
  return [...rows].map((row) =>
    'problem' in row ? [row.line, row.problem.code] : [row.line, row.fields.name],
  )
}
const readAll = async (text: string, columns?: ColumnMapping) => {
  const file = await readCsv(content(text), columns)
  return { ...file, rows: [...file.rows] }
}

describe('the layout is recognised', () => {
  test.each([
    [
      'SnelStart',
      'Relatiecode;Naam;Contactpersoon;Adres;Postcode;Plaats;LandID;Telefoonnummer;Mobielnummer;Emailadres;BTW nummer;Nummer kvk;IBAN;BIC',
      'snelstart',
      ';',
    ],
    [
      'e-Boekhouden',
      'Code,Bedrijf,Contactpersoon,Adres,Postcode,Plaats,Land,Telefoon,GSM,Email,BTWNummer,IBAN,BIC,BP',
      'e-boekhouden',
      ',',
    ],
    ['SnelStart in tabs and capitals', '"RELATIECODE"\t"Naam"\tLandID\tNummer KvK', 'snelstart', '\t'],
    ['SnelStart with a separator line', 'sep=;\r\nRelatiecode;Naam;LandID;Nummer kvk', 'snelstart', ';'],
    ['none', 'Nr;Klant;Stad', undefined, ';'],
  ])('%s', async (_name, header, layout, separator) => {
    expect(await readCsvHeader(content(header))).toMatchObject({ separator, ...(layout ? { layout } : {}) })
    if (layout) expect(await readAll(header)).toEqual({ layout, separator, rows: [] })
    else await expect(readCsv(content(header))).rejects.toEqual(refused('csv_columns_unknown'))
  })

  test('but not of our errors file by its headings alone: other packages use them too', async () => {
    const header = 'Code;Naam;KVK-nummer;Btw-nummer;Soort'
    await expect(readCsv(content(header))).rejects.toEqual(refused('csv_columns_unknown'))
  })

  test('and an e-Boekhouden list read, private persons as such', async () => {
    const text =
      '\uFEFFCode,Bedrijf,Contactpersoon,Adres,Postcode,Plaats,Land,Telefoon,GSM,Email,BTWNummer,IBAN,BIC,BP\n' +
      '0012,"Bloem, Blad & Zn B.V.",A. Jansen,Dorpsstraat 1,3511 aa,Utrecht,Nederland,,06-1,a@bloem.example,NL899102256B01,,,B\n' +
      '0013,Eetcafé B.V.,,,,,,,,,,,,P\n'
    const preview = await previewImport([
      { kind: 'csv', name: 'f', content: content(text), roles: ['supplier'] },
    ])
    expect(preview.relations.map(({ relation }) => relation)).toEqual([
      {
        source: 'csv',
        sourceId: '0012',
        name: 'Bloem, Blad & Zn B.V.',
        contact: 'A. Jansen',
        email: 'a@bloem.example',
        phone: '06-1',
        vat: 'NL899102256B01',
        street: 'Dorpsstraat 1',
        postcode: '3511AA',
        city: 'Utrecht',
        country: 'NL',
        roles: ['supplier'],
        isCompany: true,
        line: 2,
      },
      {
        source: 'csv',
        sourceId: '0013',
        name: 'Eetcafé B.V.',
        roles: ['supplier'],
        isCompany: false,
        line: 3,
      },
    ])
  })
})

describe('a mapping of columns', () => {
  test('reads any other package', async () => {
    const file = await readAll('Debiteur|x;Naam klant;KVK nr.\n7;Bloem;01234567', {
      sourceId: 'debiteur x',
      name: 'Naam klant',
      kvk: 'kvknr',
    })
    expect(file).toMatchObject({
      layout: 'mapped',
      rows: [{ fields: { sourceId: '7', name: 'Bloem', kvk: '01234567' } }],
    })
  })

  test.each([
    [{ kvk: 'KvK-nr' }, 'csv_mapping_incomplete'],
    [{ name: 'Naam', vat: 'Btw' }, 'csv_mapping_column_missing'],
  ])('%j is refused: %s', async (columns, code) => {
    await expect(readCsv(content(list()), columns)).rejects.toEqual(refused(code))
  })
})

describe('a file is refused', () => {
  test.each([
    ['when it is empty', '', 'csv_empty'],
    ['when it holds blank lines only', '\r\n \r\n', 'csv_empty'],
    ['when there is nothing to tell the separator by', 'Naam\r\nBloem', 'csv_header_unreadable'],
    ['when the headings cannot be read', 'Naam;"Kv"K;x', 'csv_header_unreadable'],
    ['when it is a spreadsheet file', 'PK\u0003\u0004\u0000\u0000;', 'csv_not_text'],
    ['when it has columns without end', 'a;'.repeat(limits.columns + 1), 'csv_header_unreadable'],
  ])('%s', async (_when, text, code) => {
    await expect(readCsv(content(text), mapping)).rejects.toEqual(refused(code))
  })

  test('when nearly everything in it is bad', async () => {
    const text = list(...Array.from({ length: limits.rejected + 1 }, () => 'x;y'))
    await expect(readCsv(content(text), mapping)).rejects.toEqual(refused('csv_too_many_bad_records'))
  })
})

describe('a bad record is kept apart and the others go on', () => {
  test.each([
    [
      'a stray quote',
      ['A;1;x', 'B "b";2;y', 'C;3;z'],
      [
        [2, 'A'],
        [3, 'quote_in_field'],
        [4, 'C'],
      ],
    ],
    [
      'text after a quote',
      ['"A" a;1;x', 'B;2;y'],
      [
        [2, 'quote_in_field'],
        [3, 'B'],
      ],
    ],
    [
      'too few columns',
      ['A;1', 'B;2;y'],
      [
        [2, 'column_count'],
        [3, 'B'],
      ],
    ],
    [
      'too many columns',
      ['A;1;x;', 'B;2;y'],
      [
        [2, 'column_count'],
        [3, 'B'],
      ],
    ],
    [
      'a quote not closed at the end',
      ['A;1;x', '"B;2;y'],
      [
        [2, 'A'],
        [3, 'quote_not_closed'],
      ],
    ],
    [
      'a quote not closed before others',
      ['"A;1;x', 'B;2;y', 'C;3;z'],
      [
        [2, 'quote_not_closed'],
        [3, 'B'],
        [4, 'C'],
      ],
    ],
    [
      'a quote not closed before quoted ones',
      ['"A;1;x', '"B";2;y', 'C;3;z'],
      [
        [2, 'quote_not_closed'],
        [3, 'B'],
        [4, 'C'],
      ],
    ],
    [
      'a quote not closed before a closing one',
      ['A;1;"x', 'B;2;"y"', 'C;3;z'],
      [
        [2, 'quote_not_closed'],
        [3, 'B'],
        [4, 'C'],
      ],
    ],
    [
      'a line break inside quotes',
      ['"A\r\na";1;x', 'B;2;y'],
      [
        [2, 'A\na'],
        [4, 'B'],
      ],
    ],
    [
      'a broken record of two lines',
      ['"A\r\na"b;1;x', 'B;2;y'],
      [
        [2, 'quote_in_field'],
        [4, 'B'],
      ],
    ],
    [
      'blank lines and lines of separators',
      ['', 'A;1;x', ';;', '  ', 'B;2;y', ''],
      [
        [3, 'A'],
        [6, 'B'],
      ],
    ],
    [
      'a line without end',
      [`A;1;${'x'.repeat(2 * limits.record)}`, 'B;2;y'],
      [
        [2, 'record_too_long'],
        [3, 'B'],
      ],
    ],
    [
      'a quoted line without end',
      [`"A;1;${'x'.repeat(2 * limits.record)}`, 'B;2;y'],
      [
        [2, 'record_too_long'],
        [3, 'B'],
      ],
    ],
  ])('%s', async (_what, lines, expected) => {
    expect(await read(list(...lines))).toEqual(expected)
    expect(await read(list(...lines).replaceAll('\r\n', '\n'))).toEqual(expected)
  })

  test('of more lines than a record may have, from its first line on', async () => {
    const many = `"A${'\nx;y;z'.repeat(limits.recordLines)}";1;x`
    const rows = await read(list(many, 'B;2;y'))
    expect(rows[0]).toEqual([2, 'quote_not_closed'])
    expect(rows.slice(1, 3)).toEqual([
      [3, 'x'],
      [4, 'x'],
    ])
    expect(rows.at(-1)).toEqual([limits.recordLines + 3, 'B'])
  })

  test('with no more of it than is needed to show it', async () => {
    const { rows } = await readCsv(content(list('x'.repeat(50_000))), mapping)
    expect([...rows].map(({ raw }) => raw.length)).toEqual([limits.raw])
  })

  test('without what may be a citizen number', async () => {
    const text = list('Kwastema;NL999991486B01', 'Kwastema;999991486;x')
    const preview = await previewImport([{ kind: 'csv', name: 'f', content: content(text), mapping }])
    expect(preview.rejected.map(({ problems }) => problems[0]?.code)).toEqual(['column_count', 'kvk_digits'])
    expect(JSON.stringify(preview)).not.toContain('999991486')
    expect(preview.rejected[0]?.raw).toBe('Kwastema;NL*******86B01')
  })
})

describe('line ends and encodings', () => {
  test.each(['\r\n', '\n', '\r'])('%j ends a line', async (end) => {
    expect(await read(['Naam;KvK-nr', 'A;1', 'B;2'].join(end))).toEqual([
      [2, 'A'],
      [3, 'B'],
    ])
  })

  const text = list('Café;1;x', 'De €-hoek;2;Curaçao')
  const names = [
    [2, 'Café'],
    [3, 'De €-hoek'],
  ]
  test.each([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with a byte order mark', Buffer.from(`\uFEFF${text}`)],
    ['windows-1252', Buffer.from(text.replace('€', '\x80'), 'latin1')],
  ])('%s is detected', async (_name, bytes) => {
    expect(await read(bytes)).toEqual(names)
  })

  test.each([65_535, 65_534, 65_533, 65_536])(
    'also when the first letter to tell by lies at byte %i',
    async (at) => {
      const head = 'Naam;KvK-nr;Plaats\n'
      const filler = 'A;1;x\n'.repeat(Math.floor((at - head.length - 10) / 6))
      const pad = '\n'.repeat(at - head.length - filler.length)
      const before = head + filler + pad
      expect(before).toHaveLength(at)
      const utf8 = await read(Buffer.from(`${before}é€;2;y`))
      expect(utf8.at(-1)?.[1]).toBe('é€')
      const windows = await read(Buffer.from(`${before}é\x80;2;y`, 'latin1'))
      expect(windows.at(-1)?.[1]).toBe('é€')
    },
  )

  test('a line end cut in two is one line end', async () => {
    const head = 'Naam;KvK-nr\r\n'
    const text = `${head}${'A'.repeat(65_535 - head.length - 2)};1\r\nB;2`
    expect(text[65_535]).toBe('\r')
    expect((await read(text)).at(-1)).toEqual([3, 'B'])
  })

  test('a buffer that the sender uses again is copied', async () => {
    async function* reused() {
      const buffer = Buffer.alloc(1)
      for (const byte of Buffer.from(list('A;1;x'))) {
        buffer[0] = byte
        yield buffer
      }
    }
    expect([...(await readCsv(reused(), mapping)).rows]).toMatchObject([{ fields: { name: 'A', kvk: '1' } }])
  })

  test('a letter that does not fit costs its record only', async () => {
    const bytes = Buffer.concat([
      Buffer.from(list('Café;48245915;x', '')),
      Buffer.from('Caf\xe9;48245915;y', 'latin1'),
    ])
    const preview = await previewImport([{ kind: 'csv', name: 'f', content: content(bytes), mapping }])
    expect(preview.relations.map(({ relation }) => relation.name)).toEqual(['Café'])
    expect(preview.rejected.map(({ line, problems }) => [line, problems[0]?.code])).toEqual([
      [3, 'text_unreadable'],
    ])
  })

  test('the outcome does not depend on how the bytes arrive', async () => {
    const whole = await readCsv(content(vector))
    expect(await readCsv(content(...[...vector].map((byte) => Uint8Array.of(byte))))).toEqual(whole)
  })
})

test('every record written by the rules comes back', async () => {
  const cell = fc.string({ unit: fc.constantFrom('a', 'é', '"', ';', ',', '\n', '\r\n', ' ', '€', "'", '=') })
  const record = fc.tuple(cell, cell, cell)
  await fc.assert(
    fc.asyncProperty(
      fc.array(record, { maxLength: 8 }),
      fc.constantFrom(';', ',', '\t'),
      async (records, separator) => {
        const write = (cells: readonly string[]) =>
          cells.map((text) => `"${text.replaceAll('"', '""')}"`).join(separator)
        const text = [
          write(['Naam', 'KvK-nr', 'Plaats']),
          ...records.map((cells) => write(['x', ...cells.slice(1)])),
        ].join('\r\n')
        const { rows } = await readCsv(content(text), { name: 'Naam', kvk: 'KvK-nr', city: 'Plaats' })
        const expected = records.map(([, kvk, city]) =>
          [kvk, city].map((part) => part.replaceAll('\r\n', '\n')),
        )
        expect(
          [...rows].map((row) => ('fields' in row ? [row.fields.kvk ?? '', row.fields.city ?? ''] : row)),
        ).toEqual(expected.map((parts) => parts.map((part) => (part.trim() === '' ? '' : part))))
      },
    ),
  )
})

test('whatever the bytes, the reader answers or refuses', async () => {
  const damaged = fc
    .array(fc.tuple(fc.nat(vector.length - 1), fc.constantFrom(0x22, 0x3b, 0x0a, 0x0d, 0xe9, 0x00, 0x41)))
    .map((changes) => {
      const bytes = Buffer.from(vector)
      for (const [at, byte] of changes) bytes[at] = byte
      return bytes
    })
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.uint8Array(),
        fc.string().map((text) => Buffer.from(list(text))),
        damaged,
      ),
      async (bytes) => {
        const source = { kind: 'csv', name: 'f', content: content(bytes), mapping } as const
        const known = { kind: 'csv', name: 'f', content: content(bytes) } as const
        for (const one of [source, known]) {
          const outcome = await previewImport([one]).catch((error: unknown) => error)
          expect(outcome instanceof Error ? isRefusal(outcome) : 'relations' in Object(outcome)).toBe(true)
        }
      },
    ),
    { numRuns: 200 },
  )
})
