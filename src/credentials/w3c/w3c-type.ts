import { CREDENTIAL } from '../../vc-jwt/index.ts'
import type { CredentialTypes } from '../types/index.ts'

/** The one of several types a W3C credential goes by: that we know, or else the most particular one, which comes last. */
export const w3cTypeOf = (types: Pick<CredentialTypes, 'find'>, all: readonly string[]): string =>
  all.find((one) => types.find(one)) ?? all.findLast((one) => one !== CREDENTIAL) ?? CREDENTIAL
