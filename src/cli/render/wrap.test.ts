import fc from 'fast-check'
import { expect, test } from 'vitest'
import { lengthOf, wrap } from './wrap.ts'

test.each([
  ['one two three', 20, ['one two three']],
  ['one two three', 8, ['one two', 'three']],
  ['company-registration.kvk_number', 21, ['company-registration.', 'kvk_number']],
  ['see company-registration.name', 21, ['see company-', 'registration.name']],
  ['aaaaaaaaaa', 4, ['aaaa', 'aaaa', 'aa']],
  ['in 01a20092-cb26-7477-a434-b69ace1bfbb8.', 8, ['in', '01a20092-cb26-7477-a434-b69ace1bfbb8', '.']],
  ['a\nb', undefined, ['a', 'b']],
])('%j in %j columns is %j', (text, width, lines) => {
  expect(wrap(text, width)).toEqual(lines)
})

test('whatever the text, it fits and nothing is lost but spaces', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 40 }), (text, width) => {
      const lines = wrap(text, width)
      for (const line of lines) expect(lengthOf(line)).toBeLessThanOrEqual(width)
      expect(lines.join('').replaceAll(/[ \n]/g, '')).toBe(text.replaceAll(/[ \n]/g, ''))
    }),
  )
})
