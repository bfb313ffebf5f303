import { type Did, milliseconds } from '../core/index.ts'
import type { JsonObject } from '../jose/index.ts'
import { parseSdJwt, type ReadSdJwt, readSdJwt, SD_JWT_VC_TYP, type SdJwt } from '../sd-jwt/index.ts'
import { type ParsedVcJwt, parseVcJwt, readVc, type VcFormat } from '../vc-jwt/index.ts'
import { claimsOf } from './token-claims.ts'
import type { CredentialTypes } from './types/index.ts'
import type { CredentialReport } from './verify-credential.ts'
import { claimsOfSubject } from './w3c/subject.ts'
import { w3cTypeOf } from './w3c/w3c-type.ts'

/** Credential Format Identifiers of what our parties hold. */
export type HeldFormat = typeof SD_JWT_VC_TYP | VcFormat

/**
 * Who issued what is held: its DID; or the address it is known by; or `x509:<anchor>:<name>`, what this node calls the
 * authority and that authority the issuer. No two kinds are ever the same text.
 */
export type HeldIssuer = Did | `http://${string}` | `https://${string}` | `x509:${string}`

/** A credential taken apart; nothing of it is verified. */
export type OpenedCredential =
  | { readonly format: typeof SD_JWT_VC_TYP; readonly compact: string; readonly sdJwt: SdJwt }
  | { readonly format: VcFormat; readonly compact: string; readonly vc: ParsedVcJwt }

/** What a credential says of itself. Times in ms. */
export interface CredentialFacts {
  readonly vct: string
  /** Any text: whose it is was seen when it was verified. */
  readonly issuer: unknown
  readonly subject: unknown
  readonly issuedAt: number | null
  readonly expiresAt: number | null
}

/**
 * Takes a credential apart by what it is: an SD-JWT has a tilde, a JWT never.
 * @throws Refusal as parseSdJwt and parseVcJwt do
 */
export function openCredential(compact: string): OpenedCredential {
  if (compact.includes('~')) return { format: SD_JWT_VC_TYP, compact, sdJwt: parseSdJwt(compact) }
  const vc = parseVcJwt(compact)
  return { format: vc.format, compact, vc }
}

/** All that a credential says: as a query sees it, so of a W3C credential the document itself. */
export function readOpened(opened: OpenedCredential): ReadSdJwt {
  if (opened.format === SD_JWT_VC_TYP) return readSdJwt(opened.sdJwt)
  return { header: opened.vc.jws.header, payload: opened.vc.document, disclosedPaths: [] }
}

/** @throws Refusal `vc_document_invalid`, `vc_claims_disagree` */
export function factsOf(opened: OpenedCredential, types: Pick<CredentialTypes, 'find'>): CredentialFacts {
  if (opened.format === SD_JWT_VC_TYP) {
    const { vct, iss, sub, iat, nbf, exp } = readSdJwt(opened.sdJwt).payload
    return {
      ...{ vct: String(vct), issuer: iss, subject: sub },
      ...{ issuedAt: timeOf(iat) ?? timeOf(nbf), expiresAt: timeOf(exp) },
    }
  }
  const content = readVc(opened.vc)
  return {
    ...{ vct: w3cTypeOf(types, content.types), issuer: opened.vc.issuer, subject: content.subject },
    ...{ issuedAt: timeOf(content.validFrom), expiresAt: timeOf(content.validUntil) },
  }
}

/** The claims of its type, under the names the type has for them. @throws Refusal as {@link factsOf} */
export function claimsIn(opened: OpenedCredential, types: Pick<CredentialTypes, 'find'>): JsonObject {
  if (opened.format === SD_JWT_VC_TYP) return claimsOf(readSdJwt(opened.sdJwt).payload)
  const content = readVc(opened.vc)
  const type = types.find(w3cTypeOf(types, content.types))
  return type ? claimsOfSubject(type, content.claims) : content.claims
}

/** Who a verified credential is of; null where nobody proved to be it. */
export function heldIssuerOf({
  issuer,
  outsideIssuer,
}: Pick<CredentialReport, 'issuer' | 'outsideIssuer'>): HeldIssuer | null {
  if (issuer !== null) return issuer
  const url = outsideIssuer?.url
  if (url?.startsWith('https://') || url?.startsWith('http://')) return url as HeldIssuer
  return outsideIssuer?.kind === 'certificate' ? `x509:${outsideIssuer.anchor}:${outsideIssuer.name}` : null
}

const timeOf = (value: unknown): number | null => (typeof value === 'number' ? milliseconds(value) : null)
