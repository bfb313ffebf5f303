import { type Did, didOfUrl, isDid, Refusal, seconds } from '../core/index.ts'
import {
  checkTimes,
  isJsonObject,
  type JsonObject,
  type ParsedJws,
  type PublicJwk,
  parseJws,
  verifyJws,
} from '../jose/index.ts'
import { type DecodedList, decodeList, isBits, MAX_TOKEN_BYTES } from './codec.ts'
import { STATUS_LIST_TYP } from './publication.ts'

/** A Status List Token that was verified and unpacked. */
export interface VerifiedList {
  readonly list: DecodedList
  /** Seconds the publisher lets it be used without asking again; undefined when it does not say. */
  readonly ttlS: number | undefined
  /** Milliseconds since the epoch; undefined when it does not expire. */
  readonly expiresAt: number | undefined
}

/** Where the key of a list's signer is to be found, unverified. */
export type ListKey =
  | { readonly kind: 'did'; readonly kid: string; readonly did: Did }
  | { readonly kind: 'certificate'; readonly x5c: unknown }
  /** Keys published at the address of an issuer (JWT VC Issuer Metadata). */
  | { readonly kind: 'metadata'; readonly url: string; readonly kid: string | undefined }

/** Reads a Status List Token, unverified. @throws Refusal */
export const readStatusListToken = (compact: string): ParsedJws =>
  parseJws(compact, { maxBytes: MAX_TOKEN_BYTES })

/** Who a Status List Token says signed it. @throws Refusal `status_list_without_kid` */
export function listKeyOf({ header: { kid, x5c }, payload: { iss } }: ParsedJws): ListKey {
  if (x5c !== undefined) return { kind: 'certificate', x5c }
  if (typeof kid === 'string' && (iss === undefined || kid.startsWith('did:')))
    return { kind: 'did', kid, did: didOfUrl(kid) }
  if (typeof iss === 'string' && !isDid(iss))
    return { kind: 'metadata', url: iss, kid: typeof kid === 'string' ? kid : undefined }
  throw broken('status_list_without_kid', 'the status list does not name its key')
}

/**
 * Verifies a Status List Token as Token Status List, "Validation Rules", demands, and unpacks it.
 * @param expected.uri the `uri` of the credential's status claim
 * @param expected.now milliseconds since the epoch
 * @throws Refusal `jws_…`, `status_list_…`
 */
export async function verifyStatusListToken(
  jws: ParsedJws,
  jwk: PublicJwk,
  expected: { readonly uri: string; readonly now: number },
): Promise<VerifiedList> {
  verifyJws(jws, jwk, { typ: STATUS_LIST_TYP })
  const { payload } = jws
  if (payload.sub !== expected.uri)
    throw broken('status_list_sub_mismatch', 'the status list is another one than the credential names')
  if (payload.iat === undefined)
    throw broken('status_list_without_iat', 'the status list does not say its time')
  checkTimes(payload, seconds(expected.now))
  return {
    list: await unpack(payload),
    ttlS: ttlOf(payload),
    expiresAt: typeof payload.exp === 'number' ? payload.exp * 1000 : undefined,
  }
}

async function unpack({ status_list: claim }: JsonObject): Promise<DecodedList> {
  if (!isJsonObject(claim) || !isBits(claim.bits) || typeof claim.lst !== 'string')
    throw broken('status_list_malformed', 'the status list is not written as the standard says')
  return decodeList({ bits: claim.bits, lst: claim.lst })
}

function ttlOf({ ttl }: JsonObject): number | undefined {
  if (ttl === undefined) return undefined
  if (typeof ttl !== 'number' || ttl <= 0) throw broken('status_list_malformed', 'the ttl must be positive')
  return ttl
}

const broken = (code: string, message: string) => new Refusal('invalid', code, message)
