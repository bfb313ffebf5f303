import { createReadStream } from 'node:fs'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { unguard } from '../../documents/index.ts'
import { readCsv } from './csv-reader.ts'
import { writeErrorsCsv } from './errors-csv.ts'
import { previewImport } from './preview.ts'

const cellsOf = (text: string): string[][] => parse(text, { delimiter: ';', bom: true })
async function* content(text: string) {
  yield Buffer.from(text)
}
const row = (name: string, raw = '') => ({ source: 'f', line: 2, problems: [], fields: { name }, raw })

test.each(['=1+1', '+31', '-1', '@thuis', '\t=1', '\r=1', ' =1', "'=1", '\n=1', '＝1'])(
  'a spreadsheet does not take %j for a formula',
  (text) => {
    const cells = cellsOf(writeErrorsCsv([row(text, text)]))[1] ?? []
    expect(cells.filter((cell) => cell === `'${text}`)).toHaveLength(2)
  },
)

test.each(['Bakkerij', "'t Scheve Glas", "'s-Gravenhage", '48245915', 'a=b', ''])(
  '%j stays as it is',
  (text) => {
    expect(cellsOf(writeErrorsCsv([row(text, text)]))[1]).toContain(text)
  },
)

test('no cell of any record begins as a formula, and every text comes back', () => {
  const text = fc.string({
    unit: fc.constantFrom('=', '+', '-', '@', '\t', '\r', '\n', "'", ' ', '"', ';', 'a', '＝'),
  })
  fc.assert(
    fc.property(text, (name) => {
      const cells = cellsOf(writeErrorsCsv([row(name)]))[1] ?? []
      expect(cells.some((cell) => /^\s*[=+\-@＝]/.test(cell))).toBe(false)
      expect(unguard(cells[5] ?? '')).toBe(name)
    }),
  )
})

test('the bad records of both vectors can be exported, mended and imported', async () => {
  const vectors = new URL('../../../test/vectors/partners/', import.meta.url)
  const preview = await previewImport([
    { kind: 'xaf', name: 'auditfile.xaf', content: createReadStream(new URL('auditfile-3.2.xaf', vectors)) },
    {
      kind: 'csv',
      name: 'debiteuren.csv',
      content: createReadStream(new URL('debiteuren-snelstart.csv', vectors)),
    },
  ])
  const errors = writeErrorsCsv(preview.rejected)
  const again = await previewImport([{ kind: 'csv', name: 'errors.csv', content: content(errors) }])
  expect(again.counts).toMatchObject({ relations: 0, rejected: 21 })

  const mended = errors
    .replace('info@@boekhandel', 'info@boekhandel')
    .replace('NL36TSTN0866739394', 'NL91ABNA0417164300')
    .replace('"4896642"', '"48966420"')
  const better = await previewImport([{ kind: 'csv', name: 'errors.csv', content: content(mended) }])
  expect(better.relations.map(({ relation }) => [relation.sourceId, relation.roles, relation.kvk])).toEqual([
    ['10012', ['customer'], '48500179'],
    ['10015', ['customer'], '48737868'],
    ['D1014', [], '48966420'],
  ])
})

test('an exported record says where it stood, why it is bad, and hides what may be a citizen number', async () => {
  const list =
    'Relatiecode;Naam;LandID;Emailadres;BTW nummer;Nummer kvk\nD1;+Kwastema;NL;geen;NL999991486B01;48568195'
  const preview = await previewImport([{ kind: 'csv', name: 'lijst.csv', content: content(list) }])
  const errors = writeErrorsCsv(preview.rejected)
  expect(errors).not.toContain('999991486')
  expect(cellsOf(errors)[1]?.slice(0, 6)).toEqual([
    'lijst.csv',
    '2',
    'het e-mailveld bevat niet precies één adres',
    'email_not_one_address',
    'D1',
    "'+Kwastema",
  ])
  const { layout, rows } = await readCsv(content(errors))
  expect(layout).toBe('errors')
  expect([...rows][0]).toMatchObject({ fields: { name: '+Kwastema', kvk: '48568195' } })
  const mended = errors.replace('"geen"', '"kwast@kwastema.example"')
  const better = await previewImport([{ kind: 'csv', name: 'errors.csv', content: content(mended) }])
  expect(better.relations, 'what is hidden is left empty, not wrong').toHaveLength(1)
})
