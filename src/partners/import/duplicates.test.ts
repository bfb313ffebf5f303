import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findDuplicates } from './duplicates.ts'
import { mergeRelations } from './merge.ts'
import { type ImportedRelation, naturalKeyOf, plainName } from './relation.ts'

const relation = (values: Partial<ImportedRelation>): ImportedRelation => ({
  source: 'csv',
  sourceId: '',
  name: 'Bloem',
  roles: [],
  isCompany: true,
  ...values,
})
const find = (...all: Partial<ImportedRelation>[]) =>
  findDuplicates(all.map((values, i) => ({ id: String(i), relation: relation(values), scope: 's' })))

describe('records are put together', () => {
  test.each([
    [
      'on the KVK number',
      [{ kvk: '1' }, { kvk: '2' }, { kvk: '1' }],
      [{ ids: ['0', '2'], on: ['kvk'], certain: true }],
    ],
    [
      'on the VAT number',
      [{ vat: 'V', kvk: '1' }, { vat: 'V' }],
      [{ ids: ['0', '1'], on: ['vat'], certain: false }],
    ],
    ['on the IBAN', [{ iban: 'I' }, { iban: 'I' }], [{ ids: ['0', '1'], on: ['iban'], certain: false }]],
    [
      'on their own number',
      [{ sourceId: '7' }, { sourceId: '7' }],
      [{ ids: ['0', '1'], on: ['source_id'], certain: false }],
    ],
    [
      'on name and postcode',
      [
        { name: 'Müller & Zoon B.V.', postcode: '8911RX' },
        { name: 'Muller en zoon BV', postcode: '8911RX' },
        { name: 'Muller en zoon BV', postcode: '9999XX' },
        { name: 'Muller en zoon BV' },
      ],
      [{ ids: ['0', '1'], on: ['name_postcode'], certain: false }],
    ],
    [
      'in chains',
      [{ vat: 'V' }, { vat: 'V', iban: 'I' }, { iban: 'I' }],
      [{ ids: ['0', '1', '2'], on: ['vat', 'iban'], certain: false }],
    ],
    [
      'never across KVK numbers',
      [
        { kvk: '1', vat: 'V', iban: 'I' },
        { kvk: '2', vat: 'V', iban: 'I' },
      ],
      [],
    ],
    [
      'never by a record in between',
      [
        { kvk: '1', vat: 'V' },
        { vat: 'V', iban: 'I' },
        { kvk: '2', iban: 'I' },
      ],
      [{ ids: ['0', '1'], on: ['vat'], certain: false }],
    ],
    [
      'not by guessing which of two companies',
      [{ kvk: '1', vat: 'V' }, { kvk: '2', vat: 'V' }, { vat: 'V' }],
      [],
    ],
  ])('%s', (_how, records, expected) => {
    expect(find(...records)).toEqual(expected)
  })

  test('so that no group holds two KVK numbers and no record is in two groups', () => {
    const value = fc.option(fc.constantFrom('1', '2', '3'), { nil: undefined })
    const record = fc.record({ kvk: value, vat: value, iban: value, postcode: value })
    fc.assert(
      fc.property(fc.array(record, { maxLength: 12 }), (records) => {
        const clean = records.map((one) => JSON.parse(JSON.stringify(one)) as Partial<ImportedRelation>)
        const groups = find(...clean)
        const members = groups.flatMap(({ ids }) => ids)
        expect(new Set(members).size).toBe(members.length)
        for (const { ids } of groups)
          expect(new Set(ids.flatMap((id) => clean[Number(id)]?.kvk ?? [])).size).toBeLessThan(2)
      }),
    )
  })
})

test('many records that share everything are grouped at once', () => {
  const groups = find(...Array.from({ length: 20_000 }, () => ({ iban: 'I', postcode: '1' })))
  expect(groups[0]?.ids).toHaveLength(20_000)
})

describe('the natural key', () => {
  test.each([
    [{ kvk: '48245915', vat: 'V' }, 'kvk:48245915'],
    [{ vat: 'NL899102256B01', sourceId: '7' }, 'vat:NL899102256B01'],
  ])('of %j is %s', (values, key) => {
    expect(naturalKeyOf(relation(values), 's')).toBe(key)
  })

  test('without numbers is a digest of where the record stands, and tells people apart', () => {
    const keys = [
      naturalKeyOf(relation({ sourceId: '7' }), 's'),
      naturalKeyOf(relation({ sourceId: '8' }), 's'),
      naturalKeyOf(relation({ sourceId: '7' }), 't'),
      naturalKeyOf(relation({ sourceId: '7', name: 'Blad' }), 's'),
      naturalKeyOf(relation({ source: 'xaf', sourceId: '7' }), 's'),
      naturalKeyOf(relation({ postcode: '1' }), 's'),
      naturalKeyOf(relation({ postcode: '2' }), 's'),
    ]
    expect(new Set(keys).size).toBe(keys.length)
    for (const key of keys) expect(key).toMatch(/^(csv|xaf):[\w-]{22}$/)
    const renamed = relation({ source: 'xaf', sourceId: '7', name: 'Blad' })
    expect(naturalKeyOf(renamed, 's'), 'an audit file names its administration').toBe(keys[4])
  })
})

test.each([
  ['Müller & Zoon Import-Export B.V.', 'muller zoon import export'],
  ['Muller en Zoon Import Export BV', 'muller zoon import export'],
  ['Coöperatie Zonnepluk U.A.', 'cooperatie zonnepluk'],
  ['B.V.', ''],
])('%s is compared as "%s"', (name, plain) => {
  expect(plainName(name)).toBe(plain)
})

test('a merged relation has the values of the most active record and fills its gaps', () => {
  const merged = mergeRelations([
    {
      activity: 'dormant',
      relation: relation({ sourceId: '1', email: 'old@x.example', phone: '1', roles: ['supplier'] }),
    },
    {
      activity: 'active',
      relation: relation({ sourceId: '2', email: 'new@x.example', roles: ['customer'], isCompany: false }),
    },
  ])
  expect(merged).toEqual(
    relation({
      sourceId: '2',
      email: 'new@x.example',
      phone: '1',
      roles: ['customer', 'supplier'],
      isCompany: true,
    }),
  )
})
