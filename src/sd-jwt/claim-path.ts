import { isJsonObject, type JsonObject, type JsonValue } from '../jose/index.ts'

/** One step: a member's name, an element's index, or null for every element of an array. */
export type PathStep = string | number | null

/** A claims path pointer (OpenID4VP 1.0, section 7): from the payload down to claims. */
export type ClaimPath = readonly PathStep[]

/** A path to exactly one claim. */
export type ConcretePath = readonly (string | number)[]

export interface SelectedClaim {
  readonly path: ConcretePath
  readonly value: JsonValue
}

/**
 * The claims a path points at, after OpenID4VP 1.0, section 7.3. Where the specification stops with an error
 * (a name asked of an array, an index of an object, nothing there) the result is empty.
 */
export function selectClaims(payload: JsonObject, path: ClaimPath): readonly SelectedClaim[] {
  let selected: readonly SelectedClaim[] = [{ path: [], value: payload }]
  for (const step of path) {
    // Not asked of the right kind of value: the specification stops here, also when others would match.
    if (
      !selected.every(({ value }) => (typeof step === 'string' ? isJsonObject(value) : Array.isArray(value)))
    )
      return []
    selected = selected.flatMap((claim) => childrenOf(claim, step))
  }
  return selected
}

function childrenOf({ path, value }: SelectedClaim, step: PathStep): readonly SelectedClaim[] {
  if (step === null)
    return (value as readonly JsonValue[]).map((item, index) => ({ path: [...path, index], value: item }))
  const child = Object.hasOwn(value as object, step) ? (value as JsonObject)[step] : undefined
  return child === undefined ? [] : [{ path: [...path, step], value: child }]
}

/** The value at a path to one claim; undefined when it is not there. */
export const getByPath = (payload: JsonObject, path: ConcretePath): JsonValue | undefined =>
  selectClaims(payload, path)[0]?.value

/** True when a path points at one claim or more. */
export const hasPath = (payload: JsonObject, path: ClaimPath): boolean =>
  selectClaims(payload, path).length > 0

/** Every claim there is: members and elements at all levels, parents before what they contain. */
export function listClaimPaths(payload: JsonObject): readonly ConcretePath[] {
  const paths: ConcretePath[] = []
  const visit = (value: JsonValue, path: ConcretePath) => {
    if (path.length > 0) paths.push(path)
    if (Array.isArray(value)) {
      let index = 0
      for (const item of value as readonly JsonValue[]) visit(item, [...path, index++])
    } else if (isJsonObject(value)) {
      for (const [name, member] of Object.entries(value)) visit(member, [...path, name])
    }
  }
  visit(payload, [])
  return paths
}

/** True when `path` is `prefix` or lies inside it. */
export const isWithin = (path: ConcretePath, prefix: ConcretePath): boolean =>
  path.length >= prefix.length && prefix.every((step, index) => path[index] === step)
