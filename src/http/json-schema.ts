import { z } from 'zod'

/** The part of JSON Schema 2020-12 that zod writes and we read. */
export interface JsonSchema {
  readonly [keyword: string]: unknown
  readonly $ref?: string
  readonly $defs?: Readonly<Record<string, JsonSchema>>
  readonly type?: string | readonly string[]
  readonly description?: string
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly items?: JsonSchema | boolean
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
  readonly allOf?: readonly JsonSchema[]
  readonly additionalProperties?: JsonSchema | boolean
}

/** What a caller sends (`input`) or gets (`output`), as JSON Schema without `$schema`. */
export function jsonSchemaOf(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as JsonSchema
  return rest
}

export interface Member {
  readonly schema: JsonSchema
  /** Needed in every variant of the object. */
  readonly required: boolean
}

/** The members of an object schema, with those of its variants (`anyOf`, `oneOf`) and parts (`allOf`). */
export function membersOf(schema: JsonSchema, root: JsonSchema = schema): ReadonlyMap<string, Member> {
  const target = resolve(schema, root)
  const members = new Map<string, Member>()
  for (const [name, member] of Object.entries(target.properties ?? {}))
    members.set(name, { schema: member, required: target.required?.includes(name) ?? false })
  for (const part of target.allOf ?? [])
    for (const [name, member] of membersOf(part, root)) if (!members.has(name)) members.set(name, member)
  for (const [name, member] of membersOfVariants(target, root))
    if (!members.has(name)) members.set(name, member)
  return members
}

function membersOfVariants(schema: JsonSchema, root: JsonSchema): Map<string, Member> {
  const variants = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].map((one) => membersOf(one, root))
  const members = new Map<string, Member>()
  for (const name of new Set(variants.flatMap((variant) => [...variant.keys()]))) {
    const found = variants.flatMap((variant) => variant.get(name) ?? [])
    const different = [...new Map(found.map((one) => [JSON.stringify(one.schema), one.schema])).values()]
    const [only = {}] = different
    members.set(name, {
      schema: different.length > 1 ? { anyOf: different } : only,
      required: found.length === variants.length && found.every((one) => one.required),
    })
  }
  return members
}

/** Follows `$ref` within the document. */
export function resolve(schema: JsonSchema, root: JsonSchema): JsonSchema {
  let target = schema
  for (let hops = 0; target.$ref !== undefined && hops < 16; hops++) {
    const at = target.$ref.replace(/^#\/?/, '').split('/').filter(Boolean)
    target = at.reduce<JsonSchema>((within, name) => (within[name] ?? {}) as JsonSchema, root)
  }
  return target
}

/** The types a schema allows, those of its variants included. Empty when it does not say. */
export function typesOf(schema: JsonSchema, root: JsonSchema): ReadonlySet<string> {
  const target = resolve(schema, root)
  const own = target.type === undefined ? [] : [target.type].flat()
  const variants = [...(target.anyOf ?? []), ...(target.oneOf ?? []), ...(target.allOf ?? [])]
  return new Set([...own, ...variants.flatMap((variant) => [...typesOf(variant, root)])])
}

/** An object schema without some members, in its variants and parts too. */
export function withoutMembers(schema: JsonSchema, names: ReadonlySet<string>): JsonSchema {
  const parts = (list: readonly JsonSchema[]) => list.map((part) => withoutMembers(part, names))
  const { properties, required, anyOf, oneOf, allOf, ...rest } = schema
  const left = Object.entries(properties ?? {}).filter(([name]) => !names.has(name))
  const needed = (required ?? []).filter((name) => !names.has(name))
  return {
    ...rest,
    ...(properties ? { properties: Object.fromEntries(left) } : {}),
    ...(needed.length > 0 ? { required: needed } : {}),
    ...(anyOf ? { anyOf: parts(anyOf) } : {}),
    ...(oneOf ? { oneOf: parts(oneOf) } : {}),
    ...(allOf ? { allOf: parts(allOf) } : {}),
  }
}
