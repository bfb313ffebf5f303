import fc from 'fast-check'
import { expect, test } from 'vitest'
import { renderValue } from './value.ts'
import { plainView } from './view.ts'

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

test('on a narrow terminal texts are folded and nothing is lost; ids stay whole', () => {
  const id = '0198a3b2-0000-7000-8000-000000000000'
  const reason = 'this is why we ask you for these data of yours'
  const shown = renderValue({ items: [{ id, reason }] }, { ...plainView, width: 38 })
  expect(shown).toBe(['REASON', 'this is why we ask you for these data', 'of yours', `  ${id}`].join('\n'))
})

test('a party is its name, a text in languages the reader’s, a DID short, a moment without seconds', () => {
  const did = `did:jwk:${'eyJjcnYi'.repeat(20)}`
  const row = {
    asker: { did, name: 'Anna' },
    other: { did, name: null },
    label: { en: 'Orders', nl: 'Bestellingen' },
    at: '2026-12-31T22:59:59.000Z',
    signed: `eyJhbGciOiJFUzI1NiJ9.${'e'.repeat(80)}.${'s'.repeat(80)}`,
  }
  const [, shown = ''] = renderValue([row], { ...plainView, language: 'nl' }).split('\n')
  expect(shown.split(/ {2,}/)).toEqual([
    'Anna',
    'did:jwk:eyJjcn…JjcnYi',
    'Bestellingen',
    '31-12-2026',
    'eyJhbGciOiJF… (182)',
  ])
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
