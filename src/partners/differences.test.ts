import { describe, expect, test } from 'vitest'
import { asDid } from '../core/index.ts'
import { differencesOf } from './differences.ts'
import type { PartnerContent } from './partner.ts'
import type { PartnerRow } from './partner-table.ts'
import type { SharedValue } from './shared-values.ts'

const did = asDid('did:web:bakkerij.example')
const at = Date.UTC(2026, 10, 22)
const row = { did, updatedAt: at } as PartnerRow

const ours = (details: PartnerContent['details'], more: Partial<PartnerContent> = {}) => ({
  row,
  content: {
    kind: 'organisation',
    name: 'Bakkerij B.V.',
    roles: [],
    books: { activity: 'unknown' },
    details,
    ...more,
  } satisfies PartnerContent,
})

const shown = (claim: string, value: unknown, more: Partial<SharedValue> = {}): SharedValue => ({
  claim,
  value,
  hidden: false,
  state: 'current',
  subject: did,
  source: { did, name: null, kind: 'self_declared' },
  trusted: true,
  issuedAt: at,
  validUntil: null,
  asOf: at + 1_000,
  checkedAt: null,
  grantId: 'g1',
  until: at,
  withdrawn: null,
  ...more,
})

const fields = (...args: Parameters<typeof differencesOf>) => differencesOf(...args).map(({ field }) => field)

describe('what we have beside what the partner shows', () => {
  test('differs by field, with both ages and neither value', () => {
    expect(
      differencesOf(ours({ email: 'oud@b.example' }), [shown('company-profile.email', 'nieuw@b.example')]),
    ).toEqual([
      {
        field: 'email',
        claim: 'company-profile.email',
        grant: 'g1',
        ours_as_of: '2026-11-22T00:00:00.000Z',
        theirs_as_of: '2026-11-22T00:00:01.000Z',
      },
    ])
  })

  const address = {
    street_address: 'Bedachtlaan 101',
    postal_code: '9401 DT',
    locality: 'Assen',
    country: 'NL',
  }
  const registered = { kvk: '48245915', vat: 'NL899102256B01' }
  test.each([
    ['email', { email: 'Info@B.example' }, 'company-profile.email', 'info@b.example'],
    ['phone', { phone: '(076) 047 98 76' }, 'company-profile.phone_number', '+31760479876'],
    ['phone', { phone: '+31 (0)76 0479876' }, 'company-profile.phone_number', '+31760479876'],
    ['phone', { phone: '0031760479876' }, 'company-profile.phone_number', '+31760479876'],
    ['website', { website: 'www.b.example' }, 'company-profile.website', 'https://b.example/'],
    ['iban', { iban: 'NL91 ABNA 0417 1643 00' }, 'company-profile.iban', 'NL91ABNA0417164300'],
    ['vat', {}, 'company-registration.vat_number', 'NL899102256B01'],
    ['kvk', {}, 'company-registration.kvk_number', '48245915'],
    [
      'address',
      { street: 'Bedachtlaan 101', postcode: '9401DT', city: 'ASSEN' },
      'company-profile.address',
      address,
    ],
  ])('%s written in another way is the same: %j', (_field, details, claim, value) => {
    expect(fields(ours(details, registered), [shown(claim, value)])).toEqual([])
  })

  test.each([
    ['phone', { phone: '076 0479877' }, 'company-profile.phone_number', '+31760479876'],
    ['website', { website: 'c.example' }, 'company-profile.website', 'https://b.example/'],
    ['iban', { iban: 'NL91ABNA0417164301' }, 'company-profile.iban', 'NL91ABNA0417164300'],
    ['kvk', {}, 'company-registration.kvk_number', '48245916'],
    ['name', {}, 'company-registration.name', 'Banketbakkerij B.V.'],
    [
      'address',
      { street: 'Bedachtlaan 102', postcode: '9401DT', city: 'Assen' },
      'company-profile.address',
      address,
    ],
  ])('%s that is another is told: %j', (field, details, claim, value) => {
    expect(fields(ours(details, registered), [shown(claim, value)])).toEqual([field])
  })

  test.each([
    ['that we do not have', ours({}), shown('company-profile.email', 'info@b.example')],
    [
      'of one of its people',
      ours({ email: 'info@b.example' }),
      shown('company-profile.email', 'x@b.example', { subject: asDid('did:web:bram.example') }),
    ],
    [
      'that the caller may not see',
      ours({ email: 'info@b.example' }),
      shown('company-profile.email', null, { hidden: true }),
    ],
    ['of no field of ours', ours({}), shown('company-profile.sectors', ['10'])],
  ])('a value %s is not compared', (_name, partner, value) => {
    expect(fields(partner, [value])).toEqual([])
  })
})
