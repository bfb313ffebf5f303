import type { CredentialPayload, IVerifyResult } from '@veramo/core-types'
import { asDid, asVct, type Did, Refusal, type Vct } from '../core/index.ts'
import { isJsonObject } from '../jose/index.ts'

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

/** What Veramo calls the nonce and the audience of a presentation. */
interface Binding {
  readonly challenge?: string | undefined
  readonly domain?: string | undefined
}

/** What a presentation of ours is bound to. @throws Refusal `presentation_needs_binding` */
export function requireBinding({ challenge, domain }: Binding): { nonce: string; audience: string } {
  if (challenge && domain) return { nonce: challenge, audience: domain }
  throw new Refusal('invalid', 'presentation_needs_binding', 'a presentation needs a challenge and a domain')
}

/** What a presentation of somebody must be bound to, as far as the caller says. */
export const expectedBinding = ({ challenge, domain }: Binding): { nonce?: string; audience?: string } => ({
  ...(challenge === undefined ? {} : { nonce: challenge }),
  ...(domain === undefined ? {} : { audience: domain }),
})

/** The token of a document with such a proof, or the document where it is one itself: the members beside it prove nothing. */
export function tokenOf(document: unknown, proofType: string, form: RegExp): string | null {
  const proof = isJsonObject(document) ? document.proof : null
  const token = isJsonObject(proof) && proof.type === proofType ? proof.jwt : document
  return typeof token === 'string' && form.test(token) ? token : null
}
