import { z } from 'zod'

type Def = Record<string, unknown> & { type: string }
type Schema = z.core.$ZodType

/**
 * The same schema, refusing members it does not name, at every depth. A `z.looseObject` stays open: there the
 * author chose to be.
 */
export function refuseUnknownMembers<S extends z.ZodType>(schema: S): S {
  return strict(schema, new Map()) as S
}

function strict(schema: Schema, seen: Map<Schema, Schema>): Schema {
  const known = seen.get(schema)
  if (known) return known
  const def = schema._zod.def as unknown as Def
  // A recursive schema reaches itself through getters: they are followed when first used, not while we walk.
  if (def.type === 'lazy') {
    const getter = def.getter as () => Schema
    return remember(schema, clone(schema, { ...def, getter: () => strict(getter(), seen) }), seen)
  }
  if (def.type === 'object') return strictObject(schema, def, seen)
  const changed = Object.entries(partsOf(def)).map(([name, part]) => [name, strictPart(part, seen)])
  if (changed.length === 0) return schema
  return remember(schema, clone(schema, { ...def, ...Object.fromEntries(changed) }), seen)
}

function strictObject(schema: Schema, def: Def, seen: Map<Schema, Schema>): Schema {
  const next: Def = { ...def, catchall: def.catchall ?? z.never() }
  let shape: Record<string, Schema> | undefined
  Object.defineProperty(next, 'shape', {
    enumerable: true,
    get: () => {
      shape ??= Object.fromEntries(
        Object.entries(def.shape as Record<string, Schema>).map(([name, member]) => [
          name,
          strict(member, seen),
        ]),
      )
      return shape
    },
  })
  return remember(schema, clone(schema, next), seen)
}

/** The members of a definition that are schemas themselves. */
function partsOf(def: Def): Record<string, unknown> {
  const names: Record<string, readonly string[]> = {
    array: ['element'],
    tuple: ['items', 'rest'],
    record: ['valueType'],
    map: ['valueType'],
    set: ['valueType'],
    union: ['options'],
    intersection: ['left', 'right'],
    pipe: ['in'],
  }
  const wrapped = 'innerType' in def ? ['innerType'] : []
  return Object.fromEntries(
    [...(names[def.type] ?? []), ...wrapped].filter((name) => def[name]).map((name) => [name, def[name]]),
  )
}

const strictPart = (part: unknown, seen: Map<Schema, Schema>): unknown =>
  Array.isArray(part) ? part.map((one: Schema) => strict(one, seen)) : strict(part as Schema, seen)

function clone(schema: Schema, def: Def): Schema {
  // `parent` keeps descriptions and examples, which zod finds by the schema they were given to.
  return z.core.clone(schema, def as never, { parent: true })
}

function remember(schema: Schema, made: Schema, seen: Map<Schema, Schema>): Schema {
  seen.set(schema, made)
  return made
}
