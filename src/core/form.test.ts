import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatForm, parseForm } from './form.ts'

test('what was formatted is read back', () => {
  // Half of a surrogate pair cannot be written in UTF-8.
  const text = fc.string({ minLength: 1, unit: 'grapheme' })
  fc.assert(
    fc.property(fc.dictionary(text, text, { maxKeys: 20 }), (members) => {
      expect(new Map(parseForm(Buffer.from(formatForm(members))))).toEqual(new Map(Object.entries(members)))
    }),
  )
})

test('any bytes are a form or are refused', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        parseForm(bytes)
      } catch (error) {
        expect(error).toMatchObject({ code: expect.stringMatching(/^form_/) })
      }
    }),
  )
})

test.each([
  ['', []],
  ['a=b', [['a', 'b']]],
  ['a=b+c%20d', [['a', 'b c d']]],
  ['a=urn:x:y', [['a', 'urn:x:y']]],
  ['a=b=c', [['a', 'b=c']]],
  ['a=&b=c', [['b', 'c']]],
  ['__proto__=x', [['__proto__', 'x']]],
])('%s', (body, members) => {
  expect([...parseForm(Buffer.from(body))]).toEqual(members)
})

test.each([
  ['a', 'form_malformed'],
  ['=b', 'form_malformed'],
  ['a=b&', 'form_malformed'],
  ['a=b&&c=d', 'form_malformed'],
  ['a=b c', 'form_malformed'],
  ['a=%', 'form_malformed'],
  ['a=%ff', 'form_malformed'],
  ['a=é', 'form_malformed'],
  ['a=b\n', 'form_malformed'],
  ['a=b&a=b', 'form_duplicate_member'],
  ['a=b&%61=b', 'form_duplicate_member'],
  ['a=&a=b', 'form_duplicate_member'],
  [Array.from({ length: 33 }, (_, n) => `m${n}=x`).join('&'), 'form_malformed'],
])('%.20s is refused', (body, code) => {
  expect(() => parseForm(Buffer.from(body))).toThrow(expect.objectContaining({ code }))
})
