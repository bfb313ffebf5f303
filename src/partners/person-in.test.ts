import { describe, expect, test } from 'vitest'
import type { PartnerContent } from './partner.ts'
import { personIn } from './person-in.ts'

const content = (given: Partial<PartnerContent>): PartnerContent => ({
  kind: 'organisation',
  name: 'Eerste B.V.',
  roles: ['customer'],
  books: { activity: 'unknown' },
  details: { email: 'info@eerste.example', phone: '070', iban: 'NL91ABNA0417164300', street: 'Weg 1' },
  ...given,
})

describe('whom a row of an import is about', () => {
  test('a company that names nobody: no one', () => {
    expect(personIn(content({ kvk: '48245915', vat: 'NL899102256B01' }))).toBeNull()
  })

  test('the contact person of a company: what the company has is not hers', () => {
    const details = { ...content({}).details, contact: 'Anneke Verzinsel' }
    expect(personIn(content({ details, kvk: '48245915' }))).toEqual({
      name: 'Anneke Verzinsel',
      email: 'info@eerste.example',
      company: 'Eerste B.V.',
      kinds: ['name', 'company', 'email', 'phone'],
    })
  })

  test('a consumer, and whoever is in business for herself: all of it', () => {
    const hers = ['name', 'email', 'phone', 'address', 'bank_account']
    expect(personIn(content({ kind: 'person', name: 'Mevr. A. Verzonnen' }))?.kinds).toEqual(hers)
    expect(personIn(content({ name: 'Eenmanszaak Jansen' }))).toMatchObject({ company: null, kinds: hers })
    const vat = 'NL000099998B57'
    expect(personIn(content({ name: 'Klusbedrijf Jansen', vat, kvk: '48245915' }))).toMatchObject({
      name: 'Klusbedrijf Jansen',
      company: null,
      kinds: [...hers, 'vat_number', 'kvk_number'],
    })
    expect(personIn(content({ name: 'Klusbedrijf Jansen B.V.', vat }))).toBeNull()
  })
})
