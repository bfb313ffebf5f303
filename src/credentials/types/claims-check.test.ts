import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createSchemaCompiler } from './claims-check.ts'

const check = createSchemaCompiler()({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  additionalProperties: false,
  required: ['name'],
  properties: {
    name: { type: 'string', minLength: 1, maxLength: 20 },
    iban: { type: 'string', maxLength: 34, format: 'iban' },
    did: { type: 'string', maxLength: 200, format: 'did' },
    email: { type: 'string', maxLength: 254, format: 'email' },
    since: { type: 'string', maxLength: 10, format: 'date' },
    kind: { type: 'string', enum: ['a', 'b'] },
    tags: { type: 'array', maxItems: 2, uniqueItems: true, items: { type: 'string', maxLength: 5 } },
    path: { type: 'array', maxItems: 3, items: { type: ['string', 'integer'], maxLength: 5, minimum: 0 } },
  },
})

test('claims that follow the schema are accepted', () => {
  const claims = {
    name: 'De Linde\tB.V.',
    iban: 'NL91ABNA0417164300',
    did: 'did:web:delinde.example',
    email: 'info@delinde.example',
    since: '2026-02-28',
    kind: 'a',
    tags: ['x', 'y'],
    path: ['a', 0],
  }
  expect(check(claims)).toEqual({ ok: true })
})

test.each([
  [{}, ['name'], 'missing'],
  [{ name: 1 }, ['name'], 'wrong_type'],
  [{ name: '' }, ['name'], 'too_short'],
  [{ name: 'x'.repeat(21) }, ['name'], 'too_long'],
  [{ name: 'x', nickname: 'y' }, ['nickname'], 'unknown_claim'],
  [{ name: 'x', iban: 'NL91ABNA0417164301' }, ['iban'], 'malformed'],
  [{ name: 'x', did: 'delinde.example' }, ['did'], 'malformed'],
  [{ name: 'x', email: 'info' }, ['email'], 'malformed'],
  [{ name: 'x', since: '2026-02-30' }, ['since'], 'malformed'],
  [{ name: 'x', kind: 'c' }, ['kind'], 'not_allowed'],
  [{ name: 'x', tags: ['a', 'b', 'c'] }, ['tags'], 'too_long'],
  [{ name: 'x', tags: ['a', 'a'] }, ['tags'], 'duplicate'],
  [{ name: 'x', tags: ['a', 2] }, ['tags', 1], 'wrong_type'],
  [{ name: 'nul\u0000' }, ['name'], 'malformed'],
  [{ name: 'bell\u0007' }, ['name'], 'malformed'],
  [{ name: 'half\ud800' }, ['name'], 'malformed'],
  [{ name: 'x', tags: [Number.NaN] }, ['tags', 0], 'malformed'],
  [{ name: undefined }, ['name'], 'wrong_type'],
  ['text', [], 'wrong_type'],
  [null, [], 'wrong_type'],
  [[], [], 'wrong_type'],
])('%j is refused at %j: %s', (claims, path, code) => {
  expect(check(claims)).toEqual({ ok: false, errors: [{ path, code }] })
})

describe('hostile input', () => {
  test('a member from the prototype does not count as present', () => {
    expect(check(Object.create({ name: 'x' }))).toMatchObject({ ok: false, errors: [{ code: 'missing' }] })
  })

  test('an own __proto__ member is an unknown claim', () => {
    expect(check(JSON.parse('{"name":"x","__proto__":{"admin":true}}'))).toEqual({
      ok: false,
      errors: [{ path: ['__proto__'], code: 'unknown_claim' }],
    })
  })

  test('a member name that could be a value is not repeated', () => {
    expect(check({ name: 'x', 'jan@example.com': 1 })).toEqual({
      ok: false,
      errors: [{ path: [], code: 'unknown_claim' }],
    })
  })

  test('very deep, very wide and very long input is refused before the schema sees it', () => {
    const deep = JSON.parse(`${'{"a":'.repeat(500)}1${'}'.repeat(500)}`)
    const wide = { name: 'x', tags: Array.from({ length: 100_000 }, () => 'a') }
    expect(check(deep)).toEqual({ ok: false, errors: [{ path: [], code: 'too_long' }] })
    expect(check(wide)).toEqual({ ok: false, errors: [{ path: ['tags'], code: 'too_long' }] })
    expect(check({ name: 'x'.repeat(1_000_000) })).toEqual({
      ok: false,
      errors: [{ path: ['name'], code: 'too_long' }],
    })
  })

  test('a value that contains itself is refused', () => {
    const loop: Record<string, unknown> = { name: 'x' }
    loop.self = loop
    expect(check(loop).ok).toBe(false)
  })

  test('at most twenty errors are reported', () => {
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`c${i}`, 1]))
    const report = check(many)
    expect(report.ok ? 0 : report.errors.length).toBe(20)
  })

  test('no value of the input is in a report', () => {
    const secret = 'S3CR3T'
    const value = fc.oneof(
      fc.constant(secret),
      fc.constant([secret]),
      fc.constant({ x: secret }),
      fc.jsonValue(),
    )
    const claims = fc.dictionary(fc.constantFrom('name', 'iban', 'did', 'kind', 'tags', 'other', '!'), value)
    fc.assert(
      fc.property(claims, (input) => {
        expect(JSON.stringify(check(input))).not.toContain(secret)
      }),
    )
  })
})

test('a schema with a reference elsewhere does not compile: nothing is fetched', () => {
  const compile = createSchemaCompiler()
  expect(() => compile({ type: 'object', $ref: 'https://schemas.example/other.json' })).toThrow()
})

test('a misspelt keyword does not compile', () => {
  expect(() => createSchemaCompiler()({ type: 'string', maxLenght: 5 })).toThrow()
})
