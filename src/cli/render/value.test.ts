import fc from 'fast-check'
import { expect, test } from 'vitest'
import { renderValue } from './value.ts'

test('an object is names and values, what is in it moves in', () => {
  const value = {
    id: 'a1',
    legal_name: 'Bakkerij',
    active: true,
    tags: ['x', 'y'],
    nothing: null,
    address: { street: 'Dorpsweg 1', city: 'Assen' },
    claims: [
      { path: 'name', value: 'Anna', source: { issuer: 'did:x', fresh: true } },
      { path: 'email', value: 'a@b.example', source: { issuer: 'did:y', fresh: false } },
    ],
  }
  expect(renderValue(value)).toBe(
    [
      'id          a1',
      'legal name  Bakkerij',
      'active      yes',
      'tags        x, y',
      'nothing',
      'address:',
      '  street  Dorpsweg 1',
      '  city    Assen',
      'claims:',
      '  PATH   VALUE        SOURCE ISSUER  SOURCE FRESH',
      '  name   Anna         did:x          yes',
      '  email  a@b.example  did:y          no',
    ].join('\n'),
  )
})

test('on a narrow terminal texts are cut, ids are not', () => {
  const id = '0198a3b2-0000-7000-8000-000000000000'
  const [head = '', row = ''] = renderValue({ items: [{ id, reason: 'r'.repeat(60) }] }, { width: 60 }).split(
    '\n',
  )
  expect(row.startsWith(id)).toBe(true)
  expect(row.endsWith('…')).toBe(true)
  expect(Math.max(head.length, row.length)).toBeLessThanOrEqual(60)
})

test('numbers stand under each other', () => {
  const items = [
    { name: 'a', revenue: '1250.00' },
    { name: 'b', revenue: '-3.50' },
    { name: 'c', revenue: null },
  ]
  expect(renderValue({ items })).toBe('NAME  REVENUE\na     1250.00\nb       -3.50\nc')
})

test.each([
  [undefined, 'done'],
  [{}, 'done'],
  [{ items: [], next: null }, '(none)'],
  ['text', 'text'],
  [['a', 'b'], 'a\nb'],
])('%j reads %j', (value, text) => {
  expect(renderValue(value)).toBe(text)
})

test('whatever a node answers, nothing in it reaches the terminal as a command', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.string({ unit: 'binary' }), (value, text) => {
      const shown = renderValue({ value, text, [text]: [{ [text]: text }] })
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it is about
      expect(shown).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/)
    }),
  )
})
