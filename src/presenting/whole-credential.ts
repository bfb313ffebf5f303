import type { CredentialType } from '../credentials/index.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../jose/index.ts'
import type { ConcretePath } from '../sd-jwt/index.ts'
import { parseVcJwt } from '../vc-jwt/index.ts'

/** One claim that a credential says; a list is one claim. */
export interface Said {
  readonly path: ConcretePath
  readonly value: JsonValue
}

const SUBJECT = 'credentialSubject'
/** What says which credential it is, and how it is secured and looked up: of every credential, and of no subject. */
const OF_THE_CREDENTIAL = new Set([
  ...['@context', 'id', 'type', 'issuer', 'credentialStatus', 'credentialSchema'],
  ...['issuanceDate', 'expirationDate', 'validFrom', 'validUntil'],
])
const OF_THE_TOKEN = new Set(['vc', 'iss', 'sub', 'jti', 'iat', 'nbf', 'exp', 'cnf'])

/**
 * All that a W3C credential tells whoever gets it, for nothing of it can be left out: its claims, and what else lies in
 * its document or beside it. Paths are those of the document (OpenID4VP 1.0, annex B.1.2).
 * @throws Refusal as parseVcJwt does
 */
export function saidByWhole(compact: string): readonly Said[] {
  const { document, jws } = parseVcJwt(compact)
  const beside = document === jws.payload ? {} : jws.payload
  const { [SUBJECT]: subject, ...rest } = document
  const { id: _, ...claims } = isJsonObject(subject) ? subject : {}
  return [
    ...leavesOf(claims, [SUBJECT]),
    ...leavesOf(without(rest, new Set([...OF_THE_CREDENTIAL, ...OF_THE_TOKEN]))),
    ...leavesOf(without(beside, OF_THE_TOKEN)),
  ]
}

/** A path in the document as its type has it: claims without what they lie in. */
export function claimPathOf(path: ConcretePath, type: CredentialType | null): ConcretePath {
  const [first, name, ...more] = path
  if (first !== SUBJECT || name === undefined) return path
  // In a W3C credential `id` is the subject's: a claim of that name is called otherwise there.
  const isRenamed = name === 'identifier' && type?.findClaim(['id'])
  return [isRenamed ? 'id' : name, ...more]
}

export function* leavesOf(claims: JsonObject, path: ConcretePath = []): Iterable<Said> {
  for (const [name, value] of Object.entries(claims))
    if (isJsonObject(value) && Object.keys(value).length > 0) yield* leavesOf(value, [...path, name])
    else yield { path: [...path, name], value }
}

const without = (object: JsonObject, names: ReadonlySet<string>): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([name]) => !names.has(name)))
