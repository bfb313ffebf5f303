import type { JsonObject } from '../../jose/index.ts'
import type { CredentialType } from '../types/index.ts'

/** In a W3C credential `id` says who the subject is; a claim of that name is called so there. */
const IDENTIFIER = 'identifier'

/** What a claim of one of our types is called in `credentialSubject`. */
export const w3cNameOf = (claim: string): string => (claim === 'id' ? IDENTIFIER : claim)

/** Claims under the names they have in `credentialSubject`. */
export const subjectClaims = (claims: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(claims).map(([name, value]) => [w3cNameOf(name), value]))

/** The inverse, for a type that has a claim of that name. */
export function claimsOfSubject(type: CredentialType, claims: JsonObject): JsonObject {
  if (!type.findClaim(['id'])) return claims
  const names = Object.entries(claims).map(([name, value]) => [name === IDENTIFIER ? 'id' : name, value])
  return Object.fromEntries(names) as JsonObject
}
