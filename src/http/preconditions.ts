import { Refusal } from '../core/index.ts'

const ENTITY_TAG = /^(W\/)?"(\d{1,15})"$/

/** The version of an output, where it has one. */
export function versionOf(body: unknown): number | undefined {
  if (typeof body !== 'object' || body === null || !('version' in body)) return undefined
  return Number.isSafeInteger(body.version) ? Number(body.version) : undefined
}

/** RFC 9110, section 8.8.3. */
export const etagOf = (version: number): string => `"${version}"`

/**
 * The version a change was made from. `*` asks for nothing in particular.
 * @throws Refusal `invalid_if_match`
 */
export function parseIfMatch(header: string | undefined): number | undefined {
  if (header === undefined || header.trim() === '*') return undefined
  const match = ENTITY_TAG.exec(header.trim())
  // A weak tag never matches in If-Match (RFC 9110, section 13.1.1).
  if (!match || match[1])
    throw new Refusal('invalid', 'invalid_if_match', 'If-Match takes the ETag of one answer, such as "3"')
  return Number(match[2])
}

/** Whether the caller has this version already (RFC 9110, section 13.1.2: weak comparison). */
export function hasVersion(header: string | undefined, version: number): boolean {
  if (header === undefined) return false
  const tags = header.split(',').map((tag) => ENTITY_TAG.exec(tag.trim()))
  return tags.some((tag) => tag !== null && Number(tag[2]) === version)
}
