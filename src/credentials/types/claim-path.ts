import { Refusal } from '../../core/index.ts'

/** One claim in a credential: member names, and indexes where it passes an array. */
export type ClaimPath = readonly (string | number)[]

/** Claims of a type: as {@link ClaimPath}, with null for every element of an array (SD-JWT VC, claim path). */
export type ClaimPattern = readonly (string | number | null)[]

/** A claim as people and the command line write it: `company-profile.address.postal_code`. */
export interface ClaimRef {
  /** The short name of the type: its folder. */
  readonly type: string
  readonly path: ClaimPath
}

export const TYPE_NAME = /^[a-z][a-z0-9-]{0,63}$/
export const CLAIM_NAME = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/
const INDEX = /^(0|[1-9][0-9]{0,3})$/
const MAX_DEPTH = 8

/**
 * Reads `type.claim.claim`, with whole numbers for array elements. Whether the claim exists is for the type to say.
 * @throws Refusal `invalid_claim_ref`
 */
export function parseClaimRef(text: string): ClaimRef {
  const [type = '', ...segments] = text.split('.', MAX_DEPTH + 2)
  if (!TYPE_NAME.test(type) || segments.length === 0 || segments.length > MAX_DEPTH) throw invalidClaimRef()
  return { type, path: segments.map(parseSegment) }
}

/** Reads a comma separated list of claim references. @throws Refusal `invalid_claim_ref` */
export const parseClaimRefs = (text: string): readonly ClaimRef[] =>
  text.split(',').map((part) => parseClaimRef(part.trim()))

/** The inverse of {@link parseClaimRef}. */
export const formatClaimRef = (ref: ClaimRef): string => [ref.type, ...ref.path].join('.')

/** True where the pattern's null stands for any index and everything else is equal. */
export const matchesPattern = (pattern: ClaimPattern, path: ClaimPattern): boolean =>
  pattern.length === path.length &&
  pattern.every((part, at) => part === path[at] || (part === null && typeof path[at] === 'number'))

/** Every claim in `claims` that the pattern stands for; none when it is absent. */
export function expandPattern(pattern: ClaimPattern, claims: unknown): readonly ClaimPath[] {
  let found: readonly { path: ClaimPath; value: unknown }[] = [{ path: [], value: claims }]
  for (const part of pattern)
    found = found.flatMap(({ path, value }) =>
      children(part, value).map(([key, child]) => ({ path: [...path, key], value: child })),
    )
  return found.map(({ path }) => path)
}

/** What `claims` say at a path; undefined when that is not there. */
export const valueAt = (path: ClaimPath, claims: unknown): unknown =>
  path.reduce<unknown>((value, part) => children(part, value)[0]?.[1], claims)

function children(part: string | number | null, value: unknown): readonly [string | number, unknown][] {
  if (Array.isArray(value)) {
    if (part === null) return value.map((child, index) => [index, child])
    return typeof part === 'number' && part < value.length ? [[part, value[part]]] : []
  }
  if (typeof part !== 'string' || typeof value !== 'object' || value === null) return []
  return Object.hasOwn(value, part) ? [[part, (value as Record<string, unknown>)[part]]] : []
}

function parseSegment(segment: string): string | number {
  if (INDEX.test(segment)) return Number(segment)
  if (CLAIM_NAME.test(segment)) return segment
  throw invalidClaimRef()
}

const invalidClaimRef = (): Refusal =>
  new Refusal(
    'invalid',
    'invalid_claim_ref',
    'a claim is written as type.claim, for instance contact-person.email',
  )
