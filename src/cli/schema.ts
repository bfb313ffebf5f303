/** The part of JSON Schema that the API document uses. */
export interface Schema {
  readonly [keyword: string]: unknown
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly description?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema | boolean
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly default?: unknown
  readonly examples?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
  readonly additionalProperties?: Schema | boolean
}

/** Follows references and takes apart what may also be null. */
export function plain(schema: Schema, root: unknown): Schema {
  let here = schema
  for (let hops = 0; here.$ref !== undefined && hops < 16; hops++) {
    const { $ref, ...beside } = here
    const found = $ref
      .replace(/^#\//, '')
      .split('/')
      .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], root)
    here = { ...(found as Schema | undefined), ...beside }
  }
  const { anyOf, ...rest } = here
  const options = (anyOf ?? []).filter((option) => option.type !== 'null')
  const [only] = options
  return only && options.length === 1 ? plain({ ...only, ...rest }, root) : here
}

/** The types a value may have, `null` left out. */
export function typesOf(schema: Schema, root: unknown): ReadonlySet<string> {
  const here = plain(schema, root)
  const own = here.type === undefined ? [] : [here.type].flat()
  const parts = [...(here.anyOf ?? []), ...(here.oneOf ?? []), ...(here.allOf ?? [])]
  const all = [...own, ...parts.flatMap((part) => [...typesOf(part, root)])]
  return new Set(all.filter((type) => type !== 'null'))
}

export interface Property {
  readonly name: string
  readonly schema: Schema
  readonly required: boolean
}

/** The members of an object, those of its variants included; a member of one variant is never required. */
export function propertiesOf(schema: Schema, root: unknown): readonly Property[] {
  const here = plain(schema, root)
  const found = new Map<string, Property>()
  for (const [name, member] of Object.entries(here.properties ?? {}))
    found.set(name, { name, schema: member, required: here.required?.includes(name) ?? false })
  for (const part of here.allOf ?? [])
    for (const one of propertiesOf(part, root)) if (!found.has(one.name)) found.set(one.name, one)
  const variants = [...(here.anyOf ?? []), ...(here.oneOf ?? [])].map((one) => propertiesOf(one, root))
  for (const one of variants.flat()) {
    const inAll = variants.every((variant) => variant.some((p) => p.name === one.name && p.required))
    const same = variants.flat().filter((other) => other.name === one.name)
    if (!found.has(one.name)) found.set(one.name, { ...one, schema: merged(same), required: inAll })
  }
  return [...found.values()]
}

/** One schema for a member that variants describe differently, such as the name of the variant. */
function merged(same: readonly Property[]): Schema {
  const constants = same.map(({ schema }) => schema.const).filter((value) => value !== undefined)
  const [first] = same
  if (constants.length > 1) return { ...first?.schema, const: undefined, enum: [...new Set(constants)] }
  return first?.schema ?? {}
}

/** The values a member is limited to, as texts. */
export function choicesOf(schema: Schema, root: unknown): readonly string[] | undefined {
  const here = plain(schema, root)
  if (here.enum) return here.enum.filter((value) => value !== null).map(String)
  const constants = (here.anyOf ?? here.oneOf ?? []).map((option) => option.const)
  return constants.length > 0 && constants.every((value) => value !== undefined)
    ? constants.map(String)
    : undefined
}
