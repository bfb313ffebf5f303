import { isRefusal } from '../../core/index.ts'
import type { JsonObject } from '../../jose/index.ts'
import { type ConcretePath, selectClaims } from '../../sd-jwt/index.ts'
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

/** What the report says of a type that is not ours. */
export const TYPE_FROM_ISSUER = 'type_from_issuer'

/** Checks credentials of types we do not have against what their issuers say of them. */
export const createIssuerTypeCheck = (types: IssuerTypes): IssuerTypeCheck => ({
  check: async (payload, disclosed) => {
    try {
      const integrity = payload['vct#integrity']
      const type = await types.resolve(payload.vct, typeof integrity === 'string' ? integrity : undefined)
      if (!type) return null
      const fault = faultOf(type, payload, disclosed)
      return { check: 'type', ok: fault === null, code: fault ?? TYPE_FROM_ISSUER }
    } catch (error) {
      if (!isRefusal(error)) throw error
      // A document that is away says nothing about the credential, and one that is wrong makes it wrong.
      const isAway = error.kind === 'upstream' || error.kind === 'unavailable'
      return { check: 'type', ok: isAway, code: isAway ? 'type_unavailable' : error.code }
    }
  },
})

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
  for (const check of schemas) {
    const follows = check(payload)
    if (follows !== true) return follows === null ? 'type_schema_unusable' : 'invalid_claims'
  }
  return null
}

const isSame = (one: ConcretePath, other: ConcretePath) =>
  one.length === other.length && one.every((part, at) => part === other[at])
