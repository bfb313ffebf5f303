import { expect, test } from 'vitest'
import { z } from 'zod'
import { refuseUnknownMembers } from './strict-schema.ts'

const accepts = (schema: z.ZodType, value: unknown) => refuseUnknownMembers(schema).safeParse(value).success

test('an unknown member is refused at every depth', () => {
  const inner = z.object({ a: z.string() })
  const schema = z.object({
    one: inner.optional(),
    many: z.array(inner).default([]),
    byName: z.record(z.string(), inner).optional(),
    either: z.union([z.string(), inner]).optional(),
    piped: inner.transform((value) => value.a).optional(),
    pair: z.tuple([inner]).nullable().optional(),
  })
  expect(accepts(schema, { one: { a: 'x' }, many: [{ a: 'x' }], either: { a: 'x' }, pair: null })).toBe(true)
  for (const value of [
    { extra: 1 },
    { one: { a: 'x', extra: 1 } },
    { many: [{ a: 'x', extra: 1 }] },
    { byName: { k: { a: 'x', extra: 1 } } },
    { either: { a: 'x', extra: 1 } },
    { piped: { a: 'x', extra: 1 } },
    { pair: [{ a: 'x', extra: 1 }] },
  ])
    expect(accepts(schema, value), JSON.stringify(value)).toBe(false)
})

test('rules, defaults, transforms and descriptions are kept', () => {
  const schema = z
    .object({ from: z.number().describe('first'), to: z.number().default(9) })
    .refine(({ from, to }) => from <= to, 'from is after to')
    .describe('a range')
  const made = refuseUnknownMembers(schema)
  expect(made.parse({ from: 1 })).toEqual({ from: 1, to: 9 })
  expect(made.safeParse({ from: 10 }).success).toBe(false)
  expect(z.toJSONSchema(made)).toMatchObject({
    description: 'a range',
    properties: { from: { description: 'first' } },
    additionalProperties: false,
  })
})

test('a discriminated union still picks its branch', () => {
  const schema = z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('a'), x: z.string() }),
    z.object({ kind: z.literal('b'), y: z.string() }),
  ])
  expect(accepts(schema, { kind: 'a', x: '1' })).toBe(true)
  expect(accepts(schema, { kind: 'a', x: '1', y: '2' })).toBe(false)
})

test('an object made open stays open, an intersection takes the members of both sides', () => {
  expect(accepts(z.looseObject({ a: z.string() }), { a: 'x', b: 1 })).toBe(true)
  const both = z.intersection(z.object({ a: z.string() }), z.object({ b: z.string() }))
  expect(accepts(both, { a: 'x', b: 'y' })).toBe(true)
  expect(accepts(both, { a: 'x', b: 'y', c: 'z' })).toBe(false)
})

test('a schema that contains itself is followed', () => {
  interface Node {
    name: string
    kids: Node[]
  }
  const node: z.ZodType<Node> = z.object({ name: z.string(), kids: z.lazy(() => z.array(node)) })
  expect(accepts(node, { name: 'a', kids: [{ name: 'b', kids: [] }] })).toBe(true)
  expect(accepts(node, { name: 'a', kids: [{ name: 'b', kids: [], extra: 1 }] })).toBe(false)
})

test('the member __proto__ is an unknown one', () => {
  expect(accepts(z.object({ a: z.string() }), JSON.parse('{"a":"x","__proto__":{"b":1}}'))).toBe(false)
})
