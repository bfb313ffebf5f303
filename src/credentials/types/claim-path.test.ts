import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { expandPattern, formatClaimRef, matchesPattern, parseClaimRef, parseClaimRefs } from './claim-path.ts'

describe('a claim reference', () => {
  test.each([
    ['contact-person.email', { type: 'contact-person', path: ['email'] }],
    ['company-profile.address.postal_code', { type: 'company-profile', path: ['address', 'postal_code'] }],
    ['company-profile.trade_names.0', { type: 'company-profile', path: ['trade_names', 0] }],
  ])('%s names a type and a path', (text, expected) => {
    expect(parseClaimRef(text)).toEqual(expected)
  })

  test.each([
    '',
    'contact-person',
    'contact-person.',
    '.email',
    'Contact.email',
    'contact-person.email.',
    'contact-person.*',
    'contact-person.e mail',
    'contact-person.01',
    'contact-person.99999',
    'contact-person.-1',
    'a.b.c.d.e.f.g.h.i.j',
    `a.${'b'.repeat(65)}`,
  ])('%j is refused', (text) => {
    expect(() => parseClaimRef(text)).toThrow(expect.objectContaining({ code: 'invalid_claim_ref' }))
  })

  test('several are separated by commas', () => {
    expect(parseClaimRefs('company-profile.email, contact-person.email').map((ref) => ref.type)).toEqual([
      'company-profile',
      'contact-person',
    ])
  })

  test('an empty place in a list is refused', () => {
    expect(() => parseClaimRefs('company-profile.email,')).toThrow()
  })

  test('written and read back is the same', () => {
    const segment = fc.oneof(fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_-]{0,20}$/), fc.nat(9999))
    const ref = fc.record({
      type: fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/),
      path: fc.array(segment, { minLength: 1, maxLength: 8 }),
    })
    fc.assert(
      fc.property(ref, (value) => {
        expect(parseClaimRef(formatClaimRef(value))).toEqual(value)
      }),
    )
  })

  test('any text is read or refused, nothing else', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          expect(formatClaimRef(parseClaimRef(text))).toBe(text)
        } catch (error) {
          expect(error).toMatchObject({ code: 'invalid_claim_ref' })
        }
      }),
    )
  })
})

describe('a claim pattern', () => {
  test.each([
    [['address', 'postal_code'], ['address', 'postal_code'], true],
    [['address'], ['address', 'postal_code'], false],
    [['degrees', null, 'type'], ['degrees', 3, 'type'], true],
    [['degrees', null, 'type'], ['degrees', null, 'type'], true],
    [['degrees', null], ['degrees', 'type'], false],
    [['degrees', 'type'], ['degrees', null], false],
  ])('%j matches %j: %j', (pattern, path, expected) => {
    expect(matchesPattern(pattern, path)).toBe(expected)
  })

  test('expands to what is there', () => {
    const claims = { name: 'x', degrees: [{ type: 'a' }, { field: 'b' }, { type: 'c' }] }
    expect(expandPattern(['degrees', null, 'type'], claims)).toEqual([
      ['degrees', 0, 'type'],
      ['degrees', 2, 'type'],
    ])
    expect(expandPattern(['name', 'first'], claims)).toEqual([])
    expect(expandPattern(['toString'], claims)).toEqual([])
    expect(expandPattern(['degrees', 5], claims)).toEqual([])
  })
})
