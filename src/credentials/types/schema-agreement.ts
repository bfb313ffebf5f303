import type { ClaimPattern } from './claim-path.ts'
import { shapeOf } from './schema-shape.ts'
import type { TypeMetadata } from './type-metadata.ts'

export interface Disagreement {
  readonly in: 'schema' | 'type'
  readonly reason: string
  readonly at: string
}

/**
 * Compares type metadata with the schema, so that no claim can be issued that has no label, data class and disclosure
 * rule, and none is promised that cannot be issued. A claim described without its members is taken as one whole.
 * @returns the first disagreement, or null
 */
export function compareWithSchema(
  metadata: TypeMetadata,
  schema: Readonly<Record<string, unknown>>,
): Disagreement | null {
  const shape = shapeOf(schema)
  const [problem] = shape.problems
  if (problem) return { in: 'schema', ...problem }

  const allowed = new Map(shape.nodes.map((node) => [key(node.path), node]))
  for (const claim of metadata.claims) {
    const node = allowed.get(key(claim.path))
    if (!node) return { in: 'type', reason: 'claim_not_in_schema', at: claim.path.join('.') }
    if (node.mandatory !== claim.mandatory)
      return { in: 'type', reason: 'mandatory', at: claim.path.join('.') }
  }
  const described = metadata.claims.map((claim) => claim.path)
  const forgotten = shape.nodes.find(({ path }) => path.at(-1) !== null && !isCovered(path, described))
  return forgotten ? { in: 'type', reason: 'claim_not_described', at: forgotten.path.join('.') } : null
}

/** Described itself, or lying in a claim that is described as one whole. */
const isCovered = (path: ClaimPattern, described: readonly ClaimPattern[]): boolean =>
  described.some(
    (claim) => startsWith(path, claim) && (claim.length === path.length || isWhole(claim, described)),
  )

const isWhole = (claim: ClaimPattern, described: readonly ClaimPattern[]): boolean =>
  !described.some((other) => other.length > claim.length && startsWith(other, claim))

const startsWith = (path: ClaimPattern, start: ClaimPattern): boolean =>
  start.length <= path.length && start.every((part, at) => part === path[at])

const key = (path: ClaimPattern): string => JSON.stringify(path)
