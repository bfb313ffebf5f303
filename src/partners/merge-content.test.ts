import { describe, expect, test } from 'vitest'
import { asDid } from '../core/index.ts'
import { mergeContent } from './merge-content.ts'
import { comparable, withOwnValue } from './own-fields.ts'
import { contentKey, type PartnerContent, type TakenValue } from './partner.ts'

const books: PartnerContent = {
  ...{ kind: 'organisation', name: 'Bakkerij B.V.', roles: [] },
  books: { activity: 'unknown' },
  details: { email: 'oud@bakkerij.example', phone: '010-1234567' },
}
const taken = (was: string | null): TakenValue => ({
  ...{ claim: 'company-profile.email', grantId: 'g1', source: asDid('did:web:bakkerij.example') },
  ...{ asOf: 2, at: 3, was },
})
const known: PartnerContent = {
  ...books,
  details: { ...books.details, email: 'nieuw@bakkerij.example' },
  taken: { importedAt: 1, fields: { email: taken('oud@bakkerij.example') } },
}
const told = (email: string | undefined): PartnerContent => ({
  ...books,
  details: email === undefined ? {} : { email },
})

describe('what was taken over from the partner', () => {
  test.each([
    ['say still what they said', 'oud@bakkerij.example'],
    ['say that only in other capitals', 'Oud@Bakkerij.example'],
    ['say nothing of it', undefined],
    ['say so too by now', 'nieuw@bakkerij.example'],
  ])('stays when the books %s', (_what, email) => {
    const merged = mergeContent(known, told(email))
    expect(merged.details.email).toBe('nieuw@bakkerij.example')
    expect(contentKey(merged)).toBe(contentKey(known))
  })

  test('gives way when the books say something else', () => {
    const merged = mergeContent(known, told('ander@bakkerij.example'))
    expect(merged.details.email).toBe('ander@bakkerij.example')
    expect(merged.taken).toBeUndefined()
  })

  test('where the books said nothing, gives way to the first thing they say', () => {
    const { email: _, ...details } = books.details
    const before = { ...known, details: { ...details, email: 'nieuw@bakkerij.example' } }
    const first = { ...before, taken: { importedAt: 1, fields: { email: taken(null) } } }
    expect(mergeContent(first, told(undefined)).details.email).toBe('nieuw@bakkerij.example')
    expect(mergeContent(first, told('eerste@bakkerij.example')).details.email).toBe('eerste@bakkerij.example')
  })
})

describe('our own copy', () => {
  test('cannot hold another KVK number, nor a VAT number that may hold a citizen number', () => {
    expect(withOwnValue(books, 'kvk', '48245915')).toBeUndefined()
    expect(withOwnValue({ ...books, name: 'Jan Jansen' }, 'vat', 'NL111222333B01')).toBeUndefined()
    expect(withOwnValue(books, 'vat', 'NL899102256B01')?.vat).toBe('NL899102256B01')
  })

  test('holds an address as a claim says it', () => {
    const address = {
      street_address: 'Bedachtlaan 101',
      postal_code: '9401 DT',
      locality: 'Assen',
      country: 'NL',
    }
    const after = withOwnValue(books, 'address', address)
    expect(after?.details).toMatchObject({ street: 'Bedachtlaan 101', postcode: '9401 DT', city: 'Assen' })
    expect(comparable('address', address)).toBe(comparable('address', { ...address, postal_code: '9401dt' }))
    expect(withOwnValue(books, 'address', {})).toBeUndefined()
  })
})
