import { isRefusal } from '../../core/index.ts'
import { isJsonObject, type JsonObject } from '../../jose/index.ts'
import { type ConcretePath, selectClaims } from '../../sd-jwt/index.ts'
import type { BoundedCheck } from './bounded-schema.ts'
import type { IssuerType, IssuerTypes } from './resolve-type.ts'

/** Of the check `type`: that its issuer alone describes the type is to be known, and no fault. */
export interface IssuerTypeAnswer {
  readonly check: 'type'
  readonly ok: boolean
  readonly code: string
}

export interface IssuerTypeCheck {
  /** @returns null where the type is nothing that can be looked up */
  check(
    payload: JsonObject & { readonly vct: string },
    disclosed: readonly ConcretePath[],
  ): Promise<IssuerTypeAnswer | null>
}

/** For W3C credentials, whose schema is of the whole document and named in it. */
export interface IssuerSchemaCheck {
  /** @returns null where the credential names no schema that can be looked up */
  checkSchema(schema: unknown, document: JsonObject): Promise<IssuerTypeAnswer | null>
}

/** What the report says of a type that is not ours. */
export const TYPE_FROM_ISSUER = 'type_from_issuer'

/** Checks credentials of types we do not have against what their issuers say of them. */
export const createIssuerTypeCheck = (types: IssuerTypes): IssuerTypeCheck & IssuerSchemaCheck => ({
  check: (payload, disclosed) =>
    answer(async () => {
      const type = await types.resolve(payload.vct, textOf(payload['vct#integrity']))
      return type && { fault: faultOf(type, payload, disclosed) }
    }),
  checkSchema: (named, document) =>
    answer(async () => {
      const [schema, ...more] = [named ?? []].flat()
      if (more.length > 0 || !isJsonObject(schema) || schema.type !== 'JsonSchema') return null
      const check = await types.schema(String(schema.id), textOf(schema.digestSRI))
      return check && { fault: schemaFault(check, document) }
    }),
})

async function answer(
  look: () => Promise<{ readonly fault: string | null } | null>,
): Promise<IssuerTypeAnswer | null> {
  try {
    const found = await look()
    return found && { check: 'type', ok: found.fault === null, code: found.fault ?? TYPE_FROM_ISSUER }
  } catch (error) {
    if (!isRefusal(error)) throw error
    // A document that is away says nothing about the credential, and one that is wrong makes it wrong.
    const isAway = error.kind === 'upstream' || error.kind === 'unavailable'
    return { check: 'type', ok: isAway, code: isAway ? 'type_unavailable' : error.code }
  }
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

/** What a holder may have left out is no fault. */
function faultOf(
  { claims, schemas }: IssuerType,
  payload: JsonObject,
  disclosed: readonly ConcretePath[],
): string | null {
  const wasDisclosed = (path: ConcretePath) => disclosed.some((one) => isSame(one, path))
  for (const { path, mandatory, sd } of claims) {
    const found = selectClaims(payload, path)
    if (mandatory && sd === 'never' && found.length === 0) return 'mandatory_claim_missing'
    const isRight = sd === 'allowed' || found.every((one) => wasDisclosed(one.path) === (sd === 'always'))
    if (!isRight) return 'claim_disclosure_mismatch'
  }
  return schemas.map((check) => schemaFault(check, payload)).find((fault) => fault !== null) ?? null
}

function schemaFault(check: BoundedCheck, document: JsonObject): string | null {
  const follows = check(document)
  if (follows) return null
  return follows === null ? 'type_schema_unusable' : 'invalid_claims'
}

const isSame = (one: ConcretePath, other: ConcretePath) =>
  one.length === other.length && one.every((part, at) => part === other[at])
