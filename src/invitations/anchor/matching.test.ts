import { describe, expect, test } from 'vitest'
import type { InvitedOrganisation } from '../wire.ts'
import { isInvited, marksIn, plainName, sameOrganisation } from './matching.ts'

const contact = { email: 'jan@kruimelkoning.example' }
const baker: InvitedOrganisation = {
  name: 'Bakkerij De Kruimelkoning B.V.',
  kvk_number: '48245915',
  vat_number: 'NL858123456B01',
  address: { postal_code: '1234 AB', locality: 'Voorbeeldstad' },
}
const { kvk_number: _kvk, ...withoutKvk } = baker
const { vat_number: _vat, ...withNameOnly } = withoutKvk

describe('the same organisation', () => {
  test.each<[string, InvitedOrganisation, InvitedOrganisation, 'kvk' | 'vat' | 'place' | null]>([
    ['has the same KVK number', baker, { name: 'De Kruimelkoning', kvk_number: '48245915' }, 'kvk'],
    ['has the same VAT number where one has no KVK number', baker, withoutKvk, 'vat'],
    [
      'has the same name and postal code, however written',
      baker,
      { name: 'bakkerij de kruimelkoning bv', address: { postal_code: '1234ab' } },
      'place',
    ],
    ['is not one with another KVK number', baker, { ...baker, kvk_number: '48245916' }, null],
    ['is not one with another VAT number', withoutKvk, { ...withoutKvk, vat_number: 'NL858123457B01' }, null],
    [
      'is not one with the same name elsewhere',
      withNameOnly,
      { ...withNameOnly, address: { postal_code: '9999 ZZ' } },
      null,
    ],
    ['is not one with the same name and no place', { name: baker.name }, { name: baker.name }, null],
    ['is not one of which nothing is shared', baker, { name: 'Drukkerij De Zetduivel' }, null],
  ])('%s', (_what, a, b, expected) => {
    expect(sameOrganisation(marksIn(a, null), marksIn(b, null))).toBe(expected)
    expect(sameOrganisation(marksIn(b, null), marksIn(a, null))).toBe(expected)
  })

  test('is not who has the same e-mail domain: that is a hint', () => {
    expect(sameOrganisation(marksIn({ name: 'A' }, contact), marksIn({ name: 'B' }, contact))).toBeNull()
    expect(marksIn({ name: 'A' }, contact).domain).toBe('kruimelkoning.example')
    expect(marksIn({ name: 'A' }, { email: 'jan@gmail.com' }).domain).toBeUndefined()
  })
})

test.each([
  ['Bakkerij De Kruimelkoning B.V.', 'bakkerij de kruimelkoning'],
  ['BAKKERIJ DE KRUIMELKONING BV', 'bakkerij de kruimelkoning'],
  ['Café Zoë V.O.F.', 'cafe zoe'],
  ['Vofjes & Zn.', 'vofjes zn'],
  ['Advies', 'advies'],
])('%s is compared as %s', (name, expected) => {
  expect(plainName(name)).toBe(expected)
})

describe('who comes with a code', () => {
  const came = (comes: InvitedOrganisation, invited = baker) =>
    isInvited(marksIn(invited, null), marksIn(comes, null), { invited: invited.name, comes: comes.name })

  test.each<[boolean, string, InvitedOrganisation]>([
    [true, 'the organisation itself', { name: baker.name, kvk_number: '48245915' }],
    [true, 'itself under another name', { name: 'Kruimelkoning Holding', kvk_number: '48245915' }],
    [false, 'another with its name and another number', { name: baker.name, kvk_number: '11111111' }],
    [false, 'another', { name: 'Drukkerij De Zetduivel', kvk_number: '11111111' }],
    [false, 'another that says no number', { name: 'Drukkerij De Zetduivel' }],
    [true, 'itself, where it says no number', { name: 'bakkerij de kruimelkoning' }],
  ])('%s for %s', (expected, _who, comes) => {
    expect(came(comes)).toBe(expected)
  })

  test('is taken at its name where the inviter knew no number', () => {
    expect(came({ name: baker.name, kvk_number: '48245915' }, { name: baker.name })).toBe(true)
    expect(came({ name: 'Een ander', kvk_number: '48245915' }, { name: baker.name })).toBe(false)
  })
})
