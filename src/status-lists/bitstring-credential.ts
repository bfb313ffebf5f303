import { type Did, didOfUrl, Refusal, seconds } from '../core/index.ts'
import type { PublicJwk, Signer } from '../jose/index.ts'
import { issueVcJwt, type ParsedVcJwt, parseVcJwt, VC_JOSE, verifyVcJwt } from '../vc-jwt/index.ts'
import { decodeBitstring, packBitstring } from './bitstring.ts'
import { type DecodedList, MAX_TOKEN_BYTES } from './codec.ts'
import type { StatusState } from './status.ts'

/** What a set bit means. Bitstring Status List, "BitstringStatusList". */
export const statusPurposes = ['revocation', 'suspension'] as const
export type StatusPurpose = (typeof statusPurposes)[number]
export const isStatusPurpose = (value: unknown): value is StatusPurpose =>
  (statusPurposes as readonly unknown[]).includes(value)

export const stateOfPurpose: Readonly<Record<StatusPurpose, Exclude<StatusState, 'valid'>>> = {
  revocation: 'invalid',
  suspension: 'suspended',
}

const LIST_CREDENTIAL = 'BitstringStatusListCredential'
const LIST = 'BitstringStatusList'

export interface BitstringInput {
  /** The list's own URL. */
  readonly uri: string
  readonly issuer: Did
  readonly purpose: StatusPurpose
  /** What is set for this purpose. */
  readonly bytes: Uint8Array
  /** Seconds since the epoch. */
  readonly validFrom: number
  readonly validUntil: number
  readonly ttlS: number
}

/** Signs a list for one purpose as a credential of its own (Bitstring Status List, "BitstringStatusListCredential"). */
export async function signBitstring(input: BitstringInput, signer: Signer): Promise<string> {
  const { uri, issuer, purpose, bytes, validFrom, validUntil, ttlS } = input
  const claims = {
    type: LIST,
    statusPurpose: purpose,
    encodedList: await packBitstring(bytes),
    ttl: ttlS * 1000,
  }
  const subject = `${uri}#list`
  const more = { id: uri, type: LIST_CREDENTIAL, issuer, subject, claims, validFrom, validUntil }
  return issueVcJwt(VC_JOSE, more, signer)
}

export interface VerifiedBitstring {
  readonly list: DecodedList
  readonly ttlS: number | undefined
  /** Milliseconds since the epoch; undefined when it does not expire. */
  readonly expiresAt: number | undefined
}

/** Reads a list and finds the DID whose key signed it, unverified. @throws Refusal */
export function parseBitstring(compact: string): { vc: ParsedVcJwt; kid: string; did: Did } {
  const vc = parseVcJwt(compact, MAX_TOKEN_BYTES)
  if (vc.kid === null) throw broken('status_list_without_kid', 'the status list does not name its key')
  const did = didOfUrl(vc.kid)
  if (vc.issuer !== did)
    throw broken('status_list_foreign_signer', 'the status list is signed by another than its issuer')
  return { vc, kid: vc.kid, did }
}

/**
 * Verifies a list and unpacks it.
 * @param expected.now milliseconds since the epoch
 * @throws Refusal `jws_…`, `vc_…`, `status_list_…`
 */
export async function verifyBitstring(
  vc: ParsedVcJwt,
  issuerKey: PublicJwk,
  expected: { readonly uri: string; readonly purpose: StatusPurpose; readonly now: number },
): Promise<VerifiedBitstring> {
  const report = verifyVcJwt(vc, { issuerKey, now: seconds(expected.now) })
  if (!report.ok) throw new Refusal('invalid', report.code, report.message)
  const { types, id, claims, validUntil } = report.content
  if (!types.includes(LIST_CREDENTIAL) || claims.type !== LIST || typeof claims.encodedList !== 'string')
    throw broken('status_list_malformed', 'the status list is not written as the standard says')
  if (id !== expected.uri)
    throw broken('status_list_sub_mismatch', 'the status list is another one than the credential names')
  if (![claims.statusPurpose].flat().includes(expected.purpose))
    throw broken('status_list_purpose_mismatch', 'the status list is for another purpose')
  if (claims.ttl !== undefined && !(typeof claims.ttl === 'number' && claims.ttl > 0))
    throw broken('status_list_malformed', 'the ttl must be positive')
  return {
    list: { bits: 1, bytes: await decodeBitstring(claims.encodedList) },
    ttlS: typeof claims.ttl === 'number' ? claims.ttl / 1000 : undefined,
    expiresAt: validUntil === null ? undefined : validUntil * 1000,
  }
}

const broken = (code: string, message: string) => new Refusal('invalid', code, message)
