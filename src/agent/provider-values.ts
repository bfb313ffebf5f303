import type { CredentialPayload, IVerifyResult } from '@veramo/core-types'
import { asDid, asVct, type Did, type Vct } from '../core/index.ts'

/** What became of a verification: the code of the first check that failed. */
export interface Answer {
  readonly verified: boolean
  readonly code?: string
  readonly detail?: string
}

/** As Veramo wants it told. */
export function resultOf({ verified, code, detail }: Answer): IVerifyResult {
  if (verified) return { verified }
  return {
    verified,
    error: { message: detail ?? 'the credential is not valid', errorCode: code ?? 'not_verified' },
  }
}

export const issuerOf = ({ issuer }: CredentialPayload): Did =>
  asDid(typeof issuer === 'string' ? issuer : issuer?.id)

/** The credential's type: its `vct`, or the one type beside `VerifiableCredential`. */
export function vctOf(credential: CredentialPayload): Vct {
  const types = [credential.type ?? []].flat().filter((type) => type !== 'VerifiableCredential')
  return asVct(credential.vct ?? (types.length === 1 ? types[0] : undefined))
}
