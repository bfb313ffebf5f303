import type { JsonObject } from '../jose/index.ts'

const tokenClaims = new Set([
  'iss',
  'sub',
  'jti',
  'iat',
  'nbf',
  'exp',
  'cnf',
  'status',
  'vct',
  'vct#integrity',
  '_sd_alg',
])

/** The claims of the type, without those of the token. */
export const claimsOf = (payload: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(payload).filter(([name]) => !tokenClaims.has(name)))
