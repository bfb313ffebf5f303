import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { mergeContent } from './merge-content.ts'
import { contentKey, type PartnerContent, searchName } from './partner.ts'
import { informBy } from './person-in.ts'

const content = (more: Partial<PartnerContent> = {}): PartnerContent => ({
  kind: 'organisation',
  name: 'Eerste B.V.',
  roles: [],
  books: { activity: 'unknown' },
  details: {},
  ...more,
})

const day = fc.constantFrom('2025-06-30', '2025-12-31', '2026-10-28')
const anyContent: fc.Arbitrary<PartnerContent> = fc.record(
  {
    kind: fc.constantFrom('organisation' as const, 'person' as const),
    name: fc.constantFrom('Eerste B.V.', 'Eerste'),
    kvk: fc.constantFrom('48000001', '48000002'),
    vat: fc.constantFrom('NL899102256B01'),
    roles: fc.constantFrom(
      [],
      ['customer'] as const,
      ['supplier'] as const,
      ['supplier', 'customer'] as const,
    ),
    books: fc.record(
      {
        activity: fc.constantFrom('active' as const, 'dormant' as const, 'unknown' as const),
        evidence: fc.record({ count: fc.nat(9), sales: fc.nat(9), purchases: fc.nat(9), last: day }),
        until: day,
      },
      { requiredKeys: ['activity'] },
    ),
    details: fc.record(
      { contact: fc.constantFrom('Anna', 'Bea'), email: fc.constantFrom('a@x.example', 'b@x.example') },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: ['kind', 'name', 'roles', 'books', 'details'] },
)

describe('what is known after an import', () => {
  test('importing the same again changes nothing', () => {
    fc.assert(
      fc.property(anyContent, anyContent, (known, told) => {
        const once = mergeContent(known, told)
        expect(contentKey(mergeContent(once, told))).toBe(contentKey(once))
      }),
    )
  })

  test('what it does not say stays', () => {
    fc.assert(
      fc.property(anyContent, anyContent, (known, told) => {
        const after = mergeContent(known, told)
        expect(after.details).toMatchObject({ ...known.details, ...told.details })
        for (const role of known.roles) expect(after.roles).toContain(role)
        if (known.books.activity !== 'unknown') expect(after.books.activity).not.toBe('unknown')
      }),
    )
  })

  test.each([
    ['later books', { activity: 'dormant', until: '2026-12-31' }, 'dormant'],
    ['the same books', { activity: 'dormant', until: '2026-10-28' }, 'dormant'],
    ['older books', { activity: 'dormant', until: '2025-12-31' }, 'active'],
    ['no books', { activity: 'unknown' }, 'active'],
  ] as const)('%s', (_what, told, activity) => {
    const known = content({ books: { activity: 'active', until: '2026-10-28' } })
    expect(mergeContent(known, content({ books: told })).books.activity).toBe(activity)
  })

  test('the order of members is no difference', () => {
    expect(contentKey(content({ details: { email: 'a', phone: 'b' } }))).toBe(
      contentKey(content({ details: { phone: 'b', email: 'a' } })),
    )
    expect(contentKey(content())).not.toBe(contentKey(content({ name: 'Tweede B.V.' })))
  })
})

test.each([
  ['2026-11-21T12:00:00.000Z', '2026-12-21T22:59:59.999Z'],
  ['2027-01-31T12:00:00.000Z', '2027-02-28T22:59:59.999Z'],
  ['2028-01-31T12:00:00.000Z', '2028-02-29T22:59:59.999Z'],
  ['2026-12-31T23:59:59.999Z', '2027-02-01T22:59:59.999Z'],
])('who comes in on %s must know by %s', (now, due) => {
  const named = content({ details: { contact: 'Anna' } })
  expect(new Date(informBy(named, Date.parse(now)) ?? 0).toISOString()).toBe(due)
})

test('a company that names nobody asks for no notice, a person always', () => {
  expect(informBy(content(), 0)).toBeUndefined()
  expect(informBy(content({ kind: 'person' }), 0)).toBeDefined()
})

test.each([
  ['Müller  & Zoon', 'muller & zoon'],
  [' CAFÉ ', 'cafe'],
])('%j is searched as %j', (name, search) => expect(searchName(name)).toBe(search))
