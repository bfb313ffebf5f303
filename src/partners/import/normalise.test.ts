import { describe, expect, test } from 'vitest'
import { normaliseRelation } from './normalise.ts'
import type { RawFields } from './relation.ts'

const normalise = (fields: RawFields, taxCountry?: string) =>
  normaliseRelation({ source: 'csv', fields, roles: [], ...(taxCountry ? { taxCountry } : {}) })
const taken = (fields: RawFields, taxCountry?: string) => {
  const found = normalise(fields, taxCountry)
  return 'relation' in found ? found : undefined
}

describe('a company shows by', () => {
  test.each([
    ['its KVK number', { name: 'Bloem', kvk: '48245915' }, true],
    ['its VAT number', { name: 'Bloem', vat: 'BE0999645970' }, true],
    ['a VAT number that is left out', { name: 'Kwastema', vat: 'NL999991486B01' }, true],
    ['its legal form', { name: 'Slapend V.O.F.' }, true],
    ['a foreign legal form', { name: 'Schrauben GmbH' }, true],
    ['a person in business has a number', { name: 'Mevr. A. Kwast', kvk: '48245915' }, true],
    ['nothing', { name: 'Bakkerij Bloem' }, false],
    ['nothing, being a person', { name: 'Dhr. B. Bedacht BV' }, false],
    ['nothing, being collective', { name: 'Diverse B.V.', type: 'O', kvk: '48245915' }, false],
    ['nothing, being private by its own list', { name: 'Bloem B.V.', business: 'Particulier' }, false],
  ])('%s', (_what, fields, isCompany) => {
    expect(taken(fields)?.relation.isCompany).toBe(isCompany)
  })
})

describe('whose register the number is from', () => {
  test.each([
    ['the VAT number says first', { vat: 'BE0999645970', country: 'NL' }, 'NL', undefined],
    ['the registration says next', { country: 'NL' }, 'DE', undefined],
    ['the address says last', { country: 'België' }, undefined, undefined],
    ['the Dutch one when nothing says', {}, undefined, '48245915'],
    ['a Dutch company at a foreign address', { vat: 'NL899102256B01', country: 'BE' }, undefined, '48245915'],
    ['a number without prefix', { vat: '0999645970' }, 'BE', undefined],
  ])('%s', (_what, fields, taxCountry, kvk) => {
    const found = taken({ name: 'Bloem B.V.', kvk: '48245915', ...fields }, taxCountry)
    expect(found?.relation.kvk).toBe(kvk)
    expect(found?.notices.map(({ code }) => code)).toEqual(kvk ? [] : ['register_number_foreign'])
  })
})

test('text is one line without invisible characters', () => {
  const found = taken({ name: '  Caf\u0065\u0301 \u202E\tBloem\r\n B.V.\u0000 ', contact: '\u200B' })
  expect(found?.relation).toMatchObject({ name: 'Café Bloem B.V.' })
  expect(found?.relation).not.toHaveProperty('contact')
})

test('every problem of a record is told, none with its value', () => {
  const found = normalise({ kvk: '12', vat: 'NL1', iban: 'NL00', bic: 'x', email: 'geheim', type: 'Q' })
  expect('problems' in found && found.problems).toEqual([
    { code: 'name_missing', field: 'name' },
    { code: 'vat_format', field: 'vat' },
    { code: 'kvk_digits', field: 'kvk', params: { digits: 2 } },
    { code: 'email_not_one_address', field: 'email' },
    { code: 'iban_format', field: 'iban' },
    { code: 'bic_format', field: 'bic' },
    { code: 'type_unknown', field: 'type' },
  ])
})

test('an unknown country is left out, with a note', () => {
  const found = taken({ name: 'Bloem', country: 'Verweggistan' })
  expect(found?.relation.country).toBeUndefined()
  expect(found?.notices).toEqual([{ code: 'country_unknown', field: 'country' }])
})
