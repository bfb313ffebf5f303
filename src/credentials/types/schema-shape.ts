import { isJsonObject } from '../../jose/index.ts'
import type { ClaimPattern } from './claim-path.ts'

/** One place where a schema allows a value. */
export interface ShapeNode {
  readonly path: ClaimPattern
  /** Required, and so is everything it lies in. */
  readonly mandatory: boolean
}

/** What keeps a schema from being used, and where. */
export interface ShapeProblem {
  readonly reason: 'open_object' | 'unbounded' | 'untyped' | 'unresolvable' | 'too_deep'
  readonly at: string
}

export interface Shape {
  readonly nodes: readonly ShapeNode[]
  readonly problems: readonly ShapeProblem[]
}

type Json = Readonly<Record<string, unknown>>

const MAX_DEPTH = 10

/**
 * Lists every claim a JSON Schema allows, and what in it is not closed and bounded: each object names its members and
 * allows no others, each string and array has a maximum. Combinators may narrow a schema further; they cannot add
 * members.
 */
export function shapeOf(schema: Json): Shape {
  const nodes: ShapeNode[] = []
  const problems: ShapeProblem[] = []
  const visit = (raw: unknown, path: ClaimPattern, mandatory: boolean): void => {
    const report = (reason: ShapeProblem['reason']) => problems.push({ reason, at: path.join('.') })
    if (path.length > MAX_DEPTH) return void report('too_deep')
    const node = dereference(raw, schema)
    if (!node) return void report('unresolvable')
    if (path.length > 0) nodes.push({ path, mandatory })
    const types = [node.type].flat()
    if (node.type === undefined) report('untyped')
    if (types.includes('string') && !isBoundedText(node)) report('unbounded')
    if (types.includes('array')) {
      if (typeof node.maxItems !== 'number') report('unbounded')
      visit(node.items, [...path, null], false)
    }
    if (types.includes('object')) {
      if (node.additionalProperties !== false) report('open_object')
      const required = Array.isArray(node.required) ? node.required : []
      for (const [name, child] of Object.entries(isJsonObject(node.properties) ? node.properties : {}))
        visit(child, [...path, name], mandatory && required.includes(name))
    }
  }
  visit(schema, [], true)
  return { nodes, problems }
}

const isBoundedText = (node: Json): boolean =>
  typeof node.maxLength === 'number' || Array.isArray(node.enum) || typeof node.const === 'string'

/** The schema a local reference points at; null when it points elsewhere or nowhere. */
function dereference(node: unknown, root: Json): Json | null {
  if (!isJsonObject(node)) return null
  const reference = node.$ref
  if (reference === undefined) return node
  const name =
    typeof reference === 'string' ? /^#\/\$defs\/([A-Za-z0-9_-]+)$/.exec(reference)?.[1] : undefined
  const definitions = root.$defs
  if (!name || !isJsonObject(definitions) || !Object.hasOwn(definitions, name)) return null
  const target = definitions[name]
  return isJsonObject(target) && target.$ref === undefined ? target : null
}
